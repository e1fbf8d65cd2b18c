//! How often something happens.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::amount::{split, unknown_unit};
use super::text::{Quantity, text_quantity};
use super::{Duration, QuantityError};

const UNIT_NAMES: [&str; 4] = ["/s", "/min", "/h", "/day"];

/// Words for units that people write, and the unit that they mean.
const SPOKEN: [(&str, &str); 18] = [
    ("hz", "/s"),
    ("s", "/s"),
    ("/sec", "/s"),
    ("/second", "/s"),
    ("per second", "/s"),
    ("per s", "/s"),
    ("min", "/min"),
    ("/m", "/min"),
    ("/minute", "/min"),
    ("per minute", "/min"),
    ("h", "/h"),
    ("/hr", "/h"),
    ("/hour", "/h"),
    ("per hour", "/h"),
    ("/d", "/day"),
    ("d", "/day"),
    ("day", "/day"),
    ("per day", "/day"),
];

/// The time that a rate counts over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RateUnit {
    /// `/s`
    Second,
    /// `/min`
    Minute,
    /// `/h`
    Hour,
    /// `/day`, 24 hours
    Day,
}

impl RateUnit {
    const ALL: [Self; 4] = [Self::Second, Self::Minute, Self::Hour, Self::Day];

    /// The unit as it is written, such as `/min`.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Second => "/s",
            Self::Minute => "/min",
            Self::Hour => "/h",
            Self::Day => "/day",
        }
    }

    /// The length of the unit in seconds (s).
    pub const fn seconds(self) -> f64 {
        match self {
            Self::Second => 1.0,
            Self::Minute => 60.0,
            Self::Hour => 3_600.0,
            Self::Day => 86_400.0,
        }
    }
}

/// How often something happens, zero or more; written `"80 /s"`, `"15 /min"`, `"15 /h"` or `"1.29 /day"`.
///
/// It keeps the unit it was written with, so that it is shown as it was written; comparisons look at the rate alone.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    amount: f64,
    unit: RateUnit,
}

impl Rate {
    /// Never.
    pub const ZERO: Self = Self { amount: 0.0, unit: RateUnit::Second };

    /// A rate of `amount` events in each `unit`.
    ///
    /// # Panics
    /// If `amount` is negative or not finite: that is a mistake in the program, not in a scenario.
    pub const fn new(amount: f64, unit: RateUnit) -> Self {
        assert!(amount >= 0.0 && amount.is_finite(), "a rate is a finite number of zero or more");
        Self { amount, unit }
    }

    /// A rate in events a second (1/s). Panics as [`Rate::new`].
    pub const fn from_per_second(amount: f64) -> Self {
        Self::new(amount, RateUnit::Second)
    }

    /// A rate in events a minute (1/min). Panics as [`Rate::new`].
    pub const fn from_per_minute(amount: f64) -> Self {
        Self::new(amount, RateUnit::Minute)
    }

    /// A rate in events an hour (1/h). Panics as [`Rate::new`].
    pub const fn from_per_hour(amount: f64) -> Self {
        Self::new(amount, RateUnit::Hour)
    }

    /// A rate in events a day of 24 hours (1/day). Panics as [`Rate::new`].
    pub const fn from_per_day(amount: f64) -> Self {
        Self::new(amount, RateUnit::Day)
    }

    /// The rate in events a second (1/s).
    pub fn per_second(self) -> f64 {
        self.amount / self.unit.seconds()
    }

    /// The mean time between two events; `None` if there never are any.
    pub fn mean_gap(self) -> Option<Duration> {
        (self.amount > 0.0).then(|| Duration::from_seconds(self.unit.seconds() / self.amount))
    }

    /// Whether nothing ever happens.
    pub fn is_zero(self) -> bool {
        self.amount <= 0.0
    }

    /// This rate `factor` times over, in the same unit. Panics as [`Rate::new`].
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self::new(self.amount * factor, self.unit)
    }
}

impl PartialEq for Rate {
    fn eq(&self, other: &Self) -> bool {
        self.per_second() == other.per_second()
    }
}

impl PartialOrd for Rate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.per_second().partial_cmp(&other.per_second())
    }
}

impl Quantity for Rate {
    const EXPECTED: &'static str = "a rate such as \"80 /s\", \"15 /min\", \"15 /h\" or \"1.29 /day\"";

    fn from_number(number: f64) -> Result<Self, QuantityError> {
        let reason = format!("the unit is missing; write \"{number} /s\" if times a second are meant");
        Err(QuantityError::number(Self::EXPECTED, number, reason))
    }
}

impl FromStr for Rate {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let wrong = |reason: String| QuantityError::text(Self::EXPECTED, text, reason);
        let (number, unit) = split(text).map_err(wrong)?;
        if unit.is_empty() {
            return Err(wrong(format!("the unit is missing; use one of {}", UNIT_NAMES.join(", "))));
        }
        // "15 / min" is as clear as "15 /min".
        let close: String = if unit.starts_with('/') { unit.replace(' ', "") } else { unit.to_owned() };
        let Some(unit) = RateUnit::ALL.into_iter().find(|candidate| candidate.symbol() == close) else {
            return Err(wrong(unknown_unit(unit, &UNIT_NAMES, &SPOKEN)));
        };
        if number.value < 0.0 {
            return Err(wrong("a rate cannot be negative".to_owned()));
        }
        Ok(Self { amount: number.value.abs(), unit })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&format!("{} {}", self.amount, self.unit.symbol()))
    }
}

text_quantity!(Rate);

impl JsonSchema for Rate {
    fn schema_name() -> Cow<'static, str> {
        "Rate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "How often something happens, with its unit: /s, /min, /h or /day.",
            "pattern": r"^\s*\+?[0-9][0-9_]*(\.[0-9_]*)?([eE][+-]?[0-9]+)?\s*/ *(s|min|h|day)\s*$",
            "examples": ["80 /s", "15 /min", "1.29 /day"],
        })
    }
}
