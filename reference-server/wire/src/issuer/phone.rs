//! A phone: proves that it is the one a key is for.

use super::{frame, sign, write};
use crate::cbor::write as write_cbor;
use crate::{Challenge, Command, ContentType, Proof, PublicKey, Request};
use ed25519_dalek::{Signer, SigningKey};
use std::vec::Vec;

/// A phone with its secret key.
pub struct Phone {
    key: SigningKey,
}

impl Phone {
    /// The phone whose key is made from a secret seed, which must be random outside tests.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self { key: SigningKey::from_bytes(seed) }
    }

    /// What the vendor puts into keys for this phone.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.key.verifying_key().to_bytes())
    }

    /// Signs a proof that goes with the signed key in `token`.
    ///
    /// # Panics
    ///
    /// `token` is longer than any signed key.
    pub fn prove(&self, proof: &Proof, token: &[u8]) -> Vec<u8> {
        let mut buffer = [0; 40];
        let payload = write_cbor(&mut buffer, |writer| write::write_proof(writer, proof)).expect("every proof fits");
        sign(ContentType::Proof, None, token, payload, |bytes| self.key.sign(bytes).to_bytes())
            .expect("the token is a signed key")
    }

    /// The answer to a door's challenge as a frame: the key in `token`, and the proof that this is its phone.
    ///
    /// # Panics
    ///
    /// `token` is longer than any signed key.
    pub fn answer(&self, challenge: Challenge, token: &[u8], command: Command) -> Vec<u8> {
        // A door at its last counter accepts nothing until it restarts; an honest phone then says the same counter
        // again.
        let counter = challenge.counter.saturating_add(1);
        self.answer_with(Proof { challenge, command, counter }, token)
    }

    /// The same for any proof, also one that no honest phone would make.
    ///
    /// # Panics
    ///
    /// `token` is longer than any signed key.
    pub fn answer_with(&self, proof: Proof, token: &[u8]) -> Vec<u8> {
        frame(Request::Response { token, proof: &self.prove(&proof, token) })
    }
}
