//! People on a visit.

use crate::client::{ClientState, Safeguards};
use crate::demand::Visit;
use crate::luck::{AttemptLuck, draws_before};
use crate::outcome::Need;
use crate::purpose::{Luck, PERSONAL, Purpose};
use stranded_engine::{Stream, Time};

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
    /// How far app and hand have come with it.
    pub(crate) client: ClientState,
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
    /// What the phone remembers of its attempts.
    pub(crate) safeguards: Safeguards,
}

impl Person {
    pub(crate) fn new(visit: &Visit, safeguards: Safeguards) -> Self {
        let (start, end) = visit.rental.unwrap_or_default();
        Self {
            key: visit.key,
            drawn: [0; PERSONAL],
            user: visit.user,
            need: if visit.rental.is_some() { Need::Book } else { Need::Browse },
            requests_left: 0,
            log_in: true,
            client: ClientState::default(),
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
            safeguards,
        }
    }

    /// Draws from the person's stream for a purpose.
    #[inline]
    pub(crate) fn draw<T>(&mut self, luck: Luck, purpose: Purpose, draw: impl FnOnce(&mut Stream) -> T) -> T {
        let mut stream = self.stream(luck, purpose);
        let value = draw(&mut stream);
        self.keep(purpose, &stream);
        value
    }

    /// The person's stream for a purpose; what is drawn from it counts once it is handed to [`Self::keep`].
    #[inline]
    pub(crate) fn stream(&self, luck: Luck, purpose: Purpose) -> Stream {
        luck.person(self.key, purpose, self.drawn[purpose as usize])
    }

    /// Remembers what was drawn from [`Self::stream`].
    #[inline]
    pub(crate) fn keep(&mut self, purpose: Purpose, stream: &Stream) {
        self.drawn[purpose as usize] = stream.drawn() as u32;
    }

    /// A stream for one attempt, of its own, so that requests in flight do not share a count.
    #[inline]
    pub(crate) fn attempt_stream(&self, luck: Luck, purpose: Purpose) -> Stream {
        luck.person(self.key, purpose, draws_before(self.attempt_number()))
    }

    /// The luck with which the present attempt is sent.
    #[inline]
    pub(crate) fn attempt_luck(&self, luck: Luck) -> AttemptLuck {
        AttemptLuck::new(luck, self.key, self.attempt_number())
    }

    /// The number of the present attempt among the person's own, from 1.
    #[inline]
    fn attempt_number(&self) -> u32 {
        self.attempt.wrapping_sub(self.attempts_before)
    }
}
