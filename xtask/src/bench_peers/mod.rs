//! `cargo xtask bench-peers`: the same workloads in our engine and in others, side by side.
//!
//! One program per engine runs one case and prints one line of JSON (`xtask/peers`). Here they are built, started in turn -
//! repetition 1 of all, repetition 2 of all, ... - so that a slow minute of the machine falls on all of them, and compared.

mod agreement;
mod build;
mod claim;
mod comparison;
mod contestant;
mod environment;
mod machine;
mod measurement;
mod report;
mod series;

use std::process::ExitCode;

use anyhow::{Result, ensure};

use comparison::Letter;
use machine::Machine;
use report::Report;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only this case; can be repeated. a: hold model. b: retrials. c: retry storm. d: the whole world.
    #[arg(long = "case", value_name = "CASE", value_enum)]
    cases: Vec<Letter>,
    /// Only workloads of this size; can be repeated. The tables' headings have them: pending events, users, seconds, cars.
    #[arg(long = "size", value_name = "N")]
    sizes: Vec<u32>,
    /// How often each program runs a workload; the slowest ones run less often, and the table says so.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    repetitions: u32,
    /// Leave out the largest sizes, and run three times at most: about three minutes instead of fifteen.
    #[arg(long)]
    quick: bool,
    /// How the result is printed; progress goes to standard error.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Form of the printed result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Tables for a terminal.
    Table,
    /// Tables for a document.
    Markdown,
    /// For programs.
    Json,
}

/// Repetitions with `--quick`: fewer, and chance alone would set the engines apart.
const QUICK_REPETITIONS: u32 = 3;

/// Runs the comparisons, prints them, and fails when engines disagree.
///
/// # Errors
/// A program cannot be built or started, or does not answer in the form that it should.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let repetitions =
        if arguments.quick { arguments.repetitions.min(QUICK_REPETITIONS) } else { arguments.repetitions };
    let comparisons = comparison::all(arguments.quick)
        .into_iter()
        .filter(|comparison| arguments.cases.is_empty() || arguments.cases.contains(&comparison.letter))
        .filter(|comparison| arguments.sizes.is_empty() || arguments.sizes.contains(&comparison.size))
        .collect::<Vec<_>>();
    ensure!(
        !comparisons.is_empty(),
        "there is no workload of that case and size; without --size all of a case are run"
    );
    // Now, not at the end: what is built is the state of the repository at the start.
    let machine = Machine::here()?;
    let programs = build::prepare(&comparisons)?;
    let mut outcomes = Vec::new();
    for comparison in comparisons {
        outcomes.push(comparison.run(&programs, repetitions)?);
    }
    let report = Report::new(machine, outcomes, repetitions)?;
    match arguments.format {
        Format::Table => print!("{}", report.text(false)),
        Format::Markdown => print!("{}", report.text(true)),
        Format::Json => println!("{}", report.json()?),
    }
    Ok(if report.engines_agree() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
