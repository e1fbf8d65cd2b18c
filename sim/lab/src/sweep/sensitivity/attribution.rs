//! How much of the objective each factor is to blame for.

use super::super::rule::Samples;
use super::common_replications;
use crate::statistics::mean_interval;
use stranded_reports::estimate::Estimate;
use stranded_reports::sweep::Blame;

/// Shapley values of the factors from the objective under every combination of them, the first factor being the slowest (a grid of
/// switches, off before on). They are taken within each replication, so that the luck that all combinations share cancels.
///
/// The Shapley value is the only attribution that adds up to the whole, treats equal factors equally, and gives nothing to a factor
/// that does nothing (Shapley, "A value for n-person games", 1953). Switching each factor off alone blames what needs two factors on both
/// of them, and does not add up.
pub(super) fn shapley(names: &[&str], samples: &[Samples]) -> Vec<Blame> {
    let count = names.len();
    let whole = (1_usize << count) - 1;
    if samples.len() != whole + 1 {
        return Vec::new();
    }
    let replications: Vec<Vec<f64>> = (0..common_replications(samples))
        .filter_map(|replication| samples.iter().map(|samples| samples[replication]).collect())
        .collect();
    let estimate = |of: &dyn Fn(&[f64]) -> f64| -> Option<Estimate> {
        mean_interval(&replications.iter().map(|values| of(values)).collect::<Vec<f64>>())
    };
    let weights: Vec<f64> = (0..count).map(|size| weight(count, size)).collect();
    let blames: Option<Vec<Blame>> = names
        .iter()
        .enumerate()
        .map(|(factor, name)| {
            let bit = 1 << (count - 1 - factor);
            let value = |values: &[f64]| {
                let without = (0..=whole).filter(|combination| combination & bit == 0);
                without
                    .map(|combination| {
                        weights[combination.count_ones() as usize] * (values[combination | bit] - values[combination])
                    })
                    .sum::<f64>()
            };
            Some(Blame {
                factor: (*name).to_owned(),
                shapley: estimate(&value)?,
                share: None,
                switched_off: estimate(&|values| values[whole] - values[whole & !bit])?,
                alone: estimate(&|values| values[bit] - values[0])?,
            })
        })
        .collect();
    let mut blames = blames.unwrap_or_default();
    let total: f64 = blames.iter().map(|blame| blame.shapley.mean()).sum();
    for blame in &mut blames {
        blame.share = (total != 0.0).then(|| blame.shapley.mean() / total);
    }
    blames.sort_by(|one, other| other.shapley.mean().total_cmp(&one.shapley.mean()));
    blames
}

/// The share of all orders of `count` factors in which `size` given ones stand before a given other one and the rest behind it:
/// size! (count - size - 1)! / count!
fn weight(count: usize, size: usize) -> f64 {
    // 1 / (count * binomial(count - 1, size)), which does not overflow.
    let binomial = (0..size).fold(1.0, |product, index| product * (count - 1 - index) as f64 / (index + 1) as f64);
    1.0 / (count as f64 * binomial)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blames(names: &[&str], values: &[f64]) -> Vec<Blame> {
        let samples: Vec<Samples> = values.iter().map(|value| vec![Some(*value), Some(value + 5.0)]).collect();
        shapley(names, &samples)
    }

    #[test]
    fn what_needs_two_factors_is_shared_between_them() {
        // Nothing happens unless both are on; a third factor adds 3 by itself. Combinations in binary: a, b, c.
        let values = [0.0, 3.0, 0.0, 3.0, 0.0, 3.0, 10.0, 13.0];
        let blames = blames(&["a", "b", "c"], &values);
        let of = |name: &str| blames.iter().find(|blame| blame.factor == name).unwrap();
        for (name, expected) in [("a", 5.0), ("b", 5.0), ("c", 3.0)] {
            assert!((of(name).shapley.mean() - expected).abs() < 1e-12, "{name}: {:?}", of(name));
        }
        assert!((of("a").switched_off.mean() - 10.0).abs() < 1e-12);
        assert!(of("a").alone.mean().abs() < 1e-12);
        assert!((of("c").share.unwrap() - 3.0 / 13.0).abs() < 1e-12);
        // The luck of the second replication is that of all combinations.
        assert_eq!(of("a").shapley.ci95().map(|[low, high]| high - low < 1e-9), Some(true));
    }

    #[test]
    fn shapley_values_add_up_to_the_whole() {
        // The game of Shapley and Shubik's textbook example: v = (sum of weights)^2.
        let weights = [1.0, 2.0, 3.0, 4.0];
        let value = |combination: usize| {
            let sum: f64 =
                (0..4).filter(|factor| combination >> (3 - factor) & 1 == 1).map(|factor| weights[factor]).sum();
            sum * sum
        };
        let values: Vec<f64> = (0..16).map(value).collect();
        let blames = blames(&["a", "b", "c", "d"], &values);
        let total: f64 = blames.iter().map(|blame| blame.shapley.mean()).sum();
        assert!((total - 100.0).abs() < 1e-9);
        // The Shapley value of (sum w)^2 is w_i times the sum of all weights.
        for blame in &blames {
            let index = ["a", "b", "c", "d"].iter().position(|name| *name == blame.factor).unwrap();
            assert!((blame.shapley.mean() - weights[index] * 10.0).abs() < 1e-9);
        }
    }

    #[test]
    fn factors_that_do_nothing_are_to_blame_for_nothing() {
        let blames = blames(&["a"], &[7.0, 7.0]);
        assert_eq!(blames[0].share, None);
        assert!(blames[0].shapley.mean().abs() < 1e-12);
        assert!(shapley(&["a"], &[Vec::new()]).is_empty(), "not all combinations");
    }
}
