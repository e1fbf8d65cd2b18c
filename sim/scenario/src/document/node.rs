//! The tree of values that a scenario is made of, each with the place it came from.

use serde::Serialize;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::path::{Path, Step, quote_key};
use super::source::{Origin, Source};
use crate::provenance::Provenance;
use std::fmt::Write as _;
use std::sync::Arc;

/// A value and where it came from.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    /// `None` for defaults.
    pub(crate) origin: Option<Origin>,
    pub(crate) provenance: Option<Box<Provenance>>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum NodeKind {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Datetime(Datetime),
    Array(Vec<Node>),
    Table(Table),
    /// A value that was wrong and has been taken out, so that the rest can be looked at.
    Removed,
}

/// Keys and values in the order of the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) entries: Vec<Entry>,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    /// `None` for defaults.
    pub(crate) key_origin: Option<Origin>,
    pub(crate) node: Node,
}

impl Table {
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|entry| entry.key == key).map(|entry| &mut entry.node)
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Puts an entry in, in the place of the one with the same key if there is one.
    pub(crate) fn insert(&mut self, entry: Entry) {
        match self.entries.iter_mut().find(|present| present.key == entry.key) {
            Some(present) => *present = entry,
            None => self.entries.push(entry),
        }
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<Entry> {
        let position = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(position))
    }
}

impl Node {
    pub(crate) fn new(kind: NodeKind, origin: Option<Origin>) -> Self {
        Self { kind, origin, provenance: None }
    }

    pub(crate) fn table(origin: Option<Origin>) -> Self {
        Self::new(NodeKind::Table(Table::default()), origin)
    }

    pub(crate) fn from_document(table: &DeTable<'_>, source: &Arc<Source>) -> Self {
        Self::new(NodeKind::Table(table_from(table, source)), Some(Origin::new(source, 0..0)))
    }

    pub(crate) fn from_value(value: &DeValue<'_>, origin: Origin) -> Self {
        let source = Arc::clone(&origin.source);
        let kind = match value {
            DeValue::String(text) => NodeKind::Text(text.to_string()),
            DeValue::Integer(integer) => {
                match i64::from_str_radix(integer.as_str(), integer.radix()) {
                    Ok(number) => NodeKind::Integer(number),
                    // Too large for 64 bits: as a float it reaches the type, which says what it would take.
                    Err(_) => NodeKind::Float(integer.as_str().parse().unwrap_or(f64::INFINITY)),
                }
            }
            DeValue::Float(float) => NodeKind::Float(float.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(boolean) => NodeKind::Boolean(*boolean),
            DeValue::Datetime(datetime) => NodeKind::Datetime(*datetime),
            DeValue::Array(array) => NodeKind::Array(
                array.iter().map(|item| Self::from_value(item.get_ref(), Origin::new(&source, item.span()))).collect(),
            ),
            DeValue::Table(table) => NodeKind::Table(table_from(table, &source)),
        };
        Self::new(kind, Some(origin))
    }

    /// The tree of a typed value, without places: everything in it counts as default until a document says otherwise.
    pub(crate) fn from_typed<T: Serialize>(value: &T) -> Result<Self, toml::ser::Error> {
        toml::Value::try_from(value).map(|value| Self::from_plain(&value))
    }

    fn from_plain(value: &toml::Value) -> Self {
        let kind = match value {
            toml::Value::String(text) => NodeKind::Text(text.clone()),
            toml::Value::Integer(number) => NodeKind::Integer(*number),
            toml::Value::Float(number) => NodeKind::Float(*number),
            toml::Value::Boolean(boolean) => NodeKind::Boolean(*boolean),
            toml::Value::Datetime(datetime) => NodeKind::Datetime(*datetime),
            toml::Value::Array(items) => NodeKind::Array(items.iter().map(Self::from_plain).collect()),
            toml::Value::Table(table) => {
                let entry = |(key, value): (&String, &toml::Value)| Entry {
                    key: key.clone(),
                    key_origin: None,
                    node: Self::from_plain(value),
                };
                NodeKind::Table(Table { entries: table.iter().map(entry).collect() })
            }
        };
        Self::new(kind, None)
    }

    pub(crate) fn as_table(&self) -> Option<&Table> {
        match &self.kind {
            NodeKind::Table(table) => Some(table),
            _ => None,
        }
    }

    pub(crate) fn as_table_mut(&mut self) -> Option<&mut Table> {
        match &mut self.kind {
            NodeKind::Table(table) => Some(table),
            _ => None,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The name of an item of a list of named tables.
    pub(crate) fn name(&self) -> Option<&str> {
        self.as_table()?.get("name")?.as_text()
    }

    /// What the value is, in words: the end of "found ...".
    pub(crate) fn describe(&self) -> String {
        match &self.kind {
            NodeKind::Text(text) => format!("the text {text:?}"),
            NodeKind::Array(_) => "an array".to_owned(),
            NodeKind::Table(_) => "a table".to_owned(),
            NodeKind::Removed => "nothing".to_owned(),
            _ => self.to_toml(),
        }
    }

    pub(crate) fn step(&self, step: &Step) -> Option<&Self> {
        match (&self.kind, step) {
            (NodeKind::Table(table), Step::Key(key)) => table.get(key),
            (NodeKind::Array(items), Step::Index(index)) => items.get(*index),
            (NodeKind::Array(items), Step::Key(key)) => items.get(position_of(items, key)?),
            _ => None,
        }
    }

    pub(crate) fn step_mut(&mut self, step: &Step) -> Option<&mut Self> {
        match (&mut self.kind, step) {
            (NodeKind::Table(table), Step::Key(key)) => table.get_mut(key),
            (NodeKind::Array(items), Step::Index(index)) => items.get_mut(*index),
            (NodeKind::Array(items), Step::Key(key)) => {
                let position = position_of(items, key)?;
                items.get_mut(position)
            }
            _ => None,
        }
    }

    pub(crate) fn at(&self, path: &Path) -> Option<&Self> {
        path.steps().iter().try_fold(self, Self::step)
    }

    /// Where the value at `path` stands, or its nearest ancestor that stands anywhere; with `key`, where its key stands.
    pub(crate) fn place(&self, path: &Path, key: bool) -> Option<&Origin> {
        let mut node = self;
        let mut place = None;
        for (index, step) in path.steps().iter().enumerate() {
            let is_last = index + 1 == path.steps().len();
            let Some(next) = node.step(step) else { break };
            let entry_key = match (node.as_table(), step) {
                (Some(table), Step::Key(key)) => table.entry(key).and_then(|entry| entry.key_origin.as_ref()),
                _ => None,
            };
            // A section is best shown by its heading, which is its key; a value by itself.
            let by_key = (is_last && key) || next.as_table().is_some();
            let own = if by_key { entry_key.or(next.origin.as_ref()) } else { next.origin.as_ref().or(entry_key) };
            place = own.or(place);
            node = next;
        }
        place.or(self.origin.as_ref())
    }

    /// The value as TOML on one line. Removed values are left out.
    pub(crate) fn to_toml(&self) -> String {
        self.write_inline(false)
    }

    /// The value as TOML on one line with sorted keys: the same for every way of writing the same value.
    pub(crate) fn to_canonical(&self) -> String {
        self.write_inline(true)
    }

    fn write_inline(&self, sorted: bool) -> String {
        match &self.kind {
            NodeKind::Text(text) => toml::Value::String(text.clone()).to_string(),
            NodeKind::Integer(number) => number.to_string(),
            NodeKind::Float(number) => toml::Value::Float(*number).to_string(),
            NodeKind::Boolean(boolean) => boolean.to_string(),
            NodeKind::Datetime(datetime) => datetime.to_string(),
            NodeKind::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| item.write_inline(sorted)).collect();
                format!("[{}]", items.join(", "))
            }
            NodeKind::Table(table) if table.entries.is_empty() => "{}".to_owned(),
            NodeKind::Table(table) => {
                let mut entries: Vec<&Entry> = table.entries.iter().collect();
                if sorted {
                    entries.sort_by(|left, right| left.key.cmp(&right.key));
                }
                let mut text = String::from("{ ");
                for (index, entry) in entries.into_iter().enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    let _ = write!(text, "{comma}{} = {}", quote_key(&entry.key), entry.node.write_inline(sorted));
                }
                text + " }"
            }
            NodeKind::Removed => String::new(),
        }
    }
}

fn table_from(table: &DeTable<'_>, source: &Arc<Source>) -> Table {
    let entries = table.iter().map(|(key, value)| Entry {
        key: key.get_ref().to_string(),
        key_origin: Some(Origin::new(source, key.span())),
        node: Node::from_value(value.get_ref(), Origin::new(source, value.span())),
    });
    Table { entries: entries.collect() }
}

/// The position of the item of that name, or of that number if no item has the name.
fn position_of(items: &[Node], key: &str) -> Option<usize> {
    items
        .iter()
        .position(|item| item.name() == Some(key))
        .or_else(|| key.parse().ok().filter(|index| *index < items.len()))
}

/// The names of the items of a list in which every item is a table with a name.
pub(crate) fn names(items: &[Node]) -> Option<Vec<&str>> {
    items.iter().map(Node::name).collect()
}
