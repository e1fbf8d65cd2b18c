use super::{lognormal, minutes, seconds};
use crate::DurationDistribution;
use crate::quantity::{Duration, Factor, Probability};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What people do with an app that fails them. A bout is a series of taps; between bouts people put the phone away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Renter {
    /// Tapping again within a bout; for a plain stream of requests, the gap before a failed one is tried again (its time in orbit).
    pub tap: Tapping,
    /// The pause between two bouts.
    pub pause: Tapping,
    /// Probability of one more tap after a failed one. A plain request that is not tried again is lost.
    pub persistence: Probability,
    /// Probability that somebody who only wanted to look or book comes back after a bout; holders of a car always do.
    pub come_back: Probability,
}

impl Default for Renter {
    fn default() -> Self {
        Self {
            tap: Tapping { gap: lognormal(seconds(15.0), 0.6), growth: Factor::new(1.5), gap_max: minutes(5.0) },
            pause: Tapping { gap: lognormal(minutes(10.0), 0.7), growth: Factor::new(1.5), gap_max: minutes(60.0) },
            persistence: Probability::new(0.75),
            come_back: Probability::new(0.5),
        }
    }
}

/// A gap between two tries that grows with every failure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tapping {
    /// The first gap.
    pub gap: DurationDistribution,
    /// Each further gap is this much longer.
    pub growth: Factor,
    /// ... until its median is this long.
    pub gap_max: Duration,
}

impl Default for Tapping {
    fn default() -> Self {
        Self { gap: lognormal(seconds(15.0), 0.6), growth: Factor::new(1.5), gap_max: minutes(5.0) }
    }
}
