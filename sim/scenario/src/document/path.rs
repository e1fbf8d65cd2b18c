//! Dotted paths such as `arm.offline-key.enabled`.

use std::fmt;

use toml::de::{DeTable, DeValue};

/// One step down the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Into a table by key, or into a list by its item's name.
    Key(String),
    /// Into a list by number, from 0.
    Index(usize),
}

/// A way down the tree from its root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Path {
    steps: Vec<Step>,
}

impl Path {
    pub(crate) fn new(steps: Vec<Step>) -> Self {
        Self { steps }
    }

    /// Reads a dotted path; keys with dots in them stand in quotes, as in TOML. Unlike TOML it needs no quotes around
    /// letters of other alphabets.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if let Some(steps) = as_toml_key(text) {
            return Ok(Self { steps });
        }
        let steps: Vec<Step> = text.split('.').map(|key| Step::Key(key.trim().to_owned())).collect();
        if steps.contains(&Step::Key(String::new())) {
            return Err(format!("the path `{text}` has an empty part"));
        }
        Ok(Self { steps })
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub(crate) fn joined(&self, step: Step) -> Self {
        let mut steps = self.steps.clone();
        steps.push(step);
        Self { steps }
    }

    pub(crate) fn parent(&self) -> Option<Self> {
        let (_, parent) = self.steps.split_last()?;
        Some(Self { steps: parent.to_vec() })
    }

    pub(crate) fn starts_with(&self, other: &Self) -> bool {
        self.steps.starts_with(&other.steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            if index > 0 {
                formatter.write_str(".")?;
            }
            match step {
                Step::Key(key) => formatter.write_str(&quote_key(key))?,
                Step::Index(number) => write!(formatter, "{number}")?,
            }
        }
        Ok(())
    }
}

/// The steps of a path that TOML would take for a dotted key.
fn as_toml_key(text: &str) -> Option<Vec<Step>> {
    let line = format!("{text} = 0");
    let document = DeTable::parse(&line).ok()?;
    let mut table = document.get_ref();
    let mut steps = Vec::new();
    loop {
        let mut entries = table.iter();
        let (Some((key, value)), None) = (entries.next(), entries.next()) else {
            return None;
        };
        steps.push(Step::Key(key.get_ref().to_string()));
        match value.get_ref() {
            DeValue::Table(below) => table = below,
            _ => return Some(steps),
        }
    }
}

/// A key as TOML writes it: in quotes only if it must be.
pub fn quote_key(key: &str) -> String {
    let is_bare =
        !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_bare { key.to_owned() } else { toml::Value::String(key.to_owned()).to_string() }
}
