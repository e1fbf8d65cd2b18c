//! `stranded sweep run FILE`

use super::answer;
use super::selection::{Selection, check_points};
use crate::crash;
use crate::failure::Failure;
use crate::interruption::Interruption;
use crate::sweep::{Collected, Execution, Folder, Shard, ShardState, Start, Study, write};
use crate::terminal::number::thousands;
use crate::terminal::{Screen, screen};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Run a sweep, or a part of it.
///
/// Every replication is on the disk as soon as it is done: after Ctrl-C, a crash or a full disk, `--resume` goes on from there, and the
/// results are the same to the byte. They do not depend on the number of threads or of shards either.
///
/// The folder holds points.csv and .parquet (a row for each point), replications.csv and .parquet (a row for each replication of
/// each point), summary.json, report.html, scenario.toml (with everything that the command line said) and manifest.json.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// Folder for sweep folders; it is created if it is not there [default: sweeps].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Threads to use; the results do not depend on it [default: all cores].
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Run only this part of the points: its number and how many there are. `stranded sweep merge` puts the parts together.
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Go on with what is there already, if anything is.
    #[arg(long)]
    resume: bool,
    /// Throw away what is there already.
    #[arg(long, conflicts_with = "resume")]
    fresh: bool,
    /// Print the summary as JSON on the standard output; words go to the standard error.
    #[arg(long)]
    json: bool,
}

/// Runs the sweep.
///
/// # Errors
/// When the scenario is invalid, the folder cannot be written, or the sweep was interrupted.
pub(crate) fn run(arguments: &Arguments, quiet: bool) -> Result<(), Failure> {
    let interruption =
        Interruption::watch().map_err(|source| Failure::System { action: "listen for Ctrl-C", source })?;
    let (study, folder) = arguments.selection.study_and_folder(arguments.out.as_deref())?;
    let shard = arguments.shard.unwrap_or(Shard::WHOLE);
    if shard.count > 1 && study.rule.decide {
        return Err(Failure::Usage(
            "`sweep.replications.decide` compares all points while they run, so that the sweep cannot be divided into shards\nleave \
             `--shard` away, or say `--set sweep.replications.decide=false`"
                .to_owned(),
        ));
    }
    crash::remember_seed(study.loaded.value.run.seed);
    let threads = check_points(&study, arguments.threads, &interruption)?;
    let start = match (arguments.resume, arguments.fresh) {
        (true, _) => Start::Resume,
        (_, true) => Start::Fresh,
        _ => Start::New,
    };
    let screen = Screen { json: arguments.json, quiet };
    if folder.prepare(&study, shard, start)? {
        let mut execution = Execution::new(&study, shard, threads, &interruption);
        let mut journal = folder.journal(shard, |row| execution.note(&row))?;
        let before = execution.count();
        if before > 0 && !quiet {
            screen::note(&format!("going on with {} replications that are there", thousands(before as f64)));
        }
        execution.run(&mut journal, quiet).map_err(|failure| kept(failure, &folder, execution.count()))?;
        folder.seal(shard, &study).map_err(|failure| kept(failure, &folder, execution.count()))?;
    }
    if shard.count > 1 {
        return screen.say(&format!(
            "Shard {shard} is done, in {0}\nOnce all are: stranded sweep merge {0}",
            folder.path.display()
        ));
    }
    finish(&study, &folder, screen)
}

/// The results of a sweep that was not divided.
fn finish(study: &Study, folder: &Folder, screen: Screen) -> Result<(), Failure> {
    if folder.is_complete() {
        if !screen.quiet {
            screen::note(&format!("`{}` is complete already", folder.path.display()));
        }
        return answer::again(folder, screen);
    }
    let mut paths = Vec::new();
    for (shard, state) in folder.shards()? {
        if let ShardState::Finished(record) = state {
            paths.push(folder.verified_rows(shard, &record)?);
        }
    }
    let collected = Collected::read(study, &paths)?;
    let count = collected.len();
    let summary = write(study, folder, collected).map_err(|failure| kept(failure, folder, count))?;
    folder.remove_rows()?;
    answer::found(&summary, folder, screen)
}

/// A failure with what is kept in spite of it, and how to go on.
fn kept(failure: Failure, folder: &Folder, count: u64) -> Failure {
    let kept = format!(
        "{} replications are kept in `{}`\ngo on with: {}",
        thousands(count as f64),
        folder.path.display(),
        command_to_resume()
    );
    Failure::SweepStopped { failure: Box::new(failure), kept }
}

/// The present command with `--resume`.
fn command_to_resume() -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./=:,+@%".contains(letter);
    let quoted = |word: String| {
        if !word.is_empty() && word.chars().all(plain) { word } else { format!("'{}'", word.replace('\'', r"'\''")) }
    };
    let words = std::env::args().skip(1).filter(|word| word != "--fresh" && word != "--resume").map(quoted);
    std::iter::once("stranded".to_owned()).chain(words).chain(["--resume".to_owned()]).collect::<Vec<_>>().join(" ")
}
