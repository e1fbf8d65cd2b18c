//! Plain arrivals: scenarios of services and requests without cars, which is how queueing theory is put to the test.
//!
//! Each request is a person with one need, so that it goes through the same app, retries and services as anybody's unlock.

use crate::demand::Visit;
use crate::event::Event;
use crate::network::Request;
use crate::outcome::Need;
use crate::person::Person;
use crate::purpose::Purpose;
use crate::world::{Agenda, World};
use stranded_engine::{Span, Stream, Time};
use stranded_policy::RetryBudget;

/// The stream of arrivals and what is known of their waits.
#[derive(Clone, Debug)]
pub(crate) struct Plain {
    luck: Stream,
    arrived: u64,
    /// People whose request is over; their places are used again, so that memory does not grow with the run.
    free: Vec<u32>,
    pub(crate) waits: Waits,
    /// Retry tokens of the one client that all these requests come from.
    pub(crate) budget: RetryBudget,
}

/// Sums over the requests of the measured window.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Waits {
    pub(crate) arrivals: u64,
    pub(crate) found_full: u64,
    pub(crate) answered: u64,
    pub(crate) wait_seconds: f64,
    pub(crate) sojourn_seconds: f64,
    pub(crate) left_line: u64,
    /// Thrown out by a full line or a policy.
    pub(crate) refused: u64,
    in_system_area: f64,
    in_system_since: Time,
    in_system: f64,
}

impl Plain {
    pub(crate) fn new(luck: Stream, budget: RetryBudget) -> Self {
        Self { luck, arrived: 0, free: Vec::new(), waits: Waits::default(), budget }
    }
}

impl Waits {
    /// Time average of requests in the system between two moments.
    pub(crate) fn mean_in_system(&self, from: Time, until: Time) -> f64 {
        self.in_system_area / until.saturating_since(from).as_seconds()
    }
}

impl World {
    pub(crate) fn begin_plain(&mut self, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let Some(arrivals) = &settings.arrivals else { return };
        for _ in 0..arrivals.waiting_at_start {
            self.arrive(Time::ZERO, scheduler);
        }
        self.schedule_arrival(Time::ZERO, scheduler);
    }

    fn schedule_arrival(&mut self, now: Time, scheduler: &mut Agenda<'_>) {
        let Some(arrivals) = &self.settings.arrivals else { return };
        let next = now + Span::from_seconds(self.plain.luck.exponential(arrivals.mean_gap_seconds));
        if next < arrivals.until {
            scheduler.at(next, Event::Arrival);
        }
    }

    pub(crate) fn on_arrival(&mut self, now: Time, scheduler: &mut Agenda<'_>) {
        self.schedule_arrival(now, scheduler);
        self.arrive(now, scheduler);
    }

    fn arrive(&mut self, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let key = self.plain.arrived;
        self.plain.arrived += 1;
        let visit = Visit { key, user: 0, opened: Some(now), rental: None };
        let mut person = Person::new(&visit, self.plain.budget);
        let index = if let Some(index) = self.plain.free.pop() {
            // Counters go on, so that events of the place's former owner stay void.
            let former = &self.people[index as usize];
            (person.generation, person.attempt) = (former.generation, former.attempt);
            self.people[index as usize] = person;
            index
        } else {
            self.people.push(person);
            (self.people.len() - 1) as u32
        };
        if settings.is_measured(now) {
            self.plain.waits.arrivals += 1;
            self.plain.waits.found_full += u64::from(self.network.entry_is_full());
        }
        self.begin_intent(index, Need::Request, now, scheduler);
        if let Some(arrivals) = &settings.arrivals
            && let Some(patience) = &arrivals.patience
        {
            let attempt = self.people[index as usize].attempt;
            let patience =
                self.people[index as usize].draw(self.luck, Purpose::Character, |stream| patience.span(stream));
            scheduler.after(patience, Event::LeaveLine { person: index, attempt });
        }
        self.note_in_system(now);
    }

    /// Brings the time average of requests in the system up to now.
    pub(crate) fn note_in_system(&mut self, now: Time) {
        if self.settings.arrivals.is_none() {
            return;
        }
        let (from, until) = self.settings.measured;
        let waits = &mut self.plain.waits;
        let (start, end) = (waits.in_system_since.max(from), now.min(until));
        waits.in_system_area += waits.in_system * end.saturating_since(start).as_seconds();
        waits.in_system_since = now;
        waits.in_system = self.network.in_system() as f64;
    }

    pub(crate) fn on_leave_line(&mut self, index: u32, attempt: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let person = &self.people[index as usize];
        if person.waiting && person.attempt == attempt && self.network.abandon(index, attempt, now) {
            if self.settings.is_measured(now) {
                self.plain.waits.left_line += 1;
            }
            self.on_refusal(index, attempt, now, scheduler);
            self.note_in_system(now);
        }
    }

    /// Notes how long an answered request waited and stayed.
    pub(crate) fn tally_wait(&mut self, request: &Request, now: Time) {
        if self.settings.arrivals.is_some() && self.settings.is_measured(now) {
            let waits = &mut self.plain.waits;
            waits.answered += 1;
            waits.wait_seconds += (request.started - request.queued).as_seconds();
            waits.sojourn_seconds += (now - request.sent).as_seconds();
        }
    }

    pub(crate) fn plain_done(&mut self, index: u32) {
        self.plain.free.push(index);
    }

    pub(crate) fn plain_lost(&mut self, index: u32) {
        self.plain.free.push(index);
    }
}
