//! Multipliers.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::QuantityError;
use super::amount::{split, unknown_unit};
use super::text::{Quantity, text_quantity};

/// A multiplier without a unit, zero or more; written `"1.4 x"` or as the bare number `1.4`.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Factor {
    value: f64,
}

impl Factor {
    /// The factor that changes nothing.
    pub const ONE: Self = Self { value: 1.0 };

    /// A factor of `value`.
    ///
    /// # Panics
    /// If `value` is negative or not finite: that is a mistake in the program, not in a scenario.
    pub const fn new(value: f64) -> Self {
        assert!(value >= 0.0 && value.is_finite(), "a factor is a finite number of zero or more");
        Self { value }
    }

    /// The multiplier.
    pub const fn value(self) -> f64 {
        self.value
    }
}

impl Default for Factor {
    fn default() -> Self {
        Self::ONE
    }
}

impl Quantity for Factor {
    const EXPECTED: &'static str = "a factor such as \"1.4 x\" or 1.4";

    fn from_number(number: f64) -> Result<Self, QuantityError> {
        if !number.is_finite() {
            return Err(QuantityError::number(Self::EXPECTED, number, "it is not a finite number"));
        }
        if number < 0.0 {
            return Err(QuantityError::number(Self::EXPECTED, number, "a factor cannot be negative"));
        }
        Ok(Self { value: number.abs() })
    }
}

impl FromStr for Factor {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let wrong = |reason: String| QuantityError::text(Self::EXPECTED, text, reason);
        let (number, unit) = split(text).map_err(wrong)?;
        if !unit.is_empty() && unit != "x" {
            return Err(wrong(unknown_unit(unit, &["x"], &[("times", "x"), ("×", "x")])));
        }
        if number.value < 0.0 {
            return Err(wrong("a factor cannot be negative".to_owned()));
        }
        Ok(Self { value: number.value.abs() })
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&format!("{} x", self.value))
    }
}

text_quantity!(Factor);

impl JsonSchema for Factor {
    fn schema_name() -> Cow<'static, str> {
        "Factor".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A multiplier of zero or more, with or without an x.",
            "anyOf": [
                { "type": "number", "minimum": 0 },
                { "type": "string", "pattern": r"^\s*\+?[0-9][0-9_]*(\.[0-9_]*)?([eE][+-]?[0-9]+)?\s*x?\s*$" },
            ],
            "examples": ["1.4 x", 1.4],
        })
    }
}
