use super::seconds;
use crate::quantity::{Duration, Probability, Rate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a real server is loaded (`surge`), and what it must achieve. The simulator has no use for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Load {
    /// What a plain arrival asks of the server.
    pub endpoint: LoadEndpoint,
    /// Cars that are booked out before the first search, the lowest numbers: a search must walk past them, as on a day when nearly all
    /// are out. At most 100,000, and only with `endpoint = "search"`.
    pub booked: u32,
    /// What must hold at a rate for the server to be up to it.
    pub objective: Objective,
    /// Length of one window of the capacity search. A server that is offered a little too much falls behind by that little times the
    /// window: a window shorter than twenty times `objective.latency` cannot tell.
    pub window: Duration,
    /// How long the objective must hold at the capacity that was found.
    pub sustain: Duration,
    /// First rate that is tried.
    pub from: Rate,
    /// No rate beyond this one is tried.
    pub up_to: Rate,
    /// The search ends when the interval that holds the capacity is no wider than this share of it.
    pub precision: Probability,
}

impl Default for Load {
    fn default() -> Self {
        Self {
            endpoint: LoadEndpoint::Request,
            booked: 0,
            objective: Objective::default(),
            window: seconds(10.0),
            sustain: seconds(30.0),
            from: Rate::from_per_second(20.0),
            up_to: Rate::from_per_second(20_000.0),
            precision: Probability::new(0.03),
        }
    }
}

/// What a plain arrival asks of a real server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LoadEndpoint {
    /// A plain request: it passes the services and writes nothing.
    #[default]
    Request,
    /// A search for free cars, in a session.
    Search,
    /// A reservation, in a session; it writes.
    Reserve,
    /// An unlocking, in a session with a reservation; it signs and writes.
    Unlock,
}

/// A service level objective.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Objective {
    /// This share of the attempts ...
    pub quantile: Probability,
    /// ... must be answered within this time of the intended instant.
    pub latency: Duration,
    /// Largest share of attempts that may fail.
    pub error_share: Probability,
}

impl Default for Objective {
    fn default() -> Self {
        Self { quantile: Probability::new(0.99), latency: seconds(0.5), error_share: Probability::new(0.01) }
    }
}
