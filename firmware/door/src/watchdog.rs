//! Feeds the hardware's watchdog only while every part shows life.
//!
//! A watchdog that any loop can feed guards that loop alone. Here each part checks in for itself, and one that falls
//! silent lets the whole controller restart.

use crate::Milliseconds;

/// What must show life. Whoever hands events to the controller needs no entry: without it, nobody feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Whatever receives frames: its task runs, whether or not frames come.
    Link,
    /// Whatever reads the bolt's sensor.
    Bolt,
}

const PARTS: usize = 2;

impl Part {
    const fn index(self) -> usize {
        match self {
            Self::Link => 0,
            Self::Bolt => 1,
        }
    }
}

/// Knows when each part last showed life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watchdog {
    patience_milliseconds: u32,
    seen_at: [Milliseconds; PARTS],
    barked: bool,
}

impl Watchdog {
    /// A watchdog for parts that have just started. The hardware's own time-out should be shorter than the patience, so
    /// that a controller that hangs altogether restarts sooner.
    pub const fn new(patience_milliseconds: u32) -> Self {
        Self { patience_milliseconds, seen_at: [Milliseconds(0); PARTS], barked: false }
    }

    /// A part shows life.
    pub fn check_in(&mut self, now: Milliseconds, part: Part) {
        self.seen_at[part.index()] = now;
    }

    /// After sleep, silence is no fault.
    pub fn forget(&mut self, now: Milliseconds) {
        self.seen_at = [now; PARTS];
    }

    /// Whether to feed the hardware's watchdog.
    pub fn may_feed(&self, now: Milliseconds) -> bool {
        self.seen_at.iter().all(|&seen_at| now.since(seen_at).0 <= u64::from(self.patience_milliseconds))
    }

    /// True the first time a part is found silent.
    pub fn barks(&mut self, now: Milliseconds) -> bool {
        let barks = !self.barked && !self.may_feed(now);
        self.barked |= barks;
        barks
    }
}
