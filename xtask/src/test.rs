//! `cargo xtask test`: the set-up, then every check.

use std::io;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

use crate::firmware::{self, TEST_FIRMWARE_VARIABLE};
use crate::gates;
use crate::instructions;
use crate::process::{self, cargo};
use crate::python::TEST_PYTHON_VARIABLE;
use crate::scenarios;
use crate::setup::{self, Prepared};
use crate::step::{Outcome, Steps};
use crate::tally::Tally;
use crate::validate;

/// What the checks share.
struct Surroundings {
    /// What the set-up found or installed; absent when it failed.
    prepared: Option<Prepared>,
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
    ("scenarios", Pace::Slow, |_| scenarios::check()),
    ("smoke run", Pace::Slow, |_| scenarios::smoke()),
    ("gates", Pace::Slow, |_| gates::check()),
    ("dependencies", Pace::Slow, dependencies),
    ("instructions", Pace::Slow, |_| instructions::check()),
    ("validation", Pace::Slow, |_| validate::check()),
    ("digest in release", Pace::Slow, digest_in_release),
    ("firmware", Pace::Always, firmware),
    ("tests", Pace::Always, tests),
];

/// Runs the set-up and the checks, prints the table, and says by its exit code whether all held.
pub(crate) fn run(quick: bool) -> ExitCode {
    let mut steps = Steps::default();
    let mut surroundings = Surroundings { prepared: None };
    steps.run("set-up", || {
        let prepared = setup::run(false)?;
        let description = prepared.python.description.clone();
        surroundings.prepared = Some(prepared);
        Ok(Outcome::Passed(description))
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

/// The second workspace. The tests debug what it builds.
fn firmware(surroundings: &Surroundings) -> Result<Outcome> {
    let prepared = surroundings.prepared.as_ref().context("the set-up failed")?;
    firmware::check(&prepared.firmware)
}

/// Unit, integration and documentation tests of every package.
fn tests(surroundings: &Surroundings) -> Result<Outcome> {
    let mut command = cargo(&["test", "--workspace", "--no-fail-fast"]);
    if let Some(prepared) = &surroundings.prepared {
        command.env(TEST_PYTHON_VARIABLE, &prepared.python.path);
    }
    command.env(TEST_FIRMWARE_VARIABLE, firmware::programs());
    watch_tests(&mut command)
}

/// The digest that stands in the test, once more: `tests` meets it in debug, and whoever uses the program
/// runs it in release.
fn digest_in_release(_: &Surroundings) -> Result<Outcome> {
    let test = "the_digest_is_the_same_on_every_machine_and_profile";
    let mut command = cargo(&["test", "--release", "--package", "stranded-model", "--test", "world", test]);
    // A test of another name is no test, and `judge_tests` does not take that for a success.
    watch_tests(command.args(["--", "--exact"]))
}

fn watch_tests(command: &mut Command) -> Result<Outcome> {
    let mut tally = Tally::default();
    let success = process::watch(command, &mut io::stdout(), |line| tally.add_line(line))?;
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
        assert_eq!(kept, ["format", "clippy", "firmware", "tests"]);
    }
}
