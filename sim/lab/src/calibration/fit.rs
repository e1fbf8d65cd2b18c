//! A distribution that describes samples of a length of time, and how well it does.

use statrs::distribution::{ContinuousCDF as _, Normal};
use stranded_scenario::distribution::Empirical;
use stranded_scenario::{Duration, DurationDistribution};

/// Values that stand for samples which no formula describes: a hundredth of all apart at most, and still to be read.
const QUANTILES: usize = 50;
/// Significant digits of what is written: more than any clock is good for.
const DIGITS: i32 = 5;
/// The Kolmogorov-Smirnov distance that 5 % of samples exceed, times the square root of their number (N. Smirnov, "Table for
/// estimating the goodness of fit", Annals of Mathematical Statistics 19(2), 1948). For parameters that come from the same samples
/// it is lenient.
const KOLMOGOROV_95: f64 = 1.358;
/// Half the width of a 95 % interval of a normal.
const NORMAL_95: f64 = 1.96;

/// A fitted distribution.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fit {
    shape: Shape,
    /// Largest difference between the samples' distribution function and the fitted one, 0 to 1.
    pub(crate) kolmogorov_smirnov: f64,
    /// Median of the samples, in seconds.
    pub(crate) median_seconds: f64,
    /// 95 % interval of the median, in seconds.
    pub(crate) median_interval_seconds: (f64, f64),
    /// Shortest and longest sample, in seconds.
    pub(crate) range_seconds: (f64, f64),
}

#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Constant(f64),
    Lognormal { median_seconds: f64, sigma: f64 },
    Empirical(Vec<f64>),
}

impl Fit {
    /// Describes samples: as a constant if they are all the same, else as a lognormal by maximum likelihood, and by their own quantiles
    /// where its distance says that they are no such thing.
    ///
    /// `seconds` must be finite, above zero, and at least two.
    pub(crate) fn new(mut seconds: Vec<f64>) -> Self {
        seconds.sort_by(f64::total_cmp);
        let (shape, kolmogorov_smirnov) = describe(&seconds);
        let count = seconds.len();
        // Order statistics around the median, by the normal approximation of the binomial.
        let half = NORMAL_95 * (count as f64).sqrt() / 2.0;
        let middle = count as f64 / 2.0;
        let lower = (middle - half).floor().max(1.0) as usize - 1;
        let upper = ((middle + half).ceil() as usize).min(count - 1);
        Self {
            shape,
            kolmogorov_smirnov,
            median_seconds: median(&seconds),
            median_interval_seconds: (seconds[lower], seconds[upper]),
            range_seconds: (seconds[0], seconds[count - 1]),
        }
    }

    /// The distribution with every length multiplied by a factor, in the digits in which it is written.
    pub(crate) fn distribution(&self, factor: f64) -> DurationDistribution {
        let duration = |seconds: f64| Duration::from_seconds(rounded(seconds * factor));
        match &self.shape {
            Shape::Constant(seconds) => DurationDistribution::Constant(duration(*seconds)),
            Shape::Lognormal { median_seconds, sigma } => {
                DurationDistribution::lognormal_with_median(duration(*median_seconds), *sigma)
            }
            Shape::Empirical(values) => DurationDistribution::Empirical(Empirical {
                values: values.iter().map(|&seconds| duration(seconds)).collect(),
                offset: Duration::ZERO,
            }),
        }
    }
}

/// The shape that describes sorted samples, and its distance from them.
fn describe(sorted: &[f64]) -> (Shape, f64) {
    let count = sorted.len() as f64;
    if sorted.first() == sorted.last() {
        return (Shape::Constant(sorted[0]), 0.0);
    }
    let mu = sorted.iter().map(|seconds| seconds.ln()).sum::<f64>() / count;
    let sigma = (sorted.iter().map(|seconds| (seconds.ln() - mu).powi(2)).sum::<f64>() / count).sqrt();
    // What is judged is what will be written: the rounded numbers.
    let (median_seconds, sigma) = (rounded(mu.exp()), rounded(sigma));
    if let Ok(normal) = Normal::new(median_seconds.ln(), sigma) {
        let distance = distance(sorted, |seconds| normal.cdf(seconds.ln()));
        if distance <= KOLMOGOROV_95 / count.sqrt() {
            return (Shape::Lognormal { median_seconds, sigma }, distance);
        }
    }
    let values = quantiles(sorted);
    let distance = distance_of_steps(sorted, &values);
    (Shape::Empirical(values), distance)
}

/// The Kolmogorov-Smirnov distance of sorted samples from a continuous distribution function.
fn distance(sorted: &[f64], cumulative: impl Fn(f64) -> f64) -> f64 {
    let count = sorted.len() as f64;
    sorted.iter().enumerate().fold(0.0, |largest: f64, (index, &value)| {
        let expected = cumulative(value);
        largest.max(expected - index as f64 / count).max((index + 1) as f64 / count - expected)
    })
}

/// The same for two step functions.
fn distance_of_steps(sorted: &[f64], values: &[f64]) -> f64 {
    let share = |of: &[f64], limit: f64| of.partition_point(|&value| value <= limit) as f64 / of.len() as f64;
    let at = |limit: f64| (share(sorted, limit) - share(values, limit)).abs();
    sorted.iter().chain(values).map(|&limit| at(limit)).fold(0.0, f64::max)
}

/// Values in the middle of equally likely parts.
fn quantiles(sorted: &[f64]) -> Vec<f64> {
    let parts = QUANTILES.min(sorted.len());
    (0..parts).map(|part| sorted[(2 * part + 1) * sorted.len() / (2 * parts)]).collect()
}

/// The median of sorted numbers.
pub(crate) fn median(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) { f64::midpoint(sorted[half - 1], sorted[half]) } else { sorted[half] }
}

/// A number above zero in as many digits as are written.
fn rounded(number: f64) -> f64 {
    let exponent = DIGITS - 1 - number.log10().floor() as i32;
    // Powers of ten up to the 22nd are exact, their reciprocals are not: divide by them.
    if exponent >= 0 {
        let power = 10_f64.powi(exponent);
        (number * power).round() / power
    } else {
        let power = 10_f64.powi(-exponent);
        (number / power).round() * power
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stranded_engine::Stream;

    fn drawn(count: usize, draw: impl FnMut(&mut Stream) -> f64) -> Vec<f64> {
        let mut stream = Stream::new(1, 2, 3);
        let mut draw = draw;
        (0..count).map(|_| draw(&mut stream)).collect()
    }

    #[test]
    fn a_lognormal_is_found_again() {
        let samples = drawn(4_000, |stream| (0.2_f64.ln() + 0.1 * stream.normal()).exp());
        let fit = Fit::new(samples);
        let DurationDistribution::Lognormal(found) = fit.distribution(1.0) else { panic!("{fit:?}") };
        // Four standard errors: sigma / sqrt(n) of the logarithm of the median, sigma / sqrt(2 n) of sigma.
        assert!((found.mu() - 0.2_f64.ln()).abs() < 4.0 * 0.1 / 4_000_f64.sqrt(), "{found:?}");
        assert!((found.sigma - 0.1).abs() < 4.0 * 0.1 / 8_000_f64.sqrt(), "{found:?}");
        assert!(fit.kolmogorov_smirnov < 0.0215, "{fit:?}");
        let (low, high) = fit.median_interval_seconds;
        assert!(low < 0.2 && 0.2 < high && high / low < 1.02, "{fit:?}");
    }

    #[test]
    fn what_is_no_lognormal_keeps_its_own_quantiles() {
        // Two clusters: a fast way and a slow way through the code.
        let fit = Fit::new(drawn(2_000, |stream| if stream.chance(0.7) { 1.0 } else { 3.0 } + 0.1 * stream.uniform()));
        let DurationDistribution::Empirical(found) = fit.distribution(1.0) else { panic!("{fit:?}") };
        let fast = found.values.iter().filter(|value| value.as_seconds() < 2.0).count() as f64;
        assert!((fast / found.values.len() as f64 - 0.7).abs() < 0.05, "{found:?}");
        assert!(fit.kolmogorov_smirnov < 0.021, "{fit:?}");
    }

    #[test]
    fn what_never_varies_is_a_constant() {
        let fit = Fit::new(vec![0.25; 30]);
        assert_eq!(fit.distribution(1.0), DurationDistribution::Constant(Duration::milliseconds(250)));
        assert_eq!(fit.distribution(2.0), DurationDistribution::Constant(Duration::milliseconds(500)));
        assert_eq!(fit.median_interval_seconds, (0.25, 0.25));
    }

    #[test]
    fn the_distance_is_that_of_the_textbook() {
        // Four samples against the uniform distribution: the largest gap is just below 0.7, where half of them lie below.
        let gap = distance(&[0.1, 0.4, 0.7, 0.9], |value| value);
        assert!((gap - 0.2).abs() < 1e-12, "{gap}");
        assert!((distance_of_steps(&[1.0, 2.0, 3.0, 4.0], &[1.0, 4.0]) - 0.25).abs() < 1e-12);
    }

    #[test]
    fn numbers_are_rounded_to_their_digits() {
        for (number, expected) in [(0.123_456_789, 0.12346), (12_345_678.0, 12_346_000.0), (0.5, 0.5)] {
            assert!((rounded(number) / expected - 1.0).abs() < 1e-12, "{number}");
        }
    }
}
