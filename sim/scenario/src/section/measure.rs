use super::minutes;
use crate::quantity::{Duration, Moment, Probability};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Measure {
    /// Episodes that begin from here on count for the headline (default: the calendar's start).
    pub from: Option<Moment>,
    /// Episodes that begin before this moment count for the headline (default: the calendar's end).
    pub until: Option<Moment>,
    /// An episode longer than this counts as a stranded person.
    pub stranded_after: Duration,
    /// When the service counts as down and as back.
    pub outage: OutageDetection,
    /// What is looked at besides in scenarios without cars.
    pub queue: QueueMeasure,
}

impl Default for Measure {
    fn default() -> Self {
        Self {
            from: None,
            until: None,
            stranded_after: minutes(15.0),
            outage: OutageDetection::default(),
            queue: QueueMeasure::default(),
        }
    }
}

/// Thresholds and instants at which a plain stream of requests is looked at. Each entry makes a metric of the same name:
/// `wait_longer_than = ["2 s"]` makes `queue.wait_longer_than[2 s]`. Instants count from the calendar's start, whatever the
/// measured window is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct QueueMeasure {
    /// P(W > t): share of the attempts let in whose wait in line was longer.
    pub wait_longer_than: Vec<Duration>,
    /// P(T > t): share of the requests served that took longer from their first attempt to the answer.
    pub sojourn_longer_than: Vec<Duration>,
    /// P(N >= n): share of the measured time with at least so many requests in the system.
    pub in_system_at_least: Vec<u32>,
    /// N(t): requests in the system at an instant.
    pub in_system_at: Vec<Duration>,
    /// Requests waiting to be tried again at an instant.
    pub in_orbit_at: Vec<Duration>,
    /// N(0, t): requests that have arrived before an instant.
    pub arrivals_within: Vec<Duration>,
    /// Time in seconds from an instant until nobody is in the system or in orbit.
    pub empty_after: Vec<Duration>,
}

/// The rule by which operator and report call the service down: the share of attempts answered in time in a sliding window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OutageDetection {
    /// Length of the sliding window; whole minutes.
    pub window: Duration,
    /// Down when the share falls below this.
    pub down_below: Probability,
    /// Back when the share stays above this.
    pub up_above: Probability,
    /// ... for this long.
    pub up_for: Duration,
    /// Windows with fewer attempts than this say nothing.
    pub minimum_attempts: u32,
}

impl Default for OutageDetection {
    fn default() -> Self {
        Self {
            window: minutes(10.0),
            down_below: Probability::new(0.5),
            up_above: Probability::new(0.9),
            up_for: minutes(15.0),
            minimum_attempts: 200,
        }
    }
}
