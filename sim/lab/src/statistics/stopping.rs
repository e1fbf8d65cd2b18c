//! When to stop repeating.

use super::interval::mean_interval;

/// Sequential stopping at a relative precision (Law, *Simulation Modeling and Analysis*, 5th edition, section 9.4.1): repeat
/// until half the width of the 95 % interval is at most a given share of the mean.
///
/// Values are looked at in the order of the replications, never in the order in which threads finish them, so the number of
/// replications is a property of the scenario and its seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SequentialStopping {
    /// Fewest replications before an interval is believed.
    pub(crate) min: u32,
    /// Most replications.
    pub(crate) max: u32,
    /// Half width of the interval relative to the mean.
    pub(crate) precision: f64,
}

impl SequentialStopping {
    /// Whether the replications so far, one value each, are enough.
    pub(crate) fn satisfied(&self, samples: &[f64]) -> bool {
        let count = samples.len() as u64;
        if count >= u64::from(self.max) {
            return true;
        }
        count >= u64::from(self.min) && relative_half_width(samples).is_some_and(|width| width <= self.precision)
    }

    /// How many replications it will probably take in all, for the progress bar: the width shrinks with the root of the
    /// number of replications.
    pub(crate) fn expected(&self, samples: &[f64]) -> u32 {
        let Some(width) = relative_half_width(samples) else { return self.max };
        let growth = if self.precision > 0.0 { (width / self.precision).powi(2) } else { f64::INFINITY };
        let count = (samples.len() as f64 * growth).ceil();
        // A float beyond the range saturates, which is what is wanted here.
        (count as u32).clamp(self.min.max(samples.len() as u32).min(self.max), self.max)
    }
}

/// Half the width of the interval as a share of the mean; zero for identical values, `None` when it says nothing.
fn relative_half_width(samples: &[f64]) -> Option<f64> {
    let estimate = mean_interval(samples)?;
    let [low, high] = estimate.ci95()?;
    let half = (high - low) / 2.0;
    if half == 0.0 {
        return Some(0.0);
    }
    (estimate.mean() != 0.0).then(|| half / estimate.mean().abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIVE_TO_TWENTY: SequentialStopping = SequentialStopping { min: 5, max: 20, precision: 0.05 };

    #[test]
    fn a_tight_interval_stops_at_the_minimum_and_not_before() {
        let samples = [100.0, 101.0, 99.0, 100.5, 99.5];
        assert!(!FIVE_TO_TWENTY.satisfied(&samples[..4]));
        assert!(FIVE_TO_TWENTY.satisfied(&samples));
    }

    #[test]
    fn a_wide_interval_goes_on_until_the_maximum() {
        let samples: Vec<f64> = (0..20).map(|index| if index % 2 == 0 { 0.0 } else { 1_000.0 }).collect();
        assert!(!FIVE_TO_TWENTY.satisfied(&samples[..19]));
        assert!(FIVE_TO_TWENTY.satisfied(&samples));
    }

    #[test]
    fn nobody_stranded_in_any_replication_is_precise() {
        assert!(FIVE_TO_TWENTY.satisfied(&[0.0; 5]));
    }

    #[test]
    fn a_fixed_number_is_neither_cut_short_nor_exceeded() {
        let fixed = SequentialStopping { min: 3, max: 3, precision: 0.05 };
        assert!(!fixed.satisfied(&[1.0, 1.0]));
        assert!(fixed.satisfied(&[1.0, 1.0, 1.0]));
        assert_eq!(fixed.expected(&[1.0, 2.0]), 3);
    }

    #[test]
    fn the_expected_number_follows_the_square_root_law() {
        // Five values with a half width of 10 % need four times as many for 5 %.
        let half_of_unit_spread = {
            let [low, high] = mean_interval(&[-2.0, -1.0, 0.0, 1.0, 2.0]).unwrap().ci95().unwrap();
            (high - low) / 2.0
        };
        let mean = half_of_unit_spread / 0.1;
        let samples = [-2.0, -1.0, 0.0, 1.0, 2.0].map(|deviation| mean + deviation);
        assert_eq!(FIVE_TO_TWENTY.expected(&samples), 20);
        assert_eq!(SequentialStopping { max: 50, ..FIVE_TO_TWENTY }.expected(&samples), 20);
        assert_eq!(FIVE_TO_TWENTY.expected(&[]), 20);
        assert_eq!(FIVE_TO_TWENTY.expected(&[5.0; 2]), 5);
    }
}
