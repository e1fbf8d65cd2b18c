//! The world: all state in one place, and the table of what happens at which event.

use crate::demand::{self, Visit, accounts};
use crate::episode::Episodes;
use crate::event::Event;
use crate::fleet::{Credential, Fleet};
use crate::help::call_centre::CallCentre;
use crate::help::claims::Claims;
use crate::help::complaints::Complaints;
use crate::help::locksmiths::Locksmiths;
use crate::help::notices::Notices;
use crate::help::staff::Staff;
use crate::monitor::Monitor;
use crate::network::Network;
use crate::person::Person;
use crate::plain::Plain;
use crate::purpose::{Common, Luck};
use crate::settings::Settings;
use crate::tally::Tally;
use std::sync::Arc;
use stranded_engine::{Model, Scheduler, Span, Stream, Time};
use stranded_scenario::Scenario;

const MINUTE: Span = Span::from_nanoseconds(60_000_000_000);

/// Everything there is. `Clone` copies all of it: a run can be copied at two in the afternoon and continued under other decisions.
#[derive(Clone, Debug)]
pub struct World {
    pub(crate) settings: Arc<Settings>,
    pub(crate) luck: Luck,
    visits: Arc<[Visit]>,
    next_visit: u32,
    pub(crate) people: Vec<Person>,
    /// Accounts that will not come back, one bit each.
    pub(crate) churned: Vec<u64>,
    pub(crate) network: Network,
    pub(crate) fleet: Option<Fleet>,
    pub(crate) episodes: Episodes,
    pub(crate) call_centre: CallCentre,
    pub(crate) notices: Notices,
    pub(crate) complaints: Complaints,
    pub(crate) staff: Staff,
    pub(crate) locksmiths: Locksmiths,
    pub(crate) claims: Claims,
    pub(crate) plain: Plain,
    pub(crate) monitor: Monitor,
    pub(crate) tally: Tally,
    intruder: Stream,
}

impl World {
    /// The world of one replication, before anything has happened. The scenario must be valid.
    pub fn new(scenario: &Scenario, replication: u32) -> Self {
        let settings = Settings::new(scenario);
        let luck = Luck::new(scenario.run.seed, replication);
        let visits: Arc<[Visit]> =
            scenario.fleet.as_ref().map_or_else(Vec::new, |fleet| demand::visits(scenario, fleet, luck)).into();
        let safeguards = settings.client.safeguards();
        let people = visits.iter().map(|visit| Person::new(visit, safeguards.clone())).collect();
        let entry = scenario.arrivals.as_ref().map_or("operator", |arrivals| arrivals.service.as_str());
        let network =
            Network::new(&scenario.service, entry, scenario.arrivals.as_ref().is_some_and(|it| it.patience.is_some()));
        Self {
            luck,
            visits,
            next_visit: 0,
            people,
            churned: vec![0; (accounts(scenario) as usize).div_ceil(64)],
            fleet: scenario.fleet.as_ref().map(|section| Fleet::new(section, scenario)),
            episodes: Episodes::default(),
            call_centre: CallCentre::default(),
            notices: Notices::new(luck.common(Common::Notice, 0)),
            complaints: Complaints::new(settings.support.form.readers),
            staff: Staff::new(settings.support.staff.people),
            locksmiths: Locksmiths::new(settings.support.locksmiths.crews),
            claims: Claims::new(settings.support.claims.clerks),
            plain: Plain::new(scenario, &settings, luck, safeguards),
            monitor: Monitor::new(&settings),
            tally: Tally::default(),
            intruder: luck.common(Common::Intruder, 0),
            network,
            settings: Arc::new(settings),
        }
    }

    /// When the run ends.
    pub fn end(&self) -> Time {
        self.settings.end
    }

    /// Schedules what is known to come.
    pub fn begin(&mut self, scheduler: &mut Scheduler<WorldEvent>) {
        // Scenarios name moments, the engine runs events before the end: nothing of the last nanosecond is lost.
        scheduler.at(Time::ZERO + MINUTE, WorldEvent(Event::Minute));
        let scheduler = &mut Agenda(scheduler);
        for (index, action) in self.settings.clone().actions.iter().enumerate() {
            scheduler.at(action.at, Event::Action { index: index as u32 });
        }
        self.begin_visits(scheduler);
        self.begin_plain(scheduler);
        if self.fleet.is_some() {
            self.schedule_key_trial(scheduler);
            let claims = self.settings.support.claims.clone();
            let opens = self.settings.almanac.seconds_until(Time::ZERO, claims.from);
            scheduler.after(Span::from_seconds(opens), Event::ClaimsOpen);
        }
    }

    /// Those booked before the run hold their reservations from its start.
    fn begin_visits(&mut self, scheduler: &mut Agenda<'_>) {
        while let Some(visit) = self.visits.get(self.next_visit as usize).filter(|visit| visit.opened.is_none()) {
            let visit = *visit;
            let person = self.next_visit;
            self.next_visit += 1;
            self.reserve_before_the_run(person, &visit, scheduler);
        }
        self.schedule_next_visit(scheduler);
    }

    fn schedule_next_visit(&self, scheduler: &mut Agenda<'_>) {
        if let Some(opened) = self.visits.get(self.next_visit as usize).and_then(|visit| visit.opened) {
            scheduler.at(opened, Event::Visit);
        }
    }

    fn on_visit(&mut self, now: Time, scheduler: &mut Agenda<'_>) {
        let person = self.next_visit;
        self.next_visit += 1;
        self.schedule_next_visit(scheduler);
        let (user, need) = {
            let person = &self.people[person as usize];
            (person.user, person.need)
        };
        if self.has_churned(user) {
            self.tally.lost_visits += 1;
        } else {
            self.begin_intent(person, need, now, scheduler);
        }
    }

    pub(crate) fn has_churned(&self, user: u32) -> bool {
        self.churned[user as usize / 64] >> (user % 64) & 1 == 1
    }

    fn on_action(&mut self, index: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let action = &settings.actions[index as usize];
        if let Some(capacity) = action.capacity {
            self.network.change_speed(&action.service, index, Some(capacity), now, scheduler);
            self.handle_departures(now, scheduler);
            if let Some(lasts) = action.lasts {
                scheduler.after(lasts, Event::ActionEnds { index });
            }
        }
        if action.purge {
            self.network.purge(&action.service, now, scheduler);
            self.handle_departures(now, scheduler);
        }
        self.note_census(now);
    }

    fn schedule_key_trial(&mut self, scheduler: &mut Agenda<'_>) {
        let rate: f64 = self.settings.key_trials.iter().sum();
        if rate > 0.0 {
            scheduler.after(Span::from_seconds(self.intruder.exponential(1.0 / rate)), Event::KeyTrial);
        }
    }

    fn on_key_trial(&mut self, now: Time, scheduler: &mut Agenda<'_>) {
        self.schedule_key_trial(scheduler);
        let rates = self.settings.key_trials;
        let mut mark = self.intruder.uniform() * rates.iter().sum::<f64>();
        let kinds = [Credential::Forged, Credential::Stale, Credential::Stolen, Credential::Replayed];
        let kind = kinds
            .into_iter()
            .zip(rates)
            .find(|&(_, rate)| {
                mark -= rate;
                mark < 0.0
            })
            .map_or(Credential::Replayed, |(kind, _)| kind);
        let Some(fleet) = &mut self.fleet else { return };
        let car = self.intruder.below(fleet.len());
        let opened = fleet.intrude(car, kind, now);
        if self.settings.is_measured(now) {
            self.tally.key_trials += 1;
            self.tally.false_unlocks += u64::from(opened);
        }
    }

    fn on_minute(&mut self, now: Time, scheduler: &mut Agenda<'_>) {
        self.close_minute(now, scheduler);
        if now + MINUTE <= self.settings.end {
            scheduler.after(MINUTE, Event::Minute);
        }
    }
}

/// What the engine moves about; the events themselves are the model's own affair.
#[derive(Clone, Copy, Debug)]
pub struct WorldEvent(pub(crate) Event);

/// The scheduler, speaking the model's events.
pub(crate) struct Agenda<'a>(&'a mut Scheduler<WorldEvent>);

impl Agenda<'_> {
    #[inline]
    pub(crate) fn at(&mut self, time: Time, event: Event) {
        self.0.at(time, WorldEvent(event));
    }

    #[inline]
    pub(crate) fn after(&mut self, span: Span, event: Event) {
        self.0.after(span, WorldEvent(event));
    }
}

impl Model for World {
    type Event = WorldEvent;

    fn fingerprint(event: &WorldEvent) -> u64 {
        event.0.fingerprint()
    }

    fn handle(&mut self, now: Time, event: WorldEvent, scheduler: &mut Scheduler<WorldEvent>) {
        let scheduler = &mut Agenda(scheduler);
        match event.0 {
            Event::Visit => self.on_visit(now, scheduler),
            Event::Attempt { person, generation } => self.on_attempt(person, generation, now, scheduler),
            Event::Answer { person, attempt } => self.on_answer(person, attempt, now, scheduler),
            Event::Refusal { person, attempt } => self.on_refusal(person, attempt, now, scheduler),
            Event::TimedOut { person, attempt } => self.on_timed_out(person, attempt, now, scheduler),
            Event::HeldBack { person, attempt } => self.on_held_back(person, attempt, now, scheduler),
            Event::LeaveLine { person, attempt } => self.on_leave_line(person, attempt, now, scheduler),
            Event::AtDoor { person, generation } => self.on_at_door(person, generation, now, scheduler),
            Event::Arrival => self.on_arrival(now, scheduler),
            Event::Served { service, request } => {
                self.network.served(service, request, now, scheduler);
                self.handle_departures(now, scheduler);
                self.note_census(now);
            }
            Event::CallFailed { request, call } => {
                self.network.call_failed(request, call, now, scheduler);
                self.handle_departures(now, scheduler);
                self.note_census(now);
            }
            Event::CallAgain { request, call } => {
                self.network.call_again(request, call, now, scheduler);
                self.handle_departures(now, scheduler);
                self.note_census(now);
            }
            Event::Action { index } => self.on_action(index, now, scheduler),
            Event::ActionEnds { index } => {
                let settings = self.settings.clone();
                let service = &settings.actions[index as usize].service;
                self.network.change_speed(service, index, None, now, scheduler);
                self.handle_departures(now, scheduler);
                self.note_census(now);
            }
            Event::StartDue { person, generation } => self.on_start_due(person, generation, now, scheduler),
            Event::Park { person, generation } => self.on_park(person, generation, now, scheduler),
            Event::Depart { person, generation } => self.on_depart(person, generation, now, scheduler),
            Event::ReturnDue { person, generation } => self.on_return_due(person, generation, now, scheduler),
            Event::SettleDue { person, generation } => self.on_settle_due(person, generation, now, scheduler),
            Event::ComeBack { person, generation } => self.on_come_back(person, generation, now, scheduler),
            Event::GiveUp { episode } => self.on_give_up(episode, now, scheduler),
            Event::Call { episode, call } => self.on_call(episode, call, now, scheduler),
            Event::HangUp { episode, call } => self.on_hang_up(episode, call, now, scheduler),
            Event::CallEnds { episode, call } => self.on_call_ends(episode, call, now, scheduler),
            Event::NoticePublished { outage } => self.on_notice_published(outage, now, scheduler),
            Event::NoticeSeen { episode } => self.on_notice_seen(episode, now, scheduler),
            Event::LockingGuidePublished => self.on_locking_guide_published(now, scheduler),
            Event::OpeningGuidePublished => self.on_opening_guide_published(now, scheduler),
            Event::GuideSeen { episode } => self.on_guide_seen(episode, now, scheduler),
            Event::FormOpens => self.on_form_opens(now, scheduler),
            Event::FormFound { episode } => self.on_form_found(episode, now, scheduler),
            Event::ComplaintRead { episode } => self.on_complaint_read(episode, now, scheduler),
            Event::Contact { episode } => self.on_contact(episode, now, scheduler),
            Event::HandsDone { episode } => self.on_hands_done(episode, now, scheduler),
            Event::AnswerOverdue { episode } => self.on_answer_overdue(episode, now, scheduler),
            Event::LocksmithDone { episode } => self.on_locksmith_done(episode, now, scheduler),
            Event::CrewFree => self.on_crew_free(now, scheduler),
            Event::StaffStart => self.on_staff_start(now, scheduler),
            Event::StaffDone { episode } => self.on_staff_done(episode, now, scheduler),
            Event::ClaimFiled { claim } => self.on_claim_filed(claim, now, scheduler),
            Event::ClaimClosed { claim } => self.on_claim_closed(claim, now, scheduler),
            Event::ClaimsOpen => self.on_claims_open(now, scheduler),
            Event::Minute => self.on_minute(now, scheduler),
            Event::KeyTrial => self.on_key_trial(now, scheduler),
            Event::NextRequest { person } => self.on_next_request(person, now, scheduler),
        }
    }
}
