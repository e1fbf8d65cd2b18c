use super::{lognormal, minutes};
use crate::DurationDistribution;
use crate::quantity::{Clock, Duration};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rental between start and return: legs of driving, and parkings with the engine off and the door locked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Trip {
    /// Booked duration, rounded up to whole slots.
    pub duration: DurationDistribution,
    /// Shortest bookable rental.
    pub duration_min: Duration,
    /// Driving time of one leg.
    pub leg: DurationDistribution,
    /// Time parked between two legs.
    pub parking: DurationDistribution,
    /// Parkings that would end at night (midnight to this time of day) end after it instead ...
    pub night_ends: Clock,
    /// ... by up to this much.
    pub night_spread: Duration,
    /// People head back so that they return up to this long before the booked end.
    pub return_early_max: Duration,
}

impl Default for Trip {
    fn default() -> Self {
        Self {
            // Mean 6.5 h at sigma 1.0.
            duration: lognormal(minutes(6.5 * 60.0 * 0.606_530_66), 1.0),
            duration_min: minutes(30.0),
            leg: lognormal(minutes(40.0), 0.6),
            parking: lognormal(minutes(50.0), 0.9),
            night_ends: "07:30".parse().expect("a literal time of day"),
            night_spread: minutes(180.0),
            return_early_max: minutes(15.0),
        }
    }
}
