//! `stranded schema`

use crate::failure::Failure;
use crate::terminal::screen;
use stranded_scenario::{Scenario, schema};

/// Print the JSON Schema of scenario files, for editors.
///
/// Editors that know TOML schemas (Taplo, Even Better TOML, Zed) complete keys, show their meaning and mark mistakes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  stranded schema > scenario.schema.json
  then, as the first line of a scenario:  #:schema ./scenario.schema.json")]
pub(crate) struct Arguments {}

/// Prints the schema.
///
/// # Errors
/// When nobody takes the output.
pub(crate) fn run(_: &Arguments) -> Result<(), Failure> {
    screen::data(&format!("{:#}\n", schema::schema::<Scenario>()))
}
