use super::seconds;
use crate::quantity::{Duration, Factor, Probability};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A circuit breaker: when too many calls fail, none are made for a while, then a few as a trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CircuitBreaker {
    /// Share of failed calls (refused or timed out) at which it opens.
    pub failure_share: Probability,
    /// ... once there have been so many calls in the window.
    pub minimum_calls: u32,
    /// How far back it looks.
    pub window: Duration,
    /// How long it makes no calls before it tries.
    pub open_for: Duration,
    /// Calls it then makes as a trial: it closes when all succeed, and opens again when one fails.
    pub trials: u32,
}

impl Default for CircuitBreaker {
    fn default() -> Self {
        Self {
            failure_share: Probability::new(0.5),
            minimum_calls: 20,
            window: seconds(10.0),
            open_for: seconds(5.0),
            trials: 3,
        }
    }
}

/// Client-side adaptive throttling: attempts are held back with probability max(0, (requests - K accepts) / (requests + 1)).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AdaptiveThrottle {
    /// K: requests a client may make for each one answered in time before any is held back.
    pub requests_per_accept: f64,
    /// How far back it looks.
    pub window: Duration,
}

impl Default for AdaptiveThrottle {
    fn default() -> Self {
        Self { requests_per_accept: 2.0, window: seconds(120.0) }
    }
}

/// A limit on the requests let into a service, waiting ones included, that finds itself. What is beyond it is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Limit {
    /// Additive increase, multiplicative decrease.
    Aimd(AimdLimit),
    /// By the gradient of the latency.
    Gradient(GradientLimit),
}

impl Limit {
    /// Least, first and largest limit.
    pub fn bounds(&self) -> (u32, u32, u32) {
        match self {
            Self::Aimd(it) => (it.min, it.initial, it.max),
            Self::Gradient(it) => (it.min, it.initial, it.max),
        }
    }
}

/// One request more for every round done in time, a share of them after one that was late or thrown away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AimdLimit {
    /// Time in the service beyond which a request is late.
    pub latency_max: Duration,
    /// What is left of the limit then.
    pub backoff: Factor,
    /// The limit at first.
    pub initial: u32,
    /// The limit never falls below this.
    pub min: u32,
    /// The limit never rises above this.
    pub max: u32,
}

impl Default for AimdLimit {
    fn default() -> Self {
        Self { latency_max: seconds(1.0), backoff: Factor::new(0.9), initial: 20, min: 1, max: 1_000 }
    }
}

/// The limit follows the ratio of the long-term latency to the latest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GradientLimit {
    /// How far latency may exceed its long-term average before the limit falls.
    pub tolerance: Factor,
    /// Weight of a new limit against the old one.
    pub smoothing: Probability,
    /// Requests by which the limit grows while latency stays what it was.
    pub headroom: u32,
    /// Latencies are averaged over this long at least.
    pub window: Duration,
    /// Windows that the long-term average remembers.
    pub long_windows: u32,
    /// The limit at first.
    pub initial: u32,
    /// The limit never falls below this.
    pub min: u32,
    /// The limit never rises above this; a queue that stands for long becomes the long-term average, so that clients should be able to
    /// wait for so many.
    pub max: u32,
}

impl Default for GradientLimit {
    fn default() -> Self {
        Self {
            tolerance: Factor::new(1.5),
            smoothing: Probability::new(0.2),
            headroom: 4,
            window: seconds(1.0),
            long_windows: 600,
            initial: 20,
            min: 1,
            max: 200,
        }
    }
}
