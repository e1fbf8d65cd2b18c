//! How far two sets of replications differ that share their luck.

use super::interval::{half_width, mean_interval};
use stranded_reports::estimate::Estimate;

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
    fn nineteen_of_twenty_intervals_hold_the_true_difference() {
        // Days of very different size, of which an arm saves three fifths, more or less. 3.3 standard errors of a binomial share:
        // sqrt(0.95 * 0.05 / 2000) = 0.0049; Cochran's interval is for many samples, and 20 of them hold it a little less often.
        let experiments = 2_000;
        let (mut differences, mut shares) = (0, 0);
        for seed in 0..experiments {
            let mut luck = Stream::new(seed, 0, 3);
            let baseline: Vec<f64> = (0..20).map(|_| 40_000.0 + 8_000.0 * luck.normal()).collect();
            let arm: Vec<f64> = baseline.iter().map(|hours| 0.4 * hours + 1_000.0 * luck.normal()).collect();
            let [low, high] = paired_difference(&arm, &baseline).unwrap().ci95().unwrap();
            differences += u32::from((low..=high).contains(&-24_000.0));
            let [low, high] = relative_difference(&arm, &baseline).unwrap().ci95().unwrap();
            shares += u32::from((low..=high).contains(&-0.6));
        }
        assert!((1_868..=1_932).contains(&differences), "{differences} of {experiments}");
        assert!((1_848..=1_932).contains(&shares), "{shares} of {experiments}");
    }
}
