//! The trial of the gates: an unchanged program must pass and one made 5 % worse must fail, whatever the luck of the day.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::process::{self, cargo};
use crate::step::Outcome;
use crate::workspace;

/// The town of the lab's own tests.
const TOWN: &str = "sim/lab/tests/common/town.toml";

/// What makes it 5 % worse in stranded person-hours: people who cannot start wait 45 minutes until they find another way, not 42.
const WORSE: &str = "relief.giving_up.start={ lognormal = { median = \"45 min\", sigma = 0.8 } }";

/// Days, each with luck of its own.
const SEEDS: u32 = 10;

/// Enough that an interval of the change is narrower than what lies between 5 % and the tolerance of 2 %.
const REPLICATIONS: u32 = 60;

/// Fewer than a gate believes.
const TOO_FEW: u32 = 4;

/// Exit codes of a gate.
const PASS: i32 = 0;
const FAIL: i32 = 10;
const INCONCLUSIVE: i32 = 11;

/// Runs the trial.
pub(crate) fn check() -> Result<Outcome> {
    process::run(&mut cargo(&["build", "--quiet", "--package", "stranded"]))?;
    let folder = tempfile::tempdir()?;
    for seed in 1..=SEEDS {
        let run = |name: &str, replications, more: &[&str]| {
            run(&folder.path().join(format!("{name}-{seed}")), seed, replications, more)
        };
        let before = run("before", REPLICATIONS, &[])?;
        let kept = folder.path().join(format!("{seed}.json"));
        process::run(stranded().args(["baseline", "update", "--quiet"]).arg(&before).arg("--to").arg(&kept))?;
        judge(&run("unchanged", REPLICATIONS, &[])?, &kept, PASS)?;
        judge(&run("worse", REPLICATIONS, &["--set", WORSE])?, &kept, FAIL)?;
        judge(&run("too-few", TOO_FEW, &[])?, &kept, INCONCLUSIVE)?;
        println!("seed {seed}: unchanged passes, 5 % worse fails, {TOO_FEW} replications are inconclusive");
    }
    Ok(Outcome::Passed(format!("{SEEDS} of {SEEDS} unchanged pass, {SEEDS} of {SEEDS} 5 % worse fail")))
}

/// Runs the town and returns its run folder.
fn run(out: &Path, seed: u32, replications: u32, more: &[&str]) -> Result<PathBuf> {
    let mut command = stranded();
    command.args(["run", TOWN, "--quiet", "--json", "--arms", "none"]).args(more).arg("--out").arg(out);
    command.args(["--seed", &seed.to_string(), "--replications", &replications.to_string()]);
    process::capture(&mut command)?;
    let mut folders = fs::read_dir(out)?;
    let folder = folders.next().context("the run left no folder")??.path();
    ensure!(folders.next().is_none(), "the run left more than one folder");
    Ok(folder)
}

fn judge(run: &Path, baseline: &Path, expected: i32) -> Result<()> {
    let mut command = stranded();
    command.arg("gate").arg(run).arg("--baseline").arg(baseline);
    let output = command.output().context("cannot start stranded")?;
    if output.status.code() != Some(expected) {
        let said = String::from_utf8_lossy(&output.stdout);
        bail!("{} ended with {} and not with {expected}:\n{said}", run.display(), output.status);
    }
    Ok(())
}

fn stranded() -> Command {
    let mut command = Command::new(workspace::target_directory().join("debug/stranded"));
    command.current_dir(workspace::root());
    command
}
