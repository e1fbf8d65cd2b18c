//! The Universal Scalability Law, fitted to windows of load.
//!
//! N. Gunther, "Guerrilla Capacity Planning", Springer 2007, chapter 4: throughput at concurrency N is
//! `X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1))`.
//!
//! Turned over it is linear: `N / X = a + b (N - 1) + c N (N - 1)` with `a = 1 / lambda`, `b = sigma / lambda`, `c = kappa / lambda`. A
//! deviation of N / X, weighted by X / N, is the relative deviation of the throughput, so that weighted linear least squares
//! minimise the relative residuals of the law, and need neither a start value nor an iteration.

use stranded_scenario::Rate;
use stranded_scenario::section::Scalability;

/// Fewer points would always fit three coefficients.
pub(crate) const POINTS_MIN: usize = 4;

/// Throughput at a concurrency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Throughput {
    /// Requests in the system, on average; above zero.
    pub(crate) concurrency: f64,
    /// Answers per second; above zero.
    pub(crate) per_second: f64,
}

/// The law with its residuals, one a point: measured less fitted, as a share of the fitted throughput.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fitted {
    pub(crate) law: Scalability,
    pub(crate) residuals: Vec<f64>,
}

/// Fits the law; `None` for fewer than [`POINTS_MIN`] points, or for points that no such law describes. No coefficient is below zero.
pub(crate) fn fit(points: &[Throughput]) -> Option<Fitted> {
    if points.len() < POINTS_MIN {
        return None;
    }
    // Coefficients must not be negative. With three of them, of which the first is never zero, all that can be left out is tried.
    let terms: [&[usize]; 4] = [&[0, 1, 2], &[0, 1], &[0, 2], &[0]];
    let fits = terms.into_iter().filter_map(|used| least_squares(points, used));
    let best = fits.filter(|it| it[0] > 0.0 && it[1] >= 0.0 && it[2] >= 0.0).min_by(|left, right| {
        let error =
            |coefficients: &[f64; 3]| points.iter().map(|point| weighted(point, coefficients).powi(2)).sum::<f64>();
        error(left).total_cmp(&error(right))
    })?;
    let [a, b, c] = best;
    let at = |concurrency: f64| concurrency / (a + b * (concurrency - 1.0) + c * concurrency * (concurrency - 1.0));
    let residuals: Vec<f64> = points.iter().map(|point| point.per_second / at(point.concurrency) - 1.0).collect();
    let mean = points.iter().map(|point| point.per_second).sum::<f64>() / points.len() as f64;
    let total: f64 = points.iter().map(|point| (point.per_second - mean).powi(2)).sum();
    let left: f64 = points.iter().map(|point| (point.per_second - at(point.concurrency)).powi(2)).sum();
    let law = Scalability {
        one_at_a_time: Rate::from_per_second(1.0 / a),
        contention: b / a,
        crosstalk: c / a,
        r_squared: if total > 0.0 { 1.0 - left / total } else { 1.0 },
        worst_residual: residuals.iter().map(|residual| residual.abs()).fold(0.0, f64::max),
    };
    Some(Fitted { law, residuals })
}

/// The terms of `N / X` for a point.
fn terms(point: &Throughput) -> [f64; 3] {
    let n = point.concurrency;
    [1.0, n - 1.0, n * (n - 1.0)]
}

/// The weighted deviation of a point.
fn weighted(point: &Throughput, coefficients: &[f64; 3]) -> f64 {
    let predicted: f64 = terms(point).iter().zip(coefficients).map(|(term, coefficient)| term * coefficient).sum();
    predicted * point.per_second / point.concurrency - 1.0
}

/// Weighted least squares over the terms that are used, by the normal equations; the others are zero. `None` when they are singular.
fn least_squares(points: &[Throughput], used: &[usize]) -> Option<[f64; 3]> {
    let mut matrix = [[0.0; 4]; 3];
    for point in points {
        let weight = point.per_second / point.concurrency;
        let row = terms(point).map(|term| term * weight);
        for (line, &i) in used.iter().enumerate() {
            for (column, &j) in used.iter().enumerate() {
                matrix[line][column] += row[i] * row[j];
            }
            matrix[line][3] += row[i];
        }
    }
    let solution = solve(matrix, used.len())?;
    let mut coefficients = [0.0; 3];
    for (value, &term) in solution.iter().zip(used) {
        coefficients[term] = *value;
    }
    Some(coefficients)
}

/// Gaussian elimination with pivots on the first `size` lines; the right side stands in the last column.
fn solve(mut matrix: [[f64; 4]; 3], size: usize) -> Option<[f64; 3]> {
    for column in 0..size {
        let pivot = (column..size).max_by(|&a, &b| matrix[a][column].abs().total_cmp(&matrix[b][column].abs()))?;
        matrix.swap(column, pivot);
        if matrix[column][column].abs() < f64::MIN_POSITIVE {
            return None;
        }
        let line = matrix[column];
        for (_, other) in matrix.iter_mut().enumerate().take(size).filter(|(index, _)| *index != column) {
            let factor = other[column] / line[column];
            other.iter_mut().zip(line).for_each(|(value, above)| *value -= factor * above);
        }
    }
    let mut solution = [0.0; 3];
    for (index, value) in solution.iter_mut().enumerate().take(size) {
        *value = matrix[index][3] / matrix[index][index];
    }
    solution.iter().all(|value| value.is_finite()).then_some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(lambda: f64, sigma: f64, kappa: f64, concurrencies: &[f64]) -> Vec<Throughput> {
        let at = |n: f64| lambda * n / (1.0 + sigma * (n - 1.0) + kappa * n * (n - 1.0));
        concurrencies.iter().map(|&n| Throughput { concurrency: n, per_second: at(n) }).collect()
    }

    #[test]
    fn the_law_is_found_again() {
        let fitted = fit(&points(995.65, 0.02671, 0.000_769, &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0])).unwrap();
        assert!((fitted.law.one_at_a_time.per_second() / 995.65 - 1.0).abs() < 1e-6, "{fitted:?}");
        assert!((fitted.law.contention - 0.02671).abs() < 1e-6, "{fitted:?}");
        assert!((fitted.law.crosstalk - 0.000_769).abs() < 1e-8, "{fitted:?}");
        assert!(fitted.law.r_squared > 1.0 - 1e-9 && fitted.law.worst_residual < 1e-6);
    }

    #[test]
    fn errors_of_measurement_show_in_the_residuals_and_hardly_in_the_law() {
        let mut measured = points(100.0, 0.03, 0.0005, &[0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0]);
        for (index, point) in measured.iter_mut().enumerate() {
            // Two per cent too much and too little in turn.
            point.per_second *= if index % 2 == 0 { 1.02 } else { 0.98 };
        }
        let fitted = fit(&measured).unwrap();
        assert!((fitted.law.one_at_a_time.per_second() / 100.0 - 1.0).abs() < 0.03, "{fitted:?}");
        assert!((fitted.law.contention / 0.03 - 1.0).abs() < 0.2, "{fitted:?}");
        assert!((fitted.law.crosstalk / 0.0005 - 1.0).abs() < 0.2, "{fitted:?}");
        assert!((0.01..0.04).contains(&fitted.law.worst_residual) && fitted.law.r_squared > 0.98, "{fitted:?}");
        assert_eq!(fitted.residuals.len(), 8);
    }

    #[test]
    fn coefficients_are_never_below_zero() {
        // More than linear, as only measurement errors are.
        let better: Vec<Throughput> =
            (1..8).map(|n| Throughput { concurrency: f64::from(n), per_second: f64::from(n).powf(1.1) }).collect();
        let law = fit(&better).unwrap().law;
        assert!(law.contention >= 0.0 && law.crosstalk >= 0.0 && law.worst_residual > 0.05, "{law:?}");
    }

    #[test]
    fn too_few_points_or_the_same_one_over_and_over_say_little() {
        assert_eq!(fit(&points(10.0, 0.1, 0.0, &[1.0, 2.0, 3.0])), None);
        let same = fit(&points(10.0, 0.1, 0.0, &[4.0; 6])).unwrap();
        assert!(same.law.worst_residual < 1e-9, "{same:?}");
    }
}
