//! Steps that all run, whatever became of the others, and the table of their outcomes.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::Result;

/// How a step ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The check holds; the text (which may be empty) says what was found.
    Passed(String),
    /// The check does not hold, or could not be made though it should have been.
    Failed(String),
    /// The check was not made, for this reason.
    Skipped(String),
}

impl Outcome {
    fn word(&self) -> &'static str {
        match self {
            Self::Passed(_) => "passed",
            Self::Failed(_) => "FAILED",
            Self::Skipped(_) => "SKIPPED",
        }
    }

    fn detail(&self) -> &str {
        match self {
            Self::Passed(detail) | Self::Failed(detail) | Self::Skipped(detail) => detail,
        }
    }
}

/// A step that ended.
#[derive(Debug)]
struct Ended {
    name: &'static str,
    outcome: Outcome,
    duration: Duration,
}

/// The steps so far. Its text form is the closing table.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    ended: Vec<Ended>,
}

impl Steps {
    /// Runs a step under its own headline. An error becomes a failure of this step and stops no other.
    pub(crate) fn run(&mut self, name: &'static str, step: impl FnOnce() -> Result<Outcome>) {
        eprintln!("\n== {name}");
        let start = Instant::now();
        let outcome = step().unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")));
        self.end(name, outcome, start.elapsed());
    }

    fn end(&mut self, name: &'static str, outcome: Outcome, duration: Duration) {
        eprintln!("== {name}: {} {}", outcome.word(), outcome.detail());
        self.ended.push(Ended { name, outcome, duration });
    }

    /// Whether no step failed. Skipped steps do not count as failures: the table names them.
    pub(crate) fn all_held(&self) -> bool {
        self.count(|outcome| matches!(outcome, Outcome::Failed(_))) == 0
    }

    fn count(&self, wanted: impl Fn(&Outcome) -> bool) -> usize {
        self.ended.iter().filter(|step| wanted(&step.outcome)).count()
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name_width = self.ended.iter().map(|step| step.name.len()).max().unwrap_or(0).max("step".len());
        writeln!(formatter, "{:name_width$}  {:7}  {:>7}  detail", "step", "result", "seconds")?;
        for step in &self.ended {
            // The whole message stands where the step ran; a table wants one line.
            let detail = step.outcome.detail().lines().next().unwrap_or_default();
            let line = format!(
                "{:name_width$}  {:7}  {:7.1}  {detail}",
                step.name,
                step.outcome.word(),
                step.duration.as_secs_f64(),
            );
            writeln!(formatter, "{}", line.trim_end())?;
        }
        write!(
            formatter,
            "\nsteps: {} passed, {} failed, {} skipped",
            self.count(|outcome| matches!(outcome, Outcome::Passed(_))),
            self.count(|outcome| matches!(outcome, Outcome::Failed(_))),
            self.count(|outcome| matches!(outcome, Outcome::Skipped(_))),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_runs_and_an_error_is_a_failure_of_its_step_alone() {
        let mut steps = Steps::default();
        steps.run("first", || anyhow::bail!("no luck"));
        assert!(!steps.all_held());
        let mut second_ran = false;
        steps.run("second", || {
            second_ran = true;
            Ok(Outcome::Passed(String::new()))
        });
        assert!(second_ran);
        let first = &steps.ended[0].outcome;
        assert_eq!(*first, Outcome::Failed("no luck".to_owned()));
    }

    #[test]
    fn a_skipped_step_is_no_failure() {
        let mut steps = Steps::default();
        steps.run("deny", || Ok(Outcome::Skipped("not installed".to_owned())));
        assert!(steps.all_held());
    }

    #[test]
    fn the_table_shows_every_step_and_ends_with_the_counts() {
        let mut steps = Steps::default();
        let second = Duration::from_secs(1);
        steps.end("format", Outcome::Passed(String::new()), second);
        steps.end("tests", Outcome::Failed("first line\nsecond line".to_owned()), Duration::from_millis(12_340));
        steps.end("deny", Outcome::Skipped("not installed".to_owned()), second / 10);
        let expected = "\
step    result   seconds  detail
format  passed       1.0
tests   FAILED      12.3  first line
deny    SKIPPED      0.1  not installed

steps: 1 passed, 1 failed, 1 skipped";
        assert_eq!(steps.to_string(), expected);
    }
}
