//! The Universal Scalability Law, and how it is found in what was measured.
//!
//! Neil Gunther, "Guerrilla Capacity Planning", Springer 2007, chapter 4: with N requests in flight the throughput is
//!
//! ```text
//! X(N) = gamma N / (1 + sigma (N - 1) + kappa N (N - 1))
//! ```
//!
//! Turned over it is linear: `N / X = a + b (N - 1) + c N (N - 1)` with `a = 1 / gamma`, `b = sigma / gamma`, `c = kappa / gamma`. A
//! deviation of N / X, weighted by X / N, is the relative deviation of the throughput, so that weighted linear least squares
//! minimise the relative residuals of the law, and need neither a start value nor an iteration. The same bits on every machine.

/// Fewer points would always fit three coefficients.
pub const POINTS_MIN: usize = 4;
/// The largest number in flight against the smallest: without a range there is no shape.
const RANGE_MIN: f64 = 2.0;
/// Coefficients below this are zero but for rounding: a peak that they give lies beyond all sense.
const COEFFICIENT_MIN: f64 = 1e-12;

/// Throughput at a concurrency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// Requests in flight, averaged; above zero.
    pub concurrency: f64,
    /// Answers per second; above zero.
    pub per_second: f64,
}

/// The law of a server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Law {
    /// Throughput of one request at a time, per second; above zero.
    pub gamma: f64,
    /// Share of the work that cannot be done side by side (contention); zero or above.
    pub sigma: f64,
    /// What requests cost one another (coherency, crosstalk); zero or above. With it the throughput has a peak, beyond which more load
    /// gives less.
    pub kappa: f64,
}

impl Law {
    /// The law whose relative deviations from the observations have the smallest sum of squares. No coefficient is below zero.
    ///
    /// # Errors
    /// Why there is none: too few observations, no range of concurrency, no sense in them. Those without answers do not count.
    pub fn fit(observations: &[Observation]) -> Result<Self, String> {
        let points: Vec<Observation> =
            observations.iter().copied().filter(|point| point.concurrency > 0.0 && point.per_second > 0.0).collect();
        if points.len() < POINTS_MIN {
            return Err(format!(
                "{} usable windows are too few for three coefficients: {POINTS_MIN} are needed",
                points.len()
            ));
        }
        let least = points.iter().map(|point| point.concurrency).fold(f64::INFINITY, f64::min);
        let most = points.iter().map(|point| point.concurrency).fold(0.0, f64::max);
        if most < RANGE_MIN * least {
            return Err(format!("{least:.2} to {most:.2} requests in flight are no range: the law has no shape there"));
        }
        // Coefficients must not be negative. With three of them, of which the first is never zero, all that can be left out is tried.
        let terms: [&[usize]; 4] = [&[0, 1, 2], &[0, 1], &[0, 2], &[0]];
        let fits = terms.into_iter().filter_map(|used| least_squares(&points, used));
        let error = |coefficients: &[f64; 3]| points.iter().map(|it| square(weighted(it, coefficients))).sum::<f64>();
        let [a, b, c] = fits
            .filter(|it| it[0] > 0.0 && it[1] >= 0.0 && it[2] >= 0.0)
            .min_by(|left, right| error(left).total_cmp(&error(right)))
            .ok_or("no such law describes the windows")?;
        Ok(Self { gamma: 1.0 / a, sigma: b / a, kappa: c / a })
    }

    /// Answers per second with so many requests in flight.
    pub fn throughput(&self, concurrency: f64) -> f64 {
        let n = concurrency;
        self.gamma * n / (1.0 + self.sigma * (n - 1.0) + self.kappa * n * (n - 1.0))
    }

    /// Requests in flight at which throughput is largest; nothing when it never falls.
    pub fn peak_concurrency(&self) -> Option<f64> {
        (self.kappa > COEFFICIENT_MIN && self.sigma < 1.0).then(|| ((1.0 - self.sigma) / self.kappa).sqrt())
    }

    /// The largest throughput, per second: that of the peak, without one the limit gamma / sigma, and nothing where there is none.
    pub fn throughput_max(&self) -> Option<f64> {
        let limit = || (self.sigma > COEFFICIENT_MIN).then(|| self.gamma / self.sigma);
        self.peak_concurrency().map(|peak| self.throughput(peak)).or_else(limit)
    }

    /// Share of the variance of the throughputs that the law explains; negative when their mean would say more.
    pub fn r_squared(&self, observations: &[Observation]) -> f64 {
        let mean = observations.iter().map(|point| point.per_second).sum::<f64>() / observations.len() as f64;
        let total: f64 = observations.iter().map(|point| square(point.per_second - mean)).sum();
        let left: f64 =
            observations.iter().map(|point| square(point.per_second - self.throughput(point.concurrency))).sum();
        if total > 0.0 { 1.0 - left / total } else { 0.0 }
    }

    /// Measured less fitted, as a share of the fitted throughput.
    pub fn residual(&self, observation: Observation) -> f64 {
        observation.per_second / self.throughput(observation.concurrency) - 1.0
    }
}

fn square(value: f64) -> f64 {
    value * value
}

/// The terms of `N / X` for a point.
fn terms(point: &Observation) -> [f64; 3] {
    let n = point.concurrency;
    [1.0, n - 1.0, n * (n - 1.0)]
}

/// The weighted deviation of a point.
fn weighted(point: &Observation, coefficients: &[f64; 3]) -> f64 {
    let predicted: f64 = terms(point).iter().zip(coefficients).map(|(term, coefficient)| term * coefficient).sum();
    predicted * point.per_second / point.concurrency - 1.0
}

/// Weighted least squares over the terms that are used, by the normal equations; the others are zero. `None` when they are singular.
fn least_squares(points: &[Observation], used: &[usize]) -> Option<[f64; 3]> {
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

    /// What a law says for a range of concurrencies, too much and too little in turn.
    fn observations(law: Law, noise: f64) -> Vec<Observation> {
        let concurrencies = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0].into_iter().enumerate();
        let observe = |(index, concurrency)| {
            let sign = if index % 2 == 0 { 1.0 } else { -1.0 };
            Observation { concurrency, per_second: law.throughput(concurrency) * (1.0 + sign * noise) }
        };
        concurrencies.map(observe).collect()
    }

    #[test]
    fn a_law_is_found_again() {
        for (gamma, sigma, kappa) in [(100.0, 0.05, 0.001), (20.0, 0.0, 0.0004), (995.65, 0.02671, 0.000_769)] {
            let measured = observations(Law { gamma, sigma, kappa }, 0.0);
            let found = Law::fit(&measured).unwrap();
            assert!((found.gamma / gamma - 1.0).abs() < 1e-6, "{found:?}");
            assert!((found.sigma - sigma).abs() < 1e-6 && (found.kappa - kappa).abs() < 1e-8, "{found:?}");
            assert!(found.r_squared(&measured) > 1.0 - 1e-9, "{found:?}");
            assert!(measured.iter().all(|point| found.residual(*point).abs() < 1e-6), "{found:?}");
            let peak = ((1.0 - sigma) / kappa).sqrt();
            assert!((found.peak_concurrency().unwrap() / peak - 1.0).abs() < 1e-3, "{found:?}");
        }
    }

    #[test]
    fn errors_of_measurement_show_in_the_residuals_and_hardly_in_the_law() {
        let measured = observations(Law { gamma: 100.0, sigma: 0.03, kappa: 0.0005 }, 0.02);
        let found = Law::fit(&measured).unwrap();
        assert!((found.gamma / 100.0 - 1.0).abs() < 0.03, "{found:?}");
        assert!((found.sigma / 0.03 - 1.0).abs() < 0.2 && (found.kappa / 0.0005 - 1.0).abs() < 0.2, "{found:?}");
        let worst = measured.iter().map(|point| found.residual(*point).abs()).fold(0.0, f64::max);
        assert!((0.01..0.04).contains(&worst) && found.r_squared(&measured) > 0.98, "{found:?}");
    }

    #[test]
    fn coefficients_are_never_below_zero() {
        // More than linear, as only errors of measurement are.
        let better =
            |n| Observation { concurrency: f64::from(n), per_second: f64::from(n) * (1.0 + 0.05 * f64::from(n)) };
        let better: Vec<Observation> = (1..8).map(better).collect();
        let law = Law::fit(&better).unwrap();
        assert!(law.sigma >= 0.0 && law.kappa >= 0.0 && law.residual(better[6]) > 0.05, "{law:?}");
    }

    #[test]
    fn a_law_without_crosstalk_has_a_limit_and_one_without_contention_has_none() {
        let limited = Law { gamma: 10.0, sigma: 0.1, kappa: 0.0 };
        assert_eq!((limited.peak_concurrency(), limited.throughput_max()), (None, Some(100.0)));
        let endless = Law { sigma: 0.0, ..limited };
        assert_eq!((endless.peak_concurrency(), endless.throughput_max()), (None, None));
    }

    #[test]
    fn too_little_is_said_to_be_too_little() {
        let few = observations(Law { gamma: 10.0, sigma: 0.1, kappa: 0.0 }, 0.0);
        assert!(Law::fit(&few[..3]).unwrap_err().contains("too few"));
        let same = vec![Observation { concurrency: 2.0, per_second: 10.0 }; 9];
        assert!(Law::fit(&same).unwrap_err().contains("no range"));
    }
}
