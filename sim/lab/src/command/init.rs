//! `stranded init [PATH]`

use crate::failure::Failure;
use crate::terminal::screen::note;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

/// The scenario that everybody starts from.
pub(crate) const STARTER: &str = include_str!("starter.toml");

/// Write a commented scenario to start from.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  stranded init                        writes scenario.toml
  stranded init towns/my-town.toml
  stranded run towns/my-town.toml      runs it, in seconds")]
pub(crate) struct Arguments {
    /// Where to write it.
    #[arg(default_value = "scenario.toml")]
    path: PathBuf,
    /// Replace a file that is there.
    #[arg(long)]
    force: bool,
}

/// Writes the scenario.
///
/// # Errors
/// When the file is there already or cannot be written.
pub(crate) fn run(arguments: &Arguments, quiet: bool) -> Result<(), Failure> {
    let path = &arguments.path;
    let mut options = OpenOptions::new();
    if arguments.force {
        options.write(true).create(true).truncate(true);
    } else {
        // Refuses what is there in the same step as it creates: nothing can come between.
        options.write(true).create_new(true);
    }
    let mut file = options.open(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::Usage(format!(
            "`{}` is there already\nname another file, or replace it with `--force`",
            path.display()
        )),
        _ => Failure::file("write the file", path, "name a file in a folder that is there and that you may write to")(
            source,
        ),
    })?;
    file.write_all(STARTER.as_bytes()).and_then(|()| file.sync_all()).map_err(Failure::file(
        "write the file",
        path,
        "free some space, or name a file on another disk",
    ))?;
    if !quiet {
        note(&format!("wrote {0}\nrun it with: stranded run {0}", path.display()));
    }
    Ok(())
}
