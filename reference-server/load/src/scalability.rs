//! The Universal Scalability Law, fitted to a server's windows.
//!
//! Neil Gunther, "Guerrilla Capacity Planning", Springer 2007, chapter 4: with N requests in flight the throughput is
//!
//! ```text
//! X(N) = gamma N / (1 + sigma (N - 1) + kappa N (N - 1))
//! ```
//!
//! gamma is the throughput of one request at a time, sigma the share of work that only one can do at a time (contention), kappa what
//! requests cost one another (coherency). With kappa the throughput has a peak, beyond which more load gives less.
//!
//! The start of the fit is exact algebra: N / X is linear in 1/gamma, sigma/gamma and kappa/gamma. From there Levenberg and Marquardt
//! minimise the squares of the throughput's residuals, with sigma and kappa kept from falling below zero.

use levenberg_marquardt::{LeastSquaresProblem, LevenbergMarquardt};
use nalgebra::{DMatrix, DVector, Dyn, Matrix, Owned, U3, Vector3};
use serde::{Deserialize, Serialize};

/// Fewer points than this can be met by any three numbers.
pub const POINTS_MIN: usize = 5;
/// The largest number in flight against the smallest: without a range there is no shape.
const RANGE_MIN: f64 = 2.0;
/// Where sigma and kappa start at least: at zero their roots have no slope to follow.
const START_MIN: f64 = 1e-6;

/// A window as the law sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// Requests in flight, averaged.
    pub concurrency: f64,
    /// Answers in time per second.
    pub throughput: f64,
}

/// The law of a server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Law {
    /// Throughput of one request at a time, per second.
    pub gamma: f64,
    /// Contention.
    pub sigma: f64,
    /// Coherency.
    pub kappa: f64,
    /// Requests in flight at which throughput is largest; nothing when it never falls.
    pub peak_concurrency: Option<f64>,
    /// Throughput there; without a peak the limit gamma / sigma, and nothing where there is none.
    pub peak_per_second: Option<f64>,
    /// Share of the throughput's variance that the law explains.
    pub r_squared: f64,
    /// Each point and how far the law is off.
    pub residuals: Vec<Residual>,
}

/// How far the law is off at a point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Residual {
    /// Requests in flight.
    pub concurrency: f64,
    /// Answers in time per second, measured.
    pub measured_per_second: f64,
    /// ... by the law.
    pub fitted_per_second: f64,
    /// Measured minus fitted.
    pub residual_per_second: f64,
}

/// Throughput by the law.
pub fn throughput(gamma: f64, sigma: f64, kappa: f64, concurrency: f64) -> f64 {
    let n = concurrency;
    gamma * n / (1.0 + sigma * (n - 1.0) + kappa * n * (n - 1.0))
}

impl Law {
    /// The law that fits best.
    ///
    /// # Errors
    /// Why there is none: too few points, no range, no sense in them.
    pub fn fit(observations: &[Observation]) -> Result<Self, String> {
        let points: Vec<Observation> =
            observations.iter().copied().filter(|point| point.concurrency > 0.0 && point.throughput > 0.0).collect();
        if points.len() < POINTS_MIN {
            return Err(format!(
                "{} usable windows are too few for three coefficients: {POINTS_MIN} are needed",
                points.len()
            ));
        }
        let range = |pick: fn(f64, f64) -> f64, start| points.iter().map(|point| point.concurrency).fold(start, pick);
        let (least, most) = (range(f64::min, f64::INFINITY), range(f64::max, 0.0));
        if most < RANGE_MIN * least {
            return Err(format!("{least:.2} to {most:.2} requests in flight are no range: the law has no shape there"));
        }
        let scale = points.iter().map(|point| point.throughput).sum::<f64>() / points.len() as f64;
        let problem = Problem { parameters: start(&points)?, points: points.clone(), scale };
        let (solved, report) = LevenbergMarquardt::new().minimize(problem);
        let [gamma, sigma, kappa] = coefficients(&solved.parameters);
        if !report.termination.was_successful() || ![gamma, sigma, kappa].iter().all(|it| it.is_finite()) {
            return Err(format!("the fit does not settle ({:?})", report.termination));
        }
        Ok(Self::new(gamma, sigma, kappa, &points))
    }

    fn new(gamma: f64, sigma: f64, kappa: f64, points: &[Observation]) -> Self {
        let residuals: Vec<Residual> = points
            .iter()
            .map(|point| {
                let fitted = throughput(gamma, sigma, kappa, point.concurrency);
                Residual {
                    concurrency: point.concurrency,
                    measured_per_second: point.throughput,
                    fitted_per_second: fitted,
                    residual_per_second: point.throughput - fitted,
                }
            })
            .collect();
        let mean = points.iter().map(|point| point.throughput).sum::<f64>() / points.len() as f64;
        let total: f64 = points.iter().map(|point| (point.throughput - mean).powi(2)).sum();
        let left: f64 = residuals.iter().map(|residual| residual.residual_per_second.powi(2)).sum();
        // A peak beyond all sense is none: the law is flat there.
        let peak_concurrency = (kappa > 1e-12 && sigma < 1.0).then(|| ((1.0 - sigma) / kappa).sqrt());
        let peak = peak_concurrency.map(|peak| throughput(gamma, sigma, kappa, peak));
        let limit = (sigma > 1e-12).then(|| gamma / sigma);
        Self {
            gamma,
            sigma,
            kappa,
            peak_concurrency,
            peak_per_second: peak.or(limit),
            r_squared: if total > 0.0 { 1.0 - left / total } else { 0.0 },
            residuals,
        }
    }
}

/// Coefficients from parameters that may be any numbers.
fn coefficients(parameters: &Vector3<f64>) -> [f64; 3] {
    [parameters[0].exp(), parameters[1].powi(2), parameters[2].powi(2)]
}

/// Parameters of the linear form's solution.
fn start(points: &[Observation]) -> Result<Vector3<f64>, String> {
    let rows = DMatrix::from_fn(points.len(), 3, |row, column| {
        let n = points[row].concurrency;
        [1.0, n - 1.0, n * (n - 1.0)][column]
    });
    let sides = DVector::from_iterator(points.len(), points.iter().map(|point| point.concurrency / point.throughput));
    let solution = rows.svd(true, true).solve(&sides, 1e-12).map_err(ToOwned::to_owned)?;
    // One request at a time takes some time, whatever a straight line says.
    let fastest = points.iter().map(|point| point.throughput / point.concurrency).fold(0.0, f64::max);
    let gamma = if solution[0] > 0.0 { 1.0 / solution[0] } else { fastest };
    let root = |coefficient: f64| (coefficient * gamma).max(START_MIN).sqrt();
    Ok(Vector3::new(gamma.ln(), root(solution[1]), root(solution[2])))
}

struct Problem {
    parameters: Vector3<f64>,
    points: Vec<Observation>,
    /// Residuals are counted in mean throughputs, so that tolerances mean the same for all servers.
    scale: f64,
}

impl LeastSquaresProblem<f64, Dyn, U3> for Problem {
    type ResidualStorage = Owned<f64, Dyn>;
    type JacobianStorage = Owned<f64, Dyn, U3>;
    type ParameterStorage = Owned<f64, U3>;

    fn set_params(&mut self, parameters: &Vector3<f64>) {
        self.parameters.copy_from(parameters);
    }

    fn params(&self) -> Vector3<f64> {
        self.parameters
    }

    fn residuals(&self) -> Option<DVector<f64>> {
        let [gamma, sigma, kappa] = coefficients(&self.parameters);
        let residual =
            |point: &Observation| (throughput(gamma, sigma, kappa, point.concurrency) - point.throughput) / self.scale;
        Some(DVector::from_iterator(self.points.len(), self.points.iter().map(residual)))
    }

    fn jacobian(&self) -> Option<Matrix<f64, Dyn, U3, Self::JacobianStorage>> {
        let [gamma, sigma, kappa] = coefficients(&self.parameters);
        let mut jacobian = Matrix::<f64, Dyn, U3, Self::JacobianStorage>::zeros(self.points.len());
        for (row, point) in self.points.iter().enumerate() {
            let n = point.concurrency;
            let fitted = throughput(gamma, sigma, kappa, n);
            let below = 1.0 + sigma * (n - 1.0) + kappa * n * (n - 1.0);
            jacobian[(row, 0)] = fitted / self.scale;
            jacobian[(row, 1)] = -fitted / below * (n - 1.0) * 2.0 * self.parameters[1] / self.scale;
            jacobian[(row, 2)] = -fitted / below * n * (n - 1.0) * 2.0 * self.parameters[2] / self.scale;
        }
        Some(jacobian)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(gamma: f64, sigma: f64, kappa: f64, noise: f64) -> Vec<Observation> {
        [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0]
            .into_iter()
            .enumerate()
            .map(|(index, concurrency)| {
                let sign = if index % 2 == 0 { 1.0 } else { -1.0 };
                let throughput = throughput(gamma, sigma, kappa, concurrency) * (1.0 + sign * noise);
                Observation { concurrency, throughput }
            })
            .collect()
    }

    #[test]
    fn a_law_is_found_again() {
        for (gamma, sigma, kappa) in [(100.0, 0.05, 0.001), (20.0, 0.0, 0.0004), (995.6, 0.02671, 0.000_769)] {
            let found = Law::fit(&law(gamma, sigma, kappa, 0.0)).unwrap();
            assert!((found.gamma / gamma - 1.0).abs() < 1e-3, "{found:?}");
            assert!((found.sigma - sigma).abs() < 1e-4 && (found.kappa - kappa).abs() < 1e-5, "{found:?}");
            assert!(found.r_squared > 0.9999, "{found:?}");
            let peak = ((1.0 - sigma) / kappa).sqrt();
            assert!((found.peak_concurrency.unwrap() / peak - 1.0).abs() < 0.01, "{found:?}");
        }
    }

    #[test]
    fn noise_leaves_residuals_and_coefficients_that_make_sense() {
        let found = Law::fit(&law(100.0, 0.05, 0.001, 0.03)).unwrap();
        assert!((found.gamma / 100.0 - 1.0).abs() < 0.1 && found.sigma >= 0.0 && found.kappa >= 0.0, "{found:?}");
        assert!(found.residuals.iter().any(|residual| residual.residual_per_second.abs() > 0.5));
        assert!(found.r_squared > 0.97 && found.r_squared < 1.0, "{found:?}");
    }

    #[test]
    fn too_little_is_said_to_be_too_little() {
        assert!(Law::fit(&law(100.0, 0.05, 0.001, 0.0)[..4]).unwrap_err().contains("too few"));
        let same = vec![Observation { concurrency: 2.0, throughput: 10.0 }; 9];
        assert!(Law::fit(&same).unwrap_err().contains("no range"));
    }
}
