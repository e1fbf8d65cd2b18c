//! Checks of what a type alone cannot say: an end before its start, a service that calls one that is not there.

use crate::diagnostic::{Code, Diagnostic};
use crate::document::node::Node;
use crate::document::path::Path;

/// Something that can be well formed and still make no sense.
pub trait Validate {
    /// Reports everything about the value that makes no sense.
    fn validate(&self, report: &mut Reporter<'_>);
}

/// Collects what makes no sense, each with its place in the files.
#[derive(Debug)]
pub struct Reporter<'document> {
    root: &'document Node,
    damaged: &'document [Path],
    findings: Vec<Diagnostic>,
}

impl<'document> Reporter<'document> {
    pub(crate) fn new(root: &'document Node, damaged: &'document [Path]) -> Self {
        Self { root, damaged, findings: Vec::new() }
    }

    /// Reports that the value at the dotted `path` makes no sense: why, and what to do about it.
    ///
    /// Items of lists are addressed by name or number: `service.vendor.workers`, `place.home.share`. Where the value is a
    /// default the finding points to the nearest section that stands in a file.
    ///
    /// Beside a value that could not even be read the finding is dropped: it would be about a default that stands in for it.
    pub fn error(&mut self, path: &str, code: Code, message: impl Into<String>, help: impl Into<String>) {
        let path = Path::parse(path).unwrap_or_default();
        let is_beside_damage = self.damaged.iter().any(|damaged| {
            let section = damaged.parent().unwrap_or_default();
            path.starts_with(&section) || damaged.starts_with(&path)
        });
        if is_beside_damage {
            return;
        }
        self.findings.push(
            Diagnostic::new(code, message)
                .with_origin(self.root.place(&path, false))
                .with_help(Some(help.into()).filter(|help| !help.is_empty()))
                .with_path(path),
        );
    }

    pub(crate) fn into_findings(self) -> Vec<Diagnostic> {
        self.findings
    }
}
