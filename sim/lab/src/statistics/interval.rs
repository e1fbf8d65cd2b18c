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

/// Half the width of Student's t interval of the samples' mean, with their spread taken around `mean`; `None` for fewer than two values.
pub(super) fn half_width(samples: &[f64], mean: f64) -> Option<f64> {
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

    #[test]
    fn intervals_hold_the_true_mean_for_any_number_of_replications() {
        // Every seed is an experiment. 3.3 standard errors of a binomial share: sqrt(0.95 * 0.05 / 2000) = 0.0049.
        let experiments = 2_000;
        for count in [2, 3, 5, 20] {
            let covering = (0..experiments)
                .filter(|&seed| {
                    let mut luck = Stream::new(seed, count, 2);
                    let samples: Vec<f64> = (0..count).map(|_| 50.0 + 9.0 * luck.normal()).collect();
                    let [low, high] = mean_interval(&samples).unwrap().ci95().unwrap();
                    (low..=high).contains(&50.0)
                })
                .count();
            assert!((1_868..=1_932).contains(&covering), "{covering} of {experiments} with {count} replications");
        }
    }
}
