//! Staff who drive to stranded cars.

use crate::event::Event;
use crate::outcome::{Class, Relief};
use crate::purpose::Purpose;
use crate::world::{Agenda, World};
use std::collections::VecDeque;
use stranded_engine::{Span, Time};

/// Who is free, and who is on the list.
#[derive(Clone, Debug)]
pub(crate) struct Staff {
    free: u32,
    sent_out: bool,
    list: VecDeque<u32>,
}

impl Staff {
    pub(crate) fn new(people: u32) -> Self {
        Self { free: people, sent_out: false, list: VecDeque::new() }
    }
}

impl World {
    pub(crate) fn on_staff_start(&mut self, now: Time, scheduler: &mut Agenda<'_>) {
        self.staff.sent_out = true;
        self.send_staff(now, scheduler);
    }

    /// Puts a holder of a car on the list, once.
    pub(crate) fn list_for_staff(&mut self, episode: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let holder = self.episodes.all[episode as usize].class != Class::Start;
        if holder && !std::mem::replace(&mut self.episodes.plights[episode as usize].listed, true) {
            self.staff.list.push_back(episode);
            self.send_staff(now, scheduler);
        }
    }

    fn send_staff(&mut self, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let from = f64::from(settings.support.staff.from.seconds_of_day());
        if !self.staff.sent_out || self.staff.free == 0 || self.staff.list.is_empty() {
            return;
        }
        if settings.almanac.second_of_day(now) < from {
            // Nobody drives at night; the list is taken up in the morning.
            let wait = settings.almanac.seconds_until(now, settings.support.staff.from);
            scheduler.after(Span::from_seconds(wait), Event::StaffStart);
            self.staff.sent_out = false;
            return;
        }
        while self.staff.free > 0
            && let Some(episode) = self.staff.list.pop_front()
        {
            if !self.episodes.is_open(episode) || self.episodes.plights[episode as usize].helper_coming {
                continue;
            }
            self.episodes.plights[episode as usize].helper_coming = true;
            self.staff.free -= 1;
            let index = self.episodes.all[episode as usize].person;
            let visit = self.people[index as usize]
                .draw(self.luck, Purpose::Helper, |stream| settings.staff_visit.span(stream));
            scheduler.after(visit, Event::StaffDone { episode });
        }
    }

    pub(crate) fn on_staff_done(&mut self, episode: u32, now: Time, scheduler: &mut Agenda<'_>) {
        self.staff.free += 1;
        if self.episodes.is_open(episode) {
            self.relieve(episode, Relief::Staff, now, scheduler);
        }
        self.send_staff(now, scheduler);
    }
}
