//! A car, its vendor and some phones, with signatures that are notes of who signed what.

use std::hash::{DefaultHasher, Hash, Hasher};
use stranded_door::{Action, Door, DoorConfig, Input, Milliseconds, Verifier};
use stranded_wire::{
    CarId, CarSeconds, Challenge, Command, IssuerId, KeyToken, Proof, PublicKeyId, Response, Rights, Role, VendorUpdate,
};

pub(crate) const CAR: CarId = CarId(7);
pub(crate) const BOOT_EPOCH: u32 = 3;
pub(crate) const PHONE: PublicKeyId = PublicKeyId(40);
/// Sunday 10 April 2022, 12:00 in Korea.
pub(crate) const NOON: u64 = 1_649_559_600;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signer {
    Vendor,
    Phone(PublicKeyId),
    Nobody,
}

/// Who signed, and a fingerprint of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    signer: Signer,
    fingerprint: u64,
}

pub(crate) fn sign(signer: Signer, content: &impl Hash) -> Signature {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    Signature { signer, fingerprint: hasher.finish() }
}

pub(crate) struct Notes;

impl Verifier<Signature> for Notes {
    fn issued_by_vendor(&self, token: &KeyToken, signature: &Signature) -> bool {
        *signature == sign(Signer::Vendor, token)
    }

    fn signed_by_phone(&self, phone_key: &PublicKeyId, proof: &Proof, signature: &Signature) -> bool {
        *signature == sign(Signer::Phone(*phone_key), proof)
    }

    fn updated_by_vendor(&self, update: &VendorUpdate, signature: &Signature) -> bool {
        *signature == sign(Signer::Vendor, update)
    }
}

/// A renter's key for the hours around noon.
pub(crate) fn guest_key() -> KeyToken {
    KeyToken {
        key_id: 1,
        car: CAR,
        reservation: 11,
        rights: Rights::RENTER,
        not_before: CarSeconds(NOON - 3_600),
        expires: CarSeconds(NOON + 3_600),
        phone_key: PHONE,
        epoch: 0,
        role: Role::Guest,
    }
}

pub(crate) fn service_key() -> KeyToken {
    KeyToken { rights: Rights::RENTER | Rights::SERVICE, role: Role::Service, reservation: 0, ..guest_key() }
}

pub(crate) fn answer(token: KeyToken, challenge: Challenge, command: Command) -> Response<Signature> {
    let proof = Proof { challenge, command, counter: challenge.counter + 1 };
    Response {
        token,
        issued_by: sign(Signer::Vendor, &token),
        proof,
        signed_by: sign(Signer::Phone(token.phone_key), &proof),
    }
}

/// An update to noon that answers no challenge.
pub(crate) fn an_update() -> VendorUpdate {
    VendorUpdate {
        car: CAR,
        boot_epoch: BOOT_EPOCH,
        nonce: 0,
        time: CarSeconds(NOON),
        epoch_min: 0,
        issuer_min: IssuerId(0),
    }
}

/// A door on the table with its clock set to noon at 0 ms.
pub(crate) struct Bench {
    pub(crate) door: Door,
    pub(crate) config: DoorConfig,
    pub(crate) now: Milliseconds,
    nonce: u64,
}

impl Bench {
    pub(crate) fn new(config: DoorConfig) -> Self {
        let mut bench = Self::without_time(config);
        assert_eq!(bench.update(NOON, 0), Action::Nothing);
        bench
    }

    pub(crate) fn without_time(config: DoorConfig) -> Self {
        Self { door: Door::new(CAR, BOOT_EPOCH, 0), config, now: Milliseconds(0), nonce: 0 }
    }

    pub(crate) fn step(&mut self, input: &Input<Signature>) -> Action {
        self.door.step(&self.config, self.now, input, &Notes)
    }

    pub(crate) fn update(&mut self, time: u64, epoch_min: u32) -> Action {
        let Challenge { nonce, .. } = self.challenge();
        let update = VendorUpdate { nonce, time: CarSeconds(time), epoch_min, ..an_update() };
        let signature = sign(Signer::Vendor, &update);
        self.step(&Input::VendorUpdate { update, signature })
    }

    pub(crate) fn challenge(&mut self) -> Challenge {
        self.nonce += 1;
        let nonce = self.nonce;
        match self.step(&Input::ChallengeRequest { nonce }) {
            Action::SendChallenge(challenge) => challenge,
            other => panic!("a request must give a challenge, not {other:?}"),
        }
    }

    pub(crate) fn respond(&mut self, response: Response<Signature>) -> Action {
        self.step(&Input::Response { response, server_confirmed: false })
    }

    /// Asks for a challenge and answers it properly.
    pub(crate) fn command(&mut self, token: KeyToken, command: Command) -> Action {
        let challenge = self.challenge();
        self.respond(answer(token, challenge, command))
    }

    /// One guess: a key the vendor never signed.
    pub(crate) fn guess(&mut self, token: KeyToken) -> Action {
        let challenge = self.challenge();
        let mut response = answer(token, challenge, Command::Unlock);
        response.issued_by = sign(Signer::Nobody, &token);
        self.respond(response)
    }
}
