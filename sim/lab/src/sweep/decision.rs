//! Which points may still be the best one.

use super::rule::Samples;
use statrs::distribution::{ContinuousCDF as _, StudentsT};

/// Probability of calling the best point worse than another, over all comparisons of one look.
const ERROR: f64 = 0.05;

/// For each point whether it may be the best one. The point of the least mean cost is compared with each other one, replication
/// by replication, because they share their luck; the confidence of each comparison is raised so that all hold together (Bonferroni).
/// When no other point may be the best, nothing is undecided, not even the best one itself.
pub(crate) fn undecided(samples: &[&[Option<f64>]], cost: &impl Fn(f64) -> f64) -> Vec<bool> {
    let mean = |samples: &[Option<f64>]| {
        let values: Vec<f64> = samples.iter().flatten().map(|value| cost(*value)).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let means: Vec<Option<f64>> = samples.iter().map(|samples| mean(samples)).collect();
    let known = means.iter().enumerate().filter_map(|(point, mean)| Some((point, (*mean)?)));
    let Some((best, _)) = known.min_by(|(_, one), (_, other)| one.total_cmp(other)) else {
        return vec![true; samples.len()];
    };
    let comparisons = (samples.len() - 1).max(1) as f64;
    let mut open: Vec<bool> = samples
        .iter()
        .enumerate()
        .map(|(point, own)| {
            if point == best {
                return false;
            }
            let pairs = own.iter().zip(samples[best]);
            let differences: Vec<f64> = pairs.filter_map(|(own, best)| Some(cost((*own)?) - cost((*best)?))).collect();
            !is_clearly_above_zero(&differences, ERROR / comparisons)
        })
        .collect();
    open[best] = open.contains(&true);
    open
}

/// Whether the mean of the differences is above zero by more than luck, at this probability of an error on either side.
fn is_clearly_above_zero(differences: &[f64], error: f64) -> bool {
    let count = differences.len() as f64;
    let Ok(student) = StudentsT::new(0.0, 1.0, count - 1.0) else { return false };
    let mean = differences.iter().sum::<f64>() / count;
    let squares: f64 = differences.iter().map(|difference| (difference - mean).powi(2)).sum();
    let standard_error = (squares / (count - 1.0) / count).sqrt();
    mean > student.inverse_cdf(1.0 - error / 2.0) * standard_error
}

/// The best point by its mean over the replications that have a value, and its mean; `None` when none has one.
pub(crate) fn best(samples: &[Samples], cost: impl Fn(f64) -> f64) -> Option<usize> {
    let means = samples.iter().enumerate().filter_map(|(point, samples)| {
        let values: Vec<f64> = samples.iter().flatten().map(|value| cost(*value)).collect();
        (!values.is_empty()).then(|| (point, values.iter().sum::<f64>() / values.len() as f64))
    });
    means.min_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(point, _)| point)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(values: &[f64]) -> Samples {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn shared_luck_decides_what_the_means_alone_would_not() {
        // Days differ by far more than the points do, and both points see the same days.
        let (one, other) = (some(&[10.0, 90.0, 50.0, 30.0]), some(&[11.0, 91.2, 50.9, 31.1]));
        assert_eq!(undecided(&[&one, &other], &|cost| cost), [false, false]);
        let (one, other) = (some(&[10.0, 90.0, 50.0, 30.0]), some(&[31.0, 50.0, 91.0, 11.0]));
        assert_eq!(undecided(&[&one, &other], &|cost| cost), [true, true]);
    }

    #[test]
    fn a_point_without_values_may_be_anything() {
        let one = some(&[1.0, 2.0]);
        assert_eq!(undecided(&[&one, &[None, None]], &|cost| cost), [true, true]);
        assert_eq!(undecided(&[&[None], &[None]], &|cost| cost), [true, true]);
        assert_eq!(best(&[vec![None], some(&[3.0]), some(&[2.0])], |cost| cost), Some(2));
        assert_eq!(best(&[vec![None]], |cost| cost), None);
    }

    #[test]
    fn points_that_are_the_same_stay_undecided() {
        let one = some(&[1.0, 2.0, 3.0]);
        assert_eq!(undecided(&[&one, &one], &|cost| cost), [true, true]);
    }
}
