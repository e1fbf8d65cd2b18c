//! What happens to the door in the property test, and an independent book of what it should make of it.

use crate::bench::{CAR, NOON, PHONE, Signature, Signer, guest_key, sign};
use stranded_door::{DoorConfig, Input, Milliseconds};
use stranded_wire::{CarId, CarSeconds, Challenge, Command, KeyToken, Proof, Response, Rights, Role};

/// What an attacker, or an unlucky renter, does; the rest of each input is as it should be.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    Challenge,
    Answer(Answer),
    PhoneLeft,
    Update { signer: Signer, boot_epoch: u32, offset_seconds: i64, epoch_min: u32 },
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) car: CarId,
    pub(crate) rights: Rights,
    pub(crate) starts_in_seconds: i64,
    pub(crate) ends_in_seconds: i64,
    pub(crate) epoch: u32,
    pub(crate) role: Role,
    pub(crate) command: Command,
    pub(crate) token_signer: Signer,
    pub(crate) proof_signer: Signer,
    /// How many challenges back the answered one lies.
    pub(crate) challenge_age: usize,
    pub(crate) counter_offset: u32,
    pub(crate) server_confirmed: bool,
    /// The token is changed after it was signed.
    pub(crate) tampered: bool,
}

/// An independent book of what the world knows: it sees the signers, not the signatures.
pub(crate) struct Book {
    pub(crate) now: Milliseconds,
    pub(crate) challenges: Vec<Challenge>,
    /// The challenge that may be answered, and when it was issued.
    pub(crate) open: Option<Milliseconds>,
    pub(crate) counter: u32,
    pub(crate) epoch_min: u32,
    /// The date and the door's time at the last update that counted.
    pub(crate) updated: Option<(u64, Milliseconds)>,
}

impl Book {
    pub(crate) fn seconds_now(&self) -> u64 {
        NOON + self.now.0 / 1_000
    }

    /// The earliest and latest second it can be by the car's own clock, and half the distance.
    pub(crate) fn clock(&self, config: &DoorConfig) -> Option<(u64, u64, u64)> {
        let (time, at) = self.updated?;
        let elapsed = self.now.0 - at.0;
        let drift_milliseconds = elapsed as f64 * f64::from(config.clock_drift_ppm) / 1e6;
        let uncertainty = (drift_milliseconds / 1e3).ceil() as u64 + 1;
        let likely = time + elapsed / 1_000;
        Some((likely - uncertainty, likely + uncertainty, uncertainty))
    }

    /// Whether the vendor, the phone, the car, the challenge, the counter, the clock and the rights all agree.
    pub(crate) fn may(&self, config: &DoorConfig, answer: &Answer, token: &KeyToken) -> bool {
        let genuine = answer.token_signer == Signer::Vendor && !answer.tampered;
        let right_phone = answer.proof_signer == Signer::Phone(PHONE);
        let fresh = answer.challenge_age == 0 && self.open.is_some_and(|at| self.now.0 - at.0 <= 5_000);
        let ordered = answer.counter_offset == 1;
        let in_time = self.clock(config).is_some_and(|(earliest, latest, uncertainty)| {
            uncertainty <= u64::from(config.clock_uncertainty_seconds_max)
                && token.not_before.0 <= earliest
                && latest < token.expires.0
        });
        let allowed = answer.rights.contains(answer.command.right())
            && match answer.role {
                Role::Guest => answer.command != Command::ReadLog,
                Role::Service => answer.rights.contains(Rights::SERVICE),
            };
        let confirmed = config.offline_keys || answer.server_confirmed;
        genuine
            && right_phone
            && fresh
            && ordered
            && in_time
            && allowed
            && confirmed
            && answer.car == CAR
            && answer.epoch >= self.epoch_min
    }

    pub(crate) fn input(&self, answer: &Answer) -> Option<(KeyToken, Input<Signature>)> {
        let index = self.challenges.len().checked_sub(1 + answer.challenge_age)?;
        let challenge = self.challenges[index];
        let now = self.seconds_now();
        let mut token = KeyToken {
            car: answer.car,
            rights: answer.rights,
            not_before: CarSeconds(now.saturating_add_signed(answer.starts_in_seconds)),
            expires: CarSeconds(now.saturating_add_signed(answer.ends_in_seconds)),
            epoch: answer.epoch,
            role: answer.role,
            ..guest_key()
        };
        let issued_by = sign(answer.token_signer, &token);
        if answer.tampered {
            token.key_id += 1;
        }
        let counter = challenge.counter.wrapping_add(answer.counter_offset);
        let proof = Proof { challenge, command: answer.command, counter };
        let signed_by = sign(answer.proof_signer, &proof);
        let response = Response { token, issued_by, proof, signed_by };
        Some((token, Input::Response { response, server_confirmed: answer.server_confirmed }))
    }
}
