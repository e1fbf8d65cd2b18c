//! Case a, the hold model: every event that happens is scheduled again, a random time later, so that the number of pending events
//! never changes. It measures the pending-event set and the way to the handler, and nothing else (Jones: "An empirical
//! comparison of priority-queue and event-set implementations", CACM 29(4), 1986).

use crate::Luck;

const DELAYS: usize = 8192;

/// The delays, drawn beforehand so that random numbers are no part of the measurement.
#[derive(Clone, Debug)]
pub struct Delays<T> {
    delays: Vec<T>,
    next: usize,
}

impl<T: Copy> Delays<T> {
    /// Exponential delays with mean 1 s, converted once into what the engine takes.
    pub fn new(seed: u64, convert: impl FnMut(f64) -> T) -> Self {
        let mut luck = Luck::new(seed);
        Self { delays: (0..DELAYS).map(|_| luck.exponential(1.0)).map(convert).collect(), next: 0 }
    }

    /// The next delay, round and round.
    #[inline]
    #[allow(clippy::should_implement_trait, reason = "it never ends, which an iterator's `next` could not say")]
    pub fn next(&mut self) -> T {
        self.next = (self.next + 1) % DELAYS;
        self.delays[self.next]
    }
}

/// First delays of the pending events, mean 1 s: where each of them stands when the run begins \[s\].
pub fn first_delays(pending: u32, seed: u64) -> impl Iterator<Item = f64> {
    let mut luck = Luck::new(seed ^ 0x5eed);
    (0..pending).map(move |_| luck.exponential(1.0))
}

/// Events before the measurement: each pending event is exchanged about once, so that the set has its steady shape.
pub fn warm_up_events(pending: u32) -> u64 {
    u64::from(pending).max(500_000)
}

/// Events that are measured.
pub fn measured_events(pending: u32) -> u64 {
    (3 * u64::from(pending)).max(2_000_000)
}

/// Simulated time in which so many events happen, in the mean \[s\].
pub fn seconds(events: u64, pending: u32) -> f64 {
    events as f64 / f64::from(pending)
}
