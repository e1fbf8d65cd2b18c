//! Whether the engines saw the same thing happen.

use serde::Serialize;

use super::series::Series;

/// Largest relative difference between two engines.
pub(crate) const TOLERANCE: f64 = 0.02;

/// Below this many repetitions chance alone sets two right engines further apart than [`TOLERANCE`] now and then: the
/// retries of a hundred thousand users vary by 0.9 % from seed to seed.
pub(crate) const REPETITIONS_MIN: u32 = 3;

/// How a comparison of results ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub(crate) enum Agreement {
    /// All within the tolerance; the largest difference, as a share.
    Agree { what: &'static str, difference: f64 },
    /// Two differ by more.
    Disagree { what: &'static str, lowest: String, highest: String, difference: f64 },
    /// Too few repetitions to tell.
    NotJudged { what: &'static str, repetitions: u32 },
}

impl Agreement {
    /// Compares the means of a result over all series that have it.
    ///
    /// Series of fewer repetitions than others take part: their programs are slow because their runs are long, and long
    /// runs vary little.
    pub(crate) fn of(what: &'static str, series: &[Series], repetitions: u32) -> Self {
        if repetitions < REPETITIONS_MIN {
            return Self::NotJudged { what, repetitions };
        }
        let mut means: Vec<(f64, &Series)> =
            series.iter().filter_map(|series| Some((series.result(what)?, series))).collect();
        means.sort_by(|left, right| left.0.total_cmp(&right.0));
        let (Some(lowest), Some(highest)) = (means.first(), means.last()) else {
            return Self::Agree { what, difference: 0.0 };
        };
        // Two zeros agree.
        let difference = if highest.0 == 0.0 { 0.0 } else { (highest.0 - lowest.0) / highest.0.abs() };
        if difference <= TOLERANCE {
            return Self::Agree { what, difference };
        }
        let named = |(mean, series): &(f64, &Series)| format!("{} {mean:.4}", series.contestant.name());
        Self::Disagree { what, lowest: named(lowest), highest: named(highest), difference }
    }

    /// Whether it speaks against the engines.
    pub(crate) const fn is_disagreement(&self) -> bool {
        matches!(self, Self::Disagree { .. })
    }

    /// As a sentence.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Agree { what, difference } => format!("{what}: agree, within {:.2} %", difference * 100.0),
            Self::Disagree { what, lowest, highest, difference } => {
                format!("{what}: DISAGREE by {:.1} %: {lowest}, {highest}", difference * 100.0)
            }
            Self::NotJudged { what, repetitions } => format!(
                "{what}: not judged, because with {repetitions} repetitions (fewer than {REPETITIONS_MIN}) chance alone may \
                 differ by more than {:.0} %",
                TOLERANCE * 100.0
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::contestant::Contestant;
    use super::super::series::tests::series;
    use super::*;

    fn agreement(means: &[f64]) -> Agreement {
        let names = [Contestant::Engine, Contestant::Nexosim, Contestant::Simpy];
        let series: Vec<_> =
            names.into_iter().zip(means).map(|(name, mean)| series(name, &[1.0], "retries", &[*mean])).collect();
        Agreement::of("retries", &series, 5)
    }

    #[test]
    fn two_percent_apart_is_agreement_and_more_is_not() {
        assert!(!agreement(&[100.0, 98.1, 99.0]).is_disagreement());
        let disagreement = agreement(&[100.0, 97.9, 99.0]);
        assert!(disagreement.is_disagreement());
        let sentence = disagreement.sentence();
        assert!(sentence.contains("nexosim 97.9") && sentence.contains("stranded 100"), "{sentence}");
    }

    #[test]
    fn one_engine_that_does_nothing_is_a_disagreement_and_two_zeros_are_none() {
        assert!(agreement(&[100.0, 0.0]).is_disagreement());
        assert!(!agreement(&[0.0, 0.0]).is_disagreement());
    }

    #[test]
    fn a_series_without_the_result_does_not_count() {
        let other = [
            series(Contestant::Simpy, &[1.0], "goodput", &[0.0]),
            series(Contestant::Engine, &[1.0], "retries", &[7.0]),
        ];
        assert_eq!(Agreement::of("retries", &other, 5), Agreement::Agree { what: "retries", difference: 0.0 });
    }

    #[test]
    fn few_repetitions_are_not_judged() {
        let far_apart = [
            series(Contestant::Simpy, &[1.0], "retries", &[1.0]),
            series(Contestant::Engine, &[1.0], "retries", &[2.0]),
        ];
        assert_eq!(Agreement::of("retries", &far_apart, 2), Agreement::NotJudged { what: "retries", repetitions: 2 });
    }
}
