//! Confidence intervals of means over replications.

use statrs::distribution::{ContinuousCDF as _, StudentsT};
use stranded_reports::estimate::Estimate;

/// Confidence of every interval the program prints.
const CONFIDENCE: f64 = 0.95;

/// The mean of one value per replication, with Student's t interval at 95 %.
///
/// Replications are independent and identically distributed; their mean is near enough to normal for the t interval
/// (Law, *Simulation Modeling and Analysis*, 5th edition, section 9.4.1). `None` without values; no interval for one
/// value, because a single replication says nothing about the spread. Identical values give an interval of zero width.
pub(crate) fn mean_interval(samples: &[f64]) -> Option<Estimate> {
    let first = *samples.first()?;
    // Summing identical numbers and dividing again may miss them by a rounding error; a difference of exactly zero, and a
    // metric that does not vary, must come out exactly.
    if samples.len() > 1 && samples.iter().all(|&sample| sample.to_bits() == first.to_bits()) {
        return Estimate::exact(first);
    }
    let count = samples.len() as f64;
    let mean = samples.iter().sum::<f64>() / count;
    let half_width = half_width(samples, mean);
    Estimate::new(mean, half_width.map(|half| [mean - half, mean + half]))
}

/// Half the width of the interval around `mean`; `None` for fewer than two values.
fn half_width(samples: &[f64], mean: f64) -> Option<f64> {
    let count = samples.len() as f64;
    let squares: f64 = samples.iter().map(|sample| (sample - mean).powi(2)).sum();
    let standard_error = (squares / (count - 1.0) / count).sqrt();
    Some(student_t_quantile(samples.len().checked_sub(1)?)? * standard_error)
}

/// Two-sided 95 % quantile of Student's t distribution; `None` without degrees of freedom.
fn student_t_quantile(degrees_of_freedom: usize) -> Option<f64> {
    let distribution = StudentsT::new(0.0, 1.0, degrees_of_freedom as f64).ok()?;
    Some(distribution.inverse_cdf(0.5 + CONFIDENCE / 2.0))
}

/// Mean difference `arm - baseline` over replications that ran the same people with the same luck (common random numbers):
/// value `r` of both slices belongs to replication `r`. What both share cancels, so the interval is far narrower than
/// those of the two means (Law, section 11.2).
pub(crate) fn paired_difference(arm: &[f64], baseline: &[f64]) -> Option<Estimate> {
    debug_assert_eq!(arm.len(), baseline.len(), "paired samples have the same replications");
    let differences: Vec<f64> = arm.iter().zip(baseline).map(|(arm, baseline)| arm - baseline).collect();
    mean_interval(&differences)
}

/// The difference as a share of the baseline: ratio of the means, minus one; `None` when the baseline's mean is zero.
///
/// The interval is that of a ratio of paired samples (Cochran, *Sampling Techniques*, 3rd edition, section 6.3): its spread is
/// that of `arm - ratio * baseline`. So an arm that saves the same share of every day has a narrow interval however much the
/// days differ, which the interval of the difference in hours has not.
pub(crate) fn relative_difference(arm: &[f64], baseline: &[f64]) -> Option<Estimate> {
    debug_assert_eq!(arm.len(), baseline.len(), "paired samples have the same replications");
    let (arm_mean, baseline_mean) = (mean_interval(arm)?.mean(), mean_interval(baseline)?.mean());
    if baseline_mean == 0.0 {
        return None;
    }
    let ratio = arm_mean / baseline_mean;
    let residuals: Vec<f64> = arm.iter().zip(baseline).map(|(arm, baseline)| arm - ratio * baseline).collect();
    let half_width = half_width(&residuals, 0.0).map(|half| half / baseline_mean.abs());
    let share = ratio - 1.0;
    Estimate::new(share, half_width.map(|half| [share - half, share + half]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use stranded_engine::Stream;

    /// Table of critical values, NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.2, column 0.975.
    const TABULATED: [(usize, f64); 10] = [
        (1, 12.706),
        (2, 4.303),
        (3, 3.182),
        (4, 2.776),
        (9, 2.262),
        (19, 2.093),
        (29, 2.045),
        (40, 2.021),
        (60, 2.000),
        (100, 1.984),
    ];

    #[test]
    fn quantiles_are_those_of_the_table() {
        for (degrees_of_freedom, tabulated) in TABULATED {
            let quantile = student_t_quantile(degrees_of_freedom).unwrap();
            assert!((quantile - tabulated).abs() < 0.000_6, "{degrees_of_freedom}: {quantile} against {tabulated}");
        }
        assert_eq!(student_t_quantile(0), None);
    }

    #[test]
    fn the_interval_of_five_values_is_students() {
        // Mean 3, variance 2.5, standard error sqrt(0.5), t(4) = 2.776445.
        let estimate = mean_interval(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        let [low, high] = estimate.ci95().unwrap();
        assert!((estimate.mean() - 3.0).abs() < 1e-12);
        assert!((low - (3.0 - 2.776_445 * 0.5_f64.sqrt())).abs() < 1e-5, "{low}");
        assert!((high - (3.0 + 2.776_445 * 0.5_f64.sqrt())).abs() < 1e-5, "{high}");
    }

    #[test]
    fn identical_values_give_an_interval_of_zero_width_at_the_value_itself() {
        // 0.1 summed seven times and divided by seven is not 0.1 in binary.
        let estimate = mean_interval(&[0.1; 7]).unwrap();
        assert_eq!(estimate.mean().to_bits(), 0.1_f64.to_bits());
        assert_eq!(estimate.ci95(), Some([0.1, 0.1]));
    }

    #[test]
    fn nothing_says_nothing_and_one_value_claims_no_interval() {
        assert_eq!(mean_interval(&[]), None);
        assert_eq!(mean_interval(&[7.0]).unwrap().ci95(), None);
    }

    #[test]
    fn an_arm_that_changes_nothing_differs_by_exactly_zero() {
        let hours = [41_200.3, 39_871.9, 40_004.1];
        let difference = paired_difference(&hours, &hours).unwrap();
        assert_eq!(difference.mean().to_bits(), 0.0_f64.to_bits());
        assert_eq!(difference.ci95(), Some([0.0, 0.0]));
        assert_eq!(relative_difference(&hours, &hours).unwrap().ci95(), Some([0.0, 0.0]));
    }

    #[test]
    fn pairing_removes_what_both_share() {
        let baseline = [100.0, 200.0, 300.0, 400.0];
        let arm = [89.0, 191.0, 289.0, 391.0];
        let difference = paired_difference(&arm, &baseline).unwrap();
        let [low, high] = difference.ci95().unwrap();
        assert!((difference.mean() + 10.0).abs() < 1e-12);
        assert!(high - low < 4.0, "the spread of 100 to 400 must cancel: {low} to {high}");
        assert_eq!(relative_difference(&[1.0, 2.0], &[0.0, 0.0]), None);
        assert!((relative_difference(&arm, &baseline).unwrap().mean() + 0.04).abs() < 1e-12);
    }

    #[test]
    fn an_arm_that_saves_the_same_share_of_every_day_has_a_narrow_interval() {
        // Four fifths less on days of very different size.
        let baseline = [10_000.0, 40_000.0, 90_000.0];
        let arm = baseline.map(|hours| hours * 0.2);
        let share = relative_difference(&arm, &baseline).unwrap();
        let [low, high] = share.ci95().unwrap();
        assert!((share.mean() + 0.8).abs() < 1e-12);
        assert!(high - low < 1e-9, "{low} to {high}");
    }

    #[test]
    fn the_interval_of_a_ratio_is_cochrans() {
        // Ratio 6 / 4 of the means 3 and 2; residuals 2 - 1.5, 3 - 3, 4 - 4.5: standard error sqrt(0.25 / 3); t(2) = 4.302653.
        let share = relative_difference(&[2.0, 3.0, 4.0], &[1.0, 2.0, 3.0]).unwrap();
        let half = 4.302_653 * (0.25_f64 / 3.0).sqrt() / 2.0;
        let [low, high] = share.ci95().unwrap();
        assert!((share.mean() - 0.5).abs() < 1e-12);
        assert!((low - (0.5 - half)).abs() < 1e-5 && (high - (0.5 + half)).abs() < 1e-5, "{low} to {high}");
    }

    #[test]
    fn nineteen_of_twenty_intervals_hold_the_true_mean() {
        // 4,000 experiments of 6 normal values each; the share that covers has a standard error of 0.0034.
        let mut stream = Stream::new(2022, 0, 1);
        let experiments = 4_000;
        let covering = (0..experiments)
            .filter(|_| {
                let samples: Vec<f64> = (0..6).map(|_| 50.0 + 9.0 * stream.normal()).collect();
                let [low, high] = mean_interval(&samples).unwrap().ci95().unwrap();
                (low..=high).contains(&50.0)
            })
            .count();
        let share = covering as f64 / f64::from(experiments);
        assert!((share - 0.95).abs() < 0.015, "{share}");
    }
}
