//! What a door must not forget when the power goes.

use stranded_wire::IssuerId;

/// What a door must not forget when the power goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Which start of the controller this is.
    pub boot_epoch: u32,
    /// Keys of a lower epoch are revoked.
    pub epoch_min: u32,
    /// Issuers of a lower number are retired.
    pub issuer_min: IssuerId,
}

pub(crate) const MEMORY_BYTES: usize = 12;

impl Memory {
    /// A door that has never started: nothing is revoked.
    pub const BLANK: Self = Self { boot_epoch: 0, epoch_min: 0, issuer_min: IssuerId(0) };

    pub(crate) fn to_bytes(self) -> [u8; MEMORY_BYTES] {
        let mut bytes = [0; MEMORY_BYTES];
        for (place, number) in bytes.chunks_exact_mut(4).zip([self.boot_epoch, self.epoch_min, self.issuer_min.0]) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    pub(crate) fn from_bytes(bytes: [u8; MEMORY_BYTES]) -> Self {
        let number =
            |index: usize| u32::from_le_bytes([bytes[index], bytes[index + 1], bytes[index + 2], bytes[index + 3]]);
        Self { boot_epoch: number(0), epoch_min: number(4), issuer_min: IssuerId(number(8)) }
    }
}
