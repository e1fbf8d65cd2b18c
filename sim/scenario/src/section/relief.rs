use super::{exponential, hours, lognormal, minutes};
use crate::DurationDistribution;
use crate::quantity::{Clock, Duration, Money, Probability, Rate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How episodes end outside the app, and what stays behind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Relief {
    /// Leaving by other transport.
    pub giving_up: GivingUp,
    /// Locking by hand and leaving the car, after guide or advice.
    pub own_hands: OwnHands,
    /// The rental stays open in the system: its return is tried now and then.
    pub pent_up: PentUp,
    /// "Never again."
    pub churn: Churn,
}

/// Patience before people leave by other transport.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GivingUp {
    /// Locked out of the car in mid-trip.
    pub unlock: DurationDistribution,
    /// Holding a car that cannot be locked or returned.
    pub return_car: DurationDistribution,
    /// With a booking that cannot start.
    pub start: DurationDistribution,
    /// From this time of day people go home ...
    pub late_from: Clock,
    /// ... until this one ...
    pub late_until: Clock,
    /// ... at this rate, ...
    pub late_rate: Rate,
    /// ... once they have been stranded for this long.
    pub late_after: Duration,
}

impl Default for GivingUp {
    fn default() -> Self {
        Self {
            unlock: lognormal(hours(9.0), 0.5),
            return_car: lognormal(hours(8.0), 0.5),
            start: lognormal(hours(0.7), 0.8),
            late_from: "21:00".parse().expect("a literal time of day"),
            late_until: "06:00".parse().expect("a literal time of day"),
            late_rate: Rate::from_per_hour(0.3),
            late_after: hours(2.0),
        }
    }
}

/// Helping oneself: lock by hand, leave the car.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OwnHands {
    /// Probability that somebody who heard of it from other users dares to.
    pub accept_advice: Probability,
    /// Time from knowing to having done it.
    pub delay: DurationDistribution,
}

impl Default for OwnHands {
    fn default() -> Self {
        Self { accept_advice: Probability::new(0.5), delay: exponential(minutes(20.0)) }
    }
}

/// Rentals still open in the system after their people left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PentUp {
    /// Time between two tries to end the rental.
    pub gap: DurationDistribution,
    /// Share of people whose booking never started who keep trying to settle it.
    pub start_share: Probability,
}

impl Default for PentUp {
    fn default() -> Self {
        Self { gap: lognormal(minutes(120.0), 0.6), start_share: Probability::new(0.5) }
    }
}

/// Customers lost for good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Churn {
    /// Hazard of never coming back, per stranded hour.
    pub per_stranded_hour: f64,
    /// Revenue of one customer in a year.
    pub yearly_revenue: Money,
}

impl Default for Churn {
    fn default() -> Self {
        Self { per_stranded_hour: 0.05, yearly_revenue: Money::from_krw(240_000.0) }
    }
}
