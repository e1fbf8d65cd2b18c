//! The cars: their booking calendars, where they are, and their doors.

use crate::person::NONE;
use stranded_door::{Action, Bolt, Door, DoorConfig, Input, Milliseconds, Verifier};
use stranded_engine::{Span, Stream, Time};
use stranded_scenario::Scenario;
use stranded_scenario::section::Fleet as FleetSection;
use stranded_wire::{
    CarId, CarSeconds, Command, IssuerId, KeyToken, Proof, PublicKeyId, Response, Rights, Role, VendorUpdate,
};

/// Revocation epoch of the whole run: no key is revoked by the scenario.
const EPOCH: u32 = 1;

/// The one issuer of the whole run: no scenario retires one.
const ISSUER: IssuerId = IssuerId(1);

/// A booked stretch of time.
#[derive(Clone, Copy, Debug)]
struct Reservation {
    start: Time,
    end: Time,
    person: u32,
}

/// One car.
#[derive(Clone, Debug)]
struct Car {
    reservations: Vec<Reservation>,
    /// Who has it, or nobody.
    renter: u32,
    door: Door,
    /// What the last renter's phone said, as a listener would have recorded it.
    overheard: Option<Response<Signature>>,
}

/// All cars.
#[derive(Clone, Debug)]
pub(crate) struct Fleet {
    cars: Vec<Car>,
    reach: u32,
    slot_nanoseconds: u64,
    config: DoorConfig,
}

/// Who signed, and what: the verdict a real verifier reaches by curve arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    signer: Signer,
    over: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signer {
    Vendor,
    Phone(PublicKeyId),
    Stranger,
}

struct Notary;

impl Verifier<Signature> for Notary {
    fn issued_by_vendor(&self, token: &KeyToken, signature: &Signature) -> bool {
        *signature == Signature { signer: Signer::Vendor, over: token_content(token) }
    }

    fn signed_by_phone(&self, phone_key: &PublicKeyId, proof: &Proof, signature: &Signature) -> bool {
        *signature == Signature { signer: Signer::Phone(*phone_key), over: proof_content(proof) }
    }

    fn updated_by_vendor(&self, update: &VendorUpdate, signature: &Signature) -> bool {
        *signature == Signature { signer: Signer::Vendor, over: update_content(update) }
    }
}

/// Stands for the bytes a signature covers: every field of it.
fn content(fields: &[u64]) -> u64 {
    fields
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, field| (hash ^ field).wrapping_mul(0x0100_0000_01b3).rotate_left(17))
}

fn token_content(token: &KeyToken) -> u64 {
    content(&[
        token.key_id,
        u64::from(token.car.0),
        u64::from(token.reservation),
        u64::from(token.rights.contains(Rights::RENTER)) | u64::from(token.rights.contains(Rights::SERVICE)) << 1,
        token.not_before.0,
        token.expires.0,
        token.phone_key.0,
        u64::from(token.epoch),
        token.role as u64,
    ])
}

fn proof_content(proof: &Proof) -> u64 {
    content(&[
        proof.challenge.nonce,
        u64::from(proof.challenge.boot_epoch),
        u64::from(proof.challenge.counter),
        proof.command as u64,
        u64::from(proof.counter),
    ])
}

fn update_content(update: &VendorUpdate) -> u64 {
    content(&[
        u64::from(update.car.0),
        u64::from(update.boot_epoch),
        update.nonce,
        update.time.0,
        u64::from(update.epoch_min),
        u64::from(update.issuer_min.0),
    ])
}

/// What an intruder brings to a parked car.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// A key nobody signed.
    Forged,
    /// A real key whose time has passed.
    Stale,
    /// A real key copied from its owner's phone, without the phone's own secret.
    Stolen,
    /// A recorded exchange played again.
    Replayed,
}

fn milliseconds(now: Time) -> Milliseconds {
    Milliseconds(now.as_nanoseconds() / 1_000_000)
}

/// The door's clock and the keys' times count seconds since the start of the run, one day ahead, so that keys may begin before it.
fn car_seconds(now: Time) -> CarSeconds {
    CarSeconds(now.as_nanoseconds() / 1_000_000_000 + 86_400)
}

impl Fleet {
    pub(crate) fn new(section: &FleetSection, scenario: &Scenario) -> Self {
        let config = DoorConfig {
            offline_keys: scenario.car.offline_key.enabled,
            walk_away_lock: scenario.car.walk_away_lock,
            // They come over the car's own modem, in the moment.
            accept_unasked_updates: true,
            clock_uncertainty_seconds_max: scenario.car.clock_uncertainty_max.as_seconds().min(f64::from(u32::MAX))
                as u32,
            ..DoorConfig::default()
        };
        let cars = (0..section.cars)
            .map(|car| {
                let mut car = Car {
                    reservations: Vec::new(),
                    renter: NONE,
                    door: Door::new(CarId(car), 1, EPOCH),
                    overheard: None,
                };
                // At the start of the run every car has just been in touch; from then on its clock drifts.
                car.tell_time(&config, Time::ZERO);
                car
            })
            .collect();
        Self { cars, reach: section.cars_in_reach, slot_nanoseconds: section.slot.as_nanoseconds().max(1), config }
    }

    pub(crate) fn len(&self) -> u32 {
        self.cars.len() as u32
    }

    /// Looks at some cars nearby and reserves the first that is free for the whole time, in whole slots: people come to the car
    /// when they come, the calendar is blocked from the slot they come in to the slot they return in.
    pub(crate) fn reserve(
        &mut self,
        person: u32,
        start: Time,
        end: Time,
        now: Time,
        stream: &mut Stream,
    ) -> Option<u32> {
        let count = self.len();
        let slot = self.slot_nanoseconds;
        let start = Time::from_nanoseconds(start.as_nanoseconds() / slot * slot);
        let end = Time::from_nanoseconds(end.as_nanoseconds().div_ceil(slot) * slot);
        (0..self.reach)
            .map(|_| stream.below(count))
            .find(|&car| self.cars[car as usize].is_free(start, end, now))
            .inspect(|&car| {
                let reservations = &mut self.cars[car as usize].reservations;
                reservations.push(Reservation { start, end, person });
            })
    }

    /// Hands the car over. False when its last renter has not brought it back.
    pub(crate) fn hand_over(&mut self, car: u32, person: u32, end: Time) -> bool {
        let car = &mut self.cars[car as usize];
        if car.renter != NONE {
            return false;
        }
        car.renter = person;
        for reservation in &mut car.reservations {
            if reservation.person == person {
                reservation.end = end;
            }
        }
        true
    }

    /// Ends a rental or a reservation.
    pub(crate) fn release(&mut self, car: u32, person: u32) {
        let car = &mut self.cars[car as usize];
        car.reservations.retain(|it| it.person != person);
        if car.renter == person {
            car.renter = NONE;
        }
    }

    /// Moves a door's bolt for its renter. `confirmed`: the server has agreed to it, live; otherwise the key must suffice. Returns
    /// whether the door obeyed.
    pub(crate) fn operate(
        &mut self,
        car: u32,
        person: u32,
        command: Command,
        rental: (Time, Time),
        confirmed: bool,
        now: Time,
    ) -> bool {
        let config = self.config;
        let car = &mut self.cars[car as usize];
        if confirmed {
            // A car that is in touch gets the time with every command.
            car.tell_time(&config, now);
        }
        let phone = PublicKeyId(u64::from(person));
        let Action::SendChallenge(challenge) = car.door.step(
            &config,
            milliseconds(now),
            &Input::ChallengeRequest { nonce: now.as_nanoseconds() ^ u64::from(person) << 40 },
            &Notary,
        ) else {
            return false;
        };
        let token = genuine_token(car.door.car(), person, phone, rental);
        let proof = Proof { challenge, command, counter: challenge.counter + 1 };
        let response = Response {
            token,
            issued_by: Signature { signer: Signer::Vendor, over: token_content(&token) },
            proof,
            signed_by: Signature { signer: Signer::Phone(phone), over: proof_content(&proof) },
        };
        car.overheard = Some(response);
        let action = car.door.step(
            &config,
            milliseconds(now),
            &Input::Response { response, server_confirmed: confirmed },
            &Notary,
        );
        matches!(action, Action::MoveBolt(_) | Action::EnableStart)
    }

    /// The phone leaves; true when the door locks by itself.
    pub(crate) fn walk_away(&mut self, car: u32, now: Time) -> bool {
        let config = self.config;
        let action = self.cars[car as usize].door.step(&config, milliseconds(now), &Input::PhoneLeft, &Notary);
        matches!(action, Action::MoveBolt(Bolt::Locked))
    }

    /// An intruder tries a car's door; true when it opens.
    pub(crate) fn intrude(&mut self, car: u32, credential: Credential, now: Time) -> bool {
        let config = self.config;
        let car = &mut self.cars[car as usize];
        let intruder = PublicKeyId(u64::MAX);
        let Action::SendChallenge(challenge) = car.door.step(
            &config,
            milliseconds(now),
            &Input::ChallengeRequest { nonce: !now.as_nanoseconds() },
            &Notary,
        ) else {
            return false;
        };
        let proof = Proof { challenge, command: Command::Unlock, counter: challenge.counter + 1 };
        let around_now = (now, now + Span::from_nanoseconds(3_600_000_000_000));
        let by_phone = |phone| Signature { signer: Signer::Phone(phone), over: proof_content(&proof) };
        let vendor = |token: &KeyToken| Signature { signer: Signer::Vendor, over: token_content(token) };
        let response = match credential {
            Credential::Forged => {
                let token = genuine_token(car.door.car(), 0, intruder, around_now);
                let forged = Signature { signer: Signer::Stranger, over: token_content(&token) };
                Response { token, issued_by: forged, proof, signed_by: by_phone(intruder) }
            }
            Credential::Stale => {
                let mut token = genuine_token(car.door.car(), 0, intruder, around_now);
                token.not_before = CarSeconds(0);
                token.expires = CarSeconds(car_seconds(now).0.saturating_sub(7200));
                Response { token, issued_by: vendor(&token), proof, signed_by: by_phone(intruder) }
            }
            Credential::Stolen => {
                let token = genuine_token(car.door.car(), 0, PublicKeyId(0), around_now);
                Response { token, issued_by: vendor(&token), proof, signed_by: by_phone(intruder) }
            }
            Credential::Replayed => match car.overheard {
                Some(overheard) => overheard,
                None => return false,
            },
        };
        let action =
            car.door.step(&config, milliseconds(now), &Input::Response { response, server_confirmed: false }, &Notary);
        matches!(action, Action::MoveBolt(Bolt::Unlocked) | Action::EnableStart)
    }
}

impl Car {
    fn is_free(&self, start: Time, end: Time, now: Time) -> bool {
        // A car that should be back and is not cannot be promised to anybody.
        let overdue =
            self.renter != NONE && self.reservations.iter().any(|it| it.person == self.renter && it.end < now);
        !overdue && self.reservations.iter().all(|it| it.end <= start || it.start >= end)
    }

    fn tell_time(&mut self, config: &DoorConfig, now: Time) {
        let update = VendorUpdate {
            car: self.door.car(),
            boot_epoch: 1,
            nonce: 0,
            time: car_seconds(now),
            epoch_min: EPOCH,
            issuer_min: ISSUER,
        };
        let signature = Signature { signer: Signer::Vendor, over: update_content(&update) };
        // An update that an honest vendor signed is never refused, and nothing moves.
        let _ = self.door.step(config, milliseconds(now), &Input::VendorUpdate { update, signature }, &Notary);
    }
}

/// The key that the vendor signs at booking: valid from a quarter of an hour before the start until a day after the booked end,
/// because a renter who is late must still get in.
fn genuine_token(car: CarId, person: u32, phone_key: PublicKeyId, (start, end): (Time, Time)) -> KeyToken {
    KeyToken {
        key_id: u64::from(person) << 32 | u64::from(car.0),
        car,
        reservation: person,
        rights: Rights::RENTER,
        not_before: CarSeconds(car_seconds(start).0.saturating_sub(900)),
        expires: CarSeconds(car_seconds(end).0 + 86_400),
        phone_key,
        epoch: EPOCH,
        role: Role::Guest,
    }
}
