//! Intervals at the confidence at which oracles are judged.

use statrs::distribution::{ContinuousCDF as _, StudentsT};
use stranded_scenario::section::Statistic;

/// Confidence of an interval. With 95 % two or three of fifty true oracles would be called wrong at every new seed; with 99.9 % one
/// of twenty seeds has one.
pub(crate) const CONFIDENCE: f64 = 0.999;

/// A value with the half width of its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Measured {
    pub(crate) value: f64,
    pub(crate) half_width: f64,
}

impl Measured {
    /// Both ends of the interval.
    pub(crate) fn interval(self) -> [f64; 2] {
        [self.value - self.half_width, self.value + self.half_width]
    }
}

/// The statistic of the values, one for each replication; `None` for fewer than two values.
///
/// The mean has Student's interval. The standard deviation has the one of its large-sample variance, with the sample's fourth
/// moment, so that values need not be normal (Cramér, "Mathematical Methods of Statistics", 1946, section 27.4):
/// `var(s) = (m4 - s^4 (n - 3) / (n - 1)) / (4 n s^2)`.
pub(crate) fn measure(statistic: Statistic, values: &[f64]) -> Option<Measured> {
    let count = values.len() as f64;
    if values.len() < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / count;
    let moment = |power: i32| values.iter().map(|value| (value - mean).powi(power)).sum::<f64>();
    let variance = moment(2) / (count - 1.0);
    let quantile = StudentsT::new(0.0, 1.0, count - 1.0).ok()?.inverse_cdf(f64::midpoint(1.0, CONFIDENCE));
    let (value, error) = match statistic {
        Statistic::Mean => (mean, (variance / count).sqrt()),
        Statistic::StandardDeviation if variance > 0.0 => {
            let of_variance = (moment(4) / count - variance * variance * (count - 3.0) / (count - 1.0)) / count;
            (variance.sqrt(), (of_variance.max(0.0) / (4.0 * variance)).sqrt())
        }
        Statistic::StandardDeviation => (0.0, 0.0),
    };
    Some(Measured { value, half_width: quantile * error })
}

#[cfg(test)]
mod tests {
    use super::*;
    use stranded_engine::Stream;

    #[test]
    fn the_mean_has_students_interval() {
        // Mean 3, standard error sqrt(0.5), t(4) at 0.9995 = 8.610 (NIST/SEMATECH e-Handbook, section 1.3.6.7.2: 0.999 is 7.173).
        let measured = measure(Statistic::Mean, &[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        assert!((measured.value - 3.0).abs() < 1e-12);
        assert!((measured.half_width - 8.610 * 0.5_f64.sqrt()).abs() < 1e-2, "{}", measured.half_width);
        assert_eq!(measure(Statistic::Mean, &[1.0]), None);
    }

    #[test]
    fn identical_values_have_no_spread() {
        for statistic in [Statistic::Mean, Statistic::StandardDeviation] {
            assert!(measure(statistic, &[2.0; 5]).unwrap().half_width.abs() < 1e-12);
        }
    }

    #[test]
    fn intervals_hold_the_true_value_as_often_as_they_say() {
        // 2,000 experiments; both statistics of normal and of exponential values. 0.1 % are expected to miss, and a few
        // more for the standard deviation, whose interval is one of large samples.
        let mut stream = Stream::new(7, 0, 0);
        for statistic in [Statistic::Mean, Statistic::StandardDeviation] {
            for is_normal in [true, false] {
                let mut missed = 0;
                for _ in 0..2_000 {
                    let values: Vec<f64> = (0..1_000)
                        .map(|_| if is_normal { 3.0 + 2.0 * stream.normal() } else { stream.exponential(2.0) })
                        .collect();
                    let truth = if is_normal && statistic == Statistic::Mean { 3.0 } else { 2.0 };
                    let [low, high] = measure(statistic, &values).unwrap().interval();
                    missed += u32::from(!(low..=high).contains(&truth));
                }
                assert!(missed <= 15, "{statistic:?}, normal: {is_normal}: {missed} of 2,000 miss");
            }
        }
    }
}
