//! Counts the instructions of the engine's own workload, so that a regression shows without a clock.
//!
//! A shared machine has no reliable time, but the same program on the same input executes the same instructions. `callgrind` counts them,
//! and a record in the repository says what they were.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::apt;
use crate::process::{self, cargo};
use crate::step::Outcome;
use crate::workspace;

/// Growth that fails the check: compilers and C libraries differ by a few percent.
const GROWTH_MAX: f64 = 0.10;
/// Users of the workload: enough that what the program does before and after the run is below a thousandth.
const USERS: u32 = 100_000;
const SEED: u32 = 1;

/// What stands in the repository.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    /// How the record is made anew.
    command: String,
    /// What is counted.
    workload: String,
    /// The compiler that built it.
    compiler: String,
    events: u64,
    instructions: u64,
    instructions_per_event: f64,
}

impl Record {
    fn path() -> PathBuf {
        workspace::root().join("sim/engine/instructions.json")
    }

    fn read() -> Result<Self> {
        let path = Self::path();
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| {
            format!("{} is no record; make it anew with `cargo xtask instructions --renew`", path.display())
        })
    }

    fn write(&self) -> Result<()> {
        let path = Self::path();
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Change of the instructions per event against an earlier record, as a share of that.
    fn growth(&self, earlier: &Self) -> f64 {
        self.instructions_per_event / earlier.instructions_per_event - 1.0
    }
}

/// Counts, and fails when an event costs over ten percent more instructions than the record says.
pub(crate) fn check() -> Result<Outcome> {
    let record = Record::read()?;
    let now = count()?;
    Ok(judge(&now, &record))
}

fn judge(now: &Record, record: &Record) -> Outcome {
    let growth = now.growth(record);
    let found = format!(
        "{:.1} instructions per event, {:+.1} % against the record",
        now.instructions_per_event,
        growth * 100.0
    );
    if growth > GROWTH_MAX {
        Outcome::Failed(format!(
            "{found}\nthe record was made by {}, this count by {}\nif the growth is wanted: cargo xtask instructions --renew",
            record.compiler, now.compiler
        ))
    } else {
        Outcome::Passed(found)
    }
}

/// Counts, prints, and with `renew` writes the record.
pub(crate) fn run(renew: bool) -> Result<()> {
    let now = count()?;
    println!("{}", serde_json::to_string_pretty(&now)?);
    if renew { now.write() } else { Ok(()) }
}

fn count() -> Result<Record> {
    if process::capture(Command::new("valgrind").arg("--version")).is_err() {
        apt::install(&["valgrind"]).context("valgrind is not installed and cannot be: install it by hand")?;
    }
    process::run(&mut cargo(&["build", "--release", "--package", "stranded-engine", "--example", "retrial"]))?;
    let program = workspace::target_directory().join("release/examples/retrial");
    let folder = tempfile::tempdir()?;
    let profile = folder.path().join("callgrind");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--quiet"]);
    command.arg(format!("--callgrind-out-file={}", profile.display()));
    command.arg(program).args([USERS.to_string(), SEED.to_string()]);
    let answer = process::capture(&mut command)?;
    let events = events(&answer)?;
    let instructions = instructions(&fs::read_to_string(&profile)?)?;
    Ok(Record {
        command: "cargo xtask instructions --renew".to_owned(),
        workload: format!("sim/engine/examples/retrial.rs, {USERS} users, seed {SEED}"),
        compiler: process::capture(Command::new("rustc").arg("--version"))?,
        events,
        instructions,
        // A decimal says all there is to say, and keeps the record quiet.
        instructions_per_event: (instructions as f64 / events as f64 * 10.0).round() / 10.0,
    })
}

/// The events in the workload's line of JSON.
fn events(answer: &str) -> Result<u64> {
    #[derive(Deserialize)]
    struct Answer {
        events: u64,
    }
    let answer: Answer = serde_json::from_str(answer.trim()).with_context(|| format!("no answer: {answer}"))?;
    ensure!(answer.events > 0, "the workload had no events");
    Ok(answer.events)
}

/// The total in a file of callgrind.
fn instructions(profile: &str) -> Result<u64> {
    let total = profile
        .lines()
        .find_map(|line| line.strip_prefix("summary:").or_else(|| line.strip_prefix("totals:")))
        .context("callgrind wrote no total")?;
    total.trim().parse().with_context(|| format!("callgrind's total is no number: {total}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(instructions: u64) -> Record {
        Record {
            command: String::new(),
            workload: String::new(),
            compiler: "rustc".to_owned(),
            events: 10,
            instructions,
            instructions_per_event: instructions as f64 / 10.0,
        }
    }

    #[test]
    fn ten_percent_more_pass_and_eleven_do_not() {
        assert!(matches!(judge(&record(4390), &record(4000)), Outcome::Passed(_)));
        assert!(matches!(judge(&record(4440), &record(4000)), Outcome::Failed(_)));
        assert!(matches!(judge(&record(2000), &record(4000)), Outcome::Passed(_)));
    }

    #[test]
    fn the_total_of_callgrind_is_found() {
        let profile = "version: 1\nevents: Ir\nsummary: 81512345\n\nfn=(1) main\n0 5\n";
        assert_eq!(instructions(profile).unwrap(), 81_512_345);
        assert!(instructions("version: 1\n").is_err());
    }

    #[test]
    fn the_record_in_the_repository_is_whole() {
        let record = Record::read().unwrap();
        let per_event = record.instructions as f64 / record.events as f64;
        assert!((record.instructions_per_event - per_event).abs() <= 0.051);
    }
}
