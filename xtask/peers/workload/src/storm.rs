//! Case c: a retry storm that outlives its trigger.
//!
//! One server, 100 requests/s; 80 clients/s. An attempt times out after 1 s, a client makes three at once one after the other, and
//! nobody takes abandoned work out of the line. From 60 s to 70 s the server works at half its speed. Requests whose service
//! begins in that time take twice as long.

use std::time::Duration;

use crate::{Luck, Measurement};

/// Clients \[1/s\].
pub const CLIENTS_PER_SECOND: f64 = 80.0;
/// Requests that the server can serve \[1/s\].
pub const SERVED_PER_SECOND: f64 = 100.0;
/// How long a client waits for an answer \[s\].
pub const TIMEOUT: f64 = 1.0;
/// Attempts of a client, the first one included.
pub const ATTEMPTS_MAX: u8 = 3;
/// When the trigger begins and ends \[s\].
pub const TRIGGER: std::ops::Range<f64> = 60.0..70.0;
/// Speed of the server during the trigger.
pub const TRIGGER_SPEED: f64 = 0.5;
/// From when on goodput counts \[s\].
pub const MEASURED_FROM: f64 = 200.0;

/// The system without its clock.
///
/// Attempts are numbered as they are sent, and the line is first come, first served: who waits is known from two numbers, so
/// that a line of a million abandoned requests takes no memory. All time-outs are equally long and thus go off in the order of
/// the attempts: which of them have is one more number.
#[derive(Clone, Debug)]
pub struct Storm {
    luck: Luck,
    triggered: bool,
    /// Attempts sent; the number of the next one.
    sent: u32,
    /// Attempts served; the number of the one in service, if any.
    served: u32,
    /// Attempts whose timer has gone off.
    timers_gone: u32,
    timeouts: u64,
    measured: Measured,
}

/// Counts from [`MEASURED_FROM`] on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measured {
    /// Clients.
    pub clients: u64,
    /// Attempts, the first ones included.
    pub attempts: u64,
    /// Requests served in time.
    pub in_time: u64,
}

impl Storm {
    /// An empty system.
    pub fn new(triggered: bool, seed: u64) -> Self {
        Self {
            luck: Luck::new(seed),
            triggered,
            sent: 0,
            served: 0,
            timers_gone: 0,
            timeouts: 0,
            measured: Measured::default(),
        }
    }

    /// Time until the next client comes \[s\].
    #[inline]
    pub fn arrival_gap(&mut self) -> f64 {
        self.luck.exponential(1.0 / CLIENTS_PER_SECOND)
    }

    /// A client sends its first attempt: see [`Storm::send`].
    #[inline]
    pub fn arrive(&mut self, now: f64) -> (u32, Option<f64>) {
        self.measured.clients += u64::from(now >= MEASURED_FROM);
        self.send(now)
    }

    /// An attempt is sent: its number, for the timer, and its service time when it is served at once \[s\].
    #[inline]
    pub fn send(&mut self, now: f64) -> (u32, Option<f64>) {
        let attempt = self.sent;
        self.sent += 1;
        self.measured.attempts += u64::from(now >= MEASURED_FROM);
        let idle = attempt == self.served;
        (attempt, idle.then(|| self.service(now)))
    }

    #[inline]
    fn service(&mut self, now: f64) -> f64 {
        let seconds = self.luck.exponential(1.0 / SERVED_PER_SECOND);
        if self.triggered && TRIGGER.contains(&now) { seconds / TRIGGER_SPEED } else { seconds }
    }

    /// The attempt in service is served; the service time of the next one in line \[s\].
    #[inline]
    pub fn complete(&mut self, now: f64) -> Option<f64> {
        if self.served >= self.timers_gone {
            self.measured.in_time += u64::from(now >= MEASURED_FROM);
        }
        self.served += 1;
        (self.served < self.sent).then(|| self.service(now))
    }

    /// The timer of an attempt goes off; whether there was no answer yet.
    #[inline]
    pub fn time_out(&mut self, attempt: u32) -> bool {
        debug_assert_eq!(attempt, self.timers_gone, "equally long timers go off in order");
        self.timers_gone = attempt + 1;
        let unanswered = attempt >= self.served;
        self.timeouts += u64::from(unanswered);
        unanswered
    }

    /// What came out of `seconds` of simulated time that took `elapsed`.
    pub fn measurement(&self, seconds: u32, elapsed: Duration) -> Measurement {
        let events = u64::from(self.sent) + u64::from(self.served) + self.timeouts;
        measurement(events, self.measured, seconds, elapsed)
    }
}

/// The measurement of `seconds` of simulated time that took `elapsed`; `events` are attempts, requests served and time-outs.
pub fn measurement(events: u64, measured: Measured, seconds: u32, elapsed: Duration) -> Measurement {
    Measurement::new(
        events,
        elapsed,
        [
            ("attempts_per_client", measured.attempts as f64 / measured.clients as f64),
            ("goodput_per_second", measured.in_time as f64 / (f64::from(seconds) - MEASURED_FROM)),
        ],
    )
}
