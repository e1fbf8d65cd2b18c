//! What is wrong with a scenario: one finding each, with the place, the reason and the way out.

mod code;
mod render;

use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::document::Origin;

pub use code::{Code, explain};
pub use render::Look;

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    code: Code,
    message: String,
    // In a box, because most results that may hold a finding hold none.
    details: Box<Details>,
}

#[derive(Clone, Debug)]
struct Details {
    label: String,
    help: Option<String>,
    path: Option<String>,
    origin: Option<Origin>,
}

impl Diagnostic {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        let details = Details { label: "here".to_owned(), help: None, path: None, origin: None };
        Self { code, message: message.into(), details: Box::new(details) }
    }

    pub(crate) fn with_origin(mut self, origin: Option<&Origin>) -> Self {
        self.details.origin = origin.cloned();
        self
    }

    pub(crate) fn with_label(mut self, label: impl Into<String>) -> Self {
        self.details.label = label.into();
        self
    }

    pub(crate) fn with_help(mut self, help: Option<String>) -> Self {
        self.details.help = help;
        self
    }

    pub(crate) fn with_path(mut self, path: impl fmt::Display) -> Self {
        self.details.path = Some(path.to_string()).filter(|path| !path.is_empty());
        self
    }

    /// The stable code, which `explain` takes.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// What is wrong, in one sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The words under the excerpt.
    pub fn label(&self) -> &str {
        &self.details.label
    }

    /// The way out.
    pub fn help(&self) -> Option<&str> {
        self.details.help.as_deref()
    }

    /// The dotted path of the value that is wrong, if it is one.
    pub fn path(&self) -> Option<&str> {
        self.details.path.as_deref()
    }

    /// Where it stands, if it stands anywhere.
    pub fn origin(&self) -> Option<&Origin> {
        self.details.origin.as_ref()
    }

    /// The file (or `--set`), the line and the column, if it stands anywhere.
    pub fn place(&self) -> Option<(&str, usize, usize)> {
        let origin = self.details.origin.as_ref()?;
        let (line, column) = origin.line_and_column();
        Some((origin.source().name(), line, column))
    }
}

impl PartialEq for Diagnostic {
    fn eq(&self, other: &Self) -> bool {
        let key = |finding: &Self| {
            let span = finding.details.origin.as_ref().map(|origin| origin.span.clone());
            (finding.code, finding.message.clone(), finding.place().map(|(file, ..)| file.to_owned()), span)
        };
        key(self) == key(other)
    }
}

impl fmt::Display for Diagnostic {
    /// `file:line:column: S010: message (help)` on one line.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((file, line, column)) = self.place() {
            write!(formatter, "{file}:{line}:{column}: ")?;
        }
        write!(formatter, "{}: {}", self.code, self.message)?;
        match &self.details.help {
            Some(help) => write!(formatter, " ({help})"),
            None => Ok(()),
        }
    }
}

impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let place = self.place();
        let mut object = serializer.serialize_struct("Diagnostic", 7)?;
        object.serialize_field("code", &self.code)?;
        object.serialize_field("message", &self.message)?;
        object.serialize_field("path", &self.details.path)?;
        object.serialize_field("file", &place.map(|(file, ..)| file))?;
        object.serialize_field("line", &place.map(|(_, line, _)| line))?;
        object.serialize_field("column", &place.map(|(.., column)| column))?;
        object.serialize_field("help", &self.details.help)?;
        object.end()
    }
}

/// Everything that is wrong with a scenario, in the order of its files and lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Diagnostics {
    findings: Vec<Diagnostic>,
}

impl Diagnostics {
    pub(crate) fn push(&mut self, finding: Diagnostic) {
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    pub(crate) fn extend(&mut self, findings: impl IntoIterator<Item = Diagnostic>) {
        findings.into_iter().for_each(|finding| self.push(finding));
    }

    /// Puts the findings in the order of the lines, file by file as the files were first met.
    pub(crate) fn sorted(mut self) -> Self {
        let mut files: Vec<String> = Vec::new();
        for finding in &self.findings {
            if let Some((file, ..)) = finding.place()
                && !files.iter().any(|known| known == file)
            {
                files.push(file.to_owned());
            }
        }
        self.findings.sort_by_key(|finding| {
            let origin = finding.details.origin.as_ref();
            let file = origin.and_then(|origin| files.iter().position(|file| file == origin.source().name()));
            (file, origin.map(|origin| origin.span.start))
        });
        self
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// How many things are wrong.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// The findings one by one.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.findings.iter()
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.findings.into_iter()
    }
}

impl<'findings> IntoIterator for &'findings Diagnostics {
    type Item = &'findings Diagnostic;
    type IntoIter = std::slice::Iter<'findings, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(finding: Diagnostic) -> Self {
        Self { findings: vec![finding] }
    }
}

impl fmt::Display for Diagnostics {
    /// A finding a line, without excerpts; [`Diagnostics::render`] shows excerpts.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.findings.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            write!(formatter, "{finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
