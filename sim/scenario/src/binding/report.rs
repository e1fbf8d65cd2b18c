//! A mistake that serde met, as a finding for people.

use super::error::{BindError, Problem};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::extend::EXTENDS;
use crate::document::node::Node;
use crate::document::path::{Path, Step};
use crate::nearest::suggestion;

/// The finding for an error at `path` in the tree.
pub(super) fn finding(root: &Node, error: &BindError, path: &Path) -> Diagnostic {
    let origin = root.place(path, error.at_key());
    let shown = by_name(root, path);
    let place = |finding: Diagnostic| finding.with_origin(origin).with_path(&shown);
    match error.problem() {
        Problem::UnknownField { found, expected } => {
            let parent = path.parent().unwrap_or_default();
            let mut known = expected.to_vec();
            let section = if parent.steps().is_empty() {
                known.push(EXTENDS);
                "a scenario".to_owned()
            } else {
                format!("`{}`", by_name(root, &parent))
            };
            place(Diagnostic::new(Code::UNKNOWN_KEY, format!("{section} has no key `{found}`")))
                .with_label("unknown key")
                .with_help(suggestion(found, &known, "it has"))
        }
        Problem::UnknownVariant { found, expected } => {
            // In a table the choice is the key, and what takes it is what holds the table.
            let taker = if error.at_key() { shown.parent().unwrap_or_default() } else { shown.clone() };
            let message = format!("`{taker}` cannot be \"{found}\"");
            place(Diagnostic::new(Code::UNKNOWN_CHOICE, message))
                .with_label("unknown choice")
                .with_help(suggestion(found, expected, "one of"))
        }
        Problem::MissingField(field) => {
            place(Diagnostic::new(Code::MISSING_KEY, format!("`{shown}` lacks the key `{field}`")))
                .with_label(format!("`{field}` is missing"))
                .with_help(Some(format!("add `{field} = ...`; it has no default")))
        }
        Problem::Wrong(message) => {
            let subject = if shown.steps().is_empty() { String::new() } else { format!("`{shown}`: ") };
            place(Diagnostic::new(Code::WRONG_VALUE, format!("{subject}{message}"))).with_label("not this")
        }
    }
}

/// The path with list items by name where they have one: what `--set` would take.
pub(crate) fn by_name(root: &Node, path: &Path) -> Path {
    let mut named = Vec::new();
    let mut node = Some(root);
    for step in path.steps() {
        let below = node.and_then(|node| node.step(step));
        named.push(match (step, below.and_then(Node::name)) {
            (Step::Index(_), Some(name)) => Step::Key(name.to_owned()),
            _ => step.clone(),
        });
        node = below;
    }
    Path::new(named)
}
