//! Peer advice: what the stranded tell each other, and what people do with it.

use crate::event::Event;
use crate::outcome::{Class, Relief};
use crate::purpose::Purpose;
use crate::world::{Agenda, World};
use stranded_engine::{Span, Time};

impl World {
    /// Rates per second of finding the workaround alone and of contacts with other stranded people, as they are before comments close.
    fn advice_rates(&self) -> (f64, f64) {
        let section = &self.settings.support.peer_advice;
        if section.enabled { (section.discovery.per_second(), section.contact.per_second()) } else { (0.0, 0.0) }
    }

    pub(crate) fn plan_first_contact(&mut self, episode: u32, scheduler: &mut Agenda<'_>) {
        let after = Span::from_nanoseconds(self.settings.support.peer_advice.after.as_nanoseconds());
        self.plan_contact(episode, after, scheduler);
    }

    /// Contacts come at the highest rate they can have; each is heeded with the share that the present rate is of it (thinning).
    fn plan_contact(&mut self, episode: u32, after: Span, scheduler: &mut Agenda<'_>) {
        let (discovery, contact) = self.advice_rates();
        let rate = discovery + contact;
        if rate > 0.0 {
            let index = self.episodes.all[episode as usize].person;
            let gap =
                self.people[index as usize].draw(self.luck, Purpose::Advice, |stream| stream.exponential(1.0 / rate));
            scheduler.after(after + Span::from_seconds(gap), Event::Contact { episode });
        }
    }

    pub(crate) fn on_contact(&mut self, episode: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if !self.episodes.is_open(episode) || self.episodes.all[episode as usize].aware.is_some() {
            return;
        }
        let section = &self.settings.support.peer_advice;
        let closed = section.comments_closed && self.notices.notice.is_some();
        let openness = if closed { section.closed_factor.value().min(1.0) } else { 1.0 };
        let knowing = f64::from(self.episodes.aware_open) / f64::from(self.episodes.holders_open.max(1));
        let (discovery, contact) = self.advice_rates();
        let share = (discovery + contact * openness * knowing) / (discovery + contact);
        let index = self.episodes.all[episode as usize].person;
        // Nobody invents a workaround to an app that works.
        let learns = self.people[index as usize].draw(self.luck, Purpose::Advice, |stream| stream.chance(share));
        if learns && self.monitor.is_down() {
            self.episodes.all[episode as usize].aware = Some(now);
            self.episodes.aware_open += 1;
            self.use_knowledge(episode, now, scheduler);
        } else {
            self.plan_contact(episode, Span::ZERO, scheduler);
        }
    }

    /// A person who has read a guide or heard advice acts on it.
    pub(crate) fn use_knowledge(&mut self, episode: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let record = &self.episodes.all[episode as usize];
        let plight = &mut self.episodes.plights[episode as usize];
        match record.class {
            Class::Return => {
                let convinced = plight.guided || record.aware.is_some() && plight.accepts_advice;
                if convinced && !plight.hands_on {
                    plight.hands_on = true;
                    let index = record.person;
                    let delay = self.people[index as usize]
                        .draw(self.luck, Purpose::Advice, |stream| settings.own_hands_delay.span(stream));
                    scheduler.after(delay, Event::HandsDone { episode });
                }
            }
            Class::Unlock => self.consider_locksmith(episode, now, scheduler),
            Class::Start => {}
        }
    }

    pub(crate) fn on_hands_done(&mut self, episode: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if self.episodes.is_open(episode) {
            self.relieve(episode, Relief::Advice, now, scheduler);
        }
    }
}
