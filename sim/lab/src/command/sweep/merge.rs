//! `stranded sweep merge FOLDER ...`

use super::answer;
use crate::failure::Failure;
use crate::sweep::{Collected, Folder, Shard, ShardState, Study, write};
use crate::terminal::Screen;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Put the shards of a sweep together.
///
/// All shards must be there, each once, with the checksums that they had when they were written. The results are the same to the byte
/// as those of a sweep that was not divided.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  stranded sweep merge sweeps/big-sweep-1a2b3c4d                       all shards wrote into one folder
  stranded sweep merge one/big-sweep-1a2b3c4d two/big-sweep-1a2b3c4d   the results go into the first one")]
pub(super) struct Arguments {
    /// The folder of the sweep; several when the shards were run on machines that share no disk. The results go into the first.
    #[arg(value_name = "FOLDER", required = true)]
    folders: Vec<PathBuf>,
    /// Print the summary as JSON on the standard output; words go to the standard error.
    #[arg(long)]
    json: bool,
}

/// Merges.
///
/// # Errors
/// When a shard is missing, there twice, or damaged, or the folders are of different sweeps.
pub(super) fn run(arguments: &Arguments, quiet: bool) -> Result<(), Failure> {
    let screen = Screen { json: arguments.json, quiet };
    let (study, first) = Folder::begun(&arguments.folders[0])?;
    let (_, record) = Folder::open(&first.path)?;
    let mut shards: BTreeMap<Shard, PathBuf> = BTreeMap::new();
    for path in &arguments.folders {
        let (folder, other) = Folder::open(path)?;
        if (&other.scenario_hash, &other.program_version, &other.commit)
            != (&record.scenario_hash, &record.program_version, &record.commit)
        {
            return Err(Failure::Usage(format!(
                "`{}` and `{}` are of different sweeps, or of different versions of the program\nmerge shards of one sweep only",
                first.path.display(),
                path.display()
            )));
        }
        for (shard, state) in folder.shards()? {
            let ShardState::Finished(shard_record) = state else { continue };
            let rows = folder.verified_rows(shard, &shard_record)?;
            if let Some(known) = shards.insert(shard, rows.clone()) {
                return Err(Failure::Usage(format!(
                    "shard {shard} is there twice: `{}` and `{}`\nremove one of them, or name each folder once",
                    known.display(),
                    rows.display()
                )));
            }
        }
    }
    complete(&study, &first, &shards)?;
    let paths: Vec<PathBuf> = shards.into_values().collect();
    let summary = write(&study, &first, Collected::read(&study, &paths)?)?;
    answer::found(&summary, &first, screen)
}

/// Whether there is every shard of one division.
fn complete(study: &Study, folder: &Folder, shards: &BTreeMap<Shard, PathBuf>) -> Result<(), Failure> {
    let Some(count) = shards.keys().map(|shard| shard.count).next() else {
        let hint = if folder.is_complete() {
            "its results are there already"
        } else {
            "run them first: --shard 1/4 and so on"
        };
        return Err(Failure::Usage(format!("`{}` has no finished shards\n{hint}", folder.path.display())));
    };
    if let Some(other) = shards.keys().find(|shard| shard.count != count) {
        return Err(Failure::Usage(format!(
            "there are shards of {count} and of {}\nremove those of one division from `{}`",
            other.count,
            folder.path.display()
        )));
    }
    let missing: Vec<String> = (1..=count)
        .map(|index| Shard { index, count })
        .filter(|shard| !shards.contains_key(shard))
        .map(|shard| shard.to_string())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let points: usize = missing
        .iter()
        .filter_map(|shard| shard.parse::<Shard>().ok())
        .map(|shard| shard.points(study.len()).count())
        .sum();
    Err(Failure::Usage(format!(
        "{} of {count} shards are missing ({}), with {points} of {} points\nrun them again: stranded sweep run FILE --shard {} --resume",
        missing.len(),
        missing.join(", "),
        study.len(),
        missing[0],
    )))
}
