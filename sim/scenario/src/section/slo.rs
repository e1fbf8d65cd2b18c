use crate::quantity::Probability;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a run must hold to be released: `stranded gate` reads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Slo {
    /// Conditions such as `"stranded_hours.mean < 500 h"`, `"service.goodput_share >= 99 %"` or, of an arm,
    /// `"offline-key: stranded_people < 10"`. With `.change` or `.difference` they are about what differs from a baseline:
    /// `"lost_bookings.change <= 3 %"`. `stranded explain thresholds` tells the rest.
    pub thresholds: Vec<String>,
    /// How much worse than the baseline the headline may be, as a share of the baseline: stranded person-hours, or answers in time
    /// per second in a scenario without cars.
    pub tolerance: Probability,
    /// Fewer replications than this give no verdict but "inconclusive".
    pub replications_min: u32,
}

impl Default for Slo {
    fn default() -> Self {
        Self { thresholds: Vec::new(), tolerance: Probability::new(0.02), replications_min: 5 }
    }
}
