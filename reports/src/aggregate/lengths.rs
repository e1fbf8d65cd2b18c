//! How long episodes are: counted in bins that widen with the length, and from these the curve of those still stranded.

use super::quantile;
use crate::episode::EpisodeRow;
use crate::relief::{ReliefChannel, StrandedClass};

/// Bins for each doubling of the length.
const BINS_PER_DOUBLING: f64 = 12.0;
/// Bins in all: up to 1.4 x 2^12 minutes, four days; what lasts longer is counted in the last one.
const BINS: usize = 150;

/// Of those stranded, the share still stranded after so long: Kaplan and Meier's estimate (1958) on bins, so that episodes whose end
/// the simulation did not see are at risk until then and never count as freed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lengths {
    /// Time since the start of the episode, in minutes.
    pub minutes: Vec<f64>,
    /// Share of all of them still stranded then, 0 to 1.
    pub all: Vec<f64>,
    /// The same by class, in the order of [`StrandedClass::ALL`]; empty where the class has no episode.
    pub by_class: [Vec<f64>; 3],
    /// 5 % of replications lie below; empty with a single replication.
    pub p05: Vec<f64>,
    /// 5 % of replications lie above; empty with a single replication.
    pub p95: Vec<f64>,
    /// Episodes per replication whose end the simulation did not see.
    pub censored: f64,
}

impl Lengths {
    /// The share still stranded after so many minutes, by linear interpolation; `None` without any episode.
    pub fn still_stranded(&self, minutes: f64) -> Option<f64> {
        let after = self.minutes.iter().position(|at| *at >= minutes)?;
        let Some(before) = after.checked_sub(1) else { return self.all.first().copied() };
        let part = (minutes - self.minutes[before]) / (self.minutes[after] - self.minutes[before]);
        Some((self.all[after] - self.all[before]).mul_add(part, self.all[before]))
    }
}

/// Ends and censorings of one population in each bin.
#[derive(Debug, Clone)]
struct Ends {
    relieved: Vec<u32>,
    censored: Vec<u32>,
}

impl Default for Ends {
    fn default() -> Self {
        Self { relieved: vec![0; BINS], censored: vec![0; BINS] }
    }
}

impl Ends {
    fn add(&mut self, bin: usize, is_censored: bool) {
        let counts = if is_censored { &mut self.censored } else { &mut self.relieved };
        counts[bin] += 1;
    }

    fn merge(&mut self, other: &Self) {
        let pairs = [(&mut self.relieved, &other.relieved), (&mut self.censored, &other.censored)];
        for (sum, counts) in pairs {
            sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
    }

    fn total(&self) -> u32 {
        self.relieved.iter().chain(&self.censored).sum()
    }

    /// Share still stranded at the end of each bin; empty without episodes.
    fn survival(&self) -> Vec<f64> {
        let mut at_risk = f64::from(self.total());
        if at_risk == 0.0 {
            return Vec::new();
        }
        let mut share = 1.0;
        let step = |(relieved, censored): (&u32, &u32)| {
            if at_risk > 0.0 {
                share *= 1.0 - f64::from(*relieved) / at_risk;
            }
            at_risk -= f64::from(relieved + censored);
            share
        };
        self.relieved.iter().zip(&self.censored).map(step).collect()
    }
}

/// Counts of all replications so far.
#[derive(Debug, Clone, Default)]
pub(super) struct LengthCounts {
    by_class: [Ends; 3],
    curves: Vec<Vec<f32>>,
}

impl LengthCounts {
    pub(super) fn add(&mut self, rows: &[EpisodeRow]) {
        let mut here = Ends::default();
        for row in rows.iter().filter(|row| row.counted) {
            let (bin, is_censored) = (bin(row.minutes()), row.relief == ReliefChannel::Censored);
            here.add(bin, is_censored);
            self.by_class[row.class.index()].add(bin, is_censored);
        }
        let curve = here.survival();
        if !curve.is_empty() {
            self.curves.push(curve.into_iter().map(|share| share as f32).collect());
        }
    }

    /// The curve of so many replications; those without episodes need not have been added.
    pub(super) fn finish(self, replications: u32) -> Lengths {
        let mut all = Ends::default();
        self.by_class.iter().for_each(|class| all.merge(class));
        let total = all.total();
        if total == 0 {
            return Lengths::default();
        }
        let occupied = |ends: &Ends| {
            let is_some = |bin: &usize| ends.relieved[*bin] + ends.censored[*bin] > 0;
            ((0..BINS).find(is_some).unwrap_or(0), (0..BINS).rfind(is_some).unwrap_or(0))
        };
        let (first, last) = occupied(&all);
        let shown = |curve: Vec<f64>| -> Vec<f64> {
            if curve.is_empty() {
                return curve;
            }
            std::iter::once(1.0).chain(curve[first..=last].iter().copied()).collect()
        };
        let over_replications = |part: f64| -> Vec<f64> {
            let of_bin = |bin: usize| {
                let mut shares: Vec<f64> = self.curves.iter().map(|curve| f64::from(curve[bin])).collect();
                quantile(&mut shares, part).unwrap_or(0.0)
            };
            if self.curves.len() > 1 { shown((0..BINS).map(of_bin).collect()) } else { Vec::new() }
        };
        Lengths {
            minutes: (first..=last + 1).map(lower_edge).collect(),
            all: shown(all.survival()),
            p05: over_replications(0.05),
            p95: over_replications(0.95),
            censored: f64::from(all.censored.iter().sum::<u32>()) / f64::from(replications.max(1)),
            by_class: StrandedClass::ALL.map(|class| shown(self.by_class[class.index()].survival())),
        }
    }
}

fn bin(minutes: f64) -> usize {
    ((minutes.max(1.0).log2() * BINS_PER_DOUBLING) as usize).min(BINS - 1)
}

/// Where a bin begins, in minutes.
fn lower_edge(bin: usize) -> f64 {
    (bin as f64 / BINS_PER_DOUBLING).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::TableRow as _;

    fn episode(minutes: i32, relief: ReliefChannel) -> EpisodeRow {
        EpisodeRow { ended_ms: minutes * 60_000, counted: true, relief, ..EpisodeRow::blank() }
    }

    #[test]
    fn the_curve_falls_from_one_to_nothing() {
        let mut counts = LengthCounts::default();
        let rows: Vec<EpisodeRow> = [20, 40, 80, 160].map(|minutes| episode(minutes, ReliefChannel::Server)).into();
        counts.add(&rows);
        let lengths = counts.finish(1);
        assert!((lengths.all[0] - 1.0).abs() < 1e-12 && lengths.all.last().unwrap().abs() < 1e-12);
        assert!(lengths.all.windows(2).all(|pair| pair[1] <= pair[0]));
        assert!((lengths.still_stranded(60.0).unwrap() - 0.5).abs() < 1e-12);
        assert!(lengths.p05.is_empty(), "one replication has no band");
        assert!(lengths.by_class[StrandedClass::Start.index()].is_empty(), "nobody of that class");
    }

    #[test]
    fn who_is_still_stranded_at_the_end_is_not_freed() {
        let mut counts = LengthCounts::default();
        counts.add(&[episode(30, ReliefChannel::Server), episode(60, ReliefChannel::Censored)]);
        counts.add(&[episode(30, ReliefChannel::Server), episode(120, ReliefChannel::Server)]);
        let lengths = counts.finish(2);
        assert!((lengths.censored - 0.5).abs() < 1e-12);
        // Two of four after 30 min; the censored one leaves, so the last one carries their half until it is freed.
        assert!((lengths.still_stranded(100.0).unwrap() - 0.5).abs() < 1e-12, "{lengths:?}");
        assert_eq!(lengths.p95.len(), lengths.all.len());
    }

    #[test]
    fn nobody_has_no_curve() {
        let mut counts = LengthCounts::default();
        counts.add(&[EpisodeRow { counted: false, ..episode(30, ReliefChannel::Server) }]);
        assert_eq!(counts.finish(1), Lengths::default());
        assert_eq!(Lengths::default().still_stranded(5.0), None);
    }

    #[test]
    fn days_fit_into_the_last_bin() {
        assert_eq!(bin(1e9), BINS - 1);
        assert_eq!(bin(-3.0), 0);
        assert!(lower_edge(BINS) > 4.0 * 1_440.0);
    }
}
