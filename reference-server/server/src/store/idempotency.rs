//! Requests that may come again.

use super::{StoreError, StoreResult};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

/// The SHA-256 of what was asked.
pub type Fingerprint = [u8; 32];

/// How a request that comes again is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// The header `Idempotency-Key`; it belongs to the renter.
    pub key: String,
    /// What was asked, so that another request with the same key is found out.
    pub fingerprint: Fingerprint,
}

impl Idempotency {
    /// The key with what it was sent for.
    pub fn new(key: String, method_and_path: &str, body: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(method_and_path.as_bytes());
        hash.update([0]);
        hash.update(body);
        Self { key, fingerprint: hash.finalize().into() }
    }

    /// The answer that was stored.
    pub(crate) fn replay<T: DeserializeOwned>(&self, fingerprint: &[u8], answer: &str) -> StoreResult<T> {
        if self.fingerprint != fingerprint {
            return Err(StoreError::KeyReused);
        }
        serde_json::from_str(answer).map_err(|error| StoreError::Database(format!("a stored answer: {error}")))
    }

    /// The answer as it is stored.
    pub(crate) fn stored<T: Serialize>(answer: &T) -> StoreResult<String> {
        serde_json::to_string(answer).map_err(|error| StoreError::Database(format!("an answer to store: {error}")))
    }
}
