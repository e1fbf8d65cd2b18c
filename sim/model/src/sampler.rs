//! Distributions of durations, ready to draw from.

use std::sync::Arc;
use stranded_engine::{Span, Stream};
use stranded_scenario::{Duration, DurationDistribution};

/// A distribution of durations with its constants worked out.
#[derive(Clone, Debug)]
pub struct Sampler {
    offset_seconds: f64,
    shape: Shape,
}

#[derive(Clone, Debug)]
enum Shape {
    Constant(f64),
    Exponential { mean_seconds: f64 },
    Lognormal { mu: f64, sigma: f64 },
    Weibull { scale_seconds: f64, exponent: f64 },
    Gamma { scale_seconds: f64, shape: f64 },
    Uniform { low_seconds: f64, width_seconds: f64 },
    Empirical(Arc<[f64]>),
}

impl Sampler {
    /// A sampler of a valid distribution.
    pub fn new(distribution: &DurationDistribution) -> Self {
        let shape = match distribution {
            DurationDistribution::Constant(duration) => Shape::Constant(duration.as_seconds()),
            DurationDistribution::Exponential(it) => Shape::Exponential { mean_seconds: it.mean.as_seconds() },
            DurationDistribution::Lognormal(it) => Shape::Lognormal { mu: it.mu(), sigma: it.sigma },
            DurationDistribution::Weibull(it) => {
                Shape::Weibull { scale_seconds: it.scale.as_seconds(), exponent: 1.0 / it.shape }
            }
            DurationDistribution::Gamma(it) => {
                Shape::Gamma { scale_seconds: it.mean.as_seconds() / it.shape, shape: it.shape }
            }
            DurationDistribution::Uniform(it) => Shape::Uniform {
                low_seconds: it.low.as_seconds(),
                width_seconds: it.high.as_seconds() - it.low.as_seconds(),
            },
            DurationDistribution::Empirical(it) => {
                Shape::Empirical(it.values.iter().map(|value| value.as_seconds()).collect())
            }
        };
        let offset_seconds = match distribution {
            DurationDistribution::Constant(_) => 0.0,
            other => other.offset().as_seconds(),
        };
        Self { offset_seconds, shape }
    }

    /// Draws a duration in seconds. All shapes but gamma use one number of the stream, and all but gamma rise with it, which
    /// is what keeps common random numbers common.
    #[inline]
    pub fn seconds(&self, stream: &mut Stream) -> f64 {
        self.offset_seconds
            + match &self.shape {
                Shape::Constant(seconds) => {
                    let _ = stream.next_bits();
                    *seconds
                }
                Shape::Exponential { mean_seconds } => stream.exponential(*mean_seconds),
                Shape::Lognormal { mu, sigma } => libm::exp(mu + sigma * stream.normal()),
                Shape::Weibull { scale_seconds, exponent } => {
                    scale_seconds * libm::pow(-libm::log(stream.uniform()), *exponent)
                }
                Shape::Gamma { scale_seconds, shape } => scale_seconds * gamma(*shape, stream),
                Shape::Uniform { low_seconds, width_seconds } => low_seconds + width_seconds * stream.uniform(),
                Shape::Empirical(values) => values[stream.below(values.len() as u32) as usize],
            }
    }

    /// The median where it is known in closed form (constant, lognormal, exponential, uniform), otherwise a value near the middle.
    pub(crate) fn centre_seconds(&self) -> f64 {
        self.offset_seconds
            + match &self.shape {
                Shape::Constant(seconds) => *seconds,
                Shape::Exponential { mean_seconds } => mean_seconds * std::f64::consts::LN_2,
                Shape::Lognormal { mu, .. } => libm::exp(*mu),
                Shape::Weibull { scale_seconds, exponent } => {
                    scale_seconds * libm::pow(std::f64::consts::LN_2, *exponent)
                }
                Shape::Gamma { scale_seconds, shape } => scale_seconds * shape,
                Shape::Uniform { low_seconds, width_seconds } => low_seconds + width_seconds / 2.0,
                Shape::Empirical(values) => values.iter().sum::<f64>() / values.len() as f64,
            }
    }

    /// Draws a duration, rounded to the nanosecond; see [`Self::seconds`].
    #[inline]
    pub fn span(&self, stream: &mut Stream) -> Span {
        Span::from_seconds(self.seconds(stream))
    }
}

/// Standard gamma of the given shape: G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", ACM TOMS
/// 26(3), 2000; shapes below one by their boost.
fn gamma(shape: f64, stream: &mut Stream) -> f64 {
    if shape < 1.0 {
        let boost = libm::pow(stream.uniform(), 1.0 / shape);
        return boost * gamma(shape + 1.0, stream);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = stream.normal();
        let v = 1.0 + c * x;
        if v > 0.0 {
            let v = v * v * v;
            if libm::log(stream.uniform()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                return d * v;
            }
        }
    }
}

/// A scenario's duration as the engine's span.
pub(crate) fn span(duration: Duration) -> Span {
    Span::from_nanoseconds(duration.as_nanoseconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) {
        let distribution: DurationDistribution = toml_value(text);
        let sampler = Sampler::new(&distribution);
        let mut stream = Stream::new(1, 2, 3);
        let draws: Vec<f64> = (0..200_000).map(|_| sampler.seconds(&mut stream)).collect();
        let count = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / count;
        let deviation = (distribution.variance() / count).sqrt();
        assert!(
            (mean - distribution.mean()).abs() <= 4.0 * deviation + 1e-9,
            "{text}: {mean} for {}",
            distribution.mean()
        );
    }

    fn toml_value(text: &str) -> DurationDistribution {
        #[derive(serde::Deserialize)]
        struct Holder {
            value: DurationDistribution,
        }
        toml::from_str::<Holder>(&format!("value = {text}")).expect("a valid distribution").value
    }

    #[test]
    fn every_shape_has_the_mean_the_scenario_promises() {
        check(r#""15 s""#);
        check(r#"{ exponential = { mean = "5 s", offset = "2 s" } }"#);
        check(r#"{ lognormal = { median = "50 s", sigma = 0.9 } }"#);
        check(r#"{ lognormal = { mean = "50 s", sigma = 0.5, offset = "1 s" } }"#);
        check(r#"{ weibull = { scale = "10 s", shape = 0.7 } }"#);
        check(r#"{ gamma = { mean = "10 s", shape = 0.5 } }"#);
        check(r#"{ gamma = { mean = "10 s", shape = 4.0 } }"#);
        check(r#"{ uniform = { low = "2 h", high = "2.7 h" } }"#);
        check(r#"{ empirical = { values = ["1 s", "2 s", "6 s"] } }"#);
    }
}
