//! Locksmiths and body shops: finite crews with travel.

use crate::event::Event;
use crate::outcome::{Class, Relief};
use crate::purpose::Purpose;
use crate::world::{Agenda, World};
use std::collections::VecDeque;
use stranded_engine::{Span, Time};

/// Free crews, and orders without one.
#[derive(Clone, Debug)]
pub(crate) struct Locksmiths {
    free: u32,
    orders: VecDeque<u32>,
}

impl Locksmiths {
    pub(crate) fn new(crews: u32) -> Self {
        Self { free: crews, orders: VecDeque::new() }
    }
}

impl World {
    /// The answer to the complaint is overdue.
    pub(crate) fn on_answer_overdue(&mut self, episode: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if self.episodes.is_open(episode) {
            self.episodes.plights[episode as usize].answer_overdue = true;
            self.consider_locksmith(episode, now, scheduler);
        }
    }

    /// People hire a locksmith when they know that others do and have given up on the operator's answer.
    pub(crate) fn consider_locksmith(&mut self, episode: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if self.settings.support.locksmiths.crews == 0 {
            return;
        }
        let record = &mut self.episodes.all[episode as usize];
        let plight = &self.episodes.plights[episode as usize];
        let knows = plight.guided || record.aware.is_some();
        if record.class == Class::Unlock && knows && plight.willing && plight.answer_overdue && !plight.helper_coming {
            record.locksmith_decided = Some(now);
            self.order_locksmith(episode, now, scheduler);
        }
    }

    /// Orders a crew for somebody who is locked out.
    pub(crate) fn order_locksmith(&mut self, episode: u32, _now: Time, scheduler: &mut Agenda<'_>) {
        // Who waits for a crew is helped by nobody else: where there are no crews, nobody must wait for one.
        let locked_out =
            self.episodes.all[episode as usize].class == Class::Unlock && self.settings.support.locksmiths.crews > 0;
        let plight = &mut self.episodes.plights[episode as usize];
        if locked_out && !std::mem::replace(&mut plight.helper_coming, true) {
            self.locksmiths.orders.push_back(episode);
            self.send_crews(scheduler);
        }
    }

    fn send_crews(&mut self, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let section = &settings.support.locksmiths;
        while self.locksmiths.free > 0
            && let Some(episode) = self.locksmiths.orders.pop_front()
        {
            if !self.episodes.is_open(episode) {
                continue;
            }
            self.locksmiths.free -= 1;
            let record = &self.episodes.all[episode as usize];
            let travel = &settings.places[record.place as usize].locksmith_travel;
            let work = self.people[record.person as usize].draw(self.luck, Purpose::Helper, |stream| {
                travel.span(stream) + settings.locksmith_opening.span(stream)
            });
            let done = Span::from_nanoseconds(section.dispatch.as_nanoseconds()) + work;
            scheduler.after(done, Event::LocksmithDone { episode });
            scheduler.after(done + Span::from_nanoseconds(section.clean_up.as_nanoseconds()), Event::CrewFree);
        }
    }

    pub(crate) fn on_locksmith_done(&mut self, episode: u32, now: Time, scheduler: &mut Agenda<'_>) {
        // A crew on its way is paid, whether the door has opened meanwhile or not.
        let settings = self.settings.clone();
        let section = &settings.support.locksmiths;
        let price = section.price.krw();
        self.tally.locksmith_krw += price;
        let record = &mut self.episodes.all[episode as usize];
        if !section.contract {
            record.cost_krw += price as f32;
        }
        let index = record.person;
        if self.episodes.is_open(episode) {
            let damages = self.people[index as usize]
                .draw(self.luck, Purpose::Helper, |stream| stream.chance(section.damage.value()));
            self.tally.damaged_cars += u64::from(damages);
            self.relieve(episode, Relief::Locksmith, now, scheduler);
        }
    }

    pub(crate) fn on_crew_free(&mut self, _now: Time, scheduler: &mut Agenda<'_>) {
        self.locksmiths.free += 1;
        self.send_crews(scheduler);
    }
}
