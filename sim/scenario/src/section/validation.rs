use super::seconds;
use crate::quantity::{Duration, Factor, Probability, Rate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `stranded validate` plays on the reference server and in the simulator, and how far the two may lie apart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Validation {
    /// Offered loads against the capacity; each is a window of its own.
    pub loads: Vec<Factor>,
    /// Requests per second that the services can do; without it the least of the chain, workers by mean service time.
    pub capacity: Option<Rate>,
    /// The arm that the loads are played with; empty for the scenario as it is.
    pub load_arm: String,
    /// Loads beyond this are shown and not judged.
    pub judged_up_to: Option<Factor>,
    /// The cases of a collapse: names of arms, and `baseline` for the scenario as it is.
    pub cases: Vec<String>,
    /// How far measurement and simulation may lie apart.
    pub tolerance: Tolerance,
    /// When goodput counts as recovered after a trigger.
    pub recovery: Recovery,
    /// What is measured first, for services that take as long as the machine needs.
    pub calibration: Option<CalibrationPlan>,
}

/// How far measurement and simulation may lie apart; of goodput and times as a share of the simulated value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tolerance {
    /// Answers in time per second.
    pub goodput: Probability,
    /// Median latency of the answers.
    pub p50: Probability,
    /// 99th percentile of the same.
    pub p99: Probability,
    /// Share of the attempts that fail: measured less simulated, in hundredths of all attempts.
    pub error_share: Probability,
    /// Time to recover.
    pub recovery: Probability,
    /// ... and times that differ by no more than this agree in any case: a record by seconds cannot tell them apart.
    pub recovery_within: Duration,
}

impl Default for Tolerance {
    fn default() -> Self {
        Self {
            goodput: Probability::new(0.05),
            p50: Probability::new(0.10),
            p99: Probability::new(0.15),
            error_share: Probability::new(0.05),
            recovery: Probability::new(0.20),
            recovery_within: seconds(1.0),
        }
    }
}

/// When goodput counts as recovered: from the first moment after the trigger from which, over a stretch of time, at least a share of
/// what was wanted was answered in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Recovery {
    /// The share.
    pub share: Probability,
    /// The stretch of time; whole seconds.
    pub lasts: Duration,
}

impl Default for Recovery {
    fn default() -> Self {
        Self { share: Probability::new(0.9), lasts: seconds(10.0) }
    }
}

/// The windows that a server of real service times is calibrated by, before it is compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CalibrationPlan {
    /// Offered loads. The last ones should be more than the server can do: they tell how much that is.
    pub rates: Vec<Rate>,
    /// Whose luck the windows have, so that what is fitted is not what is judged.
    pub replication: u32,
}

impl Default for CalibrationPlan {
    fn default() -> Self {
        Self { rates: Vec::new(), replication: 1_000 }
    }
}
