//! Simulated time in whole nanoseconds.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

const NANOSECONDS_PER_SECOND: f64 = 1e9;

/// A moment, in nanoseconds since the start of the run. Covers 584 years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

/// A stretch of time, in nanoseconds; never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

impl Time {
    /// The start of the run.
    pub const ZERO: Self = Self(0);
    /// Later than every event: what is scheduled here never happens.
    pub const NEVER: Self = Self(u64::MAX);

    /// From whole nanoseconds since the start of the run.
    pub const fn from_nanoseconds(nanoseconds: u64) -> Self {
        Self(nanoseconds)
    }

    /// From seconds since the start of the run, rounded to the nearest nanosecond; negative and NaN become zero, what is too
    /// large becomes [`Time::NEVER`].
    #[inline]
    pub fn from_seconds(seconds: f64) -> Self {
        Self(Span::from_seconds(seconds).0)
    }

    /// Nanoseconds since the start of the run.
    pub const fn as_nanoseconds(self) -> u64 {
        self.0
    }

    /// Seconds since the start of the run.
    #[inline]
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / NANOSECONDS_PER_SECOND
    }

    /// Whole minutes since the start of the run.
    pub const fn as_whole_minutes(self) -> u64 {
        self.0 / 60_000_000_000
    }

    /// Time since `earlier`, zero when `earlier` is later.
    pub const fn saturating_since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// From whole nanoseconds.
    pub const fn from_nanoseconds(nanoseconds: u64) -> Self {
        Self(nanoseconds)
    }

    /// From seconds, rounded to the nearest nanosecond; negative and NaN become zero, what is too large the longest span.
    #[inline]
    pub fn from_seconds(seconds: f64) -> Self {
        // `as` saturates and sends NaN to zero, which is what the documentation promises.
        Self((seconds * NANOSECONDS_PER_SECOND + 0.5) as u64)
    }

    /// In nanoseconds.
    pub const fn as_nanoseconds(self) -> u64 {
        self.0
    }

    /// In seconds.
    #[inline]
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / NANOSECONDS_PER_SECOND
    }
}

impl Add<Span> for Time {
    type Output = Self;

    /// Saturates at [`Time::NEVER`], so that an endless span schedules nothing instead of wrapping into the past.
    #[inline]
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for Time {
    #[inline]
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Add for Span {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Time {
    type Output = Span;

    /// # Panics
    /// When the result would be negative: time never runs back, so that is a bug of the model.
    #[inline]
    fn sub(self, earlier: Self) -> Span {
        Span(self.0.checked_sub(earlier.0).expect("time ran back"))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / 1_000_000_000;
        write!(
            formatter,
            "{}:{:02}:{:02}.{:03}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            self.0 / 1_000_000 % 1000
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_round_to_the_nearest_nanosecond_and_saturate() {
        assert_eq!(Span::from_seconds(1.000_000_000_6), Span::from_nanoseconds(1_000_000_001));
        assert_eq!(Span::from_seconds(-1.0), Span::ZERO);
        assert_eq!(Span::from_seconds(f64::NAN), Span::ZERO);
        assert_eq!(Time::from_seconds(f64::INFINITY), Time::NEVER);
    }

    #[test]
    fn adding_an_endless_span_never_wraps() {
        assert_eq!(Time::from_seconds(5.0) + Span::from_nanoseconds(u64::MAX), Time::NEVER);
    }

    #[test]
    #[should_panic(expected = "time ran back")]
    fn a_negative_span_is_a_bug() {
        let _ = Time::ZERO - Time::from_seconds(1.0);
    }

    #[test]
    fn displays_hours_minutes_seconds_milliseconds() {
        assert_eq!(Time::from_seconds(3_723.456_7).to_string(), "1:02:03.456");
    }
}
