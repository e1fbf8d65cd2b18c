//! A mean over replications with its 95 % interval. It is taken where the replications are, in the laboratory; here it is kept.

use serde::{Deserialize, Serialize};

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

    /// For showing what cannot be negative, a count or a length of time: the interval without its part below zero.
    ///
    /// Student's interval is symmetric and knows nothing of that. The bound as computed stays on disk, where others compute with it.
    #[must_use]
    pub fn not_below_zero(&self) -> Self {
        Self { mean: self.mean, ci95: self.ci95.map(|ends| ends.map(|end| end.max(0.0))) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_number_is_no_estimate() {
        assert_eq!(Estimate::new(f64::NAN, None), None);
        assert_eq!(Estimate::new(1.0, Some([0.0, f64::INFINITY])), None);
        assert_eq!(Estimate::new(1.0, Some([2.0, 1.0])), None);
        assert_eq!(Estimate::exact(f64::INFINITY), None);
        assert_eq!(Estimate::exact(7.0).unwrap().ci95(), Some([7.0, 7.0]));
        assert_eq!(Estimate::new(7.0, None).unwrap().ci95(), None);
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
    fn what_cannot_be_negative_is_not_shown_so() {
        let few = Estimate::new(2.0, Some([-1.5, 5.5])).unwrap();
        assert_eq!(few.not_below_zero().ci95(), Some([0.0, 5.5]));
        assert_eq!(few.ci95(), Some([-1.5, 5.5]));
        assert_eq!(Estimate::new(2.0, None).unwrap().not_below_zero().ci95(), None);
    }

    #[test]
    fn a_negative_factor_keeps_the_interval_in_order() {
        let estimate = Estimate::new(1.0, Some([0.5, 2.0])).unwrap().scaled(-60.0);
        assert_eq!(estimate.ci95(), Some([-120.0, -30.0]));
    }
}
