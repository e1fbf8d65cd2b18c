//! Who wants a car or looks at the app, and when.
//!
//! A non-homogeneous Poisson process, built in layers so that the people stay the same whatever the factors are. Layer k of a day
//! holds the people who come when demand is at least k times an ordinary day's; a person of layer k with mark u comes when the
//! product of the factors at that moment exceeds k + u. Superposed and thinned, that is the wanted process; taking a factor away
//! only takes people away.

use crate::almanac::Almanac;
use crate::purpose::{Common, Luck};
use crate::sampler::{Sampler, span};
use stranded_engine::{Span, Stream, Time};
use stranded_scenario::Scenario;
use stranded_scenario::section::{Day, DayProfile, DemandFactor, Fleet};

const HOUR_SECONDS: f64 = 3600.0;

/// Days after the run for whose rentals people book within it.
const BOOKED_AHEAD_DAYS: usize = 2;

/// One visit: somebody who wants to rent, or only looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Visit {
    /// Key of all the person's streams; the same in every arm.
    pub(crate) key: u64,
    /// The account.
    pub(crate) user: u32,
    /// When the app is opened. `None`: booked before the run began.
    pub(crate) opened: Option<Time>,
    /// For a rental: wanted start and end.
    pub(crate) rental: Option<(Time, Time)>,
}

/// All visits of a run, in order of opening; those booked before the run first.
pub(crate) fn visits(scenario: &Scenario, fleet: &Fleet, luck: Luck) -> Vec<Visit> {
    let almanac = Almanac::new(scenario.calendar.start);
    let end = almanac.time(scenario.calendar.end);
    let demand = &scenario.demand;
    let factors: Vec<Factor> =
        demand.factor.iter().filter(|factor| factor.enabled).map(|it| Factor::new(it, &almanac, end)).collect();
    let rentals_per_day = demand.rentals_per_car.per_second() * 86_400.0 * f64::from(fleet.cars);
    let openings_per_day = demand.app_openings.per_second() * 86_400.0;
    let wishes = Wishes::new(scenario, fleet);
    let surge_ends = demand.surge_ends.map(|moment| almanac.time(moment));

    let mut visits = Vec::new();
    // Rentals that start after the run's end are booked within it: two more days cover nearly all bookings ahead.
    for index in 0..almanac.days(end) + BOOKED_AHEAD_DAYS {
        let Some(day) = demand.day.get(index).or(demand.day.last()) else { break };
        let profile = Profile::new(match day.profile {
            DayProfile::Weekend => &demand.hour_profile.weekend,
            DayProfile::Weekday => &demand.hour_profile.weekday,
        });
        for (kind, per_day) in [rentals_per_day, openings_per_day].into_iter().enumerate() {
            // The layers of this day: as many as its highest product of factors needs.
            let layers = peak(day, day_bounds(&almanac, index), &factors).ceil() as u64;
            for layer in 0..layers {
                let group = (index as u64) << 54 | (kind as u64) << 53 | layer << 36;
                let count = luck.common(Common::Arrivals, group).poisson(per_day);
                for member in 0..count {
                    let key = group | member;
                    let mut stream = luck.common(Common::Wish, key);
                    let mark = layer as f64 + stream.uniform();
                    let at_seconds = almanac.day_start_seconds(index) + profile.draw(&mut stream);
                    if at_seconds < 0.0 {
                        continue;
                    }
                    let at = Time::from_seconds(at_seconds);
                    let mut visit = if kind == 0 {
                        wishes.rental(key, at, &mut stream)
                    } else {
                        Visit { key, user: stream.below(accounts(scenario)), opened: Some(at), rental: None }
                    };
                    let surge_over = surge_ends.is_some_and(|ends| visit.opened.is_some_and(|opened| opened >= ends));
                    let level: f64 = if surge_over {
                        day.factor.value().min(1.0)
                    } else {
                        day.factor.value() * factors.iter().map(|factor| factor.at(at)).product::<f64>()
                    };
                    let beyond = visit.rental.is_none() && at >= end;
                    if mark < level && !beyond && visit.opened.unwrap_or(Time::ZERO) < end {
                        // Nobody opens the app after the rental they want has begun.
                        if let (Some(opened), Some((start, _))) = (visit.opened, visit.rental) {
                            visit.opened = Some(opened.min(start));
                        }
                        visits.push(visit);
                    }
                }
            }
        }
    }
    // Booked before the run first, then by opening; the key breaks ties, so the order is the same on every machine.
    visits.sort_by_key(|visit| (visit.opened, visit.rental.map(|(start, _)| start), visit.key));
    visits
}

/// Number of accounts. Numbers beyond what an account number can hold need more memory than a machine has, and are refused before.
pub(crate) fn accounts(scenario: &Scenario) -> u32 {
    u32::try_from(scenario.demand.monthly_users.max(1)).unwrap_or(u32::MAX)
}

/// The number of people a run will hold, on average and at most a few deviations off.
pub(crate) fn expected_visits(scenario: &Scenario) -> f64 {
    let Some(fleet) = &scenario.fleet else { return 0.0 };
    let almanac = Almanac::new(scenario.calendar.start);
    let end = almanac.time(scenario.calendar.end);
    let demand = &scenario.demand;
    let factors: Vec<Factor> =
        demand.factor.iter().filter(|factor| factor.enabled).map(|it| Factor::new(it, &almanac, end)).collect();
    let per_day = demand.rentals_per_car.per_second() * 86_400.0 * f64::from(fleet.cars)
        + demand.app_openings.per_second() * 86_400.0;
    (0..almanac.days(end))
        .filter_map(|index| Some((index, demand.day.get(index).or(demand.day.last())?)))
        .map(|(index, day)| per_day * peak(day, day_bounds(&almanac, index), &factors))
        .sum()
}

/// A named factor in simulated time.
struct Factor {
    value: f64,
    from: Time,
    until: Time,
}

impl Factor {
    fn new(factor: &DemandFactor, almanac: &Almanac, end: Time) -> Self {
        Self {
            value: factor.factor.value(),
            from: factor.from.map_or(Time::ZERO, |moment| almanac.time(moment)),
            // Wishes may start after the run's end: factors without an end hold for them too.
            until: factor
                .until
                .map_or(end + span(stranded_scenario::Duration::days(365)), |moment| almanac.time(moment)),
        }
    }

    fn at(&self, time: Time) -> f64 {
        if time >= self.from && time < self.until { self.value } else { 1.0 }
    }
}

/// First and last moment of a day, in seconds of simulated time; a day may begin before the run.
fn day_bounds(almanac: &Almanac, index: usize) -> (Time, Time) {
    (Time::from_seconds(almanac.day_start_seconds(index)), Time::from_seconds(almanac.day_start_seconds(index + 1)))
}

/// The highest product of factors on a day. It can only change where a factor begins or ends.
fn peak(day: &Day, (start, end): (Time, Time), factors: &[Factor]) -> f64 {
    let product = |at: Time| factors.iter().map(|factor| factor.at(at)).product::<f64>();
    let edges =
        factors.iter().flat_map(|factor| [factor.from, factor.until]).filter(|&edge| edge > start && edge < end);
    let highest = edges.map(product).fold(product(start), f64::max);
    // With the surge ended by `surge_ends` demand is an ordinary day's, which may be more than a factor below one leaves of it.
    day.factor.value() * highest.max(1.0)
}

/// Times of day with the density that runs through the hours' shares at the middle of each hour.
struct Profile {
    share: [f64; 24],
    largest: f64,
}

impl Profile {
    fn new(shares: &[f64; 24]) -> Self {
        Self { share: *shares, largest: shares.iter().copied().fold(0.0, f64::max) }
    }

    /// Density at an hour of the day, up to a constant.
    fn density(&self, hour: f64) -> f64 {
        let shifted = hour + 23.5;
        let whole = shifted.floor();
        let fraction = shifted - whole;
        let index = whole as usize % 24;
        self.share[index] * (1.0 - fraction) + self.share[(index + 1) % 24] * fraction
    }

    /// Draws a time of day in seconds, by rejection.
    fn draw(&self, stream: &mut Stream) -> f64 {
        loop {
            let hour = 24.0 * stream.uniform();
            if stream.uniform() * self.largest < self.density(hour) {
                return hour * HOUR_SECONDS;
            }
        }
    }
}

/// What a rental looks like before anything goes wrong.
struct Wishes {
    duration: Sampler,
    duration_min_seconds: f64,
    slot_seconds: f64,
    short_lead_share: f64,
    short_lead: Sampler,
    long_lead: Sampler,
    accounts: u32,
}

impl Wishes {
    fn new(scenario: &Scenario, fleet: &Fleet) -> Self {
        let booking = &scenario.demand.booking;
        Self {
            duration: Sampler::new(&scenario.trip.duration),
            duration_min_seconds: scenario.trip.duration_min.as_seconds(),
            slot_seconds: fleet.slot.as_seconds(),
            short_lead_share: booking.short_lead_share.value(),
            short_lead: Sampler::new(&booking.short_lead),
            long_lead: Sampler::new(&booking.long_lead),
            accounts: accounts(scenario),
        }
    }

    fn rental(&self, key: u64, start: Time, stream: &mut Stream) -> Visit {
        let slots = (self.duration.seconds(stream).max(self.duration_min_seconds) / self.slot_seconds).ceil();
        let short = stream.chance(self.short_lead_share);
        let lead = if short { &self.short_lead } else { &self.long_lead }.seconds(stream);
        let opened_seconds = start.as_seconds() - lead;
        Visit {
            key,
            user: stream.below(self.accounts),
            opened: (opened_seconds >= 0.0).then(|| Time::from_seconds(opened_seconds)),
            rental: Some((start, start + Span::from_seconds(slots * self.slot_seconds))),
        }
    }
}
