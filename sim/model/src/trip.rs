//! A rental between booking and return, and what is left when its people have gone.

use crate::demand::Visit;
use crate::event::Event;
use crate::outcome::{Need, Relief};
use crate::person::NONE;
use crate::purpose::Purpose;
use crate::world::{Agenda, World};
use stranded_engine::{Span, Time};
use stranded_wire::Command;

const DAY_SECONDS: f64 = 86_400.0;
/// A booking made just now starts no earlier than it takes to walk to the car.
const WALK_TO_CAR: Span = Span::from_nanoseconds(300_000_000_000);

impl World {
    /// A reservation from before the run: no request needed any more.
    pub(crate) fn reserve_before_the_run(&mut self, person: u32, visit: &Visit, scheduler: &mut Agenda<'_>) {
        if visit.rental.is_some() {
            self.reserve(person, Time::ZERO, scheduler);
        }
    }

    /// Takes the first free car nearby; true when there was one.
    fn reserve(&mut self, index: u32, now: Time, scheduler: &mut Agenda<'_>) -> bool {
        let settings = self.settings.clone();
        let Some(fleet) = &mut self.fleet else { return false };
        let person = &mut self.people[index as usize];
        let length = person.end.saturating_since(person.start);
        let start = person.start.max(if now == Time::ZERO { now } else { now + WALK_TO_CAR });
        let end = start + length;
        let car = person.draw(self.luck, Purpose::Search, |stream| fleet.reserve(index, start, end, now, stream));
        let Some(car) = car else { return false };
        (person.start, person.end, person.car) = (start, end, car);
        // The key comes with the booking; whether this phone will have it when it counts is decided now.
        let success = settings.offline_key.unwrap_or(0.0);
        let holds_key = person.draw(self.luck, Purpose::Door, |stream| stream.chance(success));
        person.offline_key = settings.offline_key.is_some() && holds_key;
        person.generation += 1;
        scheduler.at(start, Event::StartDue { person: index, generation: person.generation });
        true
    }

    fn is_due(&self, person: u32, generation: u32) -> bool {
        self.people[person as usize].generation == generation
    }

    pub(crate) fn on_start_due(&mut self, person: u32, generation: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if self.is_due(person, generation) {
            self.people[person as usize].ready = now;
            self.begin_intent(person, Need::Start, now, scheduler);
        }
    }

    pub(crate) fn on_park(&mut self, index: u32, generation: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if !self.is_due(index, generation) {
            return;
        }
        let settings = self.settings.clone();
        let person = &mut self.people[index as usize];
        let mark = person.draw(self.luck, Purpose::Trip, stranded_engine::Stream::uniform);
        person.place =
            settings.places.iter().position(|place| mark < place.share_up_to).unwrap_or(settings.places.len() - 1)
                as u8;
        person.ready = now;
        if settings.walk_away_lock {
            let car = person.car;
            if self.fleet.as_mut().is_some_and(|fleet| fleet.walk_away(car, now)) {
                self.people[index as usize].need = Need::Lock;
                self.people[index as usize].generation += 1;
                self.tally_intent(index, now);
                self.tally.asked_door += u64::from(settings.is_measured(now));
                self.fulfil(index, Relief::OfflineKey, now, scheduler);
                return;
            }
        }
        self.begin_intent(index, Need::Lock, now, scheduler);
    }

    pub(crate) fn on_depart(&mut self, person: u32, generation: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if self.is_due(person, generation) {
            self.people[person as usize].ready = now;
            self.begin_intent(person, Need::Unlock, now, scheduler);
        }
    }

    pub(crate) fn on_return_due(&mut self, person: u32, generation: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if self.is_due(person, generation) {
            self.people[person as usize].ready = now;
            self.begin_intent(person, Need::Return, now, scheduler);
        }
    }

    pub(crate) fn on_settle_due(&mut self, person: u32, generation: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if self.is_due(person, generation) {
            self.begin_intent(person, Need::Settle, now, scheduler);
        }
    }

    pub(crate) fn on_come_back(&mut self, person: u32, generation: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if self.is_due(person, generation) && !self.has_churned(self.people[person as usize].user) {
            let need = self.people[person as usize].need;
            self.begin_intent(person, need, now, scheduler);
        }
    }

    /// To the door: permissions first, then the radio, then the controller, which checks the key.
    pub(crate) fn approach_door(&mut self, index: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let person = &mut self.people[index as usize];
        let allowed = std::mem::replace(&mut person.allowed, true);
        let (delay, asked) = person.draw(self.luck, Purpose::Door, |stream| {
            let mut seconds = settings.connect.seconds(stream);
            let mut asked = false;
            if !allowed {
                // Asked once, granted for good.
                for (granted, grant_time) in &settings.permissions {
                    let missing = !stream.chance(*granted);
                    let time = grant_time.seconds(stream);
                    if missing {
                        asked = true;
                        seconds += time;
                    }
                }
            }
            (Span::from_seconds(seconds), asked)
        });
        let check = settings
            .unlock_time
            .as_ref()
            .map_or(Span::ZERO, |time| person.draw(self.luck, Purpose::Controller, |stream| time.span(stream)));
        if asked && settings.is_measured(now) {
            self.tally.permission_failures += 1;
        }
        scheduler.after(delay + check, Event::AtDoor { person: index, generation: person.generation });
    }

    pub(crate) fn on_at_door(&mut self, index: u32, generation: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if !self.is_due(index, generation) {
            return;
        }
        let person = &self.people[index as usize];
        let (car, need, rental) = (person.car, person.need, (person.start, person.end));
        let offline = person.offline_key && self.settings.offline_key.is_some();
        if need == Need::Start && !self.take_over_car(index, now) {
            self.lose_booking(index, now);
            return;
        }
        let car = if need == Need::Start { self.people[index as usize].car } else { car };
        let command = match need {
            Need::Lock | Need::Return => Command::Lock,
            _ => Command::Unlock,
        };
        let Some(fleet) = &mut self.fleet else { return };
        if fleet.operate(car, index, command, rental, !offline, now) {
            let relief = if offline { Relief::OfflineKey } else { Relief::Server };
            self.fulfil(index, relief, now, scheduler);
        } else {
            // The door has said no (its clock is unsure, or a stranger has locked it out): the server is asked next time.
            self.tally.door_refusals += 1;
            if offline {
                self.people[index as usize].offline_key = false;
            }
            if need == Need::Start {
                // The car was handed over already; the renter stands beside it and tries again.
                let person = &mut self.people[index as usize];
                person.requests_left = 2;
            } else {
                self.people[index as usize].requests_left = 1;
            }
            self.fail(index, now, scheduler);
        }
    }

    /// Puts the booked car, or another one nearby when it is not back, into the renter's hands.
    fn take_over_car(&mut self, index: u32, now: Time) -> bool {
        let Some(fleet) = &mut self.fleet else { return false };
        let person = &mut self.people[index as usize];
        if person.renting {
            return true;
        }
        let length = person.end.saturating_since(person.start);
        let end = if now > person.start { now + length } else { person.end };
        let mut handed_over = fleet.hand_over(person.car, index, end);
        if !handed_over {
            if self.settings.is_measured(now) {
                self.tally.late_cars += 1;
            }
            fleet.release(person.car, index);
            let other = person.draw(self.luck, Purpose::Search, |stream| fleet.reserve(index, now, end, now, stream));
            if let Some(other) = other {
                person.car = other;
                handed_over = fleet.hand_over(other, index, end);
                if !handed_over {
                    fleet.release(other, index);
                }
            }
        }
        if handed_over {
            person.end = end;
            person.renting = true;
            self.tally.active_rentals += 1;
            self.tally.active_rentals_peak = self.tally.active_rentals_peak.max(self.tally.active_rentals);
            self.tally.touch(index, now);
        }
        handed_over
    }

    /// The intent is done; life goes on.
    pub(crate) fn fulfil(&mut self, index: u32, relief: Relief, now: Time, scheduler: &mut Agenda<'_>) {
        let need = self.people[index as usize].need;
        self.tally.fulfilled_by_door +=
            u64::from(relief == Relief::OfflineKey && self.people[index as usize].is_measured);
        if self.settings.is_measured(now) && matches!(need, Need::Start | Need::Unlock) {
            self.tally.record_unlock(now - self.people[index as usize].ready);
        }
        if self.people[index as usize].episode != NONE {
            self.close_episode(index, relief, now, scheduler);
        }
        match need {
            Need::Browse | Need::Request => {}
            Need::Book => {
                if !self.reserve(index, now, scheduler) && self.settings.is_measured(now) {
                    self.tally.booked_out += 1;
                }
            }
            Need::Start | Need::Unlock => self.drive(index, now, scheduler),
            Need::Lock => self.stay(index, now, scheduler),
            Need::Return if relief == Relief::OfflineKey => {
                // The car stands locked at its place; the app reports the end of the rental when it can.
                self.end_rental(index, now, now);
                self.begin_intent(index, Need::Settle, now, scheduler);
            }
            Need::Return | Need::Settle => {
                let ready = self.people[index as usize].ready;
                self.end_rental(index, ready, now);
            }
        }
    }

    /// Drives a leg, then parks or returns.
    fn drive(&mut self, index: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let person = &mut self.people[index as usize];
        person.generation += 1;
        let generation = person.generation;
        let end = person.end;
        let (leg, early, at_least) = person.draw(self.luck, Purpose::Trip, |stream| {
            (settings.leg.span(stream), stream.uniform(), 600.0 + 1200.0 * stream.uniform())
        });
        // The last twenty minutes are for the way back.
        if (now + leg + Span::from_seconds(1200.0)) > end {
            let early = Span::from_seconds(early * settings.return_early_max_seconds);
            let wanted = Time::from_nanoseconds(end.as_nanoseconds().saturating_sub(early.as_nanoseconds()));
            let at = wanted.max(now + Span::from_seconds(at_least));
            scheduler.at(at, Event::ReturnDue { person: index, generation });
        } else {
            scheduler.after(leg, Event::Park { person: index, generation });
        }
    }

    /// Stays parked for a while.
    fn stay(&mut self, index: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let person = &mut self.people[index as usize];
        person.generation += 1;
        let generation = person.generation;
        let (parking, spread) =
            person.draw(self.luck, Purpose::Trip, |stream| (settings.parking.span(stream), stream.uniform()));
        let mut until = now + parking;
        let second = settings.almanac.second_of_day(until);
        if second < settings.night_ends_seconds {
            until += Span::from_seconds(settings.night_ends_seconds - second + spread * settings.night_spread_seconds);
        }
        let half_hour_before_end =
            Time::from_nanoseconds(person.end.as_nanoseconds().saturating_sub(1_800_000_000_000));
        if until > half_hour_before_end {
            until = half_hour_before_end.max(now + WALK_TO_CAR);
        }
        scheduler.at(until, Event::Depart { person: index, generation });
    }

    /// Closes the rental in the system. `ready`: when the renter first wanted to.
    fn end_rental(&mut self, index: u32, ready: Time, now: Time) {
        let measured = self.settings.is_measured(ready);
        let person = &mut self.people[index as usize];
        person.generation += 1;
        if !std::mem::take(&mut person.renting) {
            return;
        }
        self.tally.active_rentals -= 1;
        let billed_from = ready.max(person.end);
        if measured {
            self.tally.overbilled_minutes += now.saturating_since(billed_from).as_seconds() / 60.0;
        }
        let (car, person) = (person.car, index);
        if let Some(fleet) = &mut self.fleet {
            fleet.release(car, person);
        }
    }

    /// The person has found help outside the app, or left: the rental is still open, and its end is tried now and then.
    pub(crate) fn leave_rental_open(&mut self, index: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        self.drop_attempt(index);
        let person = &mut self.people[index as usize];
        person.generation += 1;
        let generation = person.generation;
        let (keeps_trying, gap) = person.draw(self.luck, Purpose::After, |stream| {
            (stream.chance(settings.relief.pent_up.start_share.value()), settings.settle_gap.span(stream))
        });
        let never_started = !person.renting;
        if never_started {
            let car = person.car;
            if let Some(fleet) = &mut self.fleet {
                fleet.release(car, index);
            }
            if settings.is_measured(now) {
                self.tally.failed_starts += 1;
            }
        }
        // `ready` stays: the rental is billed since its renter first wanted to end it, help or no help.
        if !never_started || keeps_trying {
            scheduler.after(gap, Event::SettleDue { person: index, generation });
        }
    }

    /// The booked car is not there and no other is.
    fn lose_booking(&mut self, index: u32, now: Time) {
        if self.people[index as usize].episode != NONE {
            self.forget_episode(index, now);
        }
        self.people[index as usize].generation += 1;
        if self.settings.is_measured(now) {
            self.tally.lost_bookings += 1;
        }
    }

    /// Somebody who only wanted to look or to book gives up for today.
    pub(crate) fn turn_away(&mut self, index: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let settings = self.settings.clone();
        let person = &mut self.people[index as usize];
        person.generation += 1;
        let generation = person.generation;
        if person.need == Need::Book && settings.is_measured(now) {
            self.tally.lost_bookings += 1;
        }
        if std::mem::replace(&mut person.came_back, true) {
            return;
        }
        let (returns, spread) = person.draw(self.luck, Purpose::After, |stream| {
            (stream.chance(settings.booking.next_day_share.value()), stream.normal())
        });
        if !returns {
            return;
        }
        // About the same time the next day, give or take three hours, but not at night.
        let shift = DAY_SECONDS + spread.clamp(-2.0, 2.0) * 3.0 * 3600.0;
        let mut at = now + Span::from_seconds(shift);
        let second = settings.almanac.second_of_day(at);
        if second < settings.night_ends_seconds {
            at += Span::from_seconds(settings.night_ends_seconds - second + (spread.abs() * 3600.0));
        }
        if person.need == Need::Book {
            let length = person.end.saturating_since(person.start);
            person.start = person.start.max(at + WALK_TO_CAR);
            person.end = person.start + length;
        }
        scheduler.at(at, Event::ComeBack { person: index, generation });
    }
}
