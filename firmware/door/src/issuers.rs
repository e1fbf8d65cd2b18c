//! The vendor's signing keys that a door trusts.

use stranded_wire::{IssuerId, PublicKey};

/// So many keys fit: one in use, one to follow, two to spare.
pub const ISSUERS_MAX: usize = 4;

/// The keys a door was given at the factory, less those that were retired since.
///
/// The next key's public half is in the door from the beginning and its secret half in a safe. When the key in use
/// leaks, an update signed by the next retires it. An update retires only numbers below its signer's, so that a leaked
/// key cannot retire its successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issuers {
    keys: [Option<(IssuerId, PublicKey)>; ISSUERS_MAX],
    id_min: IssuerId,
}

impl Issuers {
    /// These keys, of which those with a number below `id_min` are retired.
    ///
    /// # Panics
    ///
    /// With more than [`ISSUERS_MAX`] keys.
    pub const fn new(keys: &[(IssuerId, PublicKey)], id_min: IssuerId) -> Self {
        assert!(keys.len() <= ISSUERS_MAX, "too many issuers");
        let mut places = [None; ISSUERS_MAX];
        let mut index = 0;
        while index < keys.len() {
            places[index] = Some(keys[index]);
            index += 1;
        }
        Self { keys: places, id_min }
    }

    /// The public key with this number, if it is trusted.
    pub fn key(&self, id: IssuerId) -> Option<PublicKey> {
        if self.is_retired(id) {
            return None;
        }
        self.keys.iter().flatten().find(|(known, _)| *known == id).map(|(_, key)| *key)
    }

    /// Whether this number was retired.
    pub fn is_retired(&self, id: IssuerId) -> bool {
        id < self.id_min
    }

    /// Lower numbers are retired.
    pub const fn id_min(&self) -> IssuerId {
        self.id_min
    }

    /// Retires lower numbers. Never brings one back.
    pub fn retire_below(&mut self, id_min: IssuerId) {
        self.id_min = self.id_min.max(id_min);
    }
}
