//! An oracle and what the simulator says to it.

use super::interval::{Measured, measure};
use std::path::PathBuf;
use stranded_scenario::section::Oracle;

/// Whether an oracle holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The interval holds the known value, and is narrow enough to say so.
    Holds,
    /// The known value lies outside of the interval.
    Missed,
    /// The interval holds the known value, and much else.
    TooWide,
    /// The metric has no value, or in one replication only.
    NoValue,
}

impl Verdict {
    /// The word for people and programs.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Missed => "missed",
            Self::TooWide => "too wide",
            Self::NoValue => "no value",
        }
    }
}

/// A row of the table.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    /// The file that the oracle stands in.
    pub(crate) file: PathBuf,
    pub(crate) oracle: Oracle,
    pub(crate) measured: Option<Measured>,
    /// Replications in which the metric has a value.
    pub(crate) replications: usize,
    pub(crate) verdict: Verdict,
}

/// Judges an oracle by the values of its metric, one for each replication.
pub(crate) fn judge(oracle: &Oracle, values: &[f64]) -> (Option<Measured>, Verdict) {
    let measured = measure(oracle.statistic, values);
    let verdict = match measured {
        None => Verdict::NoValue,
        Some(measured) => {
            // Values that do not vary still carry the rounding of their sum.
            let rounding = 1e-9 * oracle.expected.abs();
            let miss = (measured.value - oracle.expected).abs();
            if miss > measured.half_width + oracle.tolerance + rounding {
                Verdict::Missed
            } else if measured.half_width > half_width_max(oracle) {
                Verdict::TooWide
            } else {
                Verdict::Holds
            }
        }
    };
    (measured, verdict)
}

/// The widest interval that still says something. A known value that may be off by more than the wanted precision asks for no more.
fn half_width_max(oracle: &Oracle) -> f64 {
    (oracle.precision.value() * oracle.expected.abs()).max(oracle.tolerance)
}

/// Whether the values are enough to judge the oracle by.
pub(crate) fn is_precise(oracle: &Oracle, values: &[f64]) -> bool {
    measure(oracle.statistic, values).is_some_and(|measured| measured.half_width <= half_width_max(oracle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use stranded_scenario::Probability;

    fn oracle(expected: f64, tolerance: f64) -> Oracle {
        Oracle { expected, tolerance, precision: Probability::new(0.05), ..Oracle::default() }
    }

    /// Twenty values around one, with a half width of 1.4 %.
    fn around(value: f64) -> Vec<f64> {
        (0..20).map(|index| value * (1.0 + 0.016 * f64::from(index % 5 - 2))).collect()
    }

    #[test]
    fn a_value_within_a_narrow_interval_holds() {
        assert_eq!(judge(&oracle(10.0, 0.0), &around(10.05)).1, Verdict::Holds);
        assert_eq!(judge(&oracle(10.0, 0.0), &around(10.5)).1, Verdict::Missed);
        assert_eq!(judge(&oracle(10.0, 0.5), &around(10.5)).1, Verdict::Holds);
        assert_eq!(judge(&oracle(0.1, 0.0), &[0.1; 7]).1, Verdict::Holds);
    }

    #[test]
    fn an_interval_that_holds_everything_says_nothing() {
        assert_eq!(judge(&oracle(10.0, 0.0), &[0.0, 20.0, 10.0]).1, Verdict::TooWide);
        assert_eq!(judge(&oracle(10.0, 0.0), &[10.0]).1, Verdict::NoValue);
        assert_eq!(judge(&oracle(10.0, 0.0), &[]).1, Verdict::NoValue);
    }

    #[test]
    fn zero_needs_a_tolerance_only_where_values_vary() {
        assert_eq!(judge(&oracle(0.0, 0.0), &[0.0; 5]).1, Verdict::Holds);
        assert_eq!(judge(&oracle(0.0, 0.0), &[0.0, 0.0, 0.0, 0.1, 0.0]).1, Verdict::TooWide);
        assert!(is_precise(&oracle(0.0, 0.5), &[0.0, 0.01, 0.0, 0.0, 0.0]));
    }
}
