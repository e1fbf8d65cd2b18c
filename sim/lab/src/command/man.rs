//! `stranded man --out DIR`, for packagers

use crate::failure::Failure;
use clap::CommandFactory as _;
use std::path::PathBuf;

/// Write a man page for every command.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Folder for the pages; it is created if it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Writes the pages.
///
/// # Errors
/// When the folder cannot be written to.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let failed = |action| Failure::file(action, &arguments.out, "name a folder you may write to with `--out`");
    std::fs::create_dir_all(&arguments.out).map_err(failed("create the folder"))?;
    clap_mangen::generate_to(crate::cli::Arguments::command(), &arguments.out).map_err(failed("write man pages to"))
}
