//! Distributions of lengths of time: what they are, their mean and variance. Drawing from them is the model's business.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::quantity::Duration;

/// How a length of time is distributed.
///
/// In a scenario a bare text is a constant (`"10 s"`); everything else is a table with one key, the name of the
/// distribution: `{ lognormal = { median = "50 min", sigma = 0.9 } }`. Each takes an `offset`, which is added to every draw.
#[derive(Clone, Debug, PartialEq)]
pub enum DurationDistribution {
    /// Always the same.
    Constant(Duration),
    /// Memoryless, with a mean.
    Exponential(Exponential),
    /// The exponential of a normal.
    Lognormal(Lognormal),
    /// Weibull, with scale and shape.
    Weibull(Weibull),
    /// Gamma, with mean and shape (Erlang for whole shapes).
    Gamma(Gamma),
    /// Equally likely anywhere between two bounds.
    Uniform(Uniform),
    /// One of the listed values, each equally likely.
    Empirical(Empirical),
}

/// An exponential distribution plus an offset.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exponential {
    /// Mean without the offset; longer than zero.
    #[serde(deserialize_with = "positive_duration")]
    pub mean: Duration,
    /// Added to every draw.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub offset: Duration,
}

/// A lognormal distribution plus an offset, given by either its median or its mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "LognormalForm", into = "LognormalForm")]
#[schemars(with = "LognormalForm")]
pub struct Lognormal {
    /// Where the middle lies, without the offset.
    pub centre: LognormalCentre,
    /// Standard deviation of the logarithm; zero or more, without a unit.
    pub sigma: f64,
    /// Added to every draw.
    pub offset: Duration,
}

/// The middle of a lognormal distribution, as the scenario gave it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LognormalCentre {
    /// Half of the draws are shorter.
    Median(Duration),
    /// The average of the draws.
    Mean(Duration),
}

/// Lognormal distribution: the exponential of a normal. Give either `median` or `mean`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Lognormal")]
struct LognormalForm {
    /// Median without the offset; longer than zero. Not together with `mean`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_positive_duration")]
    median: Option<Duration>,
    /// Mean without the offset; longer than zero. Not together with `median`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_positive_duration")]
    mean: Option<Duration>,
    /// Standard deviation of the logarithm; zero or more, without a unit.
    #[serde(deserialize_with = "non_negative_number")]
    #[schemars(range(min = 0.0))]
    sigma: f64,
    /// Added to every draw.
    #[serde(default, skip_serializing_if = "is_zero")]
    offset: Duration,
}

/// A Weibull distribution plus an offset.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Weibull {
    /// Scale without the offset: 63 % of the draws are shorter. Longer than zero.
    #[serde(deserialize_with = "positive_duration")]
    pub scale: Duration,
    /// Shape, above zero: below 1 the rate of ending falls with time, above 1 it rises.
    #[serde(deserialize_with = "positive_number")]
    #[schemars(range(min = 0.0))]
    pub shape: f64,
    /// Added to every draw.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub offset: Duration,
}

/// A gamma distribution plus an offset.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gamma {
    /// Mean without the offset; longer than zero.
    #[serde(deserialize_with = "positive_duration")]
    pub mean: Duration,
    /// Shape, above zero: the coefficient of variation is one over its square root.
    #[serde(deserialize_with = "positive_number")]
    #[schemars(range(min = 0.0))]
    pub shape: f64,
    /// Added to every draw.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub offset: Duration,
}

/// A uniform distribution plus an offset.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "UniformForm", into = "UniformForm")]
#[schemars(with = "UniformForm")]
pub struct Uniform {
    /// Shortest draw without the offset.
    pub low: Duration,
    /// Longest draw without the offset; not shorter than `low`.
    pub high: Duration,
    /// Added to every draw.
    pub offset: Duration,
}

/// Uniform distribution: equally likely anywhere between `low` and `high`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Uniform")]
struct UniformForm {
    /// Shortest draw without the offset.
    low: Duration,
    /// Longest draw without the offset; not shorter than `low`.
    high: Duration,
    /// Added to every draw.
    #[serde(default, skip_serializing_if = "is_zero")]
    offset: Duration,
}

/// Measured values, each equally likely, plus an offset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Empirical {
    /// The values, at least one; a value that stands there twice is twice as likely.
    #[serde(deserialize_with = "at_least_one")]
    #[schemars(length(min = 1))]
    pub values: Vec<Duration>,
    /// Added to every draw.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub offset: Duration,
}

/// The table form of a distribution: one key, its name.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Tagged<'distribution> {
    /// Always the same.
    Constant(Duration),
    /// Memoryless.
    Exponential(Exponential),
    /// The exponential of a normal.
    Lognormal(Lognormal),
    /// Weibull.
    Weibull(Weibull),
    /// Gamma, or Erlang for whole shapes.
    Gamma(Gamma),
    /// Equally likely anywhere between two bounds.
    Uniform(Uniform),
    /// One of the listed values.
    Empirical(Cow<'distribution, Empirical>),
}

impl DurationDistribution {
    /// A distribution that always gives `duration`.
    pub const fn constant(duration: Duration) -> Self {
        Self::Constant(duration)
    }

    /// An exponential distribution without an offset.
    pub const fn exponential(mean: Duration) -> Self {
        Self::Exponential(Exponential { mean, offset: Duration::ZERO })
    }

    /// A uniform distribution from `low` to `high`, without an offset.
    ///
    /// # Panics
    /// If `low` is longer than `high`: that is a mistake in the program, not in a scenario.
    pub fn uniform(low: Duration, high: Duration) -> Self {
        assert!(low <= high, "a uniform distribution needs low <= high");
        Self::Uniform(Uniform { low, high, offset: Duration::ZERO })
    }

    /// A lognormal distribution by its median, without an offset.
    pub const fn lognormal_with_median(median: Duration, sigma: f64) -> Self {
        Self::Lognormal(Lognormal { centre: LognormalCentre::Median(median), sigma, offset: Duration::ZERO })
    }

    /// The name that the scenario file uses.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Constant(_) => "constant",
            Self::Exponential(_) => "exponential",
            Self::Lognormal(_) => "lognormal",
            Self::Weibull(_) => "weibull",
            Self::Gamma(_) => "gamma",
            Self::Uniform(_) => "uniform",
            Self::Empirical(_) => "empirical",
        }
    }

    /// What is added to every draw.
    pub const fn offset(&self) -> Duration {
        match self {
            Self::Constant(_) => Duration::ZERO,
            Self::Exponential(exponential) => exponential.offset,
            Self::Lognormal(lognormal) => lognormal.offset,
            Self::Weibull(weibull) => weibull.offset,
            Self::Gamma(gamma) => gamma.offset,
            Self::Uniform(uniform) => uniform.offset,
            Self::Empirical(empirical) => empirical.offset,
        }
    }

    /// The mean in seconds (s), offset included, in closed form.
    pub fn mean(&self) -> f64 {
        let without_offset = match self {
            Self::Constant(duration) => duration.as_seconds(),
            Self::Exponential(exponential) => exponential.mean.as_seconds(),
            Self::Lognormal(lognormal) => lognormal.mean_without_offset(),
            Self::Weibull(weibull) => weibull.scale.as_seconds() * libm::tgamma(1.0 + 1.0 / weibull.shape),
            Self::Gamma(gamma) => gamma.mean.as_seconds(),
            Self::Uniform(uniform) => f64::midpoint(uniform.low.as_seconds(), uniform.high.as_seconds()),
            Self::Empirical(empirical) => empirical.mean_without_offset(),
        };
        without_offset + self.offset().as_seconds()
    }

    /// The variance in square seconds (s^2), in closed form.
    pub fn variance(&self) -> f64 {
        match self {
            Self::Constant(_) => 0.0,
            Self::Exponential(exponential) => square(exponential.mean.as_seconds()),
            Self::Lognormal(lognormal) => {
                libm::expm1(square(lognormal.sigma)) * square(lognormal.mean_without_offset())
            }
            Self::Weibull(weibull) => {
                let first = libm::tgamma(1.0 + 1.0 / weibull.shape);
                let second = libm::tgamma(1.0 + 2.0 / weibull.shape);
                square(weibull.scale.as_seconds()) * (second - square(first))
            }
            Self::Gamma(gamma) => square(gamma.mean.as_seconds()) / gamma.shape,
            Self::Uniform(uniform) => square(uniform.high.as_seconds() - uniform.low.as_seconds()) / 12.0,
            Self::Empirical(empirical) => {
                let mean = empirical.mean_without_offset();
                let squares: f64 = empirical.values.iter().map(|value| square(value.as_seconds() - mean)).sum();
                squares / empirical.values.len() as f64
            }
        }
    }
}

fn square(number: f64) -> f64 {
    number * number
}

impl Lognormal {
    /// The mean of the logarithm of a draw in seconds, offset left out.
    pub fn mu(&self) -> f64 {
        match self.centre {
            LognormalCentre::Median(median) => libm::log(median.as_seconds()),
            LognormalCentre::Mean(mean) => libm::log(mean.as_seconds()) - square(self.sigma) / 2.0,
        }
    }

    fn mean_without_offset(&self) -> f64 {
        match self.centre {
            LognormalCentre::Median(median) => median.as_seconds() * libm::exp(square(self.sigma) / 2.0),
            LognormalCentre::Mean(mean) => mean.as_seconds(),
        }
    }
}

impl Gamma {
    /// The scale in seconds (s): mean over shape.
    pub fn scale_seconds(&self) -> f64 {
        self.mean.as_seconds() / self.shape
    }
}

impl Empirical {
    fn mean_without_offset(&self) -> f64 {
        self.values.iter().map(|value| value.as_seconds()).sum::<f64>() / self.values.len() as f64
    }
}

impl TryFrom<LognormalForm> for Lognormal {
    type Error = &'static str;

    fn try_from(form: LognormalForm) -> Result<Self, Self::Error> {
        let centre = match (form.median, form.mean) {
            (Some(median), None) => LognormalCentre::Median(median),
            (None, Some(mean)) => LognormalCentre::Mean(mean),
            (Some(_), Some(_)) => {
                return Err("a lognormal takes either a median or a mean, and here are both");
            }
            (None, None) => {
                return Err("a lognormal needs a median or a mean, such as median = \"50 min\"");
            }
        };
        Ok(Self { centre, sigma: form.sigma, offset: form.offset })
    }
}

impl From<Lognormal> for LognormalForm {
    fn from(lognormal: Lognormal) -> Self {
        let (median, mean) = match lognormal.centre {
            LognormalCentre::Median(median) => (Some(median), None),
            LognormalCentre::Mean(mean) => (None, Some(mean)),
        };
        Self { median, mean, sigma: lognormal.sigma, offset: lognormal.offset }
    }
}

impl TryFrom<UniformForm> for Uniform {
    type Error = String;

    fn try_from(form: UniformForm) -> Result<Self, Self::Error> {
        let UniformForm { low, high, offset } = form;
        if low > high {
            return Err(format!("a uniform distribution needs low <= high, and \"{low}\" is longer than \"{high}\""));
        }
        Ok(Self { low, high, offset })
    }
}

impl From<Uniform> for UniformForm {
    fn from(Uniform { low, high, offset }: Uniform) -> Self {
        Self { low, high, offset }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls this with a reference")]
pub(crate) fn is_zero(duration: &Duration) -> bool {
    duration.is_zero()
}

fn positive_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let duration = Duration::deserialize(deserializer)?;
    if duration.is_zero() {
        return Err(D::Error::custom(
            "expected a duration longer than zero such as \"15 s\"; for no time at all write the constant \"0 s\"",
        ));
    }
    Ok(duration)
}

fn optional_positive_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    positive_duration(deserializer).map(Some)
}

fn positive_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let number = f64::deserialize(deserializer)?;
    if number > 0.0 && number.is_finite() {
        return Ok(number);
    }
    Err(D::Error::custom(format!("expected a number above zero such as 1.5, found {number}")))
}

fn non_negative_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let number = f64::deserialize(deserializer)?;
    if number >= 0.0 && number.is_finite() {
        return Ok(number);
    }
    Err(D::Error::custom(format!("expected a number of zero or more such as 0.9, found {number}")))
}

fn at_least_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Duration>, D::Error> {
    let values = Vec::<Duration>::deserialize(deserializer)?;
    if values.is_empty() {
        return Err(D::Error::custom("expected at least one value such as [\"1 s\", \"2 s\"], found none"));
    }
    Ok(values)
}

impl Serialize for DurationDistribution {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tagged = match self {
            Self::Constant(duration) => return duration.serialize(serializer),
            Self::Exponential(exponential) => Tagged::Exponential(*exponential),
            Self::Lognormal(lognormal) => Tagged::Lognormal(*lognormal),
            Self::Weibull(weibull) => Tagged::Weibull(*weibull),
            Self::Gamma(gamma) => Tagged::Gamma(*gamma),
            Self::Uniform(uniform) => Tagged::Uniform(*uniform),
            Self::Empirical(empirical) => Tagged::Empirical(Cow::Borrowed(empirical)),
        };
        tagged.serialize(serializer)
    }
}

struct DistributionVisitor;

impl<'de> Visitor<'de> for DistributionVisitor {
    type Value = DurationDistribution;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .write_str("a duration such as \"15 s\" or a distribution such as { exponential = { mean = \"5 min\" } }")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        text.parse().map(DurationDistribution::Constant).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        self.visit_f64(number as f64)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        self.visit_f64(number as f64)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        // The duration itself says best what is wrong with a number without a unit.
        Duration::deserialize(serde::de::value::F64Deserializer::new(number)).map(DurationDistribution::Constant)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(match Tagged::deserialize(MapAccessDeserializer::new(map))? {
            Tagged::Constant(duration) => DurationDistribution::Constant(duration),
            Tagged::Exponential(exponential) => DurationDistribution::Exponential(exponential),
            Tagged::Lognormal(lognormal) => DurationDistribution::Lognormal(lognormal),
            Tagged::Weibull(weibull) => DurationDistribution::Weibull(weibull),
            Tagged::Gamma(gamma) => DurationDistribution::Gamma(gamma),
            Tagged::Uniform(uniform) => DurationDistribution::Uniform(uniform),
            Tagged::Empirical(empirical) => DurationDistribution::Empirical(empirical.into_owned()),
        })
    }
}

impl<'de> Deserialize<'de> for DurationDistribution {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DistributionVisitor)
    }
}

impl JsonSchema for DurationDistribution {
    fn schema_name() -> Cow<'static, str> {
        "DurationDistribution".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let constant = generator.subschema_for::<Duration>();
        let tagged = Tagged::json_schema(generator);
        json_schema!({
            "description": "A length of time: always the same (\"10 s\"), or a distribution by its name.",
            "anyOf": [constant, tagged],
            "examples": ["10 s", { "exponential": { "mean": "5 min" } }, { "lognormal": { "median": "50 min", "sigma": 0.9 } }],
        })
    }
}
