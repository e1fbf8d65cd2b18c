//! Ed25519 (RFC 8032): who signed what, by curve arithmetic.

use crate::{Issuers, Verifier};
use core::marker::PhantomData;
use stranded_wire::{Evidence, KeyToken, Proof, PublicKey, SIGNATURE_BYTES, TO_BE_SIGNED_BYTES_MAX, VendorUpdate};

/// A library that verifies Ed25519.
pub trait Curve {
    /// Whether `signature` over `message` was made with the secret half of `key`.
    fn verify(key: &PublicKey, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool;
}

/// `ed25519-dalek`, with the strict check: refuses weak keys as well.
#[cfg(feature = "dalek")]
#[derive(Clone, Copy, Debug)]
pub enum Dalek {}

#[cfg(feature = "dalek")]
impl Curve for Dalek {
    fn verify(key: &PublicKey, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        ed25519_dalek::VerifyingKey::from_bytes(&key.0).is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
    }
}

/// `salty`: smaller and slower.
#[cfg(feature = "salty")]
#[derive(Clone, Copy, Debug)]
pub enum Salty {}

#[cfg(feature = "salty")]
impl Curve for Salty {
    fn verify(key: &PublicKey, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        let signature = salty::Signature::from(signature);
        salty::PublicKey::try_from(&key.0).is_ok_and(|key| key.verify(message, &signature).is_ok())
    }
}

/// Verifies [`Evidence`]: the bytes as they were received.
#[derive(Clone, Copy, Debug)]
pub struct CoseVerifier<'issuers, C> {
    issuers: &'issuers Issuers,
    curve: PhantomData<C>,
}

impl<'issuers, C: Curve> CoseVerifier<'issuers, C> {
    /// A verifier that trusts these issuers.
    pub const fn new(issuers: &'issuers Issuers) -> Self {
        Self { issuers, curve: PhantomData }
    }

    fn verify(key: &PublicKey, evidence: &Evidence<'_>) -> bool {
        let mut buffer = [0; TO_BE_SIGNED_BYTES_MAX];
        evidence.to_be_signed(&mut buffer).is_ok_and(|message| C::verify(key, message, evidence.signature()))
    }

    fn signed_by_vendor(&self, evidence: &Evidence<'_>) -> bool {
        evidence.issuer().and_then(|id| self.issuers.key(id)).is_some_and(|key| Self::verify(&key, evidence))
    }
}

impl<'bytes, C: Curve> Verifier<Evidence<'bytes>, PublicKey> for CoseVerifier<'_, C> {
    fn issued_by_vendor(&self, _: &KeyToken<PublicKey>, signature: &Evidence<'bytes>) -> bool {
        self.signed_by_vendor(signature)
    }

    fn signed_by_phone(&self, phone_key: &PublicKey, _: &Proof, signature: &Evidence<'bytes>) -> bool {
        Self::verify(phone_key, signature)
    }

    fn updated_by_vendor(&self, _: &VendorUpdate, signature: &Evidence<'bytes>) -> bool {
        self.signed_by_vendor(signature)
    }
}
