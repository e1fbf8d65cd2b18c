//! What goes into a controller and what comes out.

use crate::{BoltSense, Memory, Motor, Part, Sleep, Wake};
use stranded_wire::{DecodeError, LogEvent, Reply};

/// What happens to a controller.
#[derive(Clone, Copy, Debug)]
pub enum Event<'bytes> {
    /// A frame came, or something that should have been one.
    Frame {
        /// Its body, or what is wrong with it: what a `Link` or a `FrameReader` gives.
        body: Result<&'bytes [u8], DecodeError>,
        /// Fresh random bits, from a source that nobody can predict.
        nonce: u64,
        /// The server has confirmed what this frame asks, live, over a channel of its own.
        server_confirmed: bool,
    },
    /// The phone is out of radio range.
    PhoneLeft,
    /// The bolt's sensor speaks: at every change, and now and then without one.
    Bolt(BoltSense),
    /// The battery was measured.
    Battery {
        /// Its voltage.
        millivolts: u16,
    },
    /// Time passes: ten times a second or so while awake.
    Tick,
    /// The controller was woken.
    Wake(Wake),
    /// A part shows life.
    Alive(Part),
}

/// What the board must do, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Effect {
    /// Give the motor an order.
    Drive(Motor),
    /// Let the engine start.
    EnableStart,
    /// Write the memory to flash before going on.
    Remember(Memory),
    /// Send a reply to the phone.
    Send(Reply),
    /// Send the whole log, line by line, before going on.
    SendLog,
    /// Append to the log.
    Record(LogEvent),
    /// Feed the hardware's watchdog.
    FeedWatchdog,
    /// Sleep.
    Sleep(Sleep),
}

/// So many effects one event has at most.
pub const EFFECTS_MAX: usize = 6;

/// What one event leads to.
pub type Effects = heapless::Vec<Effect, EFFECTS_MAX>;
