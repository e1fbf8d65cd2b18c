//! The average of a quantity over time.

use crate::{Span, Time};

/// The time-weighted average of a quantity that changes at events: a queue's length, busy servers.
///
/// Between two changes the quantity is constant, so that its integral is a sum of rectangles (Law, "Simulation Modeling and Analysis",
/// 5th edition, section 1.4.1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeAverage {
    start: Time,
    since: Time,
    value: f64,
    /// Integral of the value from `start` to `since`, in seconds.
    area: f64,
}

impl TimeAverage {
    /// Starts to observe a quantity.
    pub const fn new(start: Time, value: f64) -> Self {
        Self { start, since: start, value, area: 0.0 }
    }

    /// The quantity has another value from now on.
    ///
    /// # Panics
    /// When `now` lies before the last change.
    #[inline]
    pub fn set(&mut self, now: Time, value: f64) {
        self.area += self.value * (now - self.since).as_seconds();
        self.since = now;
        self.value = value;
    }

    /// The present value.
    pub const fn value(&self) -> f64 {
        self.value
    }

    /// Forgets what was before now: the end of a warm-up.
    pub const fn restart(&mut self, now: Time) {
        *self = Self::new(now, self.value);
    }

    /// The average from the start until now; the present value when no time has passed.
    ///
    /// # Panics
    /// When `now` lies before the last change.
    pub fn mean(&self, now: Time) -> f64 {
        let observed = now - self.start;
        if observed == Span::ZERO {
            return self.value;
        }
        (self.area + self.value * (now - self.since).as_seconds()) / observed.as_seconds()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_weighs_values_by_how_long_they_lasted() {
        let second = |seconds: f64| Time::from_seconds(seconds);
        let mut length = TimeAverage::new(second(10.0), 0.0);
        assert_eq!(length.mean(second(10.0)).to_bits(), 0.0_f64.to_bits());
        length.set(second(11.0), 4.0);
        length.set(second(12.0), 1.0);
        // 1 s of 0, 1 s of 4, 2 s of 1.
        assert!((length.mean(second(14.0)) - 1.5).abs() < 1e-12);
        length.restart(second(14.0));
        assert!((length.mean(second(20.0)) - 1.0).abs() < 1e-12);
    }
}
