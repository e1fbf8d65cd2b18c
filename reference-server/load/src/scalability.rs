//! The Universal Scalability Law of a server, as it is written down: coefficients, peak, residuals. See [`stranded_model::scalability`].

use serde::{Deserialize, Serialize};
use stranded_model::scalability::{Law, Observation};

/// The law of a server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scalability {
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

impl Scalability {
    /// What the windows of a server say. Those without an answer in time are left out.
    ///
    /// # Errors
    /// Why there is no law: see [`Law::fit`].
    pub fn of(observations: &[Observation]) -> Result<Self, String> {
        let law = Law::fit(observations)?;
        let usable = observations.iter().copied().filter(|point| point.per_second > 0.0);
        let points: Vec<Observation> = usable.collect();
        let residual = |point: &Observation| {
            let fitted_per_second = law.throughput(point.concurrency);
            Residual {
                concurrency: point.concurrency,
                measured_per_second: point.per_second,
                fitted_per_second,
                residual_per_second: point.per_second - fitted_per_second,
            }
        };
        Ok(Self {
            gamma: law.gamma,
            sigma: law.sigma,
            kappa: law.kappa,
            peak_concurrency: law.peak_concurrency(),
            peak_per_second: law.throughput_max(),
            r_squared: law.r_squared(&points),
            residuals: points.iter().map(residual).collect(),
        })
    }

    /// The law alone.
    pub fn law(&self) -> Law {
        Law { gamma: self.gamma, sigma: self.sigma, kappa: self.kappa }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_without_an_answer_is_no_point_of_the_law() {
        let law = Law { gamma: 100.0, sigma: 0.05, kappa: 0.001 };
        let mut observations: Vec<Observation> = [1.0, 2.0, 4.0, 8.0, 16.0]
            .map(|concurrency| Observation { concurrency, per_second: law.throughput(concurrency) })
            .to_vec();
        observations.push(Observation { concurrency: 300.0, per_second: 0.0 });
        let found = Scalability::of(&observations).unwrap();
        assert!((found.law().gamma / 100.0 - 1.0).abs() < 1e-9 && found.r_squared > 1.0 - 1e-9, "{found:?}");
        assert_eq!(found.residuals.len(), 5);
        assert!(found.residuals.iter().all(|it| it.residual_per_second.abs() < 1e-6), "{found:?}");
    }
}
