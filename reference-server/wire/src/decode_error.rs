//! Why bytes are no message.

use crate::Refusal;
use core::fmt;

/// Why bytes are no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecodeError {
    /// Longer than any message, or any key, can be.
    Oversized,
    /// Ends too early.
    Truncated,
    /// The check sum is wrong.
    Corrupted,
    /// Whole, and means nothing.
    Malformed,
    /// Another version of the protocol.
    WrongVersion,
}

impl From<DecodeError> for Refusal {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Oversized => Self::Oversized,
            DecodeError::Truncated => Self::Truncated,
            DecodeError::Corrupted => Self::Corrupted,
            DecodeError::Malformed => Self::Malformed,
            DecodeError::WrongVersion => Self::WrongVersion,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Refusal::from(*self).fmt(formatter)
    }
}

impl core::error::Error for DecodeError {}
