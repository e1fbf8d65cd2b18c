//! What goes into a door and what comes out.

use stranded_wire::{Challenge, PublicKeyId, Refusal, Response, VendorUpdate};

/// Milliseconds since the controller started: never runs back, knows no date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Milliseconds(pub u64);

impl Milliseconds {
    /// The time after this by `milliseconds`; the end of time if there is none.
    #[must_use]
    pub const fn after(self, milliseconds: u32) -> Self {
        Self(self.0.saturating_add(milliseconds as u64))
    }

    /// The span since `earlier`; zero if that is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }
}

/// The bolt of the doors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bolt {
    /// Shut to everybody outside.
    Locked,
    /// Open to everybody.
    Unlocked,
}

/// What happens to a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input<Signature, PhoneKey = PublicKeyId> {
    /// A phone wants to talk.
    ChallengeRequest {
        /// Fresh random bits from the caller; a nonce that comes twice weakens the protection against replays.
        nonce: u64,
    },
    /// A phone answers a challenge.
    Response {
        /// The answer.
        response: Response<Signature, PhoneKey>,
        /// The server has confirmed this command, live, over a channel of its own.
        server_confirmed: bool,
    },
    /// The link over which the last command came is gone: the phone is out of radio range.
    PhoneLeft,
    /// The vendor sends time and revocations.
    VendorUpdate {
        /// The update.
        update: VendorUpdate,
        /// The vendor's signature over it.
        signature: Signature,
    },
}

/// What the caller must do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Action {
    /// Nothing.
    Nothing,
    /// Send this challenge to the phone.
    SendChallenge(Challenge),
    /// Drive the bolt there. It may be there already; the phone still gets its yes.
    MoveBolt(Bolt),
    /// Let the engine start.
    EnableStart,
    /// Tell the log.
    SendLog,
    /// Tell the sender no, and why.
    Refuse(Refusal),
}
