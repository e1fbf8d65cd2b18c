use super::{AdaptiveThrottle, CircuitBreaker, minutes, seconds};
use crate::DurationDistribution;
use crate::quantity::{Duration, Probability};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The app on the phone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct App {
    /// How long the app waits for an answer before it calls the attempt failed.
    pub timeout: Duration,
    /// What the app's library does by itself after a failure.
    pub retry: Retry,
    /// Limit on those retries: a token bucket kept by each phone.
    pub retry_budget: Option<RetryBudget>,
    /// Stops sending while too much fails. Every phone has one; plain arrivals share one.
    pub circuit_breaker: Option<CircuitBreaker>,
    /// Sends less the less is answered. Every phone has one; plain arrivals share one.
    pub adaptive_throttle: Option<AdaptiveThrottle>,
    /// A session unused for this long needs a new log-in.
    pub session: Duration,
    /// Probability that a fresh intent needs a log-in although the session is young.
    pub log_in_again: Probability,
    /// Probability that a failed intent sends the user back to the log-in.
    pub log_in_after_failure: Probability,
    /// Pause between two requests of one intent (the app's own work).
    pub request_spacing: Duration,
    /// Time on the mobile network, both ways together.
    pub network_latency: DurationDistribution,
}

impl Default for App {
    fn default() -> Self {
        Self {
            timeout: seconds(10.0),
            retry: Retry::default(),
            retry_budget: None,
            circuit_breaker: None,
            adaptive_throttle: None,
            session: minutes(30.0),
            log_in_again: Probability::new(0.05),
            log_in_after_failure: Probability::new(0.25),
            request_spacing: seconds(1.0),
            network_latency: DurationDistribution::constant(seconds(0.1)),
        }
    }
}

/// Automatic retries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Retry {
    /// Attempts in all, the first one included; 1 switches retries off.
    pub attempts: u32,
    /// Pause before a retry.
    pub backoff: Backoff,
    /// Base of the pause.
    pub base: Duration,
    /// Longest pause.
    pub cap: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 3, backoff: Backoff::FullJitter, base: seconds(0.1), cap: seconds(20.0) }
    }
}

/// Shape of the pause before retry n (n = 1, 2, ...), with base b and cap c.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Backoff {
    /// At once.
    None,
    /// Always b.
    Fixed,
    /// min(c, b 2^(n - 1)).
    Exponential,
    /// Half of the exponential pause, plus a uniform draw from the other half.
    EqualJitter,
    /// A uniform draw from zero to the exponential pause.
    #[default]
    FullJitter,
    /// min(c, uniform draw from b to three times the previous pause).
    Decorrelated,
}

/// Token bucket: each success (or request) pays in, each retry takes one token out. Every phone has one; plain arrivals share one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RetryBudget {
    /// Tokens paid in at a time; 0.1 allows one retry for ten successes.
    pub ratio: f64,
    /// What pays in.
    pub deposit: RetryDeposit,
    /// Most tokens a phone can save, and what it starts with.
    pub tokens_max: f64,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self { ratio: 0.1, deposit: RetryDeposit::PerSuccess, tokens_max: 2.0 }
    }
}

/// What pays into a retry budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RetryDeposit {
    /// Each attempt answered in time (gRPC): where nothing succeeds, nothing is retried.
    #[default]
    PerSuccess,
    /// The first attempt of each request (Finagle): retries stay a share of the requests, whatever becomes of them.
    PerRequest,
}
