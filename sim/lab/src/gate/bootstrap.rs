//! The interval of a difference, by resampling replications.
//!
//! Replications are what is independent. People are not: they stand in the same line before the same server, so that resampling them
//! would claim an interval many times too narrow.

use statrs::distribution::{ContinuousCDF as _, Normal, StudentsT};
use stranded_engine::Stream;

/// Resamples. The ends of the interval are then known to a few hundredths of its width.
const RESAMPLES: usize = 10_000;

/// Seed of the resampling: the same values give the same interval on every machine.
const SEED: u64 = 0x6761_7465;

/// Confidence of the interval, as of every other that the program prints.
const CONFIDENCE: f64 = 0.95;

/// The values of two subjects.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Values<'values> {
    /// Value by value of the same replication: (subject, baseline).
    Paired(&'values [(f64, f64)]),
    /// Of replications that share nothing.
    Apart {
        /// The subject's.
        subject: &'values [f64],
        /// The baseline's.
        baseline: &'values [f64],
    },
}

/// The 95 % interval of `effect(subject, baseline)`; `None` for fewer than two replications of either.
///
/// Expanded percentile interval (Hesterberg, "What Teachers Should Know About the Bootstrap", *The American Statistician* 69, 2015,
/// section 3.2): the percentiles are taken further out, by Student's t and by n / (n - 1), because a resample of few values varies
/// less than the values do. Ends may be infinite where an effect is.
pub(crate) fn interval(values: Values<'_>, effect: impl Fn(&mut [f64], &mut [f64]) -> f64) -> Option<[f64; 2]> {
    let count = match values {
        Values::Paired(pairs) => pairs.len(),
        Values::Apart { subject, baseline } => subject.len().min(baseline.len()),
    };
    let tail = tail(count)?;
    let mut luck = Stream::new(SEED, 0, 0);
    let (mut here, mut there) = (Vec::new(), Vec::new());
    let mut effects: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            here.clear();
            there.clear();
            match values {
                Values::Paired(pairs) => {
                    for _ in pairs {
                        let (subject, baseline) = pairs[luck.below(pairs.len() as u32) as usize];
                        here.push(subject);
                        there.push(baseline);
                    }
                }
                Values::Apart { subject, baseline } => {
                    here.extend(subject.iter().map(|_| subject[luck.below(subject.len() as u32) as usize]));
                    there.extend(baseline.iter().map(|_| baseline[luck.below(baseline.len() as u32) as usize]));
                }
            }
            effect(&mut here, &mut there)
        })
        .collect();
    effects.sort_unstable_by(f64::total_cmp);
    // As many resamples lie outside of either end.
    let outside = (tail * RESAMPLES as f64) as usize;
    Some([effects[outside], effects[RESAMPLES - 1 - outside]])
}

/// The share of resamples to leave out at either end.
fn tail(count: usize) -> Option<f64> {
    let count = count as f64;
    let students = StudentsT::new(0.0, 1.0, count - 1.0).ok()?;
    let quantile = students.inverse_cdf(0.5 + CONFIDENCE / 2.0) * (count / (count - 1.0)).sqrt();
    Some(Normal::standard().cdf(-quantile))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(values: &[f64]) -> f64 {
        values.iter().sum::<f64>() / values.len() as f64
    }

    fn change(subject: &mut [f64], baseline: &mut [f64]) -> f64 {
        mean(subject) / mean(baseline) - 1.0
    }

    #[test]
    fn what_is_the_same_differs_by_nothing() {
        let pairs = [(5.1, 5.1), (7.3, 7.3), (4.9, 4.9), (6.6, 6.6), (0.1, 0.1)];
        assert_eq!(interval(Values::Paired(&pairs), change), Some([0.0, 0.0]));
        assert_eq!(interval(Values::Paired(&pairs[..1]), change), None);
    }

    #[test]
    fn nineteen_of_twenty_intervals_hold_the_true_change() {
        // Days of very different size, of which 5 % more is left, more or less; six of them, and twenty. 3.3 standard errors of a
        // binomial share: sqrt(0.95 * 0.05 / 500) = 0.0097.
        let experiments = 500;
        for (count, purpose) in [(6, 1), (20, 2)] {
            let mut covered = [0, 0];
            for seed in 0..experiments {
                let mut luck = Stream::new(seed, 0, purpose);
                let pairs: Vec<(f64, f64)> = (0..count)
                    .map(|_| {
                        let baseline = 1_000.0 + 100.0 * luck.normal();
                        (1.05 * baseline + 10.0 * luck.normal(), baseline)
                    })
                    .collect();
                let apart: Vec<f64> = (0..count).map(|_| 1_050.0 + 105.0 * luck.normal()).collect();
                let baseline: Vec<f64> = pairs.iter().map(|(_, baseline)| *baseline).collect();
                let holds = |[low, high]: [f64; 2]| u32::from((low..=high).contains(&0.05));
                covered[0] += holds(interval(Values::Paired(&pairs), change).unwrap());
                covered[1] += holds(interval(Values::Apart { subject: &apart, baseline: &baseline }, change).unwrap());
            }
            // Six values are few; the interval is still an honest one.
            assert!(covered.iter().all(|&covered| covered >= 455), "{covered:?} of {experiments} with {count}");
        }
    }

    #[test]
    fn pairing_removes_what_both_share() {
        let pairs: Vec<(f64, f64)> = (1..=8).map(|day| (f64::from(day) * 105.0, f64::from(day) * 100.0)).collect();
        let [low, high] = interval(Values::Paired(&pairs), change).unwrap();
        assert!((low - 0.05).abs() < 1e-9 && (high - 0.05).abs() < 1e-9, "{low} to {high}");
        let (subject, baseline): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let [low, high] = interval(Values::Apart { subject: &subject, baseline: &baseline }, change).unwrap();
        assert!(low < -0.2 && high > 0.2, "{low} to {high}");
    }
}
