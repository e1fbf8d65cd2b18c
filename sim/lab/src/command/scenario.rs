//! `stranded scenario show|check`

use crate::failure::Failure;
use crate::source::{self, Assignments};
use crate::terminal::screen;
use clap::Subcommand;
use std::path::PathBuf;
use stranded_scenario::Extent;

/// Look at scenario files without running them.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print a scenario with every default filled in, and where each number comes from.
    ///
    /// The output is a scenario itself: it can be kept, compared and run.
    #[command(after_help = "\
Examples:
  stranded scenario show scenarios/small-town.toml
  stranded scenario show scenarios/small-town.toml --set app.retry.attempts=1")]
    Show {
        /// The scenario.
        #[arg(value_name = "FILE")]
        path: PathBuf,
        #[command(flatten)]
        assignments: Assignments,
    },
    /// Check scenarios: all errors at once, with file, line and column.
    #[command(after_help = "\
Example:
  stranded scenario check scenarios/*.toml")]
    Check {
        /// The scenarios.
        #[arg(value_name = "FILE", required = true)]
        paths: Vec<PathBuf>,
        #[command(flatten)]
        assignments: Assignments,
    },
}

/// Shows or checks.
///
/// # Errors
/// When a scenario is invalid, or nobody takes the output.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::Show { path, assignments } => {
            let loaded = source::load(path, &assignments.loader())?;
            screen::data(&loaded.show(Extent::All))
        }
        Command::Check { paths, assignments } => check(paths, assignments),
    }
}

fn check(paths: &[PathBuf], assignments: &Assignments) -> Result<(), Failure> {
    // Every file is looked at, also after a bad one: whoever checks ten files wants all of their errors.
    let (mut findings, mut invalid) = (Vec::new(), Vec::new());
    for path in paths {
        match source::load(path, &assignments.loader()) {
            Ok(_) => screen::data(&format!("{}: valid\n", path.display()))?,
            Err(failure) => {
                findings.extend(failure.findings().map(str::to_owned));
                invalid.push(failure.to_string());
            }
        }
    }
    if invalid.is_empty() {
        return Ok(());
    }
    Err(Failure::InvalidScenario { findings: findings.join("\n\n"), summary: invalid.join("\n       ") })
}
