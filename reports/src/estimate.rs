//! A mean over replications with its 95 % interval.

use serde::{Deserialize, Serialize};

/// Two-sided 95 % quantiles of Student's t distribution for 1 to 30 degrees of freedom.
///
/// Source: any table of the distribution, for example NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.2.
const STUDENT_T_95: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/// A mean over replications and its 95 % confidence interval, written as `{"mean": 1.5, "ci95": [1.2, 1.8]}`.
///
/// Every number in it is finite: JSON has no "not a number", so a metric that nothing was measured for is an absent
/// estimate (`null`), never a NaN. `ci95` is `null` when a single replication says nothing about the spread.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Estimate {
    mean: f64,
    ci95: Option<[f64; 2]>,
}

/// What a reader finds on disk before it is known to be finite and ordered.
#[derive(Deserialize)]
struct Unchecked {
    mean: f64,
    ci95: Option<[f64; 2]>,
}

/// An estimate on disk whose interval is reversed or whose numbers are not finite.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("an estimate needs finite numbers and `ci95` as [low, high], found mean {mean} and ci95 {ci95:?}")]
pub struct InvalidEstimate {
    mean: f64,
    ci95: Option<[f64; 2]>,
}

impl TryFrom<Unchecked> for Estimate {
    type Error = InvalidEstimate;

    fn try_from(unchecked: Unchecked) -> Result<Self, Self::Error> {
        let Unchecked { mean, ci95 } = unchecked;
        Self::new(mean, ci95).ok_or(InvalidEstimate { mean, ci95 })
    }
}

impl Estimate {
    /// An estimate from a mean and its interval `[low, high]`; `None` when a number is not finite or the interval is reversed.
    pub fn new(mean: f64, ci95: Option<[f64; 2]>) -> Option<Self> {
        let interval_is_sound = ci95.is_none_or(|[low, high]| low.is_finite() && high.is_finite() && low <= high);
        (mean.is_finite() && interval_is_sound).then_some(Self { mean, ci95 })
    }

    /// The estimate from one value per replication: the mean and Student's t interval at 95 %.
    ///
    /// Values that are not finite stand for "this replication has no such value" and are left out. `None` without any
    /// value; no interval with a single one.
    pub fn from_samples(samples: &[f64]) -> Option<Self> {
        let values: Vec<f64> = samples.iter().copied().filter(|v| v.is_finite()).collect();
        if values.is_empty() {
            return None;
        }
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        if values.len() == 1 {
            return Self::new(mean, None);
        }
        let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
        let standard_error = (squares / (count - 1.0) / count).sqrt();
        let half = student_t_95(values.len() - 1) * standard_error;
        Self::new(mean, Some([mean - half, mean + half]))
    }

    /// A number that is the same in every replication: the interval is the number itself.
    ///
    /// `None` when it is not finite.
    pub fn exact(value: f64) -> Option<Self> {
        Self::new(value, Some([value, value]))
    }

    /// The mean over replications.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The 95 % confidence interval of the mean, `[low, high]`; `None` when it is unknown (one replication).
    pub fn ci95(&self) -> Option<[f64; 2]> {
        self.ci95
    }

    /// Whether the interval holds zero, or there is none: a difference like that may be luck.
    pub fn may_be_zero(&self) -> bool {
        self.ci95.is_none_or(|[low, high]| low <= 0.0 && 0.0 <= high)
    }

    /// The same estimate in another unit (multiplied by `factor`, which must be finite).
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        let order = |[a, b]: [f64; 2]| if a <= b { [a, b] } else { [b, a] };
        Self { mean: self.mean * factor, ci95: self.ci95.map(|[low, high]| order([low * factor, high * factor])) }
    }
}

/// Two-sided 95 % quantile of Student's t; beyond the table the Cornish-Fisher expansion around the normal quantile,
/// which is right to three digits there (Abramowitz and Stegun 26.7.5).
fn student_t_95(degrees_of_freedom: usize) -> f64 {
    const NORMAL: f64 = 1.959_964;
    match degrees_of_freedom {
        0 => f64::NAN,
        n if n <= STUDENT_T_95.len() => STUDENT_T_95[n - 1],
        n => {
            let n = n as f64;
            let first = (NORMAL.powi(3) + NORMAL) / (4.0 * n);
            let second = (5.0 * NORMAL.powi(5) + 16.0 * NORMAL.powi(3) + 3.0 * NORMAL) / (96.0 * n * n);
            NORMAL + first + second
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_five_values_is_students() {
        let estimate = Estimate::from_samples(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        let [low, high] = estimate.ci95().unwrap();
        // Standard error sqrt(2.5 / 5), t(4) = 2.776.
        assert!((estimate.mean() - 3.0).abs() < 1e-12);
        assert!((low - (3.0 - 2.776 * 0.5_f64.sqrt())).abs() < 1e-9);
        assert!((high - (3.0 + 2.776 * 0.5_f64.sqrt())).abs() < 1e-9);
    }

    #[test]
    fn one_replication_claims_no_interval_and_none_claims_nothing() {
        assert_eq!(Estimate::from_samples(&[7.0]).unwrap().ci95(), None);
        assert_eq!(Estimate::from_samples(&[]), None);
        assert_eq!(Estimate::from_samples(&[f64::NAN]), None);
        assert_eq!(Estimate::exact(f64::INFINITY), None);
    }

    #[test]
    fn t_joins_its_table_smoothly_and_ends_at_the_normal_quantile() {
        assert!(student_t_95(31) < student_t_95(30));
        assert!((student_t_95(40) - 2.021).abs() < 1e-3);
        assert!((student_t_95(1_000_000) - 1.960).abs() < 1e-3);
    }

    #[test]
    fn a_reversed_interval_on_disk_is_refused() {
        let error = serde_json::from_str::<Estimate>(r#"{"mean": 1.0, "ci95": [2.0, 1.0]}"#);
        assert!(error.unwrap_err().to_string().contains("[low, high]"));
        let sound: Estimate = serde_json::from_str(r#"{"mean": 1.5, "ci95": null}"#).unwrap();
        assert_eq!(serde_json::to_string(&sound).unwrap(), r#"{"mean":1.5,"ci95":null}"#);
    }

    #[test]
    fn a_difference_is_clear_when_its_interval_leaves_zero_out() {
        let interval = |low, high| Estimate::new(f64::midpoint(low, high), Some([low, high])).unwrap();
        assert!(interval(-1.0, 2.0).may_be_zero() && interval(0.0, 2.0).may_be_zero());
        assert!(!interval(-2.0, -0.1).may_be_zero());
        assert!(Estimate::new(5.0, None).unwrap().may_be_zero());
    }

    #[test]
    fn a_negative_factor_keeps_the_interval_in_order() {
        let estimate = Estimate::new(1.0, Some([0.5, 2.0])).unwrap().scaled(-60.0);
        assert_eq!(estimate.ci95(), Some([-120.0, -30.0]));
    }
}
