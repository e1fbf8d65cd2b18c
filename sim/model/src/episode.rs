//! Stranding episodes: from the first failed attempt at an intent the renter cannot do without, until relief.

use crate::event::Event;
use crate::outcome::{Class, Episode, Relief};
use crate::person::NONE;
use crate::purpose::Purpose;
use crate::world::{Agenda, World};
use stranded_engine::{Span, Time};

/// An open episode's state beside its record.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, not a state of one machine")]
#[derive(Clone, Debug)]
pub(crate) struct Plight {
    /// Position in the list of open episodes; `NONE` once it is over.
    position: u32,
    /// Tells the person's present call from earlier ones.
    pub(crate) call: u32,
    /// Can be reached by notices at all.
    pub(crate) reachable: bool,
    /// Would pay a locksmith.
    pub(crate) willing: bool,
    /// Dares to do what other users advise.
    pub(crate) accepts_advice: bool,
    /// Has read a guide that helps with this need.
    pub(crate) guided: bool,
    /// Has waited long enough for an answer to the complaint.
    pub(crate) answer_overdue: bool,
    /// Somebody is on the way.
    pub(crate) helper_coming: bool,
    /// Is on the staff's list.
    pub(crate) listed: bool,
    /// Locks the car by hand already.
    pub(crate) hands_on: bool,
    /// Has reached an agent.
    pub(crate) answered: bool,
}

/// All episodes, and which of them are open.
#[derive(Clone, Debug, Default)]
pub(crate) struct Episodes {
    pub(crate) all: Vec<Episode>,
    pub(crate) plights: Vec<Plight>,
    pub(crate) open: Vec<u32>,
    /// Open episodes whose people know of the workaround.
    pub(crate) aware_open: u32,
    /// Open episodes of holders of a car, the ones who look for advice.
    pub(crate) holders_open: u32,
    /// People stranded just now, by class.
    pub(crate) stranded: [u32; 3],
}

impl Episodes {
    pub(crate) fn is_open(&self, episode: u32) -> bool {
        self.plights[episode as usize].position != NONE
    }
}

impl World {
    /// The first attempt at something the renter cannot do without has failed.
    pub(crate) fn open_episode(&mut self, index: u32, class: Class, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let episode = self.episodes.all.len() as u32;
        let person = &mut self.people[index as usize];
        person.episode = episode;
        let (support, relief) = (&settings.support, &settings.relief);
        let (plight, patience_seconds, late_hazard) = person.draw(self.luck, Purpose::Character, |stream| {
            let plight = Plight {
                position: self.episodes.open.len() as u32,
                call: 0,
                reachable: stream.chance(support.notice.reach.value()),
                willing: stream.chance(support.locksmiths.willing.value()),
                accepts_advice: stream.chance(relief.own_hands.accept_advice.value()),
                guided: false,
                answer_overdue: false,
                helper_coming: false,
                listed: false,
                hands_on: false,
                answered: false,
            };
            (plight, settings.giving_up[class as usize].seconds(stream), stream.exponential(1.0))
        });
        self.episodes.open.push(episode);
        self.episodes.stranded[class as usize] += 1;
        self.episodes.holders_open += u32::from(class != Class::Start);
        self.episodes.all.push(Episode {
            person: index,
            user: person.user,
            need: person.need,
            class,
            place: person.place,
            began: now,
            ended: settings.end,
            relief: Relief::Censored,
            attempts: 1,
            calls: 0,
            notice_seen: None,
            complaint_sent: None,
            complaint_read: None,
            aware: None,
            locksmith_decided: None,
            cost_krw: 0.0,
            counted: false,
        });
        self.episodes.plights.push(plight);

        let giving_up = &relief.giving_up;
        let mut leaves = now + Span::from_seconds(patience_seconds);
        if class != Class::Start && giving_up.late_rate.per_second() > 0.0 {
            let after = now + Span::from_nanoseconds(giving_up.late_after.as_nanoseconds());
            let amount = late_hazard / giving_up.late_rate.per_second();
            leaves =
                leaves.min(settings.almanac.after_in_window(after, giving_up.late_from, giving_up.late_until, amount));
        }
        scheduler.at(leaves, Event::GiveUp { episode });
        self.plan_first_call(episode, scheduler);
        self.look_for_help(episode, scheduler);
    }

    /// The intent came through: the app, or a key that needs no server.
    pub(crate) fn close_episode(&mut self, index: u32, relief: Relief, now: Time, scheduler: &mut Agenda<'_>) {
        let episode = std::mem::replace(&mut self.people[index as usize].episode, NONE);
        self.finish(episode, relief, now);
        self.after_relief(episode, scheduler);
    }

    /// Relief from outside the app: the rental stays open in the system.
    pub(crate) fn relieve(&mut self, episode: u32, relief: Relief, now: Time, scheduler: &mut Agenda<'_>) {
        let index = self.episodes.all[episode as usize].person;
        self.people[index as usize].episode = NONE;
        self.finish(episode, relief, now);
        self.leave_rental_open(index, now, scheduler);
        self.after_relief(episode, scheduler);
    }

    /// The episode ends because there is no car to start, which the server has told: the app works again.
    pub(crate) fn forget_episode(&mut self, index: u32, now: Time) {
        let episode = std::mem::replace(&mut self.people[index as usize].episode, NONE);
        self.finish(episode, Relief::Server, now);
    }

    fn finish(&mut self, episode: u32, relief: Relief, now: Time) {
        let episodes = &mut self.episodes;
        let record = &mut episodes.all[episode as usize];
        record.ended = now;
        record.relief = relief;
        let (began, class, aware) = (record.began, record.class, record.aware.is_some());
        record.counted = now - began > self.settings.stranded_after && self.settings.is_measured(began);
        let position = std::mem::replace(&mut episodes.plights[episode as usize].position, NONE);
        episodes.open.swap_remove(position as usize);
        if let Some(&moved) = episodes.open.get(position as usize) {
            episodes.plights[moved as usize].position = position;
        }
        episodes.aware_open -= u32::from(aware);
        episodes.holders_open -= u32::from(class != Class::Start);
        episodes.stranded[class as usize] -= 1;
        self.monitor.relieved(relief);
    }

    /// Claims and second thoughts.
    fn after_relief(&mut self, episode: u32, scheduler: &mut Agenda<'_>) {
        let record = self.episodes.all[episode as usize];
        if !record.counted {
            return;
        }
        let settings = self.settings.clone();
        let hours = record.hours();
        let (claims, churns, delay) = self.people[record.person as usize].draw(self.luck, Purpose::After, |stream| {
            let churn = 1.0 - libm::exp(-settings.relief.churn.per_stranded_hour * hours);
            (
                stream.chance(settings.support.claims.share.value()),
                stream.chance(churn),
                settings.claim_delay.span(stream),
            )
        });
        if churns && !self.has_churned(record.user) {
            self.churned[record.user as usize / 64] |= 1 << (record.user % 64);
            self.tally.churned_people += 1;
        }
        if claims {
            self.plan_claim(episode, delay, scheduler);
        }
    }

    pub(crate) fn on_give_up(&mut self, episode: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if self.episodes.is_open(episode) {
            self.relieve(episode, Relief::GaveUp, now, scheduler);
        }
    }

    /// Marks what is still open when the run ends.
    pub(crate) fn censor_episodes(&mut self) {
        let settings = self.settings.clone();
        for &episode in &self.episodes.open {
            let record = &mut self.episodes.all[episode as usize];
            record.ended = settings.end;
            record.relief = Relief::Censored;
            record.counted =
                record.ended - record.began > settings.stranded_after && settings.is_measured(record.began);
        }
    }
}
