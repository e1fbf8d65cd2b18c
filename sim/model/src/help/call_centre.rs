//! The customer centre: many agents, one line, impatient callers who redial.

use crate::event::Event;
use crate::outcome::Relief;
use crate::purpose::Purpose;
use crate::world::{Agenda, World};
use std::collections::VecDeque;
use stranded_engine::Time;

/// Who talks and who waits.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallCentre {
    busy: u32,
    /// (episode, call); callers who have hung up are skipped when their turn comes.
    line: VecDeque<(u32, u32)>,
    /// Callers in the line who have not hung up.
    waiting: u32,
}

impl World {
    pub(crate) fn plan_first_call(&mut self, episode: u32, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let section = &settings.support.call_centre;
        if !section.enabled {
            return;
        }
        let index = self.episodes.all[episode as usize].person;
        let (calls, delay) = self.people[index as usize].draw(self.luck, Purpose::Call, |stream| {
            (stream.chance(section.call_share.value()), settings.first_call.span(stream))
        });
        if calls {
            scheduler.after(delay, Event::Call { episode, call: 0 });
        }
    }

    fn is_current_call(&self, episode: u32, call: u32) -> bool {
        self.episodes.is_open(episode) && self.episodes.plights[episode as usize].call == call
    }

    pub(crate) fn on_call(&mut self, episode: u32, call: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if !self.is_current_call(episode, call) {
            return;
        }
        let settings = self.settings.clone();
        let section = &settings.support.call_centre;
        self.monitor.call();
        self.tally.call(&settings, now, self.monitor.is_down());
        let record = &mut self.episodes.all[episode as usize];
        record.calls += 1;
        let often = record.calls >= settings.support.staff.calls_to_be_listed;
        if often {
            self.list_for_staff(episode, now, scheduler);
        }
        // Being put on the list may have brought help at once.
        if !self.is_current_call(episode, call) {
            return;
        }
        if self.call_centre.busy < section.agents {
            self.answer_call(episode, now, scheduler);
        } else if self.call_centre.waiting < section.lines {
            self.call_centre.line.push_back((episode, call));
            self.call_centre.waiting += 1;
            let index = self.episodes.all[episode as usize].person;
            let patience =
                self.people[index as usize].draw(self.luck, Purpose::Call, |stream| settings.patience.span(stream));
            scheduler.after(patience, Event::HangUp { episode, call });
        } else {
            self.redial(episode, scheduler);
        }
    }

    fn redial(&mut self, episode: u32, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let section = &settings.support.call_centre;
        let index = self.episodes.all[episode as usize].person;
        let (stops, gap) = self.people[index as usize].draw(self.luck, Purpose::Call, |stream| {
            (stream.chance(section.stop_redialling.value()), settings.redial.span(stream))
        });
        let plight = &mut self.episodes.plights[episode as usize];
        plight.call += 1;
        if !stops {
            scheduler.after(gap, Event::Call { episode, call: plight.call });
        }
    }

    pub(crate) fn on_hang_up(&mut self, episode: u32, call: u32, _now: Time, scheduler: &mut Agenda<'_>) {
        // A caller whose episode ended in the line stays in it until now: nobody takes the phone from the ear.
        if self.episodes.plights[episode as usize].call != call {
            return;
        }
        self.call_centre.waiting -= 1;
        if self.episodes.is_open(episode) {
            self.redial(episode, scheduler);
        } else {
            self.episodes.plights[episode as usize].call += 1;
        }
    }

    fn answer_call(&mut self, episode: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        self.call_centre.busy += 1;
        self.monitor.call_answered();
        self.tally.call_answered(&settings, now, self.monitor.is_down());
        let plight = &mut self.episodes.plights[episode as usize];
        plight.call += 1;
        let call = plight.call;
        let answered_before = std::mem::replace(&mut plight.answered, true);
        self.tally.people_answered += u64::from(!answered_before);
        let index = self.episodes.all[episode as usize].person;
        let length =
            self.people[index as usize].draw(self.luck, Purpose::Call, |stream| settings.handling.span(stream));
        scheduler.after(length, Event::CallEnds { episode, call });
    }

    pub(crate) fn on_call_ends(&mut self, episode: u32, call: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let section = &settings.support.call_centre;
        self.call_centre.busy -= 1;
        if self.is_current_call(episode, call) {
            let index = self.episodes.all[episode as usize].person;
            let (opens, helps, again, gap) = self.people[index as usize].draw(self.luck, Purpose::Call, |stream| {
                (
                    stream.chance(section.remote_unlock.value()),
                    stream.chance(section.helped.value()),
                    stream.chance(section.call_again.value()),
                    settings.call_again_after.span(stream),
                )
            });
            // A door opened from afar is open; mere advice is no use to somebody who waits for a helper already.
            if opens || helps && !self.episodes.plights[episode as usize].helper_coming {
                self.tally.people_helped += 1;
                self.relieve(episode, Relief::CallCentre, now, scheduler);
            } else {
                if settings.support.locksmiths.contract {
                    self.order_locksmith(episode, now, scheduler);
                }
                if again {
                    let plight = &mut self.episodes.plights[episode as usize];
                    plight.call += 1;
                    scheduler.after(gap, Event::Call { episode, call: plight.call });
                }
            }
        }
        while let Some((episode, call)) = self.call_centre.line.pop_front() {
            if self.episodes.plights[episode as usize].call != call {
                continue;
            }
            self.call_centre.waiting -= 1;
            if self.episodes.is_open(episode) {
                self.answer_call(episode, now, scheduler);
                break;
            }
            // Relieved while waiting: the call has lost its purpose.
            self.episodes.plights[episode as usize].call += 1;
        }
    }
}
