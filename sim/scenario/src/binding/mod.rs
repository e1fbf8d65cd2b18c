//! From the tree to the typed scenario, with all mistakes at once.

mod deserializer;
mod error;
mod report;

use serde::de::DeserializeOwned;

use crate::diagnostic::Diagnostics;
use crate::document::node::{Node, NodeKind};
use crate::document::path::{Path, Step};
use crate::document::shape::Shape;
use error::{BindError, Problem};

/// Nobody mends more mistakes than this in one go.
const MISTAKES_MAX: usize = 200;

/// What came of binding a tree to a type.
pub(crate) struct Bound<T> {
    /// The typed value; with defaults in the place of what was wrong, so worth using only if nothing was.
    pub(crate) value: Option<T>,
    /// What was wrong.
    pub(crate) findings: Diagnostics,
    /// Where defaults stand in for wrong values.
    pub(crate) damaged: Vec<Path>,
}

/// Binds the tree to a type. A wrong value is noted and taken out, so that its default takes its place, and the rest is
/// tried again, until everything that is wrong has been found.
pub(crate) fn bind<T: DeserializeOwned>(root: &Node, shape: &Shape) -> Bound<T> {
    let mut bound = Bound { value: None, findings: Diagnostics::default(), damaged: Vec::new() };
    let mut work = root.clone();
    shape.fill(&mut work);
    for _ in 0..MISTAKES_MAX {
        let error = match T::deserialize(&work) {
            Ok(value) => {
                bound.value = Some(value);
                break;
            }
            Err(error) => error,
        };
        let path = error.path();
        if !is_consequence(&work, &path, &error) {
            bound.findings.push(report::finding(root, &error, &path));
        }
        if !error.at_key() {
            bound.damaged.push(report::by_name(root, &path));
        }
        if !take_out(&mut work, &path) {
            break;
        }
    }
    bound
}

/// Whether the mistake is only there because something was taken out before.
fn is_consequence(work: &Node, path: &Path, error: &BindError) -> bool {
    let Some(node) = work.at(path) else {
        return false;
    };
    let is_removed = |node: &Node| matches!(node.kind, NodeKind::Removed);
    if let Problem::MissingField(key) = error.problem() {
        return node.step(&Step::Key((*key).to_owned())).is_some_and(is_removed);
    }
    match &node.kind {
        NodeKind::Array(items) => items.iter().any(is_removed),
        NodeKind::Table(table) => table.entries.iter().any(|entry| is_removed(&entry.node)),
        _ => false,
    }
}

/// Takes the value at `path` out of the tree; `false` if that is the whole tree or has been done before.
fn take_out(root: &mut Node, path: &Path) -> bool {
    if path.steps().is_empty() {
        return false;
    }
    match path.steps().iter().try_fold(root, Node::step_mut) {
        Some(node) if !matches!(node.kind, NodeKind::Removed) => {
            node.kind = NodeKind::Removed;
            true
        }
        _ => false,
    }
}
