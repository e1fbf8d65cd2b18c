//! The simulator against the reference server, through the three programs: do the parts fit together?

use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process::{self, cargo};
use crate::step::Outcome;
use crate::workspace;

/// Exit code of `stranded validate` when the load generator missed its rate: that is the machine, and nothing of ours.
const INCONCLUSIVE: i32 = 11;

/// Builds the programs and plays the smallest validation.
pub(crate) fn check() -> Result<Outcome> {
    // The programs as the tests build them: packages built by themselves have other features, and everything is compiled once more.
    process::run(&mut cargo(&["test", "--workspace", "--no-run"]))?;
    let out = tempfile::tempdir()?;
    let mut command = Command::new(workspace::target_directory().join("debug").join("stranded"));
    command.args(["validate", "scenarios/validate-smoke.toml", "--jobs", "4", "--out"]).arg(out.path());
    command.current_dir(workspace::root());
    let status = command.status().context("cannot start `stranded`")?;
    match status.code() {
        Some(0) if out.path().join("report.html").is_file() => Ok(Outcome::Passed(String::new())),
        Some(0) => bail!("the validation succeeded and left no report.html"),
        Some(INCONCLUSIVE) => {
            Ok(Outcome::Skipped("this machine is too busy to send requests when they are due".to_owned()))
        }
        _ => bail!("`stranded validate` ended with {status}"),
    }
}
