//! Keys: signed by the vendor, verified by the operator before a door is told anything.

use crate::http::problem::{Kind, Problem};
use crate::store::{DoorCommand, KeyUse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, VerifyingKey};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};
use stranded_wire::{
    Command, Evidence, IssuerId, KeyToken, Proof, PublicKey, SIGNED_BYTES_MAX, SIGNED_PROOF_BYTES_MAX, Signed,
    TO_BE_SIGNED_BYTES_MAX,
};

/// Bytes as text: base64url without padding.
pub(crate) fn to_text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a text; `None` if it is none.
pub(crate) fn from_text(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// A phone's public key from its text.
pub(crate) fn phone_key(text: &str) -> Result<PublicKey, Problem> {
    let wrong = || {
        Problem::new(
            Kind::InvalidInput,
            "`phone_key` is not an Ed25519 public key: 32 bytes in base64url without padding",
        )
    };
    let bytes: [u8; 32] = from_text(text).and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong)?;
    let key = VerifyingKey::from_bytes(&bytes).map_err(|_| wrong())?;
    // With a weak key anybody could make a proof.
    if key.is_weak() { Err(wrong()) } else { Ok(PublicKey(bytes)) }
}

/// The vendor's public keys that the operator trusts.
#[derive(Debug, Default)]
pub(crate) struct TrustedIssuers(RwLock<BTreeMap<u32, VerifyingKey>>);

impl TrustedIssuers {
    /// Trusts a key from now on.
    pub(crate) fn trust(&self, id: IssuerId, key: PublicKey) -> Result<(), Problem> {
        let key = VerifyingKey::from_bytes(&key.0)
            .map_err(|_| Problem::new(Kind::NextFailed, "the vendor's public key is none"))?;
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(id.0, key);
        Ok(())
    }

    fn find(&self, id: IssuerId) -> Option<VerifyingKey> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&id.0).copied()
    }

    /// Whether nobody is trusted yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Whether keys of this issuer can be verified.
    pub(crate) fn knows(&self, id: IssuerId) -> bool {
        self.find(id).is_some()
    }
}

/// A key and a proof as they came, decoded and not yet verified.
#[derive(Debug)]
pub(crate) struct Presented {
    token: Vec<u8>,
    proof: Vec<u8>,
    command: DoorCommand,
}

impl Presented {
    /// Takes the texts of a key and of a proof.
    ///
    /// # Errors
    /// One of them is not text for bytes of a possible length.
    pub(crate) fn new(key: &str, proof: &str, command: DoorCommand) -> Result<Self, Problem> {
        let bytes = |name: &str, text: &str, most: usize| {
            from_text(text).filter(|bytes| bytes.len() <= most).ok_or_else(|| {
                let detail = format!("`{name}` is not base64url without padding of at most {most} bytes");
                Problem::new(Kind::InvalidInput, detail)
            })
        };
        Ok(Self {
            token: bytes("key", key, SIGNED_BYTES_MAX)?,
            proof: bytes("proof", proof, SIGNED_PROOF_BYTES_MAX)?,
            command,
        })
    }

    fn decode(&self) -> Result<(Signed<'_, KeyToken<PublicKey>>, Signed<'_, Proof>), Problem> {
        let key = Signed::<KeyToken<PublicKey>>::decode(&self.token)
            .map_err(|error| forged(format!("the key is no signed key: {error:?}")))?;
        let proof = Signed::<Proof>::decode(&self.proof, &self.token)
            .map_err(|error| forged(format!("the proof is no signed proof: {error:?}")))?;
        Ok((key, proof))
    }

    /// Verifies both signatures and what they say. Whether the key was revoked and the proof used before, the store knows.
    ///
    /// # Errors
    /// Forged, stale, for another reservation, or for another command.
    pub(crate) fn verify(&self, issuers: &TrustedIssuers, reservation: u32, now: i64) -> Result<KeyUse, Problem> {
        let (key, proof) = self.decode()?;
        let issuer = key.evidence.issuer().and_then(|id| issuers.find(id));
        let issuer = issuer.ok_or_else(|| forged("the key is signed by nobody whom the operator trusts"))?;
        check(&issuer, &key.evidence).map_err(|()| forged("the key's signature is not the vendor's"))?;
        let content = key.content;
        if content.reservation != reservation {
            let detail = format!("the key is for reservation {}, not for {reservation}", content.reservation);
            return Err(Problem::new(Kind::WrongKey, detail));
        }
        let right = match self.command {
            DoorCommand::Unlock => Command::Unlock,
            DoorCommand::Lock => Command::Lock,
        };
        if !content.rights.contains(right.right()) {
            return Err(Problem::new(Kind::WrongKey, "the key does not allow this"));
        }
        let now = now.max(0) as u64;
        if now < content.not_before.0 {
            let detail = format!("the key is valid from {} on; it is {now}", content.not_before.0);
            return Err(Problem::new(Kind::StaleKey, detail));
        }
        if now >= content.expires.0 {
            let detail = format!("the key was valid until {}; it is {now}", content.expires.0);
            return Err(Problem::new(Kind::StaleKey, detail));
        }
        let phone = VerifyingKey::from_bytes(&content.phone_key.0).map_err(|_| forged("the key's phone has no key"))?;
        check(&phone, &proof.evidence)
            .map_err(|()| forged("the proof is not signed by the phone that the key is for"))?;
        if proof.content.command != right {
            return Err(Problem::new(Kind::WrongKey, "the proof is for another command"));
        }
        Ok(KeyUse {
            key_id: content.key_id,
            command: self.command,
            nonce: proof.content.challenge.nonce,
            counter: proof.content.counter,
        })
    }
}

fn check(key: &VerifyingKey, evidence: &Evidence<'_>) -> Result<(), ()> {
    let mut buffer = [0; TO_BE_SIGNED_BYTES_MAX];
    let covered = evidence.to_be_signed(&mut buffer).map_err(|_| ())?;
    key.verify_strict(covered, &Signature::from_bytes(evidence.signature())).map_err(|_| ())
}

fn forged(detail: impl Into<Cow<'static, str>>) -> Problem {
    Problem::new(Kind::ForgedKey, detail)
}
