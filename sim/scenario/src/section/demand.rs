use super::{exponential, hours, seconds, uniform};
use crate::DurationDistribution;
use crate::quantity::{Factor, Moment, Probability, Rate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Demand: a non-homogeneous Poisson process, rate = base x hour profile x day x factors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Demand {
    /// Rentals that start per car and ordinary day.
    pub rentals_per_car: Rate,
    /// Times the app is opened only to look, per ordinary day.
    pub app_openings: Rate,
    /// People who use the app in a month; visits are spread over them.
    pub monthly_users: u64,
    /// Share of a day's starts in each hour.
    pub hour_profile: HourProfile,
    /// The days of the calendar, in order; days beyond the list repeat its last entry.
    pub day: Vec<Day>,
    /// Named multipliers of demand, each of which can be switched off so that the surge can be attributed.
    pub factor: Vec<DemandFactor>,
    /// From this moment on new arrivals come at the ordinary rate, all factors gone: shows whether a collapse carries itself.
    pub surge_ends: Option<Moment>,
    /// How bookings are made.
    pub booking: Booking,
}

impl Default for Demand {
    fn default() -> Self {
        Self {
            rentals_per_car: Rate::from_per_day(1.29),
            app_openings: Rate::from_per_day(45_000.0),
            monthly_users: 259_582,
            hour_profile: HourProfile::default(),
            day: vec![Day::default()],
            factor: Vec::new(),
            surge_ends: None,
            booking: Booking::default(),
        }
    }
}

/// Share of a day's starts in each of its 24 hours; scaled to sum to one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HourProfile {
    /// Saturdays, Sundays, holidays.
    pub weekend: [f64; 24],
    /// Working days.
    pub weekday: [f64; 24],
}

impl Default for HourProfile {
    /// Casual bike-share riders (weekend) and all riders (weekday), ISLP Bikeshare, 8,645 hours: a measured proxy for
    /// leisure car-sharing.
    fn default() -> Self {
        Self {
            weekend: [
                0.01366, 0.00929, 0.00834, 0.00582, 0.0018, 0.00145, 0.00303, 0.00654, 0.01469, 0.03061, 0.05529,
                0.07514, 0.08884, 0.09753, 0.09894, 0.09789, 0.09353, 0.08184, 0.06384, 0.05012, 0.03592, 0.02733,
                0.02204, 0.01654,
            ],
            weekday: [
                0.00888, 0.00429, 0.00238, 0.00134, 0.0014, 0.00509, 0.02198, 0.06091, 0.0995, 0.05224, 0.03037,
                0.0353, 0.04431, 0.04388, 0.04126, 0.04364, 0.06292, 0.11342, 0.10539, 0.07465, 0.0542, 0.04162,
                0.03128, 0.01978,
            ],
        }
    }
}

/// Which hour profile a day follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DayProfile {
    /// Leisure: rises to a plateau from noon to five.
    #[default]
    Weekend,
    /// Commuting: peaks at eight and at five.
    Weekday,
}

/// One day of the calendar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Day {
    /// Name, as in reports.
    pub name: String,
    /// Hour profile.
    pub profile: DayProfile,
    /// Demand of this day against an ordinary one, before the named factors.
    pub factor: Factor,
}

impl Default for Day {
    fn default() -> Self {
        Self { name: "day".to_owned(), profile: DayProfile::Weekend, factor: Factor::new(1.0) }
    }
}

/// A named reason for more (or less) demand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DemandFactor {
    /// Name, as in reports and in arms.
    pub name: String,
    /// Multiplier of all demand while it holds.
    pub factor: Factor,
    /// Starts that lie from here on (default: the calendar's start).
    pub from: Option<Moment>,
    /// ... and before this moment (default: the calendar's end).
    pub until: Option<Moment>,
    /// Switch.
    pub enabled: bool,
}

impl Default for DemandFactor {
    fn default() -> Self {
        Self { name: "factor".to_owned(), factor: Factor::new(1.0), from: None, until: None, enabled: true }
    }
}

/// How people find and book a car.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Booking {
    /// Share of bookings made shortly before the start.
    pub short_lead_share: Probability,
    /// Time from booking to start for those.
    pub short_lead: DurationDistribution,
    /// Time from booking to start for the others.
    pub long_lead: DurationDistribution,
    /// Searches in one visit beyond the first, on average (Poisson).
    pub further_searches: f64,
    /// Pause between two searches.
    pub think_time: DurationDistribution,
    /// Share of people turned away by a failing app who come back the next day to look or book again.
    pub next_day_share: Probability,
}

impl Default for Booking {
    fn default() -> Self {
        Self {
            short_lead_share: Probability::new(0.65),
            short_lead: exponential(hours(1.0)),
            long_lead: uniform(hours(3.0), hours(48.0)),
            further_searches: 3.0,
            think_time: exponential(seconds(17.0)),
            next_day_share: Probability::new(0.3),
        }
    }
}
