//! Lengths of time.

use std::borrow::Cow;
use std::fmt;
use std::iter::Sum;
use std::ops::Add;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::QuantityError;
use super::amount::{split, unknown_unit};
use super::text::{Quantity, text_quantity};

const NANOSECONDS_PER_SECOND: u64 = 1_000_000_000;

/// Units and their nanoseconds, smallest first.
const UNITS: [(&str, u64); 7] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", NANOSECONDS_PER_SECOND),
    ("min", 60 * NANOSECONDS_PER_SECOND),
    ("h", 3_600 * NANOSECONDS_PER_SECOND),
    ("d", 86_400 * NANOSECONDS_PER_SECOND),
];

const UNIT_NAMES: [&str; 7] = ["ns", "us", "ms", "s", "min", "h", "d"];

/// Words for units that people write, and the unit that they mean.
const SPOKEN: [(&str, &str); 21] = [
    ("nanosecond", "ns"),
    ("nanoseconds", "ns"),
    ("µs", "us"),
    ("μs", "us"),
    ("microseconds", "us"),
    ("msec", "ms"),
    ("millisecond", "ms"),
    ("milliseconds", "ms"),
    ("sec", "s"),
    ("secs", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("m", "min"),
    ("mins", "min"),
    ("minute", "min"),
    ("minutes", "min"),
    ("hr", "h"),
    ("hour", "h"),
    ("hours", "h"),
    ("day", "d"),
    ("days", "d"),
];

/// A length of time, zero or more, in whole nanoseconds; written `"15 s"`, `"10 min"` or `"6.5 h"`.
///
/// The longest is 2^64 - 1 ns, about 584 years. Text finer than a nanosecond is rounded to the nearest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    nanoseconds: u64,
}

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self { nanoseconds: 0 };
    /// The longest duration there is, about 584 years.
    pub const MAX: Self = Self { nanoseconds: u64::MAX };

    /// A duration of whole nanoseconds.
    pub const fn from_nanoseconds(nanoseconds: u64) -> Self {
        Self { nanoseconds }
    }

    /// A duration of whole milliseconds; saturates at [`Duration::MAX`].
    pub const fn milliseconds(milliseconds: u64) -> Self {
        Self { nanoseconds: milliseconds.saturating_mul(1_000_000) }
    }

    /// A duration of whole seconds; saturates at [`Duration::MAX`].
    pub const fn seconds(seconds: u64) -> Self {
        Self { nanoseconds: seconds.saturating_mul(NANOSECONDS_PER_SECOND) }
    }

    /// A duration of whole minutes; saturates at [`Duration::MAX`].
    pub const fn minutes(minutes: u64) -> Self {
        Self::seconds(minutes.saturating_mul(60))
    }

    /// A duration of whole hours; saturates at [`Duration::MAX`].
    pub const fn hours(hours: u64) -> Self {
        Self::seconds(hours.saturating_mul(3_600))
    }

    /// A duration of whole days of 24 hours; saturates at [`Duration::MAX`].
    pub const fn days(days: u64) -> Self {
        Self::seconds(days.saturating_mul(86_400))
    }

    /// A duration of `seconds` (s), rounded to the nearest nanosecond; saturates at [`Duration::MAX`].
    ///
    /// # Panics
    /// If `seconds` is negative or not a number: that is a mistake in the program, not in a scenario.
    pub fn from_seconds(seconds: f64) -> Self {
        assert!(seconds >= 0.0, "a duration cannot be {seconds} s");
        Self { nanoseconds: libm::round(seconds * NANOSECONDS_PER_SECOND as f64) as u64 }
    }

    /// The duration in seconds (s).
    pub fn as_seconds(self) -> f64 {
        self.nanoseconds as f64 / NANOSECONDS_PER_SECOND as f64
    }

    /// The duration in whole nanoseconds (ns).
    pub const fn as_nanoseconds(self) -> u64 {
        self.nanoseconds
    }

    /// Whether the duration is zero.
    pub const fn is_zero(self) -> bool {
        self.nanoseconds == 0
    }

    /// What is left after `other`, never less than zero.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self { nanoseconds: self.nanoseconds.saturating_sub(other.nanoseconds) }
    }

    /// This duration `factor` times over, rounded to the nearest nanosecond; saturates at [`Duration::MAX`].
    ///
    /// # Panics
    /// If `factor` is negative or not a number.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        assert!(factor >= 0.0, "a duration cannot be scaled by {factor}");
        Self { nanoseconds: libm::round(self.nanoseconds as f64 * factor) as u64 }
    }
}

impl Add for Duration {
    type Output = Self;

    /// The two durations one after the other; saturates at [`Duration::MAX`].
    fn add(self, other: Self) -> Self {
        Self { nanoseconds: self.nanoseconds.saturating_add(other.nanoseconds) }
    }
}

impl Sum for Duration {
    fn sum<I: Iterator<Item = Self>>(durations: I) -> Self {
        durations.fold(Self::ZERO, Add::add)
    }
}

impl From<Duration> for std::time::Duration {
    fn from(duration: Duration) -> Self {
        Self::from_nanos(duration.nanoseconds)
    }
}

impl Quantity for Duration {
    const EXPECTED: &'static str = "a duration such as \"15 s\", \"10 min\" or \"6.5 h\"";

    fn from_number(number: f64) -> Result<Self, QuantityError> {
        let reason = format!("the unit is missing; write \"{number} s\" if seconds are meant");
        Err(QuantityError::number(Self::EXPECTED, number, reason))
    }
}

impl FromStr for Duration {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let wrong = |reason: String| QuantityError::text(Self::EXPECTED, text, reason);
        let (number, unit) = split(text).map_err(wrong)?;
        if unit.is_empty() {
            return Err(wrong(format!("the unit is missing; use one of {}", UNIT_NAMES.join(", "))));
        }
        let Some((_, nanoseconds_per_unit)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(wrong(unknown_unit(unit, &UNIT_NAMES, &SPOKEN)));
        };
        if number.negative && number.mantissa > 0 {
            return Err(wrong("a duration cannot be negative".to_owned()));
        }
        match number.times(*nanoseconds_per_unit) {
            Some(nanoseconds) => Ok(Self { nanoseconds }),
            None => Err(wrong("the longest duration is 584 years".to_owned())),
        }
    }
}

impl fmt::Display for Duration {
    /// The shortest exact number, and of equally short ones that with the largest unit.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_zero() {
            return formatter.pad("0 s");
        }
        let mut shortest: Option<(String, &str)> = None;
        for (name, nanoseconds_per_unit) in UNITS {
            if let Some(number) = exact_quotient(self.nanoseconds, nanoseconds_per_unit)
                && shortest.as_ref().is_none_or(|(best, _)| number.len() <= best.len())
            {
                shortest = Some((number, name));
            }
        }
        // One nanosecond divides everything, so there always is a shortest.
        let (number, name) = shortest.unwrap_or_default();
        formatter.pad(&format!("{number} {name}"))
    }
}

/// `nanoseconds / unit` as an exact decimal number, if it has one of at most 18 decimal places.
fn exact_quotient(nanoseconds: u64, unit: u64) -> Option<String> {
    let mut text = (nanoseconds / unit).to_string();
    let mut remainder = u128::from(nanoseconds % unit);
    if remainder > 0 {
        text.push('.');
    }
    for _ in 0..18 {
        if remainder == 0 {
            break;
        }
        remainder *= 10;
        let digit = (remainder / u128::from(unit)) as u8;
        text.push(char::from(b'0' + digit));
        remainder %= u128::from(unit);
    }
    (remainder == 0).then_some(text)
}

text_quantity!(Duration);

impl JsonSchema for Duration {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A length of time with its unit: ns, us, ms, s, min, h or d.",
            "pattern": r"^\s*\+?[0-9][0-9_]*(\.[0-9_]*)?([eE][+-]?[0-9]+)?\s*(ns|us|ms|s|min|h|d)\s*$",
            "examples": ["15 s", "10 min", "6.5 h"],
        })
    }
}
