//! Sobol indices: the share of a function's variance that each of its parameters causes.

use stranded_engine::Stream;
use stranded_reports::estimate::Estimate;
use stranded_reports::sweep::SobolIndices;

/// Resamples of the bootstrap: the ends of a 95 % interval are then the 13th from either side.
const RESAMPLES: usize = 500;

/// Purpose of the stream that the bootstrap draws from; no person has it.
const BOOTSTRAP: u64 = 0xB007;

/// First and total indices of each parameter from the values of a function at the rows of
/// [`saltelli`](super::super::design::saltelli). Base samples of which a value is missing are left out. Empty when the function does not
/// vary.
///
/// First indices are Saltelli's estimator of 2010 on centred values, total ones Jansen's (Saltelli et al., *Computer Physics
/// Communications* 181, 2010, table 2, rows b and f). Intervals are percentiles of a bootstrap over base samples.
pub(super) fn sobol_indices(names: &[&str], values: &[Option<f64>], seed: u64) -> Vec<SobolIndices> {
    let blocks: Vec<Vec<f64>> =
        values.chunks_exact(names.len() + 2).filter_map(|block| block.iter().copied().collect()).collect();
    let all: Vec<usize> = (0..blocks.len()).collect();
    let Some(found) = estimate(&blocks, &all, names.len()) else { return Vec::new() };
    let mut luck = Stream::new(seed, BOOTSTRAP, 0);
    let resampled: Vec<Vec<[f64; 2]>> = (0..RESAMPLES)
        .filter_map(|_| {
            let chosen: Vec<usize> = all.iter().map(|_| luck.below(all.len() as u32) as usize).collect();
            estimate(&blocks, &chosen, names.len())
        })
        .collect();
    let with_interval = |parameter: usize, which: usize| {
        let mut values: Vec<f64> = resampled.iter().map(|indices| indices[parameter][which]).collect();
        values.sort_by(f64::total_cmp);
        let tail = values.len() / 40;
        let interval = (values.len() >= 40).then(|| [values[tail], values[values.len() - 1 - tail]]);
        Estimate::new(found[parameter][which], interval)
    };
    names
        .iter()
        .enumerate()
        .filter_map(|(parameter, name)| {
            Some(SobolIndices {
                parameter: (*name).to_owned(),
                first: with_interval(parameter, 0)?,
                total: with_interval(parameter, 1)?,
            })
        })
        .collect()
}

/// First and total index of each parameter from the chosen blocks; `None` when the function does not vary there.
fn estimate(blocks: &[Vec<f64>], chosen: &[usize], parameters: usize) -> Option<Vec<[f64; 2]>> {
    let count = chosen.len() as f64;
    let both = || chosen.iter().flat_map(|block| &blocks[*block][..2]);
    let mean = both().sum::<f64>() / (2.0 * count);
    let variance = both().map(|value| (value - mean).powi(2)).sum::<f64>() / (2.0 * count);
    if variance.is_nan() || variance <= 0.0 {
        return None;
    }
    let indices = (0..parameters).map(|parameter| {
        let (mut first, mut total) = (0.0, 0.0);
        for &block in chosen {
            let (a, b, mixed) = (blocks[block][0], blocks[block][1], blocks[block][2 + parameter]);
            first += (b - mean) * (mixed - a);
            total += (a - mixed).powi(2);
        }
        [first / count / variance, total / (2.0 * count) / variance]
    });
    Some(indices.collect())
}

#[cfg(test)]
mod tests {
    use super::super::super::design::saltelli;
    use super::*;
    use std::f64::consts::PI;

    /// sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 with all three uniform on (-pi, pi) (Ishigami and Homma, *ISUMA '90*, 1990).
    fn ishigami(row: &[f64]) -> f64 {
        let [x1, x2, x3] = [row[0], row[1], row[2]].map(|share| PI * (2.0 * share - 1.0));
        x1.sin() + 7.0 * x2.sin().powi(2) + 0.1 * x3.powi(4) * x1.sin()
    }

    /// First and total indices in closed form, for a = 7 and b = 0.1.
    fn ishigami_exact() -> [[f64; 2]; 3] {
        let (a, b) = (7.0_f64, 0.1_f64);
        let v1 = 0.5 * (1.0 + b * PI.powi(4) / 5.0).powi(2);
        let v2 = a * a / 8.0;
        let v13 = b * b * PI.powi(8) * 8.0 / 225.0;
        let v = v1 + v2 + v13;
        [[v1 / v, (v1 + v13) / v], [v2 / v, v2 / v], [0.0, v13 / v]]
    }

    fn found(samples: u32, seed: u64) -> Vec<SobolIndices> {
        let values: Vec<Option<f64>> = saltelli(samples, 3, seed).iter().map(|row| Some(ishigami(row))).collect();
        sobol_indices(&["x1", "x2", "x3"], &values, seed)
    }

    #[test]
    fn the_indices_of_ishigami_are_found_within_two_hundredths() {
        for seed in 0..10 {
            for (found, [first, total]) in found(4_096, seed).iter().zip(ishigami_exact()) {
                let errors = [found.first.mean() - first, found.total.mean() - total];
                assert!(errors.iter().all(|error| error.abs() < 0.02), "seed {seed}, {}: {errors:?}", found.parameter);
            }
        }
    }

    #[test]
    fn intervals_hold_the_exact_indices() {
        // The points fill space more evenly than luck would, so that a bootstrap is on the safe side.
        let experiments = 30;
        let holding = (0..experiments).map(|seed| {
            let exact = ishigami_exact();
            let holds = |estimate: &Estimate, exact: f64| {
                let [low, high] = estimate.ci95().unwrap();
                u32::from((low..=high).contains(&exact))
            };
            let found = found(256, seed);
            found
                .iter()
                .zip(exact)
                .map(|(it, [first, total])| holds(&it.first, first) + holds(&it.total, total))
                .sum::<u32>()
        });
        let holding: u32 = holding.sum();
        assert!(holding >= experiments as u32 * 6 * 9 / 10, "{holding} of {}", experiments * 6);
    }

    #[test]
    fn a_constant_has_no_variance_to_share() {
        assert!(sobol_indices(&["x"], &[Some(1.0); 12], 1).is_empty());
        assert!(sobol_indices(&["x"], &[], 1).is_empty());
    }

    #[test]
    fn a_block_with_a_gap_is_left_out() {
        let mut values: Vec<Option<f64>> = saltelli(64, 3, 1).iter().map(|row| Some(ishigami(row))).collect();
        let whole = sobol_indices(&["x1", "x2", "x3"], &values[5..], 1);
        values[3] = None;
        assert_eq!(sobol_indices(&["x1", "x2", "x3"], &values, 1), whole);
    }
}
