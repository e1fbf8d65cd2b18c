//! Intents, attempts, retries: the app, and the hand that taps it.

use crate::client::ClientState;
use crate::event::Event;
use crate::network::{Departure, Request};
use crate::outcome::{Need, Relief};
use crate::person::NONE;
use crate::purpose::Purpose;
use crate::settings::Settings;
use crate::world::{Agenda, World};
use stranded_engine::{Span, Time};
use stranded_scenario::section::Endpoint;

/// The radio cannot reach the network: the app says so at once.
const NO_NETWORK: Span = Span::from_nanoseconds(500_000_000);

impl World {
    /// A person wants something from the app.
    pub(crate) fn begin_intent(&mut self, person: u32, need: Need, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let index = person;
        let person = &mut self.people[index as usize];
        person.generation += 1;
        person.need = need;
        person.client = ClientState::default();
        person.fresh = true;
        if person.offline_key && settings.offline_key.is_some() && need.class().is_some() {
            // The door is asked instead of the server: an intent of its own, without an attempt.
            person.fresh = false;
            self.tally_intent(index, now);
            self.tally.asked_door += u64::from(settings.is_measured(now));
            self.approach_door(index, now, scheduler);
            return;
        }
        let (again, searches) = person.draw(self.luck, Purpose::Tap, |stream| {
            let again = stream.chance(settings.client.log_in_again);
            let looks = matches!(need, Need::Browse | Need::Book);
            (again, if looks { 1 + stream.poisson(settings.booking.further_searches).min(50) as u8 } else { 0 })
        });
        person.log_in = need != Need::Request
            && (again || person.last_answer.is_none_or(|last| now.saturating_since(last) > settings.session));
        person.requests_left = match need {
            Need::Browse => searches,
            Need::Book => searches + 1,
            Need::Start => 2,
            Need::Lock | Need::Unlock | Need::Return | Need::Settle | Need::Request => 1,
        };
        self.send(index, now, scheduler);
    }

    /// Counts one thing that is wanted: a request, or a door to be opened without one. Its attempts and its answer count with it,
    /// on whichever side of the window's edge they lie: a share of intents then never passes one.
    pub(crate) fn tally_intent(&mut self, index: u32, now: Time) {
        let is_measured = self.settings.is_measured(now);
        self.people[index as usize].is_measured = is_measured;
        self.tally.intents += u64::from(is_measured);
    }

    pub(crate) fn on_attempt(&mut self, person: u32, generation: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if self.people[person as usize].generation == generation {
            self.send(person, now, scheduler);
        }
    }

    fn endpoint(settings: &Settings, need: Need, requests_left: u8, log_in: bool) -> Option<&Endpoint> {
        let endpoint = &settings.endpoint;
        if log_in {
            return Some(&endpoint.log_in);
        }
        match need {
            Need::Browse => Some(&endpoint.search),
            Need::Book => Some(if requests_left == 1 { &endpoint.reserve } else { &endpoint.search }),
            Need::Start => Some(if requests_left == 2 { &endpoint.fetch_key } else { &endpoint.unlock }),
            Need::Lock => Some(&endpoint.lock),
            Need::Unlock => Some(&endpoint.unlock),
            Need::Return | Need::Settle => Some(&endpoint.return_car),
            Need::Request => None,
        }
    }

    /// Sends the next request of the person's intent.
    fn send(&mut self, index: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let person = &mut self.people[index as usize];
        person.attempt = person.attempt.wrapping_add(1);
        person.waiting = true;
        let attempt = person.attempt;
        let need = person.need;
        let (work, class) =
            Self::endpoint(&settings, need, person.requests_left, person.log_in).map_or((1.0, 0), Settings::cost);
        let first = std::mem::replace(&mut person.fresh, false);
        // In mid-trip the phone may be out of coverage; each tap is made a few steps further on.
        let covered = !matches!(need, Need::Lock | Need::Unlock) || {
            let coverage = settings.places[person.place as usize].coverage;
            person.draw(self.luck, Purpose::Tap, |stream| stream.chance(coverage))
        };
        let stream = person.attempt_luck(self.luck).stream();
        let episode = person.episode;
        if episode != NONE {
            self.episodes.all[episode as usize].attempts += 1;
        }
        self.monitor.attempt(first, now);
        if first {
            self.tally_intent(index, now);
        }
        self.tally.attempts_all += 1;
        let is_sent = self.may_send(index, first, now);
        let person = &self.people[index as usize];
        if person.is_measured && is_sent {
            self.tally.attempts += 1;
            self.tally.log_ins += u64::from(person.log_in);
        }
        if need == Need::Request {
            self.plain.leave_orbit(index, now);
        }
        if !is_sent {
            scheduler.after(Span::ZERO, Event::HeldBack { person: index, attempt });
            self.note_census(now);
            return;
        }
        if !covered {
            scheduler.after(NO_NETWORK, Event::Refusal { person: index, attempt });
            return;
        }
        self.monitor.offer(f64::from(work) * self.network.bottleneck_seconds());
        let deadline = now + settings.timeout;
        let request = Request {
            person: index,
            attempt,
            work,
            class,
            depth: 0,
            left: false,
            sent: now,
            deadline,
            queued: now,
            waited: Span::ZERO,
            is_worked_on: false,
            stream,
        };
        let request = self.network.submit(request, now, scheduler);
        if need == Need::Request {
            self.note_request(index, request);
        }
        let told = self.handle_departures_of(Some((index, attempt)), now, scheduler);
        if need == Need::Request {
            self.wait_in_line(index, request, now, scheduler);
            self.note_census(now);
        }
        // A time-out beyond the end would only wait with the others to be thrown away.
        if !told && deadline <= settings.end {
            scheduler.at(deadline, Event::TimedOut { person: index, attempt });
        }
    }

    /// Whether the app's own safeguards let the present attempt out.
    #[inline]
    fn may_send(&mut self, index: u32, is_first: bool, now: Time) -> bool {
        let (luck, person) = (self.luck, &mut self.people[index as usize]);
        let of_the_attempt = person.attempt_stream(luck, Purpose::Safeguard);
        let is_plain = person.need == Need::Request;
        let safeguards = if is_plain { &mut self.plain.safeguards } else { &mut person.safeguards };
        self.settings.client.admits(&mut person.client, safeguards, is_first, now, || of_the_attempt)
    }

    /// Sends news of requests that have left the services to their phones.
    pub(crate) fn handle_departures(&mut self, now: Time, scheduler: &mut Agenda<'_>) {
        self.handle_departures_of(None, now, scheduler);
    }

    /// The same; true when the news will reach the attempt `of` in time, so that it needs no time-out.
    fn handle_departures_of(&mut self, of: Option<(u32, u32)>, now: Time, scheduler: &mut Agenda<'_>) -> bool {
        let mut told_in_time = false;
        if !self.network.has_departures() {
            return false;
        }
        let departures = self.network.take_departures();
        for departure in &departures {
            match *departure {
                Departure::Answered(request) => self.answered(request, now, scheduler),
                Departure::Refused { mut request, told } => {
                    if self.plain.is_on {
                        self.note_refused(&request, now);
                    }
                    let Some(told) = told else { continue };
                    let at = now + told + self.settings.network_latency.span(&mut request.stream);
                    if at < request.deadline && self.is_current(&request) {
                        scheduler.at(at, Event::Refusal { person: request.person, attempt: request.attempt });
                        told_in_time |= of == Some((request.person, request.attempt));
                    }
                }
            }
        }
        self.network.recycle(departures);
        told_in_time
    }

    pub(crate) fn is_current(&self, request: &Request) -> bool {
        let person = &self.people[request.person as usize];
        person.waiting && person.attempt == request.attempt
    }

    fn answered(&mut self, mut request: Request, now: Time, scheduler: &mut Agenda<'_>) {
        let at = now + self.settings.network_latency.span(&mut request.stream);
        if self.plain.is_on {
            self.note_answered(&request, at < request.deadline, now);
        }
        if at < request.deadline && self.is_current(&request) {
            scheduler.at(at, Event::Answer { person: request.person, attempt: request.attempt });
            if self.settings.is_measured(now) {
                self.tally.record_latency(at - request.sent);
            }
        } else {
            self.monitor.answered_late();
            self.tally.answered_late += 1;
        }
    }

    pub(crate) fn on_answer(&mut self, index: u32, attempt: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let person = &mut self.people[index as usize];
        if !person.waiting || person.attempt != attempt {
            return;
        }
        person.waiting = false;
        person.last_answer = Some(now);
        person.fresh = true;
        // Plain requests all come from one client, which keeps one memory; people have a phone each.
        let is_plain = person.need == Need::Request;
        let safeguards = if is_plain { &mut self.plain.safeguards } else { &mut person.safeguards };
        settings.client.note_answer(&mut person.client, safeguards, now);
        self.monitor.answered_in_time(now);
        self.tally.answered += 1;
        if settings.is_measured(now) {
            self.tally.answered_measured += 1;
        }
        if person.is_measured {
            self.tally.intents_answered += 1;
            self.tally.log_ins_answered += u64::from(person.log_in);
        }
        if person.log_in {
            person.log_in = false;
        } else {
            person.requests_left -= 1;
        }
        if person.requests_left == 0 {
            self.served(index, now, scheduler);
            return;
        }
        let generation = person.generation;
        let pause = if matches!(person.need, Need::Browse | Need::Book) {
            person.draw(self.luck, Purpose::Tap, |stream| settings.think_time.span(stream))
        } else {
            settings.request_spacing
        };
        scheduler.after(pause, Event::Attempt { person: index, generation });
    }

    /// The server has agreed to all of the intent.
    fn served(&mut self, index: u32, now: Time, scheduler: &mut Agenda<'_>) {
        match self.people[index as usize].need {
            Need::Start | Need::Lock | Need::Unlock => self.approach_door(index, now, scheduler),
            Need::Request => self.end_request(index, false, now, scheduler),
            _ => self.fulfil(index, Relief::Server, now, scheduler),
        }
    }

    pub(crate) fn on_refusal(&mut self, person: u32, attempt: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if self.stop_waiting(person, attempt) {
            self.monitor.refused(now);
            self.tally.refused += 1;
            self.note_failure(person, now);
            self.fail(person, now, scheduler);
        }
    }

    /// The app's own safeguards have held an attempt back.
    pub(crate) fn on_held_back(&mut self, person: u32, attempt: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if self.stop_waiting(person, attempt) {
            self.monitor.refused(now);
            self.tally.held_back += 1;
            self.tally.held_back_measured += u64::from(self.people[person as usize].is_measured);
            self.fail(person, now, scheduler);
        }
    }

    /// The safeguards hear of an attempt that was sent and has failed.
    #[inline]
    fn note_failure(&mut self, index: u32, now: Time) {
        let person = &mut self.people[index as usize];
        let is_plain = person.need == Need::Request;
        let safeguards = if is_plain { &mut self.plain.safeguards } else { &mut person.safeguards };
        self.settings.client.note_failure(&person.client, safeguards, now);
    }

    pub(crate) fn on_timed_out(&mut self, person: u32, attempt: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if self.stop_waiting(person, attempt) {
            self.monitor.timed_out(now);
            self.tally.timed_out += 1;
            if self.plain.is_on {
                self.note_time_out(person, now);
            }
            self.note_failure(person, now);
            self.fail(person, now, scheduler);
        }
    }

    fn stop_waiting(&mut self, person: u32, attempt: u32) -> bool {
        let person = &mut self.people[person as usize];
        let concerned = person.waiting && person.attempt == attempt;
        if concerned {
            person.waiting = false;
        }
        concerned
    }

    /// Gives up an attempt under way because the person has no more use for it.
    pub(crate) fn drop_attempt(&mut self, person: u32) {
        let person = &mut self.people[person as usize];
        if std::mem::take(&mut person.waiting) {
            person.attempt = person.attempt.wrapping_add(1);
            self.tally.superseded += 1;
        }
    }

    /// An attempt has failed: the app tries again, or the person taps again, or puts the phone away, or leaves it.
    pub(crate) fn fail(&mut self, index: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let need = self.people[index as usize].need;
        if let Some(class) = need.class()
            && self.people[index as usize].episode == NONE
        {
            self.open_episode(index, class, now, scheduler);
        }
        let person = &mut self.people[index as usize];
        let generation = person.generation;
        let mut stream = person.stream(self.luck, Purpose::Tap);
        let safeguards = if need == Need::Request { &mut self.plain.safeguards } else { &mut person.safeguards };
        let again = settings.client.retry(&mut person.client, safeguards, &mut stream);
        person.keep(Purpose::Tap, &stream);
        if let Some(delay) = again {
            if need == Need::Request {
                self.enter_orbit(index, now);
            }
            scheduler.after(delay, Event::Attempt { person: index, generation });
            return;
        }
        if need == Need::Settle {
            let gap = person.draw(self.luck, Purpose::Tap, |stream| settings.settle_gap.span(stream));
            scheduler.after(gap, Event::SettleDue { person: index, generation });
            return;
        }
        let tap = settings.client.tap(&mut person.client, &mut stream);
        person.keep(Purpose::Tap, &stream);
        person.log_in |= tap.log_in && need != Need::Request;
        if let Some(gap) = tap.gap {
            if need == Need::Request {
                self.enter_orbit(index, now);
            }
            scheduler.after(gap, Event::Attempt { person: index, generation });
            return;
        }
        if need == Need::Request {
            self.end_request(index, true, now, scheduler);
            return;
        }
        let (come_back, pause) = settings.client.pause(&mut person.client, &mut stream);
        person.keep(Purpose::Tap, &stream);
        if need.class().is_some() || come_back {
            scheduler.after(pause, Event::Attempt { person: index, generation });
        } else {
            self.turn_away(index, now, scheduler);
        }
    }
}
