//! Times of day.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::QuantityError;
use super::text::{Quantity, text_quantity};

/// A time of day from `"00:00"` to `"24:00"` (the end of the day), by the second; written `"21:00"` or `"21:00:30"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clock {
    seconds_of_day: u32,
}

impl Clock {
    const SECONDS_PER_DAY: u32 = 86_400;

    /// The time of day at `hour` (0 to 24) and `minute` (0 to 59).
    ///
    /// # Panics
    /// If there is no such time of day: that is a mistake in the program, not in a scenario.
    pub const fn at(hour: u32, minute: u32) -> Self {
        assert!(hour <= 24 && minute < 60, "an hour is 0 to 24 and a minute 0 to 59");
        let seconds_of_day = hour * 3_600 + minute * 60;
        assert!(seconds_of_day <= Self::SECONDS_PER_DAY, "the day ends at 24:00");
        Self { seconds_of_day }
    }

    /// Seconds since midnight (s), 0 to 86,400.
    pub const fn seconds_of_day(self) -> u32 {
        self.seconds_of_day
    }
}

impl Quantity for Clock {
    const EXPECTED: &'static str = "a time of day such as \"21:00\" or \"06:30\"";
    const IS_DATE_OR_TIME: bool = true;

    fn from_number(number: f64) -> Result<Self, QuantityError> {
        Err(QuantityError::number(Self::EXPECTED, number, "write hours and minutes with a colon between them"))
    }
}

impl FromStr for Clock {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let wrong = |reason: &str| QuantityError::text(Self::EXPECTED, text, reason);
        let parts: Vec<&str> = text.trim().split(':').collect();
        let (2 | 3) = parts.len() else {
            return Err(wrong("write hours and minutes with a colon between them"));
        };
        let mut numbers = [0_u32; 3];
        for (number, part) in numbers.iter_mut().zip(&parts) {
            let is_short = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            if !is_short {
                return Err(wrong("write hours and minutes in two digits each"));
            }
            *number = part.parse().map_err(|_| wrong("write hours and minutes in two digits each"))?;
        }
        let [hour, minute, second] = numbers;
        if minute > 59 || second > 59 {
            return Err(wrong("minutes and seconds go from 00 to 59"));
        }
        let seconds_of_day = hour * 3_600 + minute * 60 + second;
        if seconds_of_day > Self::SECONDS_PER_DAY {
            return Err(wrong("the day ends at 24:00"));
        }
        Ok(Self { seconds_of_day })
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute) = (self.seconds_of_day / 3_600, self.seconds_of_day / 60 % 60);
        match self.seconds_of_day % 60 {
            0 => formatter.pad(&format!("{hour:02}:{minute:02}")),
            second => formatter.pad(&format!("{hour:02}:{minute:02}:{second:02}")),
        }
    }
}

text_quantity!(Clock);

impl JsonSchema for Clock {
    fn schema_name() -> Cow<'static, str> {
        "Clock".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A time of day, 00:00 to 24:00.",
            "pattern": r"^\s*[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.0*)?)?\s*$",
            "examples": ["21:00", "06:30"],
        })
    }
}
