//! Frames that the build script signed.

include!(concat!(env!("OUT_DIR"), "/frames.rs"));

/// A frame, and the nonce of the challenge that it answers.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// What the door must be given when it makes the challenge.
    pub nonce: u64,
    /// The answer, with its closing zero.
    pub frame: &'static [u8],
}

/// Tells the door the time: the first thing that it must hear.
pub const fn update() -> Asked {
    UPDATE
}

/// Unlocks, as the first command.
pub const fn unlock() -> Asked {
    UNLOCK
}

/// Locks, as the second command.
pub const fn lock() -> Asked {
    LOCK
}

/// Unlocks, as the second command.
pub const fn unlock_later() -> Asked {
    UNLOCK_LATER
}

/// Bad keys, as the second command: what is wrong, and the number of the refusal that it must meet.
pub const fn bad() -> &'static [(&'static str, u8, Asked)] {
    &BAD
}
