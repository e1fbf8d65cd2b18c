//! What people's luck is used for.
//!
//! Every person has one stream per purpose, so that one more decision of one kind (a call that only happens in one arm) does not
//! shift the luck of the others.

use stranded_engine::Stream;

/// A purpose with a stream of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Purpose {
    /// Legs, parkings, places.
    Trip,
    /// Which cars are looked at.
    Search,
    /// Taps, pauses, backoff.
    Tap,
    /// Network, refusals and service times of this person's requests.
    Request,
    /// Permissions and radio at the door.
    Door,
    /// Calls to the centre.
    Call,
    /// What kind of person this is when stranded: reachable, willing, patient.
    Character,
    /// Notices, guides, form.
    Notice,
    /// Talk with other users, and doing what they say.
    Advice,
    /// Staff and locksmiths.
    Helper,
    /// What comes after: settling, claims, churn, coming back.
    After,
    /// How long the door's controller computes.
    Controller,
    /// Attempts that the app holds back: each attempt has a stream of its own, and nobody keeps a count.
    Safeguard,
}

/// Purposes that persons keep a count for.
pub(crate) const PERSONAL: usize = 12;

/// Purposes that belong to nobody in particular; they follow the personal ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Common {
    /// How many people arrive.
    Arrivals = 100,
    /// When a person wants to start, for how long, and who it is.
    Wish,
    /// Delay of the notices.
    Notice,
    /// Intruders.
    Intruder,
    /// Plain requests.
    Plain,
    /// Who stays when a load driver takes a share of the crowd.
    Share,
}

/// Where all luck of one replication comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Luck(u64);

impl Luck {
    /// The luck of a replication of a scenario with this seed (`run.seed`).
    pub fn new(seed: u64, replication: u32) -> Self {
        Self(Stream::new(seed, u64::from(replication), 0).next_bits())
    }

    /// The number that tells it from other replications' luck.
    pub const fn key(self) -> u64 {
        self.0
    }

    /// The stream of a person for a purpose after `drawn` draws.
    #[inline]
    pub(crate) fn person(self, key: u64, purpose: Purpose, drawn: u32) -> Stream {
        Stream::resume(self.0, key, purpose as u64, u64::from(drawn))
    }

    /// A stream that belongs to nobody in particular.
    pub(crate) fn common(self, purpose: Common, entity: u64) -> Stream {
        Stream::new(self.0, entity, purpose as u64)
    }
}
