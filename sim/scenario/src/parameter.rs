//! The resolved scenario as a flat list of parameters.

use serde::Serialize;

use crate::document::node::{Node, NodeKind};
use crate::document::path::{Path, Step};
use crate::document::shape::{Cursor, Kind};
use crate::loaded::Loaded;
use crate::provenance::Provenance;

/// One value of a scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Parameter {
    /// Its dotted path, as `--set` takes it.
    pub path: String,
    /// Its value as TOML.
    pub value: String,
    /// Whether no file and no assignment gave it.
    pub is_default: bool,
    /// The file or assignment that gave it, and the line in it (from 1).
    pub place: Option<(String, usize)>,
    /// What the scenario says about where it comes from.
    pub provenance: Option<Provenance>,
}

impl<T> Loaded<T> {
    /// All values of the scenario, defaults included, in the order in which the sections are declared.
    pub fn parameters(&self) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        walk(&self.whole, Some(&self.root), self.shape.cursor(), &Path::default(), &mut parameters);
        parameters
    }
}

/// Whether a value is shown as one, although it may be a table or an array: distributions, choices and lists of values.
pub(crate) fn is_single(node: &Node, cursor: Cursor<'_>) -> bool {
    match &node.kind {
        NodeKind::Table(_) => matches!(cursor.kind(), Kind::Choice(_) | Kind::Leaf),
        NodeKind::Array(items) => items.is_empty() || !items.iter().all(|item| item.as_table().is_some()),
        _ => true,
    }
}

fn parameter(node: &Node, given: Option<&Node>, path: &Path) -> Parameter {
    let origin = given.and_then(|given| given.origin.as_ref());
    Parameter {
        path: path.to_string(),
        value: node.to_toml(),
        is_default: given.is_none(),
        place: origin.map(|origin| (origin.source().name().to_owned(), origin.line_and_column().0)),
        provenance: given.and_then(|given| given.provenance.as_deref()).cloned(),
    }
}

/// The numbers inside a value that is shown as one, where the document says something about them.
fn walk_inside(given: &Node, path: &Path, parameters: &mut Vec<Parameter>) {
    let mut below = |step: Step, node: &Node| {
        let path = path.joined(step);
        if node.provenance.is_some() {
            parameters.push(parameter(node, Some(node), &path));
        }
        walk_inside(node, &path, parameters);
    };
    match &given.kind {
        NodeKind::Table(table) => {
            table.entries.iter().for_each(|entry| below(Step::Key(entry.key.clone()), &entry.node));
        }
        NodeKind::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| below(Step::Index(index), item));
        }
        _ => {}
    }
}

fn walk(node: &Node, given: Option<&Node>, cursor: Cursor<'_>, path: &Path, parameters: &mut Vec<Parameter>) {
    let provenance = given.and_then(|given| given.provenance.as_deref());
    if is_single(node, cursor) || provenance.is_some() {
        parameters.push(parameter(node, given, path));
        if let Some(given) = given {
            walk_inside(given, path, parameters);
        }
        return;
    }
    match &node.kind {
        NodeKind::Table(table) => {
            for entry in &table.entries {
                let step = Step::Key(entry.key.clone());
                let below = given.and_then(|given| given.step(&step));
                walk(&entry.node, below, cursor.step(&step), &path.joined(step), parameters);
            }
        }
        NodeKind::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let by_number = Step::Index(index);
                let below = given.and_then(|given| given.step(&by_number));
                let step = item.name().map_or(by_number.clone(), |name| Step::Key(name.to_owned()));
                walk(item, below, cursor.step(&by_number), &path.joined(step), parameters);
            }
        }
        _ => {}
    }
}
