//! Ten-minute slots: the grain in which cars are booked.

/// Length of a slot, seconds.
pub const SLOT_SECONDS: i64 = 600;

/// A stretch of time in whole slots since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slots {
    /// The first slot.
    pub from: i64,
    /// The slot after the last one.
    pub until: i64,
}

impl Slots {
    /// When the first slot begins, seconds since the Unix epoch.
    pub const fn from_seconds(self) -> i64 {
        self.from * SLOT_SECONDS
    }

    /// When the last slot ends, seconds since the Unix epoch.
    pub const fn until_seconds(self) -> i64 {
        self.until * SLOT_SECONDS
    }
}
