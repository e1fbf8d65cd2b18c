//! Complaints, by message or by form: an unbounded line with few people behind it.

use crate::event::Event;
use crate::outcome::Class;
use crate::purpose::Purpose;
use crate::world::{Agenda, World};
use std::collections::VecDeque;
use stranded_engine::Time;

/// The line of complaints.
#[derive(Clone, Debug)]
pub(crate) struct Complaints {
    pub(crate) form_open: bool,
    line: VecDeque<u32>,
    free_readers: u32,
}

impl Complaints {
    pub(crate) fn new(readers: u32) -> Self {
        Self { form_open: false, line: VecDeque::new(), free_readers: readers }
    }
}

impl World {
    pub(crate) fn on_form_opens(&mut self, _now: Time, scheduler: &mut Agenda<'_>) {
        if self.monitor.is_down() && !self.complaints.form_open {
            self.complaints.form_open = true;
            for position in 0..self.episodes.open.len() {
                let episode = self.episodes.open[position];
                if self.episodes.all[episode as usize].class != Class::Start {
                    self.plan_form(episode, scheduler);
                }
            }
        }
    }

    pub(crate) fn plan_form(&mut self, episode: u32, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let index = self.episodes.all[episode as usize].person;
        let delay = self.people[index as usize]
            .draw(self.luck, Purpose::Notice, |stream| settings.form_reach_time.span(stream));
        scheduler.after(delay, Event::FormFound { episode });
    }

    pub(crate) fn on_form_found(&mut self, episode: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if self.episodes.is_open(episode) {
            self.complain(episode, now, scheduler);
        }
    }

    /// Sends a complaint, once, and starts to wait for an answer.
    pub(crate) fn complain(&mut self, episode: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let record = &mut self.episodes.all[episode as usize];
        if record.complaint_sent.is_some() {
            return;
        }
        record.complaint_sent = Some(now);
        let index = record.person;
        let overdue = self.people[index as usize]
            .draw(self.luck, Purpose::Notice, |stream| settings.locksmith_decision.span(stream));
        scheduler.after(overdue, Event::AnswerOverdue { episode });
        self.complaints.line.push_back(episode);
        self.read_complaints(scheduler);
    }

    fn read_complaints(&mut self, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        while self.complaints.free_readers > 0
            && let Some(episode) = self.complaints.line.pop_front()
        {
            self.complaints.free_readers -= 1;
            let index = self.episodes.all[episode as usize].person;
            let handling = self.people[index as usize]
                .draw(self.luck, Purpose::Notice, |stream| settings.form_handling.span(stream));
            scheduler.after(handling, Event::ComplaintRead { episode });
        }
    }

    pub(crate) fn on_complaint_read(&mut self, episode: u32, now: Time, scheduler: &mut Agenda<'_>) {
        self.complaints.free_readers += 1;
        self.episodes.all[episode as usize].complaint_read = Some(now);
        if self.episodes.is_open(episode) {
            if self.settings.support.locksmiths.contract {
                self.order_locksmith(episode, now, scheduler);
            }
            self.list_for_staff(episode, now, scheduler);
        }
        self.read_complaints(scheduler);
    }
}
