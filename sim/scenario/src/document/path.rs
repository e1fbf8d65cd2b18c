//! Dotted paths such as `arm.offline-key.enabled`.

use std::fmt;

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

    /// Reads a dotted path; keys with dots in them stand in quotes, as in TOML.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut steps = Vec::new();
        let mut rest = text.trim();
        loop {
            let (key, behind) = if let Some(quoted) = rest.strip_prefix('"') {
                quoted
                    .split_once('"')
                    .ok_or_else(|| format!("the quote in the path `{text}` is not closed"))?
            } else {
                let end = rest.find('.').unwrap_or(rest.len());
                (rest[..end].trim(), &rest[end..])
            };
            if key.is_empty() {
                return Err(format!("the path `{text}` has an empty part"));
            }
            steps.push(Step::Key(key.to_owned()));
            match behind.trim_start().strip_prefix('.') {
                Some(next) => rest = next.trim_start(),
                None if behind.trim().is_empty() => return Ok(Self { steps }),
                None => {
                    return Err(format!(
                        "the path `{text}` needs a dot behind the closing quote"
                    ));
                }
            }
        }
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
        Some(Self {
            steps: parent.to_vec(),
        })
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

/// A key as TOML writes it: in quotes only if it must be.
pub fn quote_key(key: &str) -> String {
    let is_bare = !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_bare {
        key.to_owned()
    } else {
        toml::Value::String(key.to_owned()).to_string()
    }
}
