//! Chances and shares.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::QuantityError;
use super::amount::{split, unknown_unit};
use super::text::{Quantity, readable_quantity};

/// A chance or a share from 0 to 1; written as the bare number `0.03` or as `"3 %"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Probability {
    value: f64,
}

impl Probability {
    /// Never, nobody.
    pub const ZERO: Self = Self { value: 0.0 };
    /// Always, everybody.
    pub const ONE: Self = Self { value: 1.0 };

    /// A probability of `value`.
    ///
    /// # Panics
    /// If `value` is not within 0 to 1: that is a mistake in the program, not in a scenario.
    pub const fn new(value: f64) -> Self {
        assert!(value >= 0.0 && value <= 1.0, "a probability is a number from 0 to 1");
        Self { value }
    }

    /// The probability, from 0 to 1.
    pub const fn value(self) -> f64 {
        self.value
    }

    /// The probability of the opposite, `1 - p`.
    #[must_use]
    pub const fn complement(self) -> Self {
        Self { value: 1.0 - self.value }
    }
}

fn outside(value: f64) -> Option<String> {
    if (0.0..=1.0).contains(&value) {
        None
    } else if value < 0.0 {
        Some("a probability cannot be negative".to_owned())
    } else if value > 1.0 && value <= 100.0 {
        Some(format!("a probability cannot be over 1; write \"{value} %\" if percent are meant"))
    } else {
        Some("a probability is a number from 0 to 1".to_owned())
    }
}

impl Quantity for Probability {
    const EXPECTED: &'static str = "a probability such as 0.03 or \"3 %\"";

    fn from_number(number: f64) -> Result<Self, QuantityError> {
        match outside(number) {
            None => Ok(Self { value: number.abs() }),
            Some(reason) => Err(QuantityError::number(Self::EXPECTED, number, reason)),
        }
    }
}

impl FromStr for Probability {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let wrong = |reason: String| QuantityError::text(Self::EXPECTED, text, reason);
        let (number, unit) = split(text).map_err(wrong)?;
        let reason = match unit {
            "" => match outside(number.value) {
                None => {
                    return Ok(Self { value: number.value.abs() });
                }
                Some(reason) => reason,
            },
            // A hundred is exact, so this division is rounded once: "3 %" is the float 0.03.
            "%" => match number.value / 100.0 {
                value if (0.0..=1.0).contains(&value) => return Ok(Self { value: value.abs() }),
                value if value < 0.0 => "a probability cannot be negative".to_owned(),
                _ => "a probability cannot be over 100 %".to_owned(),
            },
            _ => unknown_unit(unit, &["%"], &[("percent", "%"), ("pct", "%"), ("per cent", "%")]),
        };
        Err(wrong(reason))
    }
}

impl fmt::Display for Probability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.value.to_string())
    }
}

impl serde::Serialize for Probability {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value)
    }
}

readable_quantity!(Probability);

impl JsonSchema for Probability {
    fn schema_name() -> Cow<'static, str> {
        "Probability".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A chance or a share: a number from 0 to 1, or a percentage.",
            "anyOf": [
                { "type": "number", "minimum": 0, "maximum": 1 },
                { "type": "string", "pattern": r"^\s*\+?[0-9][0-9_]*(\.[0-9_]*)?([eE][+-]?[0-9]+)?\s*%?\s*$" },
            ],
            "examples": [0.03, "3 %"],
        })
    }
}
