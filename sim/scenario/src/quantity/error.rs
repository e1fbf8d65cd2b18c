//! What a quantity says when its text is wrong.

/// A text or number that is not the quantity it should be: what was expected, what was found, and why it does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found}: {reason}")]
pub struct QuantityError {
    expected: &'static str,
    found: String,
    reason: String,
}

impl QuantityError {
    /// An error about `found`, which stands in the file as a text in quotes.
    pub(super) fn text(expected: &'static str, found: &str, reason: impl Into<String>) -> Self {
        Self { expected, found: format!("{found:?}"), reason: reason.into() }
    }

    /// An error about `found`, which stands in the file as a number without quotes.
    pub(super) fn number(expected: &'static str, found: f64, reason: impl Into<String>) -> Self {
        Self { expected, found: format!("{found}"), reason: reason.into() }
    }

    /// What the quantity should have looked like, with examples.
    pub fn expected(&self) -> &'static str {
        self.expected
    }

    /// Why the text does not fit.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}
