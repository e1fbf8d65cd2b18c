//! The vendor: issues keys and updates.

use super::{sign, write};
use crate::cbor::write as write_cbor;
use crate::{ContentType, IssuerId, KeyToken, PublicKey, VendorUpdate};
use ed25519_dalek::{Signer, SigningKey};
use std::vec::Vec;

/// One of the vendor's signing keys.
pub struct Issuer {
    id: IssuerId,
    key: SigningKey,
}

impl Issuer {
    /// The signing key made from a secret seed, which must be random outside tests.
    pub fn from_seed(id: IssuerId, seed: &[u8; 32]) -> Self {
        Self { id, key: SigningKey::from_bytes(seed) }
    }

    /// Its number.
    pub const fn id(&self) -> IssuerId {
        self.id
    }

    /// What a door needs to verify what it signs.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.key.verifying_key().to_bytes())
    }

    /// Signs a key: a CBOR Web Token in `COSE_Sign1`.
    ///
    /// # Panics
    ///
    /// Never: every key fits.
    pub fn issue(&self, key: &KeyToken<PublicKey>) -> Vec<u8> {
        let mut buffer = [0; 160];
        let payload = write_cbor(&mut buffer, |writer| write::write_key(writer, key)).expect("every key fits");
        self.sign(ContentType::Key, payload)
    }

    /// Signs an update.
    ///
    /// # Panics
    ///
    /// Never: every update fits.
    pub fn update(&self, update: &VendorUpdate) -> Vec<u8> {
        let mut buffer = [0; 96];
        let payload = write_cbor(&mut buffer, |writer| write::write_update(writer, update)).expect("every update fits");
        self.sign(ContentType::Update, payload)
    }

    /// The same as a frame, ready to send to a door.
    pub fn update_frame(&self, update: &VendorUpdate) -> Vec<u8> {
        super::frame(crate::Request::Update { update: &self.update(update) })
    }

    fn sign(&self, content_type: ContentType, payload: &[u8]) -> Vec<u8> {
        sign(content_type, Some(self.id), &[], payload, |bytes| self.key.sign(bytes).to_bytes())
            .expect("keys and updates fit into their envelope")
    }
}
