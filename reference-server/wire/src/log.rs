//! What a door writes down, as it tells it to the operator's staff.

use crate::{CarSeconds, Refusal};

/// One line of a door's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LogEntry {
    /// Counts entries over the door's life; a gap tells that older ones were overwritten or lost.
    pub sequence: u32,
    /// Which start of the controller.
    pub boot_epoch: u32,
    /// Since that start, milliseconds.
    pub uptime_milliseconds: u64,
    /// The date, if the door knew it.
    pub time: Option<CarSeconds>,
    /// What happened.
    pub event: LogEvent,
}

/// Something worth remembering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogEvent {
    /// The controller started.
    Started,
    /// A key unlocked the doors, and the bolt got there.
    Unlocked {
        /// Which key.
        key_id: u64,
    },
    /// A key locked the doors, and the bolt got there.
    Locked {
        /// Which key.
        key_id: u64,
    },
    /// A key let the engine start.
    EngineEnabled {
        /// Which key.
        key_id: u64,
    },
    /// A key read this log.
    LogRead {
        /// Which key.
        key_id: u64,
    },
    /// The doors locked because the phone went away.
    LockedBehindPhone,
    /// A message was refused. Only what shows an attack or concerns a key is written, not every damaged frame.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// The vendor's update was accepted.
    Updated {
        /// Keys of a lower epoch are revoked.
        epoch_min: u32,
    },
    /// The bolt did not get where it was sent.
    BoltFailed {
        /// Why.
        fault: BoltFault,
    },
    /// Somebody moved the bolt by hand.
    MovedByHand,
    /// The battery fell below the cut-out.
    BatteryLow {
        /// At what voltage, millivolts.
        millivolts: u16,
    },
    /// The battery is well again.
    BatteryGood {
        /// At what voltage, millivolts.
        millivolts: u16,
    },
    /// Something in the controller hangs; the watchdog will start it anew.
    Hung,
}

/// Why the bolt is not where it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoltFault {
    /// It met resistance, at every try.
    Jammed,
    /// It did not report its arrival in time, at any try.
    TimedOut,
}

impl BoltFault {
    /// The fault's number on the wire.
    pub const fn code(self) -> u8 {
        match self {
            Self::Jammed => 0,
            Self::TimedOut => 1,
        }
    }

    /// The fault with this number.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Jammed),
            1 => Some(Self::TimedOut),
            _ => None,
        }
    }
}

impl core::fmt::Display for BoltFault {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(match self {
            Self::Jammed => "the bolt is jammed",
            Self::TimedOut => "the bolt does not report where it is",
        })
    }
}
