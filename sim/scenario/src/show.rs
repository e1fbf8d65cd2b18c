//! The resolved scenario as TOML that loads again to the same scenario.

use std::fmt::Write as _;

use crate::document::node::{Entry, Node, NodeKind};
use crate::document::path::{Step, quote_key};
use crate::document::shape::Cursor;
use crate::loaded::Loaded;
use crate::parameter::is_single;

/// How much of a scenario is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// Every value, defaults included.
    #[default]
    All,
    /// Only what files and assignments say.
    Changed,
}

impl<T> Loaded<T> {
    /// The scenario as TOML. Every line says in a comment where its value comes from: `default`, or the file (or `--set`)
    /// and the line. What a parameter says about itself is kept, so that the text can take the place of all the files.
    pub fn show(&self, extent: Extent) -> String {
        let mut writer = Writer { text: String::new(), extent };
        writer.section(&self.whole, Some(&self.root), self.shape.cursor(), "");
        writer.text.trim_start_matches('\n').to_owned()
    }
}

struct Writer {
    text: String,
    extent: Extent,
}

/// An entry with what the document says about it.
type Line<'tree> = (&'tree Entry, Option<&'tree Node>, Cursor<'tree>);

impl Writer {
    /// Writes the plain values of a table, and then its sections: TOML would take values behind a section for the section's.
    fn section<'tree>(&mut self, node: &'tree Node, given: Option<&'tree Node>, cursor: Cursor<'tree>, heading: &str) {
        let entries = node.as_table().map(|table| table.entries.as_slice()).unwrap_or_default();
        let lines = entries.iter().filter_map(|entry| {
            let step = Step::Key(entry.key.clone());
            let given = given.and_then(|given| given.step(&step));
            (given.is_some() || self.extent == Extent::All).then(|| (entry, given, cursor.step(&step)))
        });
        let (values, sections): (Vec<Line<'_>>, Vec<Line<'_>>) = lines.partition(|(entry, given, cursor)| {
            is_single(&entry.node, *cursor) || given.is_some_and(|given| given.provenance.is_some())
        });
        for (entry, given, _) in values {
            self.value(entry, given);
        }
        for (entry, given, cursor) in sections {
            let key = quote_key(&entry.key);
            let path = if heading.is_empty() { key } else { format!("{heading}.{key}") };
            if let NodeKind::Array(items) = &entry.node.kind {
                for (index, item) in items.iter().enumerate() {
                    let step = Step::Index(index);
                    let _ = write!(self.text, "\n[[{path}]]\n");
                    let below = given.and_then(|given| given.step(&step));
                    self.section(item, below, cursor.step(&step), &path);
                }
            } else {
                let _ = write!(self.text, "\n[{path}]\n");
                self.section(&entry.node, given, cursor, &path);
            }
        }
    }

    fn value(&mut self, entry: &Entry, given: Option<&Node>) {
        let value = inline(&entry.node, given);
        let comment = match given.map(|given| given.origin.as_ref()) {
            None => "default".to_owned(),
            Some(None) => "given".to_owned(),
            Some(Some(origin)) => match (origin.source().name(), origin.line_and_column().0) {
                (name, _) if name.starts_with("--") => name.to_owned(),
                (name, line) => format!("{name}:{line}"),
            },
        };
        let _ = writeln!(self.text, "{} = {value}  # {}", quote_key(&entry.key), comment.replace(['\n', '\r'], " "));
    }
}

/// A value on one line, with what the document says about it and about the numbers in it: a distribution's mean may have a
/// source of its own.
fn inline(node: &Node, given: Option<&Node>) -> String {
    let below = |step: Step| given.and_then(|given| given.step(&step));
    let value = match &node.kind {
        NodeKind::Table(table) if !table.entries.is_empty() => {
            let entries = table.entries.iter().map(|entry| {
                format!("{} = {}", quote_key(&entry.key), inline(&entry.node, below(Step::Key(entry.key.clone()))))
            });
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        NodeKind::Array(items) => {
            let items = items.iter().enumerate().map(|(index, item)| inline(item, below(Step::Index(index))));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        _ => node.to_toml(),
    };
    match given.and_then(|given| given.provenance.as_ref()) {
        Some(provenance) => {
            let mut parts = vec![format!("value = {value}")];
            parts.extend(provenance.to_toml());
            format!("{{ {} }}", parts.join(", "))
        }
        None => value,
    }
}
