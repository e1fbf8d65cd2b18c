//! People on a visit.

use crate::demand::Visit;
use crate::outcome::Need;
use crate::purpose::{Luck, PERSONAL, Purpose};
use stranded_engine::{Stream, Time};
use stranded_policy::{Nanoseconds, RetryBudget};

/// No car, no episode.
pub(crate) const NONE: u32 = u32::MAX;

/// One person on one visit.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, not a state of one machine")]
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// Key of the person's streams.
    pub(crate) key: u64,
    /// Draws made so far, by purpose.
    drawn: [u32; PERSONAL],
    pub(crate) user: u32,
    /// What is wanted just now.
    pub(crate) need: Need,
    /// Requests still to be answered for it.
    pub(crate) requests_left: u8,
    /// A log-in comes first.
    pub(crate) log_in: bool,
    /// Attempts of the app for the present tap that have failed.
    pub(crate) tries: u32,
    /// Failed taps in this bout, and bouts so far.
    pub(crate) taps: u8,
    pub(crate) bouts: u8,
    /// The intent has had no attempt yet.
    pub(crate) fresh: bool,
    /// The phone has both permissions: it has been to the door before.
    pub(crate) allowed: bool,
    /// Holds a key that opens the door without a server.
    pub(crate) offline_key: bool,
    /// The car is with this person: a rental is open in the system.
    pub(crate) renting: bool,
    /// The visit was already put off to the next day once.
    pub(crate) came_back: bool,
    /// Kind of place where the person is.
    pub(crate) place: u8,
    /// Moves on with every change of plan; events of older generations are void.
    pub(crate) generation: u32,
    /// Moves on with every attempt; answers to older attempts come too late.
    pub(crate) attempt: u32,
    /// Attempts that the former owners of this place have made (plain arrivals).
    pub(crate) attempts_before: u32,
    /// The present request was first sent in the measured window.
    pub(crate) is_measured: bool,
    /// An attempt is under way.
    pub(crate) waiting: bool,
    pub(crate) last_answer: Option<Time>,
    /// Start and end of the rental, as booked.
    pub(crate) start: Time,
    pub(crate) end: Time,
    /// When the person was ready for the present need.
    pub(crate) ready: Time,
    pub(crate) car: u32,
    /// The open episode.
    pub(crate) episode: u32,
    pub(crate) budget: RetryBudget,
    pub(crate) previous_backoff: Nanoseconds,
}

impl Person {
    pub(crate) fn new(visit: &Visit, budget: RetryBudget) -> Self {
        let (start, end) = visit.rental.unwrap_or_default();
        Self {
            key: visit.key,
            drawn: [0; PERSONAL],
            user: visit.user,
            need: if visit.rental.is_some() { Need::Book } else { Need::Browse },
            requests_left: 0,
            log_in: true,
            tries: 0,
            taps: 0,
            bouts: 0,
            fresh: true,
            allowed: false,
            offline_key: false,
            renting: false,
            came_back: false,
            place: 0,
            generation: 0,
            attempt: 0,
            attempts_before: 0,
            is_measured: false,
            waiting: false,
            last_answer: None,
            start,
            end,
            ready: Time::ZERO,
            car: NONE,
            episode: NONE,
            budget,
            previous_backoff: Nanoseconds::ZERO,
        }
    }

    /// Draws from the person's stream for a purpose.
    #[inline]
    pub(crate) fn draw<T>(&mut self, luck: Luck, purpose: Purpose, draw: impl FnOnce(&mut Stream) -> T) -> T {
        let drawn = &mut self.drawn[purpose as usize];
        let mut stream = luck.person(self.key, purpose, *drawn);
        let value = draw(&mut stream);
        *drawn = stream.drawn() as u32;
        value
    }

    /// A stream for one attempt, of its own, so that requests in flight do not share a count.
    #[inline]
    pub(crate) fn attempt_stream(&self, luck: Luck, purpose: Purpose) -> Stream {
        // An attempt draws fewer than 16 numbers: one or two for each service on its way.
        luck.person(self.key, purpose, self.attempt.wrapping_sub(self.attempts_before).wrapping_mul(16))
    }
}
