//! How often each point is repeated.
//!
//! Every decision is a pure function of the values of the first replications, in their order, so that it is the same for any
//! number of threads, after any interruption and - where points do not depend on each other - for any number of shards.

use super::decision::undecided;
use crate::statistics::SequentialStopping;
use stranded_scenario::Scenario;
use stranded_scenario::section::{Sweep, SweepReplications};

/// The objective of each replication of a point, in order; `None` where a replication has none.
pub(crate) type Samples = Vec<Option<f64>>;

/// How often each point is repeated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rule {
    /// Fewest and most replications, and the precision at which a point is known well enough.
    pub(crate) sequential: SequentialStopping,
    /// Whether only points that may be the best are repeated beyond the fewest.
    pub(crate) decide: bool,
}

impl Rule {
    /// What the sweep says, or what the scenario says about its runs.
    pub(crate) fn new(scenario: &Scenario, sweep: &Sweep) -> Self {
        let run = &scenario.run.replications;
        let own = sweep.replications.clone().unwrap_or(SweepReplications {
            min: run.min,
            max: run.max,
            precision: run.precision,
            decide: false,
        });
        Self {
            sequential: SequentialStopping { min: own.min, max: own.max, precision: own.precision.value() },
            decide: own.decide,
        }
    }

    /// Whether every point is repeated equally often whatever comes out.
    pub(crate) fn is_fixed(&self) -> bool {
        let Self { sequential, decide } = self;
        sequential.min == sequential.max || (sequential.precision <= 0.0 && !decide)
    }

    /// How many replications each point is to have as far as anybody can tell from the samples there are. Once every point has as
    /// many, it is either more than before or the end.
    pub(crate) fn targets(&self, samples: &[Samples], cost: impl Fn(f64) -> f64) -> Vec<u32> {
        let SequentialStopping { min, max, .. } = self.sequential;
        let first = if self.is_fixed() { max } else { min };
        let mut targets = vec![first; samples.len()];
        loop {
            let is_known = |point: usize| samples[point].len() >= targets[point] as usize;
            let may_be_best = if !self.decide || self.is_fixed() {
                vec![true; samples.len()]
            } else if (0..samples.len()).all(is_known) {
                let seen: Vec<&[Option<f64>]> =
                    samples.iter().zip(&targets).map(|(samples, target)| &samples[..*target as usize]).collect();
                undecided(&seen, &cost)
            } else {
                return targets;
            };
            let mut next = targets.clone();
            for (point, target) in next.iter_mut().enumerate() {
                if is_known(point) && may_be_best[point] && !self.satisfied(&samples[point][..*target as usize]) {
                    *target = grown(*target).min(max);
                }
            }
            if next == targets {
                return targets;
            }
            targets = next;
        }
    }

    /// Whether these replications know the objective as precisely as asked for.
    pub(crate) fn is_precise(&self, samples: &[Option<f64>]) -> bool {
        let endless = SequentialStopping { max: u32::MAX, ..self.sequential };
        endless.satisfied(&samples.iter().flatten().copied().collect::<Vec<f64>>())
    }

    fn satisfied(&self, samples: &[Option<f64>]) -> bool {
        let values: Vec<f64> = samples.iter().flatten().copied().collect();
        samples.len() as u64 >= u64::from(self.sequential.max) || self.sequential.satisfied(&values)
    }
}

/// Half as many again: few looks at the interval, and few replications too many.
const fn grown(count: u32) -> u32 {
    count.saturating_add(count.div_ceil(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(min: u32, max: u32, precision: f64, decide: bool) -> Rule {
        Rule { sequential: SequentialStopping { min, max, precision }, decide }
    }

    /// So many values around `mean`, alternating by `spread`.
    fn samples(count: usize, mean: f64, spread: f64) -> Samples {
        (0..count).map(|index| Some(if index % 2 == 0 { mean - spread } else { mean + spread })).collect()
    }

    #[test]
    fn without_precision_every_point_gets_the_most() {
        assert_eq!(rule(5, 20, 0.0, false).targets(&[Vec::new(), Vec::new()], |cost| cost), [20, 20]);
        assert_eq!(rule(8, 8, 0.05, false).targets(&[Vec::new()], |cost| cost), [8]);
    }

    #[test]
    fn a_tight_point_stops_and_a_wide_one_goes_on() {
        let rule = rule(4, 20, 0.05, false);
        assert_eq!(rule.targets(&[samples(4, 100.0, 0.5), samples(4, 100.0, 50.0)], |cost| cost), [4, 6]);
        assert_eq!(rule.targets(&[samples(4, 100.0, 0.5), samples(6, 100.0, 50.0)], |cost| cost), [4, 9]);
        assert_eq!(rule.targets(&[samples(20, 100.0, 50.0)], |cost| cost), [20]);
        // What an interruption has left is looked at as it would have been without it.
        assert_eq!(rule.targets(&[samples(2, 100.0, 0.5)], |cost| cost), [4]);
    }

    #[test]
    fn replications_go_where_the_best_point_is_undecided() {
        let rule = rule(4, 40, 0.0, true);
        let close =
            [samples(4, 10.0, 1.0), [Some(9.5), Some(11.2), Some(9.1), Some(10.9)].to_vec(), samples(4, 90.0, 1.0)];
        assert_eq!(rule.targets(&close, |cost| cost), [6, 6, 4]);
        // The largest is the best one now.
        assert_eq!(rule.targets(&close, |value| -value), [4, 4, 4]);
    }

    #[test]
    fn replications_without_a_value_are_not_endless() {
        assert_eq!(rule(2, 5, 0.05, false).targets(&[vec![None; 5]], |cost| cost), [5]);
    }
}
