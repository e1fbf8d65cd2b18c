//! What the vendor tells a door.

use crate::{CarId, CarSeconds, IssuerId};

/// A signed word from the vendor: the time, and which keys are revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VendorUpdate {
    /// The one car it is for.
    pub car: CarId,
    /// The start of the door's controller it is for: an update from before a restart is no good after it.
    pub boot_epoch: u32,
    /// The nonce of the challenge it answers, so that nobody can hold it back; 0 when it answers none.
    pub nonce: u64,
    /// The time now.
    pub time: CarSeconds,
    /// Keys of a lower epoch are revoked. Never goes down.
    pub epoch_min: u32,
    /// Issuers of a lower number are retired: what they sign is worth nothing. At most the number of the one who signs
    /// this. Never goes down.
    pub issuer_min: IssuerId,
}
