use crate::DurationDistribution;
use crate::quantity::{Duration, Rate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A plain stream of independent requests: how queueing theory and overload experiments are run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Arrivals {
    /// Poisson rate.
    pub rate: Rate,
    /// Where the requests go.
    pub service: String,
    /// Arrivals stop after this much simulated time (default: the calendar's end).
    pub lasts: Option<Duration>,
    /// Statistics start after this much simulated time.
    pub warm_up: Duration,
    /// Requests waiting at the start.
    pub waiting_at_start: u32,
    /// A client leaves the waiting line after this long (Erlang A); without it only the app's time-out ends an attempt.
    pub patience: Option<DurationDistribution>,
}

impl Default for Arrivals {
    fn default() -> Self {
        Self {
            rate: Rate::from_per_second(1.0),
            service: "server".to_owned(),
            lasts: None,
            warm_up: Duration::from_seconds(0.0),
            waiting_at_start: 0,
            patience: None,
        }
    }
}
