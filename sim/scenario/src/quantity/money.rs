//! Amounts of money.

use std::borrow::Cow;
use std::fmt;
use std::iter::Sum;
use std::ops::Add;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::QuantityError;
use super::amount::{split, unknown_unit};
use super::text::{Quantity, text_quantity};

/// An amount of money in Korean won, zero or more; written `"80000 KRW"` or `"80_000 KRW"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Money {
    krw: f64,
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self { krw: 0.0 };

    /// An amount of `krw` won (KRW).
    ///
    /// # Panics
    /// If `krw` is negative or not finite: that is a mistake in the program, not in a scenario.
    pub const fn from_krw(krw: f64) -> Self {
        assert!(krw >= 0.0 && krw.is_finite(), "an amount of money is a finite number of zero or more");
        Self { krw }
    }

    /// The amount in won (KRW).
    pub const fn krw(self) -> f64 {
        self.krw
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { krw: self.krw + other.krw }
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl Quantity for Money {
    const EXPECTED: &'static str = "an amount of money such as \"80000 KRW\"";

    fn from_number(number: f64) -> Result<Self, QuantityError> {
        let reason = format!("the currency is missing; write \"{number} KRW\"");
        Err(QuantityError::number(Self::EXPECTED, number, reason))
    }
}

impl FromStr for Money {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let wrong = |reason: String| QuantityError::text(Self::EXPECTED, text, reason);
        let (number, unit) = split(text).map_err(wrong)?;
        if unit.is_empty() {
            return Err(wrong("the currency is missing; write KRW behind the number".to_owned()));
        }
        if unit != "KRW" {
            return Err(wrong(unknown_unit(unit, &["KRW"], &[("won", "KRW"), ("₩", "KRW")])));
        }
        if number.value < 0.0 {
            return Err(wrong("an amount of money cannot be negative".to_owned()));
        }
        Ok(Self { krw: number.value.abs() })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&format!("{} KRW", self.krw))
    }
}

text_quantity!(Money);

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "An amount of money in Korean won.",
            "pattern": r"^\s*\+?[0-9][0-9_]*(\.[0-9_]*)?([eE][+-]?[0-9]+)?\s*KRW\s*$",
            "examples": ["80000 KRW"],
        })
    }
}
