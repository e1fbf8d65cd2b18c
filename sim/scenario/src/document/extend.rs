//! `extends`: a file says only what differs from another.

use std::path::{Path as FilePath, PathBuf};

use super::files::{Files, tidy};
use super::node::{Node, NodeKind, names};
use super::parse::parse;
use super::path::{Path, Step};
use super::shape::{Cursor, Kind};
use super::source::Origin;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::nearest::nearest;
use crate::provenance::unwrap_parameters;

/// The key that names what a file extends.
pub(crate) const EXTENDS: &str = "extends";

/// What is known of a file's own numbers, and need not hold for a file that changes them.
const NOT_INHERITED: &str = "oracle";

/// Reads files and everything they extend.
pub(crate) struct Reader<'reading> {
    pub(crate) files: &'reading dyn Files,
    pub(crate) cursor: Cursor<'reading>,
    pub(crate) findings: &'reading mut Diagnostics,
    /// The files on the way from the first one to the present one.
    pub(crate) way: Vec<PathBuf>,
}

impl Reader<'_> {
    /// The tree of the file at `path` laid over those that it extends; `None` if there is none.
    pub(crate) fn read(&mut self, path: &FilePath, asked_by: Option<&Origin>) -> Option<Node> {
        match self.files.read(path) {
            Ok(bytes) => self.read_bytes(path, &bytes),
            Err(error) => {
                let finding = self.unreadable(path, &error, asked_by);
                self.findings.push(finding);
                None
            }
        }
    }

    /// As [`Reader::read`], with the bytes at hand.
    pub(crate) fn read_bytes(&mut self, path: &FilePath, bytes: &[u8]) -> Option<Node> {
        let mut own = parse(&path.display().to_string(), bytes, self.findings)?;
        unwrap_parameters(&mut own, &Path::default(), self.cursor, self.findings);
        let extended = self.extended(&mut own);
        self.way.push(path.to_owned());
        let folder = path.parent().unwrap_or(FilePath::new(""));
        let mut whole: Option<Node> = None;
        for (name, origin) in extended {
            let next = tidy(&folder.join(name));
            if let Some(cycle) = self.cycle(&next, &origin) {
                self.findings.push(cycle);
                continue;
            }
            if let Some(mut other) = self.read(&next, Some(&origin)) {
                if let Some(table) = other.as_table_mut() {
                    table.remove(NOT_INHERITED);
                }
                match &mut whole {
                    Some(base) => merge(base, other, self.cursor),
                    None => whole = Some(other),
                }
            }
        }
        self.way.pop();
        Some(match whole {
            Some(mut base) => {
                base.origin.clone_from(&own.origin);
                merge(&mut base, own, self.cursor);
                base
            }
            None => own,
        })
    }

    /// Takes `extends` out of the tree: the paths it names, each with its place.
    fn extended(&mut self, root: &mut Node) -> Vec<(String, Origin)> {
        let Some(entry) = root.as_table_mut().and_then(|table| table.remove(EXTENDS)) else {
            return Vec::new();
        };
        let items = match entry.node.kind {
            NodeKind::Array(items) => items,
            _ => vec![entry.node],
        };
        let mut paths = Vec::new();
        for item in items {
            match (item.as_text(), &item.origin) {
                (Some(text), Some(origin)) if !text.is_empty() => {
                    paths.push((text.to_owned(), origin.clone()));
                }
                _ => {
                    let message = format!("expected the path of a file to extend, found {}", item.describe());
                    self.findings.push(
                        Diagnostic::new(Code::EXTENDS_FORM, message)
                            .with_origin(item.origin.as_ref())
                            .with_help(Some("write extends = \"other.toml\" or a list of such paths".to_owned()))
                            .with_path(EXTENDS),
                    );
                }
            }
        }
        paths
    }

    fn cycle(&self, next: &FilePath, origin: &Origin) -> Option<Diagnostic> {
        let identity = self.files.identity(next);
        let start = self.way.iter().position(|path| self.files.identity(path) == identity)?;
        let mut around: Vec<String> = self.way[start..].iter().map(|path| path.display().to_string()).collect();
        around.push(next.display().to_string());
        let message = format!("these files extend each other in a circle: {}", around.join(" -> "));
        Some(
            Diagnostic::new(Code::EXTENDS_CYCLE, message)
                .with_origin(Some(origin))
                .with_label("closes the circle")
                .with_help(Some("take one `extends` out of the circle".to_owned()))
                .with_path(EXTENDS),
        )
    }

    fn unreadable(&self, path: &FilePath, error: &std::io::Error, asked_by: Option<&Origin>) -> Diagnostic {
        let code = if asked_by.is_some() { Code::EXTENDS_MISSING } else { Code::UNREADABLE };
        let reason = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
            std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            _ => error.to_string(),
        };
        Diagnostic::new(code, format!("cannot read `{}`: {reason}", path.display()))
            .with_origin(asked_by)
            .with_help(self.neighbours(path))
    }

    /// The files in the same folder that may have been meant.
    fn neighbours(&self, path: &FilePath) -> Option<String> {
        let folder = path.parent().unwrap_or(FilePath::new(""));
        let names = self.files.names(folder);
        let wanted = path.file_name()?.to_str()?;
        let scenarios = || {
            names
                .iter()
                .map(String::as_str)
                .filter(|name| FilePath::new(name).extension().is_some_and(|extension| extension == "toml"))
        };
        if let Some(name) = nearest(wanted, scenarios()) {
            return Some(format!("did you mean `{}`?", folder.join(name).display()));
        }
        let listed: Vec<String> = scenarios().take(8).map(|name| format!("`{name}`")).collect();
        let place = if folder.as_os_str().is_empty() { ".".into() } else { folder.display().to_string() };
        if listed.is_empty() {
            return Some(format!("there are no scenario files in `{place}`"));
        }
        Some(format!("in `{place}` there are {}", listed.join(", ")))
    }
}

/// Lays `over` on `base`: sections and maps key by key, lists of named items item by item, everything else as a whole.
pub(crate) fn merge(base: &mut Node, over: Node, cursor: Cursor<'_>) {
    let is_whole = over.provenance.is_some() || matches!(cursor.kind(), Kind::Choice(_) | Kind::Leaf);
    match (&mut base.kind, over.kind) {
        (NodeKind::Table(base_table), NodeKind::Table(over_table)) if !is_whole => {
            // What a parameter said about its value need not hold for the changed one.
            base.provenance = None;
            for entry in over_table.entries {
                let below = cursor.step(&Step::Key(entry.key.clone()));
                match base_table.entries.iter_mut().find(|present| present.key == entry.key) {
                    Some(present) => {
                        present.key_origin = entry.key_origin;
                        merge(&mut present.node, entry.node, below);
                    }
                    None => base_table.entries.push(entry),
                }
            }
            base.origin = over.origin.or(base.origin.take());
        }
        (NodeKind::Array(base_items), NodeKind::Array(over_items))
            if !is_whole && !over_items.is_empty() && names(base_items).is_some() && names(&over_items).is_some() =>
        {
            let below = cursor.step(&Step::Index(0));
            for item in over_items {
                match base_items.iter_mut().find(|present| present.name() == item.name()) {
                    Some(present) => merge(present, item, below),
                    None => base_items.push(item),
                }
            }
        }
        (_, kind) => *base = Node { kind, origin: over.origin, provenance: over.provenance },
    }
}
