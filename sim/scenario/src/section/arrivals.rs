use super::seconds;
use crate::DurationDistribution;
use crate::quantity::{Duration, Factor, Probability, Rate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A plain stream of independent requests: how queueing theory and overload experiments are run.
///
/// Each request is a client with one need. It goes through the same app (`[app]`: time-out, automatic retries), the same hand
/// (`[renter]`: `tap` is the gap before another try, `persistence` the probability of one) and the same services as anybody else's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Arrivals {
    /// Poisson rate of new requests. Not used with `finite_source`.
    pub rate: Rate,
    /// How the rate varies with time; without it, it does not.
    pub profile: Option<ArrivalProfile>,
    /// A fixed number of clients that think between their requests, instead of an endless crowd.
    pub finite_source: Option<FiniteSource>,
    /// Where the requests go.
    pub service: String,
    /// Arrivals stop after this much simulated time (default: the calendar's end).
    pub lasts: Option<Duration>,
    /// Statistics start after this much simulated time, and not before `measure.from`.
    pub warm_up: Duration,
    /// Requests in the system at the start: as many as there are workers are worked on, the others wait.
    pub waiting_at_start: u32,
    /// Requests that have failed before the start and will be tried again after a gap (`renter.tap`).
    pub in_orbit_at_start: u32,
    /// A client leaves the waiting line after this long, drawn anew for every attempt (Erlang A); without it only the app's
    /// time-out ends an attempt. Being worked on is not waiting. It holds at the service where requests enter.
    pub patience: Option<DurationDistribution>,
}

impl Default for Arrivals {
    fn default() -> Self {
        Self {
            rate: Rate::from_per_second(1.0),
            profile: None,
            finite_source: None,
            service: "server".to_owned(),
            lasts: None,
            warm_up: seconds(0.0),
            waiting_at_start: 0,
            in_orbit_at_start: 0,
            patience: None,
        }
    }
}

/// How a rate varies with the time since the start of the calendar: a non-homogeneous Poisson process, drawn exactly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ArrivalProfile {
    /// rate x (1 + amplitude x sin(2 pi (t + phase) / period)).
    Sinusoid {
        /// Largest deviation, as a share of the rate.
        amplitude: Probability,
        /// Time from peak to peak; longer than zero.
        period: Duration,
        /// How far into its period the wave is at the start; without it, at its rising zero.
        #[serde(default, skip_serializing_if = "crate::distribution::is_zero")]
        phase: Duration,
    },
    /// rate x factor of the step that holds.
    Piecewise {
        /// The steps, in order; the first one begins at `"0 s"`.
        steps: Vec<ProfileStep>,
        /// The steps begin anew after this long; without it the last one holds until the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        period: Option<Duration>,
    },
}

/// A stretch of time with one rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileStep {
    /// Begins this long after the start; the next step ends it.
    pub from: Duration,
    /// Rate against `arrivals.rate`.
    pub factor: Factor,
}

/// A finite source (Engset; machine repair): each client thinks, sends a request, and thinks again when it is over - answered or
/// given up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FiniteSource {
    /// Clients.
    pub clients: u32,
    /// Time from the end of a request to the client's next one.
    pub think_time: DurationDistribution,
}

impl Default for FiniteSource {
    fn default() -> Self {
        Self { clients: 10, think_time: super::exponential(seconds(10.0)) }
    }
}
