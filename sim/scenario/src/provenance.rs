//! Where a parameter's number comes from, and how far it can be trusted.

use std::fmt;

use serde::Serialize;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::node::{Entry, Node, NodeKind, Table};
use crate::document::path::{Path, Step};
use crate::document::shape::{Cursor, Kind};
use crate::nearest::suggestion;

/// The key that makes a table a parameter.
const VALUE: &str = "value";
/// What a parameter may say about its value.
const ABOUT: [&str; 6] = ["source", "confidence", "low", "high", "fitted_to", "note"];

/// How a number was come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Stands in a source that is named.
    Cited,
    /// Was measured; the source says where.
    Measured,
    /// Follows from numbers that are cited or measured.
    Derived,
    /// Is a guess that seemed reasonable.
    Assumed,
    /// Was chosen so that the results fit something known.
    Fitted,
}

impl Confidence {
    /// All of them, the firmest first.
    pub const ALL: [Self; 5] = [Self::Cited, Self::Measured, Self::Derived, Self::Assumed, Self::Fitted];

    /// The word that a scenario uses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cited => "cited",
            Self::Measured => "measured",
            Self::Derived => "derived",
            Self::Assumed => "assumed",
            Self::Fitted => "fitted",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

/// What a scenario says about one of its numbers.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Provenance {
    /// Where the number comes from.
    pub source: Option<String>,
    /// How it was come by.
    pub confidence: Option<Confidence>,
    /// The lowest plausible value, as TOML: ready for an [`Assignment`](crate::Assignment).
    pub low: Option<String>,
    /// The highest plausible value, as TOML.
    pub high: Option<String>,
    /// What a fitted number was fitted to.
    pub fitted_to: Option<String>,
    /// Anything else worth knowing.
    pub note: Option<String>,
    /// `low` and `high` with their places, so that mistakes in them can be shown.
    #[serde(skip)]
    pub(crate) bounds: Vec<Node>,
}

impl Provenance {
    /// The keys and values that a parameter's table holds beside its value, in their usual order.
    pub(crate) fn to_toml(&self) -> Vec<String> {
        let text = |key: &str, value: &Option<String>| {
            value.as_ref().map(|value| format!("{key} = {}", toml::Value::String(value.clone())))
        };
        let raw = |key: &str, value: &Option<String>| value.as_ref().map(|value| format!("{key} = {value}"));
        let confidence = self.confidence.map(|confidence| format!("confidence = \"{confidence}\""));
        [
            text("source", &self.source),
            confidence,
            raw("low", &self.low),
            raw("high", &self.high),
            text("fitted_to", &self.fitted_to),
            text("note", &self.note),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Replaces every parameter's table below `node` by its value, to which what the table says is attached.
pub(crate) fn unwrap_parameters(node: &mut Node, path: &Path, cursor: Cursor<'_>, findings: &mut Diagnostics) {
    if let Some(table) = node.as_table_mut()
        && is_parameter(table, cursor)
        && let Some(value) = table.remove(VALUE)
    {
        let about = std::mem::take(table);
        let origin = value.key_origin.clone().or_else(|| node.origin.clone());
        let provenance = read(about, path, findings);
        if let Some(help) = missing(&provenance) {
            let message = format!(
                "`{path}` is {}, and does not say {}",
                provenance.confidence.map_or("", Confidence::word),
                if provenance.confidence == Some(Confidence::Fitted) { "to what" } else { "where from" },
            );
            findings.push(
                Diagnostic::new(Code::PROVENANCE_INCOMPLETE, message)
                    .with_origin(origin.as_ref())
                    .with_label("this parameter")
                    .with_help(Some(help.to_owned()))
                    .with_path(path),
            );
        }
        *node = value.node;
        node.provenance = Some(Box::new(provenance));
    }
    match &mut node.kind {
        NodeKind::Table(table) => {
            for entry in &mut table.entries {
                let step = Step::Key(entry.key.clone());
                unwrap_parameters(&mut entry.node, &path.joined(step.clone()), cursor.step(&step), findings);
            }
        }
        NodeKind::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                let step = item.name().map_or(Step::Index(index), |name| Step::Key(name.to_owned()));
                unwrap_parameters(item, &path.joined(step), cursor.step(&Step::Index(index)), findings);
            }
        }
        _ => {}
    }
}

/// A table with a `value` is a parameter, unless `value` is a name of its own there.
fn is_parameter(table: &Table, cursor: Cursor<'_>) -> bool {
    table.get(VALUE).is_some()
        && match cursor.kind() {
            Kind::Section(properties) => !properties.contains_key(VALUE),
            Kind::Map(_) => false,
            Kind::List(_) | Kind::Choice(_) | Kind::Leaf | Kind::Anything => true,
        }
}

fn missing(provenance: &Provenance) -> Option<&'static str> {
    match provenance.confidence? {
        Confidence::Fitted if provenance.fitted_to.is_none() => {
            Some("add `fitted_to = \"...\"`: the target or number that it was fitted to")
        }
        Confidence::Cited | Confidence::Measured if provenance.source.is_none() => {
            Some("add `source = \"...\"`: where the number stands or was measured")
        }
        _ => None,
    }
}

fn read(about: Table, path: &Path, findings: &mut Diagnostics) -> Provenance {
    let mut provenance = Provenance::default();
    for Entry { key, key_origin, node } in about.entries {
        let wrong = |expected: &str| {
            Diagnostic::new(Code::PROVENANCE_VALUE, format!("expected {expected}, found {}", node.describe()))
                .with_origin(node.origin.as_ref())
                .with_path(path.joined(Step::Key(key.clone())))
        };
        let text = || node.as_text().map(str::to_owned);
        match key.as_str() {
            "low" | "high" => {
                let bound = Some(node.to_toml());
                if key == "low" {
                    provenance.low = bound;
                } else {
                    provenance.high = bound;
                }
                provenance.bounds.push(node);
            }
            "confidence" => {
                let words = Confidence::ALL.map(Confidence::word);
                let word = node.as_text().unwrap_or_default();
                provenance.confidence = Confidence::ALL.into_iter().find(|confidence| confidence.word() == word);
                if provenance.confidence.is_none() {
                    let help = suggestion(word, &words, "one of");
                    findings.push(wrong("a confidence such as \"cited\" or \"assumed\"").with_help(help));
                }
            }
            "source" | "fitted_to" | "note" => {
                let Some(text) = text() else {
                    findings.push(wrong("a text in quotes"));
                    continue;
                };
                let about = match key.as_str() {
                    "source" => &mut provenance.source,
                    "fitted_to" => &mut provenance.fitted_to,
                    _ => &mut provenance.note,
                };
                *about = Some(text);
            }
            _ => findings.push(
                Diagnostic::new(Code::PROVENANCE_KEY, format!("a parameter has no key `{key}` beside its value"))
                    .with_origin(key_origin.as_ref())
                    .with_label("unknown key")
                    .with_help(suggestion(&key, &ABOUT, "it takes"))
                    .with_path(path.joined(Step::Key(key.clone()))),
            ),
        }
    }
    provenance
}
