//! What serde says is wrong, kept in parts so that it can be said in a person's words.

use std::fmt;

use serde::de::{Expected, Unexpected};

use crate::document::path::{Path, Step};

/// A mistake that serde met, with the way to it.
#[derive(Debug)]
pub(crate) struct BindError {
    problem: Problem,
    /// The innermost step first: errors travel outwards.
    steps: Vec<Step>,
    at_key: bool,
}

/// The mistake.
#[derive(Debug)]
pub(crate) enum Problem {
    UnknownField {
        found: String,
        expected: &'static [&'static str],
    },
    UnknownVariant {
        found: String,
        expected: &'static [&'static str],
    },
    MissingField(&'static str),
    /// Anything else, in a full sentence.
    Wrong(String),
}

impl BindError {
    pub(crate) fn wrong(message: impl Into<String>) -> Self {
        Problem::Wrong(message.into()).into()
    }

    /// The error as seen from one step further out.
    pub(crate) fn under(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// The error is about the key itself, not its value.
    pub(crate) fn about_key(mut self) -> Self {
        self.at_key = true;
        self
    }

    pub(crate) fn problem(&self) -> &Problem {
        &self.problem
    }

    pub(crate) fn at_key(&self) -> bool {
        self.at_key
    }

    pub(crate) fn path(&self) -> Path {
        Path::new(self.steps.iter().rev().cloned().collect())
    }
}

impl From<Problem> for BindError {
    fn from(problem: Problem) -> Self {
        Self { problem, steps: Vec::new(), at_key: false }
    }
}

impl fmt::Display for BindError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} at {}", self.problem, self.path())
    }
}

impl std::error::Error for BindError {}

impl serde::de::Error for BindError {
    fn custom<M: fmt::Display>(message: M) -> Self {
        Self::wrong(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::wrong(format!("expected {}, found {}", expectation(expected), description(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::wrong(format!("expected {}, found {}", expectation(expected), description(found)))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::wrong(format!("expected {}, found {length} values", expectation(expected)))
    }

    fn unknown_field(found: &str, expected: &'static [&'static str]) -> Self {
        Problem::UnknownField { found: found.to_owned(), expected }.into()
    }

    fn unknown_variant(found: &str, expected: &'static [&'static str]) -> Self {
        Problem::UnknownVariant { found: found.to_owned(), expected }.into()
    }

    fn missing_field(field: &'static str) -> Self {
        Problem::MissingField(field).into()
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::wrong(format!("`{field}` stands here twice"))
    }
}

/// What serde expects is said in the language of Rust; scenarios are written by people who may not know it.
fn expectation(expected: &dyn Expected) -> String {
    let expected = expected.to_string();
    match expected.as_str() {
        "u8" => "a whole number from 0 to 255".to_owned(),
        "u16" => "a whole number from 0 to 65535".to_owned(),
        "u32" => "a whole number from 0 to 4294967295".to_owned(),
        "u64" | "usize" => "a whole number of zero or more".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a string" => "a text in quotes".to_owned(),
        "a sequence" => "an array".to_owned(),
        "a map" => "a table".to_owned(),
        other if other.starts_with("struct ") || other.starts_with("tuple struct ") => "a table".to_owned(),
        other if other.starts_with("enum ") || other.starts_with("variant ") => {
            "one of its words, or a table".to_owned()
        }
        _ => expected,
    }
}

fn description(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(boolean) => format!("{boolean}"),
        Unexpected::Unsigned(number) => format!("{number}"),
        Unexpected::Signed(number) => format!("{number}"),
        Unexpected::Float(number) => format!("{number:?}"),
        Unexpected::Str(text) => format!("the text {text:?}"),
        Unexpected::Map => "a table".to_owned(),
        Unexpected::Seq => "an array".to_owned(),
        other => other.to_string(),
    }
}
