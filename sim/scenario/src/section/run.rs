use crate::quantity::Probability;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How often the scenario is repeated, and with which luck.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Run {
    /// Master seed. Replication r of every arm draws from streams keyed by (seed, r, person, purpose).
    pub seed: u64,
    /// When to stop repeating.
    pub replications: Replications,
}

impl Default for Run {
    fn default() -> Self {
        Self { seed: 20_220_410, replications: Replications::default() }
    }
}

/// Sequential stopping: repeat until the headline's 95 % interval is tight enough.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Replications {
    /// Fewest replications before an interval is believed; at least 2.
    pub min: u32,
    /// Most replications.
    pub max: u32,
    /// Half width of the 95 % interval of the stranded person-hours, relative to their mean, at which repeating stops.
    pub precision: Probability,
}

impl Default for Replications {
    fn default() -> Self {
        Self { min: 5, max: 20, precision: Probability::new(0.05) }
    }
}
