//! Distributions: what they read and refuse, and that mean and variance agree with the integral of their density.

use proptest::prelude::*;
use stranded_scenario::distribution::{Empirical, Gamma, LognormalCentre, Uniform, Weibull};
use stranded_scenario::{Duration, DurationDistribution};

fn read(value: &str) -> Result<DurationDistribution, String> {
    #[derive(Debug, serde::Deserialize)]
    struct Holder {
        value: DurationDistribution,
    }
    toml::from_str::<Holder>(&format!("value = {value}"))
        .map(|holder| holder.value)
        .map_err(|error| error.message().to_owned())
}

#[test]
fn every_form_is_read() {
    assert_eq!(read("\"10 s\""), Ok(DurationDistribution::constant(Duration::seconds(10))));
    assert_eq!(read("{ constant = \"10 s\" }"), Ok(DurationDistribution::constant(Duration::seconds(10))));
    assert_eq!(
        read("{ exponential = { mean = \"5 min\" } }"),
        Ok(DurationDistribution::exponential(Duration::minutes(5)))
    );
    assert_eq!(
        read("{ lognormal = { median = \"50 min\", sigma = 0.9 } }"),
        Ok(DurationDistribution::lognormal_with_median(Duration::minutes(50), 0.9))
    );
    let connect =
        read("{ lognormal = { mean = \"120 ms\", sigma = 1, offset = \"380 ms\" } }").expect("a distribution");
    assert_eq!(connect.offset(), Duration::milliseconds(380));
    assert!((connect.mean() - 0.5).abs() < 1e-12);
    for form in [
        "{ weibull = { scale = \"2 h\", shape = 0.7 } }",
        "{ gamma = { mean = \"2 h\", shape = 3 } }",
        "{ uniform = { low = \"1 s\", high = \"2 s\" } }",
        "{ empirical = { values = [\"1 s\", \"2 s\", \"4 s\"] } }",
    ] {
        let distribution = read(form).expect(form);
        assert!(form.contains(distribution.name()), "{form}");
    }
}

#[test]
fn wrong_forms_say_what_is_wrong() {
    let refused = |value: &str| read(value).expect_err(value);
    assert!(refused("15").contains("the unit is missing"), "{}", refused("15"));
    assert!(refused("{ exponential = { mean = \"0 s\" } }").contains("longer than zero"));
    assert!(refused("{ lognormal = { sigma = 1.0 } }").contains("needs a median or a mean"));
    assert!(refused("{ lognormal = { median = \"1 s\", mean = \"1 s\", sigma = 1.0 } }").contains("here are both"));
    assert!(refused("{ lognormal = { median = \"1 s\", sigma = -1.0 } }").contains("zero or more"));
    assert!(refused("{ weibull = { scale = \"1 s\", shape = 0 } }").contains("above zero"));
    assert!(refused("{ uniform = { low = \"2 s\", high = \"1 s\" } }").contains("low <= high"));
    assert!(refused("{ empirical = { values = [] } }").contains("at least one value"));
    assert!(refused("{ pareto = { mean = \"1 s\" } }").contains("unknown variant `pareto`"));
    assert!(refused("{ exponential = { median = \"1 s\" } }").contains("unknown field `median`"));
    assert!(refused("true").contains("expected a duration such as \"15 s\" or a distribution such as"));
}

/// Mean and variance of the draws that a quantile function (inverse of the cumulative distribution) gives, by the
/// midpoint rule over a million equal slices of probability.
fn by_quantiles(quantile: impl Fn(f64) -> f64) -> (f64, f64) {
    const SLICES: u32 = 1_000_000;
    let draws = (0..SLICES).map(|slice| quantile((f64::from(slice) + 0.5) / f64::from(SLICES)));
    let (sum, squares) = draws.fold((0.0, 0.0), |(sum, squares), draw| (sum + draw, squares + draw * draw));
    let mean = sum / f64::from(SLICES);
    (mean, squares / f64::from(SLICES) - mean * mean)
}

fn assert_moments(distribution: &DurationDistribution, (mean, variance): (f64, f64)) {
    let close = |closed: f64, numeric: f64| (closed - numeric).abs() <= 2e-3 * numeric;
    assert!(close(distribution.mean(), mean), "{distribution:?}: mean {} against {mean}", distribution.mean());
    assert!(
        close(distribution.variance(), variance),
        "{distribution:?}: variance {} against {variance}",
        distribution.variance()
    );
}

#[test]
fn closed_forms_agree_with_numeric_integrals() {
    let exponential = DurationDistribution::exponential(Duration::seconds(5));
    assert_moments(&exponential, by_quantiles(|p| -5.0 * (1.0 - p).ln()));
    let weibull = Weibull { scale: Duration::seconds(3), shape: 1.7, offset: Duration::ZERO };
    assert_moments(&DurationDistribution::Weibull(weibull), by_quantiles(|p| 3.0 * (-(1.0 - p).ln()).powf(1.0 / 1.7)));
    let uniform = Uniform { low: Duration::seconds(1), high: Duration::seconds(4), offset: Duration::seconds(2) };
    assert_moments(&DurationDistribution::Uniform(uniform), by_quantiles(|p| 2.0 + 1.0 + 3.0 * p));
    let empirical = Empirical {
        values: vec![Duration::seconds(1), Duration::seconds(2), Duration::seconds(6)],
        offset: Duration::ZERO,
    };
    assert_moments(&DurationDistribution::Empirical(empirical), (3.0, 14.0 / 3.0));
    // Erlang of two stages: the sum of two exponentials of mean 2 s.
    let gamma = Gamma { mean: Duration::seconds(4), shape: 2.0, offset: Duration::ZERO };
    assert_moments(&DurationDistribution::Gamma(gamma), (4.0, 8.0));
    assert!((gamma.scale_seconds() - 2.0).abs() < 1e-12);
}

#[test]
fn lognormal_moments_agree_with_the_density() {
    let distribution = DurationDistribution::lognormal_with_median(Duration::seconds(3), 0.8);
    // Trapezoid rule over the normal behind it, 12 standard deviations wide.
    let steps = 24_000;
    let (mut mean, mut square) = (0.0, 0.0);
    for step in 0..=steps {
        let z = f64::from(step) / 1_000.0 - 12.0;
        let weight = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() / 1_000.0;
        let draw = 3.0 * (0.8 * z).exp();
        mean += weight * draw;
        square += weight * draw * draw;
    }
    assert_moments(&distribution, (mean, square - mean * mean));
    let DurationDistribution::Lognormal(lognormal) = distribution else { panic!("not lognormal") };
    assert_eq!(lognormal.centre, LognormalCentre::Median(Duration::seconds(3)));
    assert!((lognormal.mu() - 3.0_f64.ln()).abs() < 1e-12);
}

fn any_distribution() -> impl Strategy<Value = DurationDistribution> {
    let length = (1_u64..1_000_000_000_000).prop_map(Duration::from_nanoseconds);
    let offset = (0_u64..3).prop_map(Duration::seconds);
    let shape = 0.1..5.0_f64;
    (0_usize..6, length.clone(), length, offset, shape).prop_map(|(kind, first, second, offset, shape)| match kind {
        0 => DurationDistribution::constant(first),
        1 => DurationDistribution::exponential(first),
        2 => DurationDistribution::lognormal_with_median(first, shape),
        3 => DurationDistribution::Weibull(Weibull { scale: first, shape, offset }),
        4 => DurationDistribution::Uniform(Uniform { low: first.min(second), high: first.max(second), offset }),
        _ => DurationDistribution::Empirical(Empirical { values: vec![first, second], offset }),
    })
}

proptest! {
    #[test]
    fn distributions_read_back(distribution in any_distribution()) {
        let value = toml::Value::try_from(&distribution).expect("a distribution can be written");
        prop_assert_eq!(read(&value.to_string()), Ok(distribution));
    }

    #[test]
    fn the_mean_lies_above_the_offset(distribution in any_distribution()) {
        prop_assert!(distribution.mean() >= distribution.offset().as_seconds());
        prop_assert!(distribution.variance() >= 0.0);
    }
}
