//! Keys that a door must refuse, each for a reason of its own.

use super::{Issuer, Phone};
use crate::{
    CarId, CarSeconds, Challenge, Command, DecodeError, FRAME_BYTES_MAX, KeyToken, Proof, PublicKey, Refusal, Rights,
    decode_frame,
};
use std::vec::Vec;

/// What can be wrong with a key, or with the way it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BadKey {
    /// Signed by somebody who is not the vendor.
    Forged,
    /// Past its end.
    Expired,
    /// Before its beginning.
    NotYetValid,
    /// For another car.
    OtherCar,
    /// Copied to another phone.
    OtherPhone,
    /// A recorded answer, played again.
    Replayed,
    /// Of an epoch that is revoked.
    Revoked,
    /// Without the right it needs.
    WrongRights,
    /// Cut off on the way.
    Truncated,
    /// With one bit changed on the way.
    BitFlipped,
    /// Longer than any message.
    Oversized,
    /// With a counter that was used before.
    CounterReuse,
}

/// Who takes part, and a key that the door would accept.
pub struct Scene<'scene> {
    /// The vendor whose keys the door trusts.
    pub issuer: &'scene Issuer,
    /// The phone the key is for.
    pub phone: &'scene Phone,
    /// A good key for [`Command::Unlock`]. Its epoch must be the door's lowest, and not 0, so that there is one to
    /// revoke.
    pub key: KeyToken<PublicKey>,
}

impl Scene<'_> {
    /// The answer that the door accepts.
    pub fn good_frame(&self, challenge: Challenge) -> Vec<u8> {
        self.frame_for(&self.key, challenge)
    }

    fn frame_for(&self, key: &KeyToken<PublicKey>, challenge: Challenge) -> Vec<u8> {
        self.phone.answer(challenge, &self.issuer.issue(key), Command::Unlock)
    }
}

impl BadKey {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Forged,
        Self::Expired,
        Self::NotYetValid,
        Self::OtherCar,
        Self::OtherPhone,
        Self::Replayed,
        Self::Revoked,
        Self::WrongRights,
        Self::Truncated,
        Self::BitFlipped,
        Self::Oversized,
        Self::CounterReuse,
    ];

    /// In words, for a report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forged => "forged",
            Self::Expired => "expired",
            Self::NotYetValid => "not yet valid",
            Self::OtherCar => "other car",
            Self::OtherPhone => "other phone",
            Self::Replayed => "replayed",
            Self::Revoked => "revoked",
            Self::WrongRights => "wrong rights",
            Self::Truncated => "truncated",
            Self::BitFlipped => "bit-flipped",
            Self::Oversized => "oversized",
            Self::CounterReuse => "counter reuse",
        }
    }

    /// Why the door must refuse it.
    pub const fn refusal(self) -> Refusal {
        match self {
            Self::Forged => Refusal::Forged,
            Self::Expired => Refusal::Expired,
            Self::NotYetValid => Refusal::NotYetValid,
            Self::OtherCar => Refusal::WrongCar,
            Self::OtherPhone => Refusal::WrongPhone,
            Self::Replayed => Refusal::Replayed,
            Self::Revoked => Refusal::Revoked,
            Self::WrongRights => Refusal::WrongRights,
            Self::Truncated => Refusal::Truncated,
            Self::BitFlipped => Refusal::Corrupted,
            Self::Oversized => Refusal::Oversized,
            Self::CounterReuse => Refusal::CounterReuse,
        }
    }

    /// The frame that answers `challenge` in this bad way. `recorded` is a good answer to an earlier challenge of the
    /// same door, which the door has accepted.
    ///
    /// # Panics
    ///
    /// The scene's key has epoch 0.
    pub fn frame(self, scene: &Scene<'_>, challenge: Challenge, recorded: &[u8]) -> Vec<u8> {
        let key = scene.key;
        match self {
            Self::Forged => {
                let forger = Issuer::from_seed(scene.issuer.id(), b"a seed that the vendor never saw");
                scene.phone.answer(challenge, &forger.issue(&key), Command::Unlock)
            }
            Self::Expired => {
                let expires = CarSeconds(key.not_before.0.saturating_sub(60));
                let not_before = CarSeconds(expires.0.saturating_sub(3_600));
                scene.frame_for(&KeyToken { not_before, expires, ..key }, challenge)
            }
            Self::NotYetValid => {
                let not_before = CarSeconds(key.expires.0.saturating_add(60));
                let expires = CarSeconds(not_before.0.saturating_add(3_600));
                scene.frame_for(&KeyToken { not_before, expires, ..key }, challenge)
            }
            Self::OtherCar => scene.frame_for(&KeyToken { car: CarId(key.car.0 ^ 1), ..key }, challenge),
            Self::OtherPhone => {
                let thief = Phone::from_seed(b"the phone of somebody else, here");
                thief.answer(challenge, &scene.issuer.issue(&key), Command::Unlock)
            }
            Self::Replayed => recorded.to_vec(),
            Self::Revoked => {
                let epoch = key.epoch.checked_sub(1).expect("the scene's key has an epoch above 0");
                scene.frame_for(&KeyToken { epoch, ..key }, challenge)
            }
            Self::WrongRights => scene.frame_for(&KeyToken { rights: Rights::LOCK, ..key }, challenge),
            Self::Truncated => {
                let mut bytes = scene.good_frame(challenge);
                bytes.truncate(bytes.len() / 2);
                bytes.push(0);
                bytes
            }
            Self::BitFlipped => with_one_bit_flipped(&scene.good_frame(challenge)),
            Self::Oversized => {
                let mut bytes = scene.good_frame(challenge);
                let _ = bytes.pop();
                bytes.resize(2 * FRAME_BYTES_MAX, 1);
                bytes.push(0);
                bytes
            }
            Self::CounterReuse => {
                let proof = Proof { challenge, command: Command::Unlock, counter: challenge.counter };
                scene.phone.answer_with(proof, &scene.issuer.issue(&key))
            }
        }
    }
}

/// Flips a bit of the content. One of the framing would do harm too, but would look like a frame that was cut off.
fn with_one_bit_flipped(frame: &[u8]) -> Vec<u8> {
    let stuffed = &frame[..frame.len() - 1];
    (stuffed.len() / 2..stuffed.len())
        .map(|index| {
            let mut flipped = stuffed.to_vec();
            flipped[index] ^= 0b100;
            flipped
        })
        .find(|flipped| decode_frame(&mut flipped.clone()) == Err(DecodeError::Corrupted) && !flipped.contains(&0))
        .map(|mut flipped| {
            flipped.push(0);
            flipped
        })
        .expect("most bytes of a frame are content")
}
