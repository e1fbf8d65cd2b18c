//! `cargo xtask test`: the set-up, then every check.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{fs, io};

use anyhow::{Context as _, Result};

use crate::process::{self, cargo};
use crate::python::TEST_PYTHON_VARIABLE;
use crate::setup;
use crate::step::{Outcome, Steps};
use crate::tally::Tally;
use crate::workspace;

/// What the checks share.
struct Surroundings {
    /// The tests' Python; absent when the set-up failed.
    python: Option<PathBuf>,
}

/// Whether `--quick` leaves a check out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    Always,
    Slow,
}

/// A check: its name in the table, its pace, and what it does.
type Check = (&'static str, Pace, fn(&Surroundings) -> Result<Outcome>);

/// The checks, in order. **Add a row to add a check.** The tests stand last, so that their result lines stand
/// right above the closing table.
const CHECKS: &[Check] = &[
    ("format", Pace::Always, format),
    ("clippy", Pace::Always, clippy),
    ("documentation", Pace::Slow, documentation),
    ("scenarios", Pace::Slow, scenarios),
    ("dependencies", Pace::Slow, dependencies),
    ("tests", Pace::Always, tests),
];

/// Runs the set-up and the checks, prints the table, and says by its exit code whether all held.
pub(crate) fn run(quick: bool) -> ExitCode {
    let mut steps = Steps::default();
    let mut surroundings = Surroundings { python: None };
    steps.run("set-up", || {
        let python = setup::run(false)?;
        surroundings.python = Some(python.path);
        Ok(Outcome::Passed(python.description))
    });
    for &(name, pace, check) in CHECKS {
        if quick && pace == Pace::Slow {
            steps.run(name, || Ok(Outcome::Skipped("left out by --quick".to_owned())));
        } else {
            steps.run(name, || check(&surroundings));
        }
    }
    println!("\n{steps}");
    if steps.all_held() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Turns a command that must succeed into an outcome.
fn must_succeed(command: &mut Command) -> Result<Outcome> {
    process::run(command)?;
    Ok(Outcome::Passed(String::new()))
}

fn format(_: &Surroundings) -> Result<Outcome> {
    must_succeed(&mut cargo(&["fmt", "--all", "--check"]))
}

fn clippy(_: &Surroundings) -> Result<Outcome> {
    must_succeed(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn documentation(_: &Surroundings) -> Result<Outcome> {
    must_succeed(cargo(&["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
}

/// Every scenario that we ship must be one that `stranded` accepts.
fn scenarios(_: &Surroundings) -> Result<Outcome> {
    let files = scenario_files(&workspace::root().join("scenarios"))?;
    if files.is_empty() {
        return Ok(Outcome::Skipped("no file scenarios/*.toml".to_owned()));
    }
    let mut command = cargo(&["run", "--quiet", "--package", "stranded", "--"]);
    process::run(command.args(["scenario", "check"]).args(&files))?;
    Ok(Outcome::Passed(format!("{} files", files.len())))
}

/// The scenario files right in `folder` (not the calibrations below it), sorted; none if there is no such folder.
fn scenario_files(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_file() && path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Licences, bans and sources. The advisories change without us and need the network, so they are a job of
/// their own in the workflow: news about a dependency must not turn an unrelated change red.
fn dependencies(_: &Surroundings) -> Result<Outcome> {
    if process::capture(&mut cargo(&["deny", "--version"])).is_err() {
        return Ok(Outcome::Skipped(
            "cargo-deny is not installed (`cargo install --locked cargo-deny`); the workflow on GitHub has it"
                .to_owned(),
        ));
    }
    must_succeed(&mut cargo(&["deny", "check", "bans", "licenses", "sources"]))
}

/// Unit, integration and documentation tests of every package.
fn tests(surroundings: &Surroundings) -> Result<Outcome> {
    let mut command = cargo(&["test", "--workspace", "--no-fail-fast"]);
    if let Some(python) = &surroundings.python {
        command.env(TEST_PYTHON_VARIABLE, python);
    }
    let mut tally = Tally::default();
    let success = process::watch(&mut command, &mut io::stdout(), |line| tally.add_line(line))?;
    Ok(judge_tests(success, &tally))
}

fn judge_tests(success: bool, tally: &Tally) -> Outcome {
    if !success {
        Outcome::Failed(tally.to_string())
    } else if tally.is_empty() {
        Outcome::Failed("cargo test ran no test".to_owned())
    } else {
        Outcome::Passed(tally.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scenarios_right_in_the_folder_are_checked() -> Result<()> {
        let folder = tempfile::tempdir()?;
        fs::create_dir(folder.path().join("calibration"))?;
        for name in ["b.toml", "a.toml", "notes.md", "calibration/server.toml"] {
            fs::write(folder.path().join(name), "")?;
        }
        let expected = ["a.toml", "b.toml"].map(|name| folder.path().join(name));
        assert_eq!(scenario_files(folder.path())?, expected);
        assert!(scenario_files(&folder.path().join("absent"))?.is_empty());
        Ok(())
    }

    #[test]
    fn tests_pass_only_when_some_ran() {
        let mut tally = Tally::default();
        assert!(matches!(judge_tests(true, &tally), Outcome::Failed(_)));
        tally.add_line("test result: ok. 1 passed; 0 failed; 0 ignored");
        assert!(matches!(judge_tests(true, &tally), Outcome::Passed(_)));
        assert!(matches!(judge_tests(false, &tally), Outcome::Failed(_)));
    }

    #[test]
    fn quick_keeps_the_tests() {
        let kept: Vec<_> = CHECKS.iter().filter(|(_, pace, _)| *pace == Pace::Always).map(|(name, ..)| *name).collect();
        assert_eq!(kept, ["format", "clippy", "tests"]);
    }
}
