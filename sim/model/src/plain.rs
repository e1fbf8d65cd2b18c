//! Plain arrivals: scenarios of services and requests without cars, which is how queueing theory is put to the test.
//!
//! Each request is a person with one need, so that it goes through the same app, retries and services as anybody's unlock.

use crate::client::Safeguards;
use crate::demand::Visit;
use crate::event::Event;
use crate::network::{Request, RequestIndex};
use crate::outcome::Need;
use crate::person::Person;
use crate::purpose::{Luck, Purpose};
use crate::queue_record::{Census, Ending, QueueRecord};
use crate::sampler::Sampler;
use crate::schedule::{self, Instants};
use crate::settings::Settings;
use crate::world::{Agenda, World};
use stranded_engine::{Span, Time};
use stranded_scenario::{Scenario, section};

/// The `[arrivals]` of the scenario in the form the world needs.
#[derive(Clone, Debug)]
pub(crate) struct Arrivals {
    source: Option<FiniteSource>,
    until: Time,
    waiting_at_start: u32,
    in_orbit_at_start: u32,
    patience: Option<Sampler>,
}

/// Clients that think between their requests.
#[derive(Clone, Debug)]
struct FiniteSource {
    clients: u32,
    think_time: Sampler,
}

impl Arrivals {
    pub(crate) fn new(section: &section::Arrivals, end: Time) -> Self {
        Self {
            source: section
                .finite_source
                .as_ref()
                .map(|source| FiniteSource { clients: source.clients, think_time: Sampler::new(&source.think_time) }),
            until: schedule::until(section, end),
            waiting_at_start: section.waiting_at_start,
            in_orbit_at_start: section.in_orbit_at_start,
            patience: section.patience.as_ref().map(Sampler::new),
        }
    }
}

/// The stream of requests and what is known of them.
#[derive(Clone, Debug)]
pub(crate) struct Plain {
    /// Whether the scenario has plain arrivals at all.
    pub(crate) is_on: bool,
    /// When requests come; nothing where clients think instead.
    instants: Option<Instants>,
    arrived: u64,
    /// People whose request is over; their places are used again, so that memory does not grow with the run.
    free: Vec<u32>,
    /// What the record needs to know of each person's request.
    journeys: Vec<Journey>,
    in_orbit: usize,
    pub(crate) record: QueueRecord,
    /// The memory of the one client that all these requests come from.
    pub(crate) safeguards: Safeguards,
}

/// A request's way so far.
#[derive(Clone, Copy, Debug)]
struct Journey {
    began: Time,
    /// It came in the measured window.
    is_measured: bool,
    /// It has had no attempt that is over.
    is_first: bool,
    /// The attempt under way, until its wait is known.
    request: Option<RequestIndex>,
    /// Since when it waits to be tried again.
    in_orbit_since: Option<Time>,
    orbit: Span,
}

impl Plain {
    pub(crate) fn new(scenario: &Scenario, settings: &Settings, luck: Luck, safeguards: Safeguards) -> Self {
        Self {
            is_on: settings.arrivals.is_some(),
            instants: scenario.arrivals.as_ref().and_then(|section| Instants::new(section, settings.end, luck)),
            arrived: 0,
            free: Vec::new(),
            journeys: Vec::new(),
            in_orbit: 0,
            record: QueueRecord::new(&scenario.measure.queue, settings.measured),
            safeguards,
        }
    }

    // Functions that the world of cars has in its busiest paths but never calls are not inlined: they would only take up registers.

    /// A request is tried again, if it was waiting for that.
    #[inline(never)]
    pub(crate) fn leave_orbit(&mut self, person: u32, now: Time) {
        let journey = &mut self.journeys[person as usize];
        if let Some(since) = journey.in_orbit_since.take() {
            journey.orbit = journey.orbit + (now - since);
            self.in_orbit -= 1;
        }
    }

    /// The attempt under way is over for its client; only the first to say so is heard.
    fn attempt_over(&mut self, person: u32, ending: Ending, waited: Span) {
        let journey = &mut self.journeys[person as usize];
        if journey.request.take().is_none() {
            return;
        }
        let is_first = std::mem::replace(&mut journey.is_first, false);
        if journey.is_measured {
            self.record.attempt_over(ending, waited, is_first);
        }
    }
}

impl World {
    pub(crate) fn begin_plain(&mut self, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let Some(arrivals) = &settings.arrivals else { return };
        let (waiting, in_orbit) = (arrivals.waiting_at_start, arrivals.in_orbit_at_start);
        let mut clients = Vec::new();
        for _ in 0..waiting + in_orbit {
            clients.push(self.welcome(Time::ZERO));
        }
        for (index, &person) in clients.iter().enumerate() {
            if index < waiting as usize {
                self.ask(person, Time::ZERO, scheduler);
            } else {
                self.begin_in_orbit(person, scheduler);
            }
        }
        match &arrivals.source {
            Some(source) => {
                for _ in waiting + in_orbit..source.clients {
                    let person = self.welcome(Time::ZERO);
                    self.think(person, Time::ZERO, scheduler);
                }
            }
            None => self.schedule_arrival(Time::ZERO, scheduler),
        }
        self.note_census(Time::ZERO);
    }

    fn schedule_arrival(&mut self, now: Time, scheduler: &mut Agenda<'_>) {
        if let Some(next) = self.plain.instants.as_mut().and_then(|instants| instants.next_after(now)) {
            scheduler.at(next, Event::Arrival);
        }
    }

    pub(crate) fn on_arrival(&mut self, now: Time, scheduler: &mut Agenda<'_>) {
        self.schedule_arrival(now, scheduler);
        let person = self.welcome(now);
        self.ask(person, now, scheduler);
    }

    /// A place for a new client.
    fn welcome(&mut self, now: Time) -> u32 {
        let key = self.plain.arrived;
        self.plain.arrived += 1;
        let visit = Visit { key, user: 0, opened: Some(now), rental: None };
        let mut person = Person::new(&visit, self.settings.client.safeguards());
        let journey = Journey {
            began: now,
            is_measured: false,
            is_first: true,
            request: None,
            in_orbit_since: None,
            orbit: Span::ZERO,
        };
        if let Some(index) = self.plain.free.pop() {
            // Counters go on, so that events of the place's former owner stay void; the luck of its attempts is its own.
            let former = &self.people[index as usize];
            (person.generation, person.attempt) = (former.generation, former.attempt);
            person.attempts_before = former.attempt;
            self.people[index as usize] = person;
            self.plain.journeys[index as usize] = journey;
            index
        } else {
            self.people.push(person);
            self.plain.journeys.push(journey);
            (self.people.len() - 1) as u32
        }
    }

    /// A client's new request is sent.
    fn ask(&mut self, person: u32, now: Time, scheduler: &mut Agenda<'_>) {
        self.begin_journey(person, now);
        self.begin_intent(person, Need::Request, now, scheduler);
    }

    fn begin_journey(&mut self, person: u32, now: Time) {
        let is_measured = self.settings.is_measured(now);
        self.plain.journeys[person as usize] =
            Journey { began: now, is_measured, is_first: true, request: None, in_orbit_since: None, orbit: Span::ZERO };
        self.plain.record.arrived(now, is_measured, self.network.entry_is_full());
    }

    /// A request that has failed before the start.
    fn begin_in_orbit(&mut self, index: u32, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        self.begin_journey(index, Time::ZERO);
        let person = &mut self.people[index as usize];
        (person.need, person.log_in, person.requests_left) = (Need::Request, false, 1);
        let generation = person.generation;
        let gap = person.draw(self.luck, Purpose::Tap, |stream| settings.client.first_gap(stream));
        self.enter_orbit(index, Time::ZERO);
        scheduler.after(gap, Event::Attempt { person: index, generation });
    }

    /// A client of a finite source thinks before the next request.
    fn think(&mut self, index: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let Some(arrivals) = &settings.arrivals else { return };
        let Some(source) = &arrivals.source else { return };
        let person = &mut self.people[index as usize];
        let next = now + person.draw(self.luck, Purpose::After, |stream| source.think_time.span(stream));
        if next < arrivals.until {
            scheduler.at(next, Event::NextRequest { person: index });
        }
    }

    pub(crate) fn on_next_request(&mut self, person: u32, now: Time, scheduler: &mut Agenda<'_>) {
        self.ask(person, now, scheduler);
    }

    /// A plain request has been sent and got no answer yet: its client may lose patience while it waits in line.
    #[inline(never)]
    pub(crate) fn wait_in_line(&mut self, index: u32, request: RequestIndex, now: Time, scheduler: &mut Agenda<'_>) {
        if !self.network.is_waiting(request, index) {
            return;
        }
        let Some(patience) = self.settings.arrivals.as_ref().and_then(|arrivals| arrivals.patience.as_ref()) else {
            return;
        };
        let person = &self.people[index as usize];
        // From a stream of the attempt's own: only those who wait draw, and that shifts nobody's luck.
        let patience = patience.span(&mut person.attempt_stream(self.luck, Purpose::Character));
        let attempt = person.attempt;
        scheduler.at(now + patience, Event::LeaveLine { person: index, attempt });
    }

    /// Notes which of the services' requests is the attempt under way.
    #[inline(never)]
    pub(crate) fn note_request(&mut self, person: u32, request: RequestIndex) {
        self.plain.journeys[person as usize].request = Some(request);
    }

    /// A plain request waits from now on to be tried again.
    #[inline(never)]
    pub(crate) fn enter_orbit(&mut self, person: u32, now: Time) {
        self.plain.journeys[person as usize].in_orbit_since = Some(now);
        self.plain.in_orbit += 1;
        self.note_census(now);
    }

    /// Tells the record where everybody is now, wherever that may have changed; nothing in a world of cars.
    #[inline]
    pub(crate) fn note_census(&mut self, now: Time) {
        if self.plain.is_on {
            self.take_census(now);
        }
    }

    #[inline(never)]
    fn take_census(&mut self, now: Time) {
        let census = Census {
            in_system: self.network.in_system(),
            in_line: self.network.in_line(),
            in_orbit: self.plain.in_orbit,
        };
        self.plain.record.note(now, census);
    }

    pub(crate) fn on_leave_line(&mut self, index: u32, attempt: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let person = &self.people[index as usize];
        if !person.waiting || person.attempt != attempt {
            return;
        }
        let Some(request) = self.plain.journeys[index as usize].request else { return };
        if let Some(waited) = self.network.abandon(request, index, now) {
            self.plain.attempt_over(index, Ending::Left, waited);
            self.on_refusal(index, attempt, now, scheduler);
            self.note_census(now);
        }
    }

    /// The app has stopped waiting for a plain request; the services may still hold it.
    #[inline(never)]
    pub(crate) fn note_time_out(&mut self, person: u32, now: Time) {
        if let Some(request) = self.plain.journeys[person as usize].request {
            let waited = self.network.waited(request, now);
            self.plain.attempt_over(person, Ending::TimedOut, waited);
        }
    }

    /// A service has refused a plain request or thrown it out of its line.
    #[inline(never)]
    pub(crate) fn note_refused(&mut self, request: &Request, now: Time) {
        if !self.is_current(request) {
            return;
        }
        // A request whose call of the next service has failed waits in no line.
        let in_line = if request.is_worked_on { Span::ZERO } else { now - request.queued };
        self.plain.attempt_over(request.person, Ending::Refused, request.waited + in_line);
    }

    /// The services are done with a plain request; nobody hears of it whose client has gone.
    #[inline(never)]
    pub(crate) fn note_answered(&mut self, request: &Request, is_in_time: bool, now: Time) {
        if !self.is_current(request) {
            return;
        }
        let ending = if is_in_time { Ending::Served } else { Ending::TimedOut };
        self.plain.attempt_over(request.person, ending, request.waited);
        let journey = &self.plain.journeys[request.person as usize];
        if is_in_time && journey.is_measured {
            self.plain.record.served(request.waited, now - journey.began, request.sent - journey.began);
        }
    }

    /// A plain request is over, answered or given up.
    pub(crate) fn end_request(&mut self, index: u32, is_lost: bool, now: Time, scheduler: &mut Agenda<'_>) {
        let journey = &self.plain.journeys[index as usize];
        if journey.is_measured {
            self.plain.record.request_over(is_lost, journey.orbit);
        }
        if self.settings.arrivals.as_ref().is_some_and(|arrivals| arrivals.source.is_some()) {
            self.think(index, now, scheduler);
        } else {
            self.plain.free.push(index);
        }
    }
}
