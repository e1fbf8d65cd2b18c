//! Who comes when, known before anything happens: for load drivers that send the simulation's own requests to a real server.

use crate::almanac::Almanac;
use crate::arrival_process::ArrivalProcess;
use crate::demand;
use crate::purpose::{Common, Luck};
use crate::sampler::span;
use stranded_engine::{Span, Stream, Time};
use stranded_scenario::{Scenario, section};

/// One request of a plain stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlainRequest {
    /// When it is first sent, since the calendar's start.
    pub at: Span,
    /// Key of its client's luck, see [`crate::client::Client::begin`].
    pub person: u64,
}

/// The requests of a scenario's `[arrivals]` in order of time, the same that a simulated replication sees.
///
/// Requests that wait at the start (`waiting_at_start`) come first, all at zero. Those in orbit at the start are left out: they
/// have failed before, at a moment that nobody can send at. A finite source has no schedule, because its clients wait for answers.
#[derive(Clone, Debug)]
pub struct PlainSchedule {
    instants: Option<Instants>,
    now: Time,
    waiting: u64,
    /// Requests at the start, in line and in orbit: they have the first keys.
    at_start: u64,
    arrived: u64,
}

impl PlainSchedule {
    /// The schedule of a replication; `None` for a scenario without plain arrivals and for a finite source. The scenario must be valid.
    pub fn new(scenario: &Scenario, replication: u32) -> Option<Self> {
        let arrivals = scenario.arrivals.as_ref()?;
        let end = Almanac::new(scenario.calendar.start).time(scenario.calendar.end);
        let luck = Luck::new(scenario.run.seed, replication);
        Some(Self {
            instants: Some(Instants::new(arrivals, end, luck)?),
            now: Time::ZERO,
            waiting: u64::from(arrivals.waiting_at_start),
            at_start: u64::from(arrivals.waiting_at_start) + u64::from(arrivals.in_orbit_at_start),
            arrived: 0,
        })
    }
}

impl Iterator for PlainSchedule {
    type Item = PlainRequest;

    fn next(&mut self) -> Option<PlainRequest> {
        if self.arrived == self.waiting {
            self.arrived = self.arrived.max(self.at_start);
        }
        let person = self.arrived;
        if person >= self.at_start {
            let next = self.instants.as_mut()?.next_after(self.now);
            match next {
                Some(next) => self.now = next,
                None => self.instants = None,
            }
            next?;
        }
        self.arrived += 1;
        Some(PlainRequest { at: self.now - Time::ZERO, person })
    }
}

/// The instants at which requests of a plain stream arrive. The world draws from it one by one, a schedule all of them.
#[derive(Clone, Debug)]
pub(crate) struct Instants {
    process: ArrivalProcess,
    luck: Stream,
    until: Time,
}

impl Instants {
    /// `None` for a finite source.
    pub(crate) fn new(section: &section::Arrivals, end: Time, luck: Luck) -> Option<Self> {
        section.finite_source.is_none().then(|| Self {
            process: ArrivalProcess::new(section),
            luck: luck.common(Common::Plain, 0),
            until: until(section, end),
        })
    }

    /// The arrival after one at `now`; `None` when there is none before the end.
    pub(crate) fn next_after(&mut self, now: Time) -> Option<Time> {
        let next = self.process.next(now, self.luck.exponential(1.0));
        (next < self.until).then_some(next)
    }
}

/// When arrivals stop.
pub(crate) fn until(section: &section::Arrivals, end: Time) -> Time {
    section.lasts.map_or(end, |lasts| Time::ZERO + span(lasts))
}

/// Somebody who wants a car, or looks at the app, before anything goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedVisit {
    /// Key of the person's luck; the same in every arm.
    pub person: u64,
    /// Number of the account.
    pub user: u32,
    /// When the app is opened, since the calendar's start; `None` for a rental that was booked before.
    pub opened: Option<Span>,
    /// For a rental: when it shall start and end, since the calendar's start.
    pub rental: Option<(Span, Span)>,
}

/// The visits of a scenario with cars, those booked before the run first, then in order of opening; empty without cars.
///
/// `share` thins the crowd: each person stays with that probability, by a luck of their own, so that a smaller share is part of a larger
/// one. Nobody's times change; squeezing them instead would set think times and time-outs against each other.
pub fn visits(scenario: &Scenario, replication: u32, share: f64) -> Vec<PlannedVisit> {
    let Some(fleet) = &scenario.fleet else { return Vec::new() };
    let luck = Luck::new(scenario.run.seed, replication);
    let since_start = |time: Time| time - Time::ZERO;
    demand::visits(scenario, fleet, luck)
        .into_iter()
        .filter(|visit| luck.common(Common::Share, visit.key).uniform() < share)
        .map(|visit| PlannedVisit {
            person: visit.key,
            user: visit.user,
            opened: visit.opened.map(since_start),
            rental: visit.rental.map(|(start, end)| (since_start(start), since_start(end))),
        })
        .collect()
}
