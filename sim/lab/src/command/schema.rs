//! `stranded schema`

use crate::failure::Failure;
use crate::gate;
use crate::terminal::screen;
use clap::ValueEnum;
use stranded_scenario::{Scenario, schema};

/// Print the JSON Schema of scenario files, for editors; or of another file of this program.
///
/// Editors that know TOML schemas (Taplo, Even Better TOML, Zed) complete keys, show their meaning and mark mistakes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  stranded schema > scenario.schema.json
  then, as the first line of a scenario:  #:schema ./scenario.schema.json
  stranded schema gate                    what `stranded gate --json` prints")]
pub(crate) struct Arguments {
    /// What to describe.
    #[arg(value_name = "WHAT", default_value = "scenario")]
    what: What,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// Scenario files.
    Scenario,
    /// The result of `stranded gate --json`.
    Gate,
    /// The file of `stranded baseline update`.
    Baseline,
}

/// Prints the schema.
///
/// # Errors
/// When nobody takes the output.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let schema = match arguments.what {
        What::Scenario => schema::schema::<Scenario>(),
        What::Gate => gate::report::schema(),
        What::Baseline => gate::subject::baseline_schema(),
    };
    screen::data(&format!("{schema:#}\n"))
}
