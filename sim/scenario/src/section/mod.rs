//! The sections of a scenario file, one noun a file.
//!
//! Every field has a default, so that a file states only what it wants to say; `stranded scenario show` prints the rest.
//! Defaults are those of an ordinary Korean free-floating fleet; the values of 10 April 2022, with their sources, stand in
//! `scenarios/2022-04-10-greencar.toml`.

mod action;
mod app;
mod arm;
mod arrivals;
mod calendar;
mod calibrated;
mod car;
mod demand;
mod endpoint;
mod event;
mod fleet;
mod load;
mod measure;
mod oracle;
mod relief;
mod renter;
mod run;
mod safeguard;
mod security;
mod service;
mod slo;
mod support;
mod sweep;
mod target;
mod trip;
mod validation;

pub use action::Action;
pub use app::{App, Backoff, Retry, RetryBudget, RetryDeposit};
pub use arm::{Arm, ArmKind};
pub use arrivals::{ArrivalProfile, Arrivals, FiniteSource, ProfileStep};
pub use calendar::Calendar;
pub use calibrated::{Calibrated, Scalability};
pub use car::{Car, OfflineKey, Permission};
pub use demand::{Booking, Day, DayProfile, Demand, DemandFactor, HourProfile};
pub use endpoint::{Endpoint, Endpoints};
pub use event::Event;
pub use fleet::{Fleet, Place};
pub use load::{Load, LoadEndpoint, Objective};
pub use measure::{Measure, OutageDetection, QueueMeasure};
pub use oracle::{Oracle, Statistic};
pub use relief::{Churn, GivingUp, OwnHands, PentUp, Relief};
pub use renter::{Renter, Tapping};
pub use run::{MetricNames, Replications, Run};
pub use safeguard::{AdaptiveThrottle, AimdLimit, CircuitBreaker, GradientLimit, Limit};
pub use security::{KeyTrials, Security};
pub use service::{Call, Discipline, Pace, Queue, Service};
pub use slo::Slo;
pub use support::{CallCentre, Claims, Form, Guide, Locksmiths, Notice, PeerAdvice, Staff, Support};
pub use sweep::{
    Sweep, SweepBounds, SweepDesign, SweepGoal, SweepParameter, SweepRange, SweepReplications, SweepScale, SweepSeeds,
};
pub use target::{Target, TargetKind};
pub use trip::Trip;
pub use validation::{CalibrationPlan, Recovery, Tolerance, Validation};

use crate::DurationDistribution;
use crate::distribution;
use crate::quantity::{Duration, Moment};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A whole scenario: what the world is made of, how it is run, and what is compared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// One line that names the scenario in reports.
    pub title: String,
    /// A paragraph for people who meet the scenario for the first time.
    pub description: String,
    /// Seed and number of replications.
    pub run: Run,
    /// When the simulated time starts and ends.
    pub calendar: Calendar,
    /// Which episodes count, and when the service counts as down.
    pub measure: Measure,
    /// The cars. Without this section the scenario holds services and a plain arrival stream only.
    pub fleet: Option<Fleet>,
    /// Where cars are parked in mid-trip, and how far help and radio reach there.
    pub place: Vec<Place>,
    /// How many people want a car or look at the app, and when.
    pub demand: Demand,
    /// What a rental looks like between start and return.
    pub trip: Trip,
    /// The app on the phone: time-outs, retries, sessions.
    pub app: App,
    /// How people tap again, pause and come back when the app fails them.
    pub renter: Renter,
    /// Door, radio and permissions.
    pub car: Car,
    /// What each request costs the services and how important it is.
    pub endpoint: Endpoints,
    /// The services by name. Requests enter at `operator` (or at the service that `arrivals` names).
    pub service: BTreeMap<String, Service>,
    /// Call centre, notices, form, advice, staff, locksmiths, claims.
    pub support: Support,
    /// When people give up, help themselves, and what stays behind.
    pub relief: Relief,
    /// Trials of the doors by intruders.
    pub security: Security,
    /// A plain stream of requests, for scenarios without cars.
    pub arrivals: Option<Arrivals>,
    /// How a real server is loaded, and what it must achieve (`surge`).
    pub load: Option<Load>,
    /// What the operator does to its services at given times.
    pub action: Vec<Action>,
    /// Sets of changes to be compared with the baseline on the same people.
    pub arm: Vec<Arm>,
    /// What must come out.
    pub target: Vec<Target>,
    /// What was reported of the day, for the report alone.
    pub event: Vec<Event>,
    /// Texts of this scenario in other languages, for the report alone: by code of the language (`ko`), then by the text as it stands
    /// in the scenario.
    pub translation: BTreeMap<String, BTreeMap<String, String>>,
    /// What a finished run must hold; `stranded gate` judges it.
    pub slo: Slo,
    /// What is known from elsewhere and must come out; `stranded verify` runs it.
    pub oracle: Vec<Oracle>,
    /// Which variants of the scenario `stranded sweep` runs.
    pub sweep: Option<Sweep>,
    /// What `stranded validate` plays on the reference server and in the simulator.
    pub validate: Option<Validation>,
}

impl Scenario {
    /// When measuring begins: at `measure.from` (or the calendar's start), and not before the arrivals' warm-up is over.
    pub fn measured_from(&self) -> Moment {
        let from = self.measure.from.unwrap_or(self.calendar.start);
        match &self.arrivals {
            // A warm-up of no length leaves the moment as it is written, with its offset.
            Some(arrivals) if !arrivals.warm_up.is_zero() => from.max(self.calendar.start.plus(arrivals.warm_up)),
            _ => from,
        }
    }

    /// Cars that a real server has for this scenario: the fleet, or a thousand besides those that are booked out.
    pub fn real_cars(&self) -> u32 {
        let booked = self.load.as_ref().map_or(0, |load| load.booked);
        self.fleet.as_ref().map_or(booked.saturating_add(1000), |fleet| fleet.cars)
    }

    /// When measuring ends: at `measure.until`, or at the calendar's end.
    pub fn measured_until(&self) -> Moment {
        self.measure.until.unwrap_or(self.calendar.end)
    }
}

fn seconds(seconds: f64) -> Duration {
    Duration::from_seconds(seconds)
}

fn minutes(minutes: f64) -> Duration {
    Duration::from_seconds(minutes * 60.0)
}

fn hours(hours: f64) -> Duration {
    Duration::from_seconds(hours * 3600.0)
}

fn exponential(mean: Duration) -> DurationDistribution {
    DurationDistribution::exponential(mean)
}

fn delayed_exponential(offset: Duration, mean: Duration) -> DurationDistribution {
    DurationDistribution::Exponential(distribution::Exponential { mean, offset })
}

fn lognormal(median: Duration, sigma: f64) -> DurationDistribution {
    DurationDistribution::lognormal_with_median(median, sigma)
}

fn delayed_lognormal(offset: Duration, median: Duration, sigma: f64) -> DurationDistribution {
    DurationDistribution::Lognormal(distribution::Lognormal {
        centre: distribution::LognormalCentre::Median(median),
        sigma,
        offset,
    })
}

fn uniform(low: Duration, high: Duration) -> DurationDistribution {
    DurationDistribution::Uniform(distribution::Uniform { low, high, offset: Duration::ZERO })
}
