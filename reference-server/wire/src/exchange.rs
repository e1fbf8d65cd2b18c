//! What passes between a phone and a door.

use crate::{KeyToken, PublicKeyId, Rights};

/// What a phone asks of a car.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Unlock the doors.
    Unlock,
    /// Lock the doors.
    Lock,
    /// Let the engine start.
    Start,
    /// Read the door's log. For the operator's staff: it tells who used the car when.
    ReadLog,
}

impl Command {
    /// The right a key needs for it.
    pub const fn right(self) -> Rights {
        match self {
            Self::Unlock => Rights::UNLOCK,
            Self::Lock => Rights::LOCK,
            Self::Start => Rights::START,
            Self::ReadLog => Rights::SERVICE,
        }
    }

    /// The command's number on the wire.
    pub const fn code(self) -> u8 {
        match self {
            Self::Unlock => 0,
            Self::Lock => 1,
            Self::Start => 2,
            Self::ReadLog => 3,
        }
    }

    /// The command with this number.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Unlock),
            1 => Some(Self::Lock),
            2 => Some(Self::Start),
            3 => Some(Self::ReadLog),
            _ => None,
        }
    }
}

/// The door's question: whoever answers it holds the phone's private key now, not a recording of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Challenge {
    /// Random, new every time.
    pub nonce: u64,
    /// Which start of the door's controller this is; makes answers worthless after a restart.
    pub boot_epoch: u32,
    /// The last counter the door accepted since that start.
    pub counter: u32,
}

/// What the phone signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Proof {
    /// The door's challenge, echoed.
    pub challenge: Challenge,
    /// What is asked for.
    pub command: Command,
    /// One more than the challenge's counter, so that commands are accepted in order and each once.
    pub counter: u32,
}

/// The phone's answer: the key, the proof that it is the key's phone, and both signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Response<Signature, PhoneKey = PublicKeyId> {
    /// The key.
    pub token: KeyToken<PhoneKey>,
    /// The vendor's signature over `token`.
    pub issued_by: Signature,
    /// What the phone proves.
    pub proof: Proof,
    /// The phone's signature over `proof`.
    pub signed_by: Signature,
}
