//! `stranded baseline update RUN`

use crate::failure::Failure;
use crate::gate::subject::{self, Subject};
use crate::terminal::screen;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Keep runs as they should be, for `stranded gate --baseline`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  stranded baseline update runs/small-town-1a2b3c4d --to baselines/               makes baselines/small-town.json
  stranded gate runs/small-town-5e6f7a8b --baseline baselines/small-town.json

A baseline is one JSON file with the values of every replication; commit it beside the scenario. It carries the version of its
layout and the digest of the engine that made it: a gate refuses one that it cannot be compared with. Nothing else ever changes it.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make a run the baseline, in place of the one that is there.
    Update(Update),
}

#[derive(Debug, clap::Args)]
struct Update {
    /// A run folder; or one or more results of `surge`, or samples of `devkit bench`.
    #[arg(value_name = "RUN", required = true)]
    paths: Vec<PathBuf>,
    /// The file to write, or a folder for one with the name of the scenario. It is created if it is not there.
    #[arg(long, value_name = "DIR|FILE")]
    to: PathBuf,
}

/// Writes the baseline.
///
/// # Errors
/// When the run cannot be trusted, or the file cannot be written.
pub(crate) fn run(arguments: &Arguments, quiet: bool) -> Result<(), Failure> {
    let Command::Update(update) = &arguments.command;
    let subject = subject::read(&update.paths).map_err(Failure::Unusable)?;
    if let Some(doubt) = subject.doubts.first() {
        return Err(Failure::Unusable(doubt.clone()));
    }
    if subject.is_baseline {
        return Err(Failure::Unusable(format!(
            "`{}` is a baseline already; copy it, or name a run",
            subject.path.display()
        )));
    }
    let file = file(&update.to, &subject);
    let text = subject::baseline_text(&subject).map_err(|error| Failure::Output(error.into()))?;
    write(&file, &text)?;
    if !quiet {
        let count = subject.arms.first().map_or(0, |arm| arm.replications.len());
        screen::note(&format!(
            "`{}` is the baseline now: {count} replications of {}",
            file.display(),
            subject.origin.name
        ));
    }
    Ok(())
}

/// A folder that is there, or is written as one, gets a file with the name of the scenario.
fn file(to: &Path, subject: &Subject) -> PathBuf {
    let is_folder =
        to.is_dir() || to.extension().is_none() || to.to_string_lossy().ends_with(std::path::MAIN_SEPARATOR);
    if !is_folder {
        return to.to_owned();
    }
    to.join(subject::baseline_file_name(&subject.origin))
}

/// Beside its place and renamed into it, so that a baseline is never half a baseline.
fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let way_out = "name a folder that you may write to with `--to`";
    std::fs::create_dir_all(folder).map_err(Failure::file("create the folder", folder, way_out))?;
    let failed = || Failure::file("write the file", file, way_out);
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let partial = folder.join(format!(".{name}.partial-{}", std::process::id()));
    let written = std::fs::File::create(&partial).and_then(|mut partial| {
        partial.write_all(text.as_bytes())?;
        partial.sync_all()
    });
    written.and_then(|()| std::fs::rename(&partial, file)).map_err(|source| {
        // What it is about is the error above.
        let _ = std::fs::remove_file(&partial);
        failed()(source)
    })
}
