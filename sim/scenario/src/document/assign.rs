//! Assignments: `--set app.timeout='5 s'`, and the changes that an arm makes.

use std::sync::Arc;

use toml::de::DeValue;

use super::extend::merge;
use super::node::{Entry, Node, NodeKind};
use super::path::{Path, Step};
use super::shape::{Cursor, Kind};
use super::source::{Origin, Source};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::nearest::suggestion;
use crate::provenance::unwrap_parameters;

/// A change to a scenario: a dotted path and the value that it is to have.
#[derive(Clone, Debug)]
pub struct Assignment {
    path: Path,
    path_origin: Origin,
    value: Node,
}

impl Assignment {
    /// Reads `path=value`. `given_by` says where it comes from, such as `--set`, and stands in errors as the place.
    ///
    /// The value is read as TOML, and as a plain text if it is not TOML, so that `app.timeout=5 s` needs no quotes.
    ///
    /// # Errors
    /// If there is no equals sign, or nothing on one side of it.
    pub fn parse(text: &str, given_by: &str) -> Result<Self, Diagnostic> {
        let source = Source::new(given_by, text);
        let malformed = |message: String| {
            Diagnostic::new(Code::ASSIGNMENT_FORM, message)
                .with_origin(Some(&Origin::new(&source, 0..text.len())))
                .with_help(Some("write path=value, such as app.timeout='5 s'".to_owned()))
        };
        let Some((path_text, value_text)) = split_at_equals(text) else {
            return Err(malformed(format!("`{text}` has no equals sign")));
        };
        let path = Path::parse(path_text).map_err(malformed)?;
        if value_text.trim().is_empty() {
            return Err(malformed(format!("`{text}` has no value")));
        }
        let value_start = text.len() - value_text.len();
        let start = value_start + (value_text.len() - value_text.trim_start().len());
        let value_origin = Origin::new(&source, start..start + value_text.trim().len());
        let value = read_value(value_text.trim(), value_origin);
        Ok(Self { path, path_origin: Origin::new(&source, 0..path_text.len()), value })
    }

    /// The assignment of `value` (TOML, or a plain text) to `path`, as [`Assignment::parse`] reads it.
    ///
    /// # Errors
    /// If `path` is not a dotted path or `value` is empty.
    pub fn new(path: &str, value: &str, given_by: &str) -> Result<Self, Diagnostic> {
        Self::parse(&format!("{path}={value}"), given_by)
    }

    /// The assignment of a value of the document to the path that stands elsewhere in it, each with its place; `None` when the path
    /// is no text, or nobody knows where it stands.
    pub(crate) fn at_place(path: &Node, value: &Node) -> Option<Result<Self, Diagnostic>> {
        let (text, origin) = (path.as_text()?, path.origin.as_ref()?);
        Some(match Path::parse(text) {
            Ok(path) => Ok(Self { path, path_origin: origin.clone(), value: value.clone() }),
            Err(message) => Err(Diagnostic::new(Code::PATH, message).with_origin(Some(origin)).with_path(text)),
        })
    }

    /// The assignments that a table of dotted paths and values makes, such as an arm's `set`.
    pub(crate) fn from_table(table: &Node, findings: &mut Diagnostics) -> Vec<Self> {
        let mut assignments = Vec::new();
        for entry in table.as_table().map(|table| table.entries.as_slice()).unwrap_or_default() {
            let Some(path_origin) = entry.key_origin.clone().or_else(|| entry.node.origin.clone()) else {
                continue;
            };
            match Path::parse(&entry.key) {
                Ok(path) => flatten(&path, &path_origin, &entry.node, &mut assignments),
                Err(message) => findings
                    .push(Diagnostic::new(Code::PATH, message).with_origin(Some(&path_origin)).with_path(&entry.key)),
            }
        }
        assignments
    }

    /// The dotted path.
    pub fn path(&self) -> String {
        self.path.to_string()
    }

    /// The value as TOML.
    pub fn value(&self) -> String {
        self.value.to_toml()
    }

    /// Puts the value into the tree. `defaults` is the whole scenario as it is without the assignment: list items and map
    /// entries that it has by default can be addressed too.
    pub(crate) fn apply(&self, root: &mut Node, defaults: &Node, cursor: Cursor<'_>) -> Result<(), Diagnostic> {
        let mut value = self.value.clone();
        let mut findings = Diagnostics::default();
        unwrap_parameters(&mut value, &self.path, cursor.at(&self.path), &mut findings);
        if let Some(finding) = findings.into_iter().next() {
            return Err(finding);
        }
        let Some((last, way)) = self.path.steps().split_last() else {
            return Ok(());
        };
        let mut node = root;
        let mut default = Some(defaults);
        let mut cursor = cursor;
        let mut walked = Path::default();
        for step in way {
            self.check(node, default, cursor, step, &walked)?;
            node = self.descend(node, default, cursor, step, &walked)?;
            default = default.and_then(|default| default.step(step));
            cursor = cursor.step(step);
            walked = walked.joined(step.clone());
        }
        self.check(node, default, cursor, last, &walked)?;
        let target = self.descend(node, default, cursor, last, &walked)?;
        merge(target, value, cursor.step(last));
        if let (Step::Key(key), Some(table)) = (last, node.as_table_mut())
            && let Some(entry) = table.entries.iter_mut().find(|entry| entry.key == *key)
        {
            entry.key_origin = Some(self.path_origin.clone());
        }
        Ok(())
    }

    /// Refuses a step to an item or entry that is not there: it would not change the scenario but make up a new thing.
    fn check(
        &self,
        node: &Node,
        default: Option<&Node>,
        cursor: Cursor<'_>,
        step: &Step,
        walked: &Path,
    ) -> Result<(), Diagnostic> {
        let is_there = node.step(step).is_some() || default.is_some_and(|default| default.step(step).is_some());
        if is_there {
            return Ok(());
        }
        let Step::Key(key) = step else { return Ok(()) };
        let is_list = matches!(node.kind, NodeKind::Array(_)) || matches!(cursor.kind(), Kind::List(_));
        if !is_list && !cursor.is_map_of_sections() {
            return Ok(());
        }
        let mut known: Vec<&str> = Vec::new();
        for tree in [Some(node), default].into_iter().flatten() {
            match &tree.kind {
                NodeKind::Array(items) => known.extend(items.iter().filter_map(Node::name)),
                NodeKind::Table(table) => {
                    known.extend(table.entries.iter().map(|entry| entry.key.as_str()));
                }
                _ => {}
            }
        }
        known.dedup();
        let help = suggestion(key, &known, "there are").unwrap_or_else(|| format!("`{walked}` is empty"));
        Err(self.wrong(format!("there is no `{key}` in `{walked}`"), Some(help)))
    }

    /// One step down, on ground that is made where there is none yet.
    fn descend<'tree>(
        &self,
        node: &'tree mut Node,
        default: Option<&Node>,
        cursor: Cursor<'_>,
        step: &Step,
        walked: &Path,
    ) -> Result<&'tree mut Node, Diagnostic> {
        let is_choice = matches!(cursor.kind(), Kind::Choice(_));
        let is_missing = node.step(step).is_none();
        if is_missing && let NodeKind::Array(_) = node.kind {
            return Err(self.wrong(format!("there is no `{}` in `{walked}`", Path::new(vec![step.clone()])), None));
        }
        if is_missing {
            if node.as_table().is_none() || is_choice {
                if node.as_table().is_none() && !is_choice {
                    let message = format!("`{walked}` is {}, so there is nothing in it to set", node.describe());
                    return Err(self.wrong(message, None));
                }
                // Another form of a choice takes the place of the present one.
                *node = Node::table(Some(self.path_origin.clone()));
            }
            let below = cursor.step(step);
            let inherited = default.and_then(|default| default.step(step));
            // A list (and a map with entries by default) is only whole together with what it holds by default.
            let node_below = match inherited {
                Some(inherited) if matches!(inherited.kind, NodeKind::Array(_)) => inherited.clone(),
                Some(inherited) if below.is_map_of_sections() || cursor.is_map_of_sections() => inherited.clone(),
                _ => Node::table(Some(self.path_origin.clone())),
            };
            let Step::Key(key) = step else {
                return Err(self.wrong(format!("`{walked}` is not a list"), None));
            };
            if let Some(table) = node.as_table_mut() {
                table.insert(Entry { key: key.clone(), key_origin: Some(self.path_origin.clone()), node: node_below });
            }
        }
        // Inner settings of a parameter change its value, so what was said about the value is void.
        node.provenance = None;
        let message = format!("`{walked}` has no `{}`", Path::new(vec![step.clone()]));
        node.step_mut(step).ok_or_else(|| self.wrong(message, None))
    }

    fn wrong(&self, message: String, help: Option<String>) -> Diagnostic {
        Diagnostic::new(Code::PATH, message)
            .with_origin(Some(&self.path_origin))
            .with_label("this path leads nowhere")
            .with_help(help)
            .with_path(&self.path)
    }
}

/// Splits at the equals sign that ends the path: keys in quotes may hold others.
fn split_at_equals(text: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    let mut is_escaped = false;
    let mut is_start_of_key = true;
    for (at, character) in text.char_indices() {
        match quote {
            Some(closing) => {
                if character == closing && !is_escaped {
                    quote = None;
                }
                is_escaped = closing == '"' && character == '\\' && !is_escaped;
            }
            None if character == '=' => return Some((&text[..at], &text[at + 1..])),
            None if is_start_of_key && matches!(character, '"' | '\'') => quote = Some(character),
            None => {}
        }
        is_start_of_key = character == '.' || (is_start_of_key && character.is_whitespace());
    }
    None
}

fn read_value(text: &str, origin: Origin) -> Node {
    match DeValue::parse(text) {
        Ok(value) => {
            let mut node = Node::from_value(value.get_ref(), origin.clone());
            shift(&mut node, &origin);
            node.origin = Some(origin);
            node
        }
        Err(_) => Node::new(NodeKind::Text(text.to_owned()), Some(origin)),
    }
}

/// Inner values were placed as if the value were all of the text; the whole assignment is shown, so they move right.
fn shift(node: &mut Node, origin: &Origin) {
    let moved = |inner: &Origin| {
        let start = origin.span.start;
        Origin::new(&Arc::clone(&inner.source), inner.span.start + start..inner.span.end + start)
    };
    match &mut node.kind {
        NodeKind::Array(items) => {
            for item in items {
                item.origin = item.origin.as_ref().map(moved);
                shift(item, origin);
            }
        }
        NodeKind::Table(table) => {
            for entry in &mut table.entries {
                entry.key_origin = entry.key_origin.as_ref().map(moved);
                entry.node.origin = entry.node.origin.as_ref().map(moved);
                shift(&mut entry.node, origin);
            }
        }
        _ => {}
    }
}

/// TOML reads unquoted dots in an arm's keys as tables in tables; both ways of writing a path mean the same.
fn flatten(path: &Path, path_origin: &Origin, node: &Node, assignments: &mut Vec<Assignment>) {
    let is_dotted = node.as_table().is_some_and(|table| !table.entries.is_empty())
        // The table of a dotted key has its key for its place; one in braces has a place of its own.
        && node.origin.as_ref().is_some_and(|origin| origin.span == path_origin.span);
    let Some(table) = node.as_table().filter(|_| is_dotted) else {
        assignments.push(Assignment { path: path.clone(), path_origin: path_origin.clone(), value: node.clone() });
        return;
    };
    for entry in &table.entries {
        let origin = entry.key_origin.clone().unwrap_or_else(|| path_origin.clone());
        flatten(&path.joined(Step::Key(entry.key.clone())), &origin, &entry.node, assignments);
    }
}
