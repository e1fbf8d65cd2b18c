//! The interval of a mean from one long run.

use super::interval::half_width;
use stranded_reports::estimate::Estimate;

/// Fewest batches. More than 30 gain next to nothing (Schmeiser, "Batch size effects in the analysis of simulation output",
/// *Operations Research* 30, 1982), and long batches are what makes them independent: there are 20 to 39.
pub(crate) const BATCHES_MIN: usize = 20;

/// One-sided 5 % quantile of the standard normal distribution.
const NORMAL_95: f64 = 1.644_853_6;

/// A steady-state mean from one run, by non-overlapping batch means.
///
/// Neighbouring observations of a run resemble one another, so Student's t interval over them would be far too narrow. The means
/// of batches that are long against the time for which the run remembers are nearly independent and nearly normal, and Student's t
/// holds for them (Law, *Simulation Modeling and Analysis*, 5th edition, section 9.5.3). Whether the batches are long enough is
/// tested, because their interval does not show it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BatchMeans {
    /// The mean over all batches and its 95 % interval; not to be believed when the batches are [correlated](Self::correlated).
    pub(crate) estimate: Estimate,
    /// Number of batches.
    pub(crate) batches: usize,
    /// Observations in a batch. What does not fill a batch is left out at the start of the series, where a transient would be.
    pub(crate) batch_length: usize,
    /// Lag-1 correlation of batches of half that length, -1 to 1. Halves, because a test of few batches overlooks much (Adam and
    /// Klein, *European Journal of Operational Research* 43, 1989): there are twice as many, and they are about twice as correlated.
    pub(crate) lag_one_correlation: f64,
    /// Whether that correlation is more than luck, by a one-sided test at 5 %: then the run is too short for an interval.
    pub(crate) correlated: bool,
}

impl BatchMeans {
    /// The ratio of the sums of two series: of `numerators` (seconds stayed by those who left in each minute) to `denominators` (how
    /// many left in each minute). `None` for fewer than 20 pairs, numbers that are not finite, or denominators that sum to zero.
    ///
    /// The interval is that of a ratio (Cochran, *Sampling Techniques*, 3rd edition, section 6.3): its spread is that of
    /// `numerator - ratio * denominator`, batch by batch. A mean is the ratio to a series of ones.
    pub(crate) fn of_ratio(numerators: &[f64], denominators: &[f64]) -> Option<Self> {
        debug_assert_eq!(numerators.len(), denominators.len(), "a ratio needs two series of one length");
        let batch_length = numerators.len() / BATCHES_MIN;
        if batch_length == 0 {
            return None;
        }
        let (above, below) = (batch_sums(numerators, batch_length), batch_sums(denominators, batch_length));
        let total = below.iter().sum::<f64>();
        if total == 0.0 {
            return None;
        }
        let ratio = above.iter().sum::<f64>() / total;
        let batches = above.len();
        let half_width = half_width(&residuals(&above, &below, ratio), 0.0)? * batches as f64 / total.abs();
        // A batch of a single observation has no halves.
        let half_length = (batch_length / 2).max(1);
        let halves = [numerators, denominators].map(|series| batch_sums(series, half_length));
        let halves = residuals(&halves[0], &halves[1], ratio);
        let lag_one_correlation = lag_one_correlation(&halves);
        Some(Self {
            estimate: Estimate::new(ratio, Some([ratio - half_width, ratio + half_width]))?,
            batches,
            batch_length,
            lag_one_correlation,
            correlated: lag_one_correlation > correlation_by_luck(halves.len()),
        })
    }
}

fn batch_sums(series: &[f64], batch_length: usize) -> Vec<f64> {
    series[series.len() % batch_length..].chunks_exact(batch_length).map(|batch| batch.iter().sum()).collect()
}

fn residuals(numerators: &[f64], denominators: &[f64], ratio: f64) -> Vec<f64> {
    numerators.iter().zip(denominators).map(|(above, below)| above - ratio * below).collect()
}

/// Von Neumann's estimate of the correlation between neighbours: one minus half the mean square of successive differences over
/// the variance. Unlike the usual one it is zero on average where there is none. Zero for a constant series.
///
/// Von Neumann, "Distribution of the ratio of the mean square successive difference to the variance", *Annals of Mathematical
/// Statistics* 12, 1941; as a test of batches in Fishman and Yarberry, *INFORMS Journal on Computing* 9, 1997.
pub(crate) fn lag_one_correlation(series: &[f64]) -> f64 {
    let mean = series.iter().sum::<f64>() / series.len() as f64;
    let squares: f64 = series.iter().map(|value| (value - mean).powi(2)).sum();
    if squares == 0.0 || series.len() < 2 {
        return 0.0;
    }
    let successive: f64 = series.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum();
    1.0 - successive / (2.0 * squares)
}

/// The correlation that 5 % of uncorrelated normal series of that length exceed (the same sources: nearly normal, with a variance
/// of (n - 2) / (n^2 - 1)).
fn correlation_by_luck(length: usize) -> f64 {
    let length = length as f64;
    NORMAL_95 * ((length - 2.0) / (length * length - 1.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::{
        mean_interval,
        tests::{autoregressive, batch_means},
    };
    use stranded_engine::Stream;

    const PHI: f64 = 0.8;
    const MEAN: f64 = 50.0;

    /// n times the variance of the mean of n neighbours of the AR(1) series x' = phi x + e with e of variance 1, for large n:
    /// 1 / (1 - phi)^2.
    const ASYMPTOTIC_VARIANCE: f64 = 1.0 / ((1.0 - PHI) * (1.0 - PHI));

    fn series(seed: u64, length: usize) -> Vec<f64> {
        autoregressive(seed, PHI, length).iter().map(|deviation| MEAN + deviation).collect()
    }

    #[test]
    fn batches_are_at_least_twenty_and_end_with_the_series() {
        let rising: Vec<f64> = (0..70).map(f64::from).collect();
        let means = batch_means(&rising).unwrap();
        assert_eq!((means.batches, means.batch_length), (23, 3));
        // 70 = 1 + 23 * 3: the first observation, 0, is left out.
        assert!((means.estimate.mean() - 35.0).abs() < 1e-12);
        assert!(means.correlated, "a line is as correlated as can be: {means:?}");
        assert_eq!(batch_means(&rising[..19]), None);
        assert_eq!(batch_means(&rising[..39]).map(|means| means.batches), Some(39));
        assert_eq!(batch_means(&rising[..20]).map(|means| means.batches), Some(20));
    }

    #[test]
    fn the_variance_of_an_autoregressive_mean_is_found() {
        // The interval's half width is t(19) * s / sqrt(20), and s^2 / 20 estimates the variance of the mean: over 400 runs the
        // average of it has a standard error of sqrt(2 / 19 / 400), 1.6 %. Batches of 500 are too narrow by 2 phi / (1 - phi^2) / 500,
        // 0.9 %.
        let (runs, length, t_19) = (400, 10_000, 2.093_024);
        let sum: f64 = (0..runs)
            .map(|seed| {
                let [low, high] = batch_means(&series(seed, length)).unwrap().estimate.ci95().unwrap();
                ((high - low) / 2.0 / t_19).powi(2)
            })
            .sum();
        let ratio = sum / runs as f64 / (ASYMPTOTIC_VARIANCE / length as f64);
        assert!((ratio - 1.0).abs() < 0.06, "{ratio} of the known variance");
    }

    #[test]
    fn nineteen_of_twenty_batch_mean_intervals_hold_the_true_mean() {
        let (runs, length) = (1_000, 10_000);
        let covers = |[low, high]: [f64; 2]| u32::from((low..=high).contains(&MEAN));
        let (mut batched, mut naive, mut alarms) = (0, 0, 0);
        for seed in 0..runs {
            let series = series(1_000 + seed, length);
            let means = batch_means(&series).unwrap();
            batched += covers(means.estimate.ci95().unwrap());
            naive += covers(mean_interval(&series).unwrap().ci95().unwrap());
            alarms += u32::from(means.correlated);
        }
        // 3.3 standard errors of a binomial share around 95 %: sqrt(0.95 * 0.05 / 1000) = 0.0069.
        assert!((927..=973).contains(&batched), "{batched} of {runs}");
        // Taken for independent, the observations would claim a third of the width.
        assert!(naive < 600, "{naive} of {runs}");
        // The test's own level is 5 %, and halves of 250 are truly correlated by about 0.01.
        assert!((25..=95).contains(&alarms), "{alarms} of {runs}");
    }

    #[test]
    fn a_run_too_short_for_its_memory_is_called_so() {
        // Batches of 5 where the run remembers for 50.
        let runs = 200;
        let found = (0..runs).filter(|&seed| batch_means(&autoregressive(seed, 0.98, 100)).unwrap().correlated).count();
        assert!(found >= 190, "{found} of {runs}");
    }

    #[test]
    fn a_ratio_weighs_its_batches_by_their_denominators() {
        // Each of the n served in a minute stays for 2 s, whatever n is.
        let served: Vec<f64> = (0..400).map(|minute| f64::from(minute % 7)).collect();
        let stayed: Vec<f64> = served.iter().map(|served| 2.0 * served).collect();
        let means = BatchMeans::of_ratio(&stayed, &served).unwrap();
        assert!((means.estimate.mean() - 2.0).abs() < 1e-12);
        let [low, high] = means.estimate.ci95().unwrap();
        assert!(high - low < 1e-9, "{low} to {high}");
        assert_eq!(BatchMeans::of_ratio(&stayed, &[0.0; 400]), None);
    }

    #[test]
    fn a_constant_series_is_certain_and_not_correlated() {
        let means = batch_means(&[0.5; 200]).unwrap();
        assert_eq!(means.estimate.ci95(), Some([0.5, 0.5]));
        assert!(!means.correlated);
        assert_eq!(batch_means(&[f64::NAN; 40]), None);
    }

    #[test]
    fn the_correlation_of_neighbours_is_that_of_the_series() {
        // Known: phi for AR(1), -1 for alternating signs, 0 for independent values.
        let found = lag_one_correlation(&autoregressive(7, 0.6, 20_000));
        assert!((found - 0.6).abs() < 0.02, "{found}");
        let alternating: Vec<f64> = (0..1_000).map(|index| if index % 2 == 0 { 1.0 } else { -1.0 }).collect();
        assert!((lag_one_correlation(&alternating) + 1.0).abs() < 0.01);
        let mut luck = Stream::new(3, 0, 0);
        let independent: Vec<f64> = (0..20_000).map(|_| luck.normal()).collect();
        assert!(lag_one_correlation(&independent).abs() < 0.03);
    }
}
