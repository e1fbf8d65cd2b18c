//! Golden bytes: what was signed once must be read alike by every later version, on the host and on the target.
//!
//! Made by `cargo run -p stranded-wire --example vectors > reference-server/wire/src/vectors/bytes.rs`, from seeds that
//! everybody knows: never trust these keys. A test compares the file with what the example makes.
//!
//! A story begins with a door that has just started: car [`CAR`], boot epoch [`BOOT_EPOCH`], trusting [`ISSUER`],
//! knowing nothing else. It hears the frames of [`PRELUDE`]: a greeting, an update, a greeting, a good unlock, a
//! greeting. For frame number `n`, where the first is number 0, it draws the nonce [`nonce`]`(n)`. What it says to the
//! story's own frame is the story's end.

mod bytes;

pub use bytes::{ISSUER_KEY, KEY, PRELUDE, PROOF, STORIES, UPDATE};

use crate::{CarId, CarSeconds, Challenge, Command, IssuerId, PublicKey, Refusal, Rights};
use crate::{KeyToken, Proof, Role, VendorUpdate};

/// The car.
pub const CAR: CarId = CarId(7);
/// The door's boot epoch.
pub const BOOT_EPOCH: u32 = 3;
/// Sunday 10 April 2022, 12:00 in Korea: the time that the update tells.
pub const NOON: CarSeconds = CarSeconds(1_649_559_600);
/// The issuer that the door trusts.
pub const ISSUER: (IssuerId, PublicKey) = (IssuerId(1), ISSUER_KEY);

/// What the `n`th frame's nonce is.
pub const fn nonce(n: usize) -> u64 {
    0x5eed_0000_0000_0000 + n as u64
}

/// A frame, and what the door says to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Story {
    /// What it is about.
    pub name: &'static str,
    /// The frame that follows the prelude.
    pub frame: &'static [u8],
    /// Why the door refuses; none: it unlocks.
    pub refusal: Option<Refusal>,
}

/// What [`KEY`] says.
pub const fn key_token(phone_key: PublicKey) -> KeyToken<PublicKey> {
    KeyToken {
        key_id: 0x0123_4567_89ab_cdef,
        car: CAR,
        reservation: 20_220_410,
        rights: Rights::RENTER,
        not_before: CarSeconds(NOON.0 - 900),
        expires: CarSeconds(NOON.0 + 86_400),
        phone_key,
        epoch: 4,
        role: Role::Guest,
    }
}

/// What [`PROOF`] says: the answer to the prelude's last challenge.
pub const GOOD_PROOF: Proof = Proof {
    challenge: Challenge { nonce: nonce(4), boot_epoch: BOOT_EPOCH, counter: 1 },
    command: Command::Unlock,
    counter: 2,
};

/// What [`UPDATE`] says.
pub const GOOD_UPDATE: VendorUpdate = VendorUpdate {
    car: CAR,
    boot_epoch: BOOT_EPOCH,
    nonce: nonce(0),
    time: NOON,
    epoch_min: 4,
    issuer_min: IssuerId(1),
};
