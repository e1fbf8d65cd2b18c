//! The tree as serde sees it. Values that have been taken out are passed over.

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::error::BindError;
use crate::document::node::{Entry, Node, NodeKind};
use crate::document::path::Step;

impl<'de> Deserializer<'de> for &'de Node {
    type Error = BindError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        match &self.kind {
            NodeKind::Text(text) => visitor.visit_borrowed_str(text),
            NodeKind::Integer(number) => visitor.visit_i64(*number),
            NodeKind::Float(number) => visitor.visit_f64(*number),
            NodeKind::Boolean(boolean) => visitor.visit_bool(*boolean),
            NodeKind::Datetime(datetime) => visitor.visit_string(datetime.to_string()),
            NodeKind::Array(items) => {
                let mut access = Items { rest: items.iter(), index: 0 };
                let value = visitor.visit_seq(&mut access)?;
                match access.rest.len() {
                    0 => Ok(value),
                    _ => {
                        Err(BindError::wrong(format!("expected {} values, found {} values", access.index, items.len())))
                    }
                }
            }
            NodeKind::Table(table) => {
                let mut access = Entries { rest: table.entries.iter(), value: None };
                let value = visitor.visit_map(&mut access)?;
                match access.next() {
                    None => Ok(value),
                    Some(entry) => Err(BindError::wrong(format!(
                        "expected a table with one key, found the key `{}` beside `{}`",
                        entry.key, table.entries[0].key
                    ))
                    .under(Step::Key(entry.key.clone()))
                    .about_key()),
                }
            }
            NodeKind::Removed => visitor.visit_unit(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, BindError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, BindError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, BindError> {
        match &self.kind {
            NodeKind::Text(word) => visitor.visit_enum(Word(word)),
            NodeKind::Table(table) => {
                let mut present = table.entries.iter().filter(|entry| !matches!(entry.node.kind, NodeKind::Removed));
                let Some(entry) = present.next() else {
                    return Err(BindError::wrong(format!("expected one of {}, found an empty table", listed(words))));
                };
                if let Some(other) = present.next() {
                    let message =
                        format!("expected a table with one key, found the key `{}` beside `{}`", other.key, entry.key);
                    return Err(BindError::wrong(message).under(Step::Key(other.key.clone())).about_key());
                }
                visitor.visit_enum(Form(entry))
            }
            _ => Err(BindError::wrong(format!("expected one of {}, found {}", listed(words), self.describe()))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, BindError> for &'de Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}

/// The items of an array.
struct Items<'de> {
    rest: std::slice::Iter<'de, Node>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = BindError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, BindError> {
        for item in self.rest.by_ref() {
            let step = Step::Index(self.index);
            self.index += 1;
            if !matches!(item.kind, NodeKind::Removed) {
                return seed.deserialize(item).map(Some).map_err(|error| error.under(step));
            }
        }
        Ok(None)
    }
}

/// The entries of a table.
struct Entries<'de> {
    rest: std::slice::Iter<'de, Entry>,
    value: Option<&'de Entry>,
}

impl<'de> Entries<'de> {
    fn next(&mut self) -> Option<&'de Entry> {
        self.rest.by_ref().find(|entry| !matches!(entry.node.kind, NodeKind::Removed))
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = BindError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, BindError> {
        let Some(entry) = self.next() else {
            return Ok(None);
        };
        self.value = Some(entry);
        let key: StrDeserializer<'de, BindError> = entry.key.as_str().into_deserializer();
        seed.deserialize(key).map(Some).map_err(|error| error.under(Step::Key(entry.key.clone())).about_key())
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, BindError> {
        match self.value.take() {
            Some(entry) => seed.deserialize(&entry.node).map_err(|error| error.under(Step::Key(entry.key.clone()))),
            None => Err(BindError::wrong("a value was asked for before its key")),
        }
    }
}

/// A choice that is only a word.
struct Word<'de>(&'de str);

impl<'de> EnumAccess<'de> for Word<'de> {
    type Error = BindError;
    type Variant = WordOnly<'de>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self::Variant), BindError> {
        let word: StrDeserializer<'de, BindError> = self.0.into_deserializer();
        Ok((seed.deserialize(word)?, WordOnly(self.0)))
    }
}

/// What follows the word: nothing.
struct WordOnly<'de>(&'de str);

impl WordOnly<'_> {
    fn incomplete(&self) -> BindError {
        BindError::wrong(format!("\"{0}\" needs its settings, as in {{ {0} = {{ ... }} }}", self.0))
    }
}

impl<'de> VariantAccess<'de> for WordOnly<'de> {
    type Error = BindError;

    fn unit_variant(self) -> Result<(), BindError> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _: S) -> Result<S::Value, BindError> {
        Err(self.incomplete())
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, BindError> {
        Err(self.incomplete())
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, BindError> {
        Err(self.incomplete())
    }
}

/// A choice with settings: a table with one key.
struct Form<'de>(&'de Entry);

impl Form<'_> {
    fn step(&self) -> Step {
        Step::Key(self.0.key.clone())
    }
}

impl<'de> EnumAccess<'de> for Form<'de> {
    type Error = BindError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), BindError> {
        let key: StrDeserializer<'de, BindError> = self.0.key.as_str().into_deserializer();
        let word = seed.deserialize(key).map_err(|error| error.under(self.step()).about_key())?;
        Ok((word, self))
    }
}

impl<'de> VariantAccess<'de> for Form<'de> {
    type Error = BindError;

    fn unit_variant(self) -> Result<(), BindError> {
        let message = format!("\"{0}\" has no settings; write the word alone, \"{0}\"", self.0.key);
        Err(BindError::wrong(message).under(self.step()))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, BindError> {
        seed.deserialize(&self.0.node).map_err(|error| error.under(self.step()))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, BindError> {
        self.0.node.deserialize_any(visitor).map_err(|error| error.under(self.step()))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, BindError> {
        self.0.node.deserialize_any(visitor).map_err(|error| error.under(self.step()))
    }
}
