//! Texts that values come from, and places in them.

use std::ops::Range;
use std::sync::Arc;

/// A text that values came from: a file, or one `--set`.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
}

impl Source {
    pub(crate) fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { name: name.into(), text: text.into() })
    }

    /// The file's path as it was given, or what gave the text (`--set`).
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte, both from 1; columns count characters.
    pub fn line_and_column(&self, byte: usize) -> (usize, usize) {
        let byte = byte.min(self.text.len());
        let before = &self.text.as_bytes()[..byte];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let line = String::from_utf8_lossy(&before[..line_start]).matches('\n').count() + 1;
        let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
        (line, column)
    }
}

/// Where a key or a value came from: a stretch of a source's text.
#[derive(Clone, Debug)]
pub struct Origin {
    pub(crate) source: Arc<Source>,
    pub(crate) span: Range<usize>,
}

impl Origin {
    pub(crate) fn new(source: &Arc<Source>, span: Range<usize>) -> Self {
        Self { source: Arc::clone(source), span }
    }

    /// The text it stands in.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Line and column where it begins, both from 1.
    pub fn line_and_column(&self) -> (usize, usize) {
        self.source.line_and_column(self.span.start)
    }
}
