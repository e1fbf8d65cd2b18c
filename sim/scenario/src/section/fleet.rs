use super::{lognormal, minutes};
use crate::DurationDistribution;
use crate::quantity::{Duration, Probability};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The shared cars and their booking calendar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Fleet {
    /// Number of cars.
    pub cars: u32,
    /// Length of a booking slot; rentals are rounded up to whole slots.
    pub slot: Duration,
    /// How many cars near them people look at before they find the fleet booked out.
    pub cars_in_reach: u32,
}

impl Default for Fleet {
    fn default() -> Self {
        Self { cars: 10_000, slot: minutes(10.0), cars_in_reach: 12 }
    }
}

/// A kind of place where a car stands in mid-trip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Place {
    /// Name, as in reports.
    pub name: String,
    /// Share of parkings at such a place; the shares are scaled to sum to one.
    pub share: f64,
    /// Probability that a phone has mobile network there.
    pub coverage: Probability,
    /// Travel time of a locksmith's crew to such a place.
    pub locksmith_travel: DurationDistribution,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            name: "anywhere".to_owned(),
            share: 1.0,
            coverage: Probability::new(1.0),
            locksmith_travel: lognormal(minutes(24.0), 0.5),
        }
    }
}
