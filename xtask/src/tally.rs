//! Counting what `cargo test` ran.

use std::fmt;

/// The sum of the `test result:` lines of one `cargo test`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Tally {
    /// Adds a line of output, if it is a result line of the standard test harness.
    pub(crate) fn add_line(&mut self, line: &str) {
        let Some(result) = line.trim_start().strip_prefix("test result: ") else {
            return;
        };
        // "ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.03s"
        let counts = result.split_once(". ").map_or(result, |(_, counts)| counts);
        for part in counts.split(';') {
            let Some((count, what)) = part.trim().split_once(' ') else {
                continue;
            };
            let Ok(count) = count.parse::<u64>() else {
                continue;
            };
            match what {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                "ignored" => self.ignored += count,
                _ => {}
            }
        }
    }

    /// Whether not a single test was run.
    pub(crate) fn is_empty(&self) -> bool {
        self.passed + self.failed == 0
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} tests passed, {} failed, {} ignored", self.passed, self.failed, self.ignored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_add_up_and_other_lines_do_not_count() {
        let mut tally = Tally::default();
        for line in [
            "running 13 tests",
            "test tally::tests::nine_lives ... ok",
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.03s\n",
            "   Doc-tests stranded_engine",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
            "5 passed; 5 failed",
        ] {
            tally.add_line(line);
        }
        let expected = Tally { passed: 15, failed: 2, ignored: 1 };
        assert_eq!(tally, expected);
        assert_eq!(tally.to_string(), "15 tests passed, 2 failed, 1 ignored");
    }

    #[test]
    fn tests_that_were_all_filtered_out_are_no_tests() {
        let mut tally = Tally::default();
        tally.add_line("test result: ok. 0 passed; 0 failed; 3 ignored; 0 measured; 9 filtered out; finished in 0.00s");
        assert!(tally.is_empty());
    }
}
