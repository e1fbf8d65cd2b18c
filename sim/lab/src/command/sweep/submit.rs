//! `stranded sweep submit FILE --engine slurm`

use super::selection::Selection;
use crate::failure::Failure;
use crate::sweep::slurm::Submission;
use crate::sweep::{Folder, Shard, ShardState};
use crate::terminal::Screen;
use clap::ValueEnum;
use std::path::PathBuf;

/// Submit a sweep to a cluster: an array of jobs, a task for each shard, and a job that merges them when all are done.
///
/// The folder must be on a disk that all nodes see. Submitting again - the scenario or the folder - submits the shards that are not
/// done, whatever the scheduler believes about them, and a merge. What stands behind `--` goes to `sbatch`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  stranded sweep submit big.toml --engine slurm --shards 100 --cores 4 -- --partition=long --time=2:00:00
  stranded sweep submit sweeps/big-sweep-1a2b3c4d --engine slurm          what has failed, once more
  stranded sweep submit big.toml --engine slurm --shards 8 --dry-run      only writes the scripts")]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// What runs the jobs.
    #[arg(long, value_enum)]
    engine: Engine,
    /// Number of shards [default: as many as there are already, or a shard for every ten points, at most 100].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=9_999))]
    shards: Option<u32>,
    /// Cores of each task.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_024))]
    cores: u32,
    /// Folder for sweep folders; it is created if it is not there [default: sweeps].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write the scripts and submit nothing.
    #[arg(long)]
    dry_run: bool,
    /// Options for `sbatch`, behind `--`.
    #[arg(last = true, value_name = "SBATCH OPTIONS")]
    options: Vec<String>,
}

/// What runs the jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Engine {
    /// Slurm: `sbatch` must be there.
    Slurm,
}

/// Submits.
///
/// # Errors
/// When the scenario is invalid, the folder cannot be written, or the cluster does not take the jobs.
pub(super) fn run(arguments: &Arguments, quiet: bool) -> Result<(), Failure> {
    let Engine::Slurm = arguments.engine;
    let (study, folder) = arguments.selection.study_and_folder(arguments.out.as_deref())?;
    if study.rule.decide {
        return Err(Failure::Usage(
            "`sweep.replications.decide` compares all points while they run, so that the sweep cannot be divided into shards\nsay \
             `--set sweep.replications.decide=false`, or run it on one machine"
                .to_owned(),
        ));
    }
    if folder.is_complete() {
        return Err(Failure::Usage(format!(
            "`{}` is complete already: there is nothing to submit",
            folder.path.display()
        )));
    }
    folder.begin(&study)?;
    let program = std::env::current_exe().map_err(|source| Failure::System { action: "find this program", source })?;
    let folder = Folder { path: absolute(&folder)? };
    let there = folder.shards()?;
    let known = there.keys().map(|shard| shard.count).next();
    let count = match (arguments.shards, known) {
        (Some(wanted), Some(known)) if wanted != known => {
            return Err(Failure::Usage(format!(
                "`{}` is divided into {known} shards already\nleave `--shards` away to go on with them, or remove the folder to begin anew",
                folder.path.display()
            )));
        }
        (Some(count), _) | (None, Some(count)) => count,
        (None, None) => study.len().div_ceil(10).min(100),
    };
    let is_done = |shard: &Shard| matches!(there.get(shard), Some(ShardState::Finished(_)));
    let shards: Vec<Shard> = (1..=count).map(|index| Shard { index, count }).filter(|shard| !is_done(shard)).collect();
    let submission = Submission {
        program: &program,
        folder: &folder,
        shards: &shards,
        cores: arguments.cores,
        options: &arguments.options,
    };
    let scripts = submission.write()?;
    let screen = Screen { json: false, quiet };
    if arguments.dry_run {
        return screen.say(&format!(
            "{} of {count} shards are to be run. Submit them with:\n  sbatch {}\nand, once they are done:\n  sbatch {}",
            shards.len(),
            scripts.array.display(),
            scripts.merge.display(),
        ));
    }
    let submitted = submission.submit(&scripts)?;
    let array = submitted.array.map_or_else(
        || "All shards are done.".to_owned(),
        |job| format!("Job {job} runs {} of {count} shards.", shards.len()),
    );
    screen.say(&format!(
        "{array} Job {} merges them then.\nResults will be in {}\nIf a shard fails: stranded sweep submit '{}' --engine slurm",
        submitted.merge,
        folder.path.display(),
        folder.path.display(),
    ))
}

/// The folder as the nodes of a cluster find it.
fn absolute(folder: &Folder) -> Result<PathBuf, Failure> {
    folder.path.canonicalize().map_err(Failure::file("find the folder", &folder.path, "check the path"))
}
