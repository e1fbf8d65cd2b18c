//! Reading and writing quantities through serde as the text a person writes.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::Deserializer;
use serde::de::{Error, MapAccess, Visitor};

use super::QuantityError;

/// What serde needs to know about a quantity to read it.
pub(super) trait Quantity: Sized + FromStr<Err = QuantityError> {
    /// What the quantity looks like, with examples: the end of the sentence "expected ...".
    const EXPECTED: &'static str;

    /// Reads a number that stands in the file without quotes. Quantities that cannot do without a unit refuse.
    fn from_number(number: f64) -> Result<Self, QuantityError> {
        Err(QuantityError::number(Self::EXPECTED, number, "the unit is missing"))
    }

    /// Whether TOML's own date and time values are to be read.
    const IS_DATE_OR_TIME: bool = false;
}

struct TextVisitor<Q>(PhantomData<Q>);

impl<'de, Q: Quantity> Visitor<'de> for TextVisitor<Q> {
    type Value = Q;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(Q::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Q, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Q, E> {
        Q::from_number(number as f64).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Q, E> {
        Q::from_number(number as f64).map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Q, E> {
        Q::from_number(number).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Q, A::Error> {
        if !Q::IS_DATE_OR_TIME {
            return Err(A::Error::invalid_type(serde::de::Unexpected::Map, &self));
        }
        // TOML's own dates and times come through serde as a map with one private key.
        let deserializer = serde::de::value::MapAccessDeserializer::new(map);
        let datetime: toml::value::Datetime = serde::Deserialize::deserialize(deserializer)?;
        datetime.to_string().parse().map_err(A::Error::custom)
    }
}

pub(super) fn deserialize<'de, Q: Quantity, D: Deserializer<'de>>(deserializer: D) -> Result<Q, D::Error> {
    deserializer.deserialize_any(TextVisitor(PhantomData))
}

/// Serde for a quantity that is written as its `Display` text.
macro_rules! text_quantity {
    ($quantity:ty) => {
        impl serde::Serialize for $quantity {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        $crate::quantity::text::readable_quantity!($quantity);
    };
}

/// Serde's reading side for a quantity.
macro_rules! readable_quantity {
    ($quantity:ty) => {
        impl<'de> serde::Deserialize<'de> for $quantity {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::quantity::text::deserialize(deserializer)
            }
        }
    };
}

pub(super) use {readable_quantity, text_quantity};
