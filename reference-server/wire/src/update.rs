//! What the vendor tells a door.

use crate::{CarId, CarSeconds};

/// A signed word from the vendor: the time, and which keys are revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VendorUpdate {
    /// The one car it is for.
    pub car: CarId,
    /// The start of the door's controller it is for: an update from before a restart is no good after it.
    pub boot_epoch: u32,
    /// The time now.
    pub time: CarSeconds,
    /// Keys of a lower epoch are revoked. Never goes down.
    pub epoch_min: u32,
}
