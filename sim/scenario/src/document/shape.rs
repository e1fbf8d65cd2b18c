//! What the JSON Schema of a type knows about its tree: which tables are sections, maps, lists or choices.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::node::Node;
use super::path::{Path, Step};

/// The schema of a type, ready to be walked along a path, and what the type is if a file says nothing.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    root: Value,
    /// `None` if there is no saying nothing, because something has no default.
    defaults: Option<Node>,
}

/// A place in a shape; knows nothing any more once it has been led where the schema does not go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'shape> {
    shape: &'shape Shape,
    schema: Option<&'shape Value>,
}

/// What may stand at a place.
#[derive(Clone, Debug)]
pub(crate) enum Kind<'shape> {
    /// A table with keys that are known.
    Section(&'shape Map<String, Value>),
    /// A table with keys that the scenario names.
    Map(&'shape Value),
    /// An array whose items all have this schema.
    List(&'shape Value),
    /// One of several forms, at least one of them a table: an enum.
    Choice(Vec<&'shape Value>),
    /// A plain value.
    Leaf,
    /// The schema does not say.
    Anything,
}

impl Shape {
    pub(crate) fn with_defaults<T: JsonSchema + Serialize + DeserializeOwned>() -> Self {
        let defaults = T::deserialize(&Node::table(None)).ok().and_then(|value| Node::from_typed(&value).ok());
        Self { defaults, ..Self::of::<T>() }
    }

    pub(crate) fn of<T: JsonSchema>() -> Self {
        let schema = SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<T>();
        Self { root: schema.to_value(), defaults: None }
    }

    pub(crate) fn cursor(&self) -> Cursor<'_> {
        Cursor { shape: self, schema: Some(&self.root) }
    }

    /// The whole schema.
    pub(crate) fn root(&self) -> &Value {
        &self.root
    }

    /// The place that a part of the schema describes.
    pub(crate) fn cursor_at<'shape>(&'shape self, schema: &'shape Value) -> Cursor<'shape> {
        Cursor { shape: self, schema: Some(schema) }
    }

    /// Adds to a tree what it does not say, section by section.
    ///
    /// Serde alone would take the default of a section's own type, even where the section around it has another default for
    /// it: to set one key would change its neighbours. Lists, maps and choices are taken as they are.
    pub(crate) fn fill(&self, root: &mut Node) {
        if let Some(defaults) = &self.defaults {
            fill(root, defaults, self.cursor());
        }
    }

    fn resolve<'shape>(&'shape self, mut schema: &'shape Value) -> &'shape Value {
        while let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            match reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer)) {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }

    /// The forms that a schema allows, `null` left out.
    fn forms<'shape>(&'shape self, schema: &'shape Value, forms: &mut Vec<&'shape Value>) {
        let schema = self.resolve(schema);
        let alternatives = ["anyOf", "oneOf"].into_iter().find_map(|key| schema.get(key)).and_then(Value::as_array);
        match alternatives {
            Some(alternatives) => alternatives.iter().for_each(|form| self.forms(form, forms)),
            None if schema.get("type").and_then(Value::as_str) == Some("null") => {}
            None => forms.push(schema),
        }
    }
}

fn fill(node: &mut Node, defaults: &Node, cursor: Cursor<'_>) {
    let (Kind::Section(_), Some(table), Some(defaults)) = (cursor.kind(), node.as_table_mut(), defaults.as_table())
    else {
        return;
    };
    for default in &defaults.entries {
        match table.get_mut(&default.key) {
            Some(present) => fill(present, &default.node, cursor.step(&Step::Key(default.key.clone()))),
            None => table.insert(default.clone()),
        }
    }
}

fn is_table(schema: &Value) -> bool {
    match schema.get("type") {
        Some(Value::String(name)) => name == "object",
        Some(Value::Array(names)) => names.iter().any(|name| name == "object"),
        _ => schema.get("properties").is_some(),
    }
}

impl<'shape> Cursor<'shape> {
    fn to(self, schema: Option<&'shape Value>) -> Self {
        Self { schema, ..self }
    }

    /// What may stand here.
    pub(crate) fn kind(self) -> Kind<'shape> {
        let Some(schema) = self.schema else {
            return Kind::Anything;
        };
        let mut forms = Vec::new();
        self.shape.forms(schema, &mut forms);
        let form = match forms.as_slice() {
            [] => return Kind::Anything,
            [form] => *form,
            _ if forms.iter().any(|form| is_table(form)) => return Kind::Choice(forms),
            _ => return Kind::Leaf,
        };
        if let Some(properties) = form.get("properties").and_then(Value::as_object) {
            // An enum with one form is an enum all the same: its one key is required.
            return Kind::Section(properties);
        }
        if is_table(form) {
            return form.get("additionalProperties").map_or(Kind::Anything, Kind::Map);
        }
        if let Some(items) = form.get("items") {
            return Kind::List(items);
        }
        if form.get("type").is_some() || form.get("enum").is_some() || form.get("const").is_some() {
            return Kind::Leaf;
        }
        Kind::Anything
    }

    /// What may stand one step down.
    pub(crate) fn step(self, step: &Step) -> Self {
        let below = match (self.kind(), step) {
            (Kind::Section(properties), Step::Key(key)) => properties.get(key),
            (Kind::Map(values), Step::Key(_)) => Some(values),
            (Kind::List(items), _) => Some(items),
            (Kind::Choice(forms), Step::Key(key)) => {
                forms.into_iter().find_map(|form| form.get("properties").and_then(|properties| properties.get(key)))
            }
            _ => None,
        };
        self.to(below)
    }

    /// What may stand at the end of `path`.
    pub(crate) fn at(self, path: &Path) -> Self {
        path.steps().iter().fold(self, Self::step)
    }

    /// Whether this is a map whose entries are sections: its keys are names of things, such as services.
    pub(crate) fn is_map_of_sections(self) -> bool {
        match self.kind() {
            Kind::Map(values) => matches!(self.to(Some(values)).kind(), Kind::Section(_)),
            _ => false,
        }
    }

    /// Whether this is a list whose items are sections, which TOML writes as `[[name]]`.
    pub(crate) fn is_list_of_sections(self) -> bool {
        match self.kind() {
            Kind::List(items) => matches!(self.to(Some(items)).kind(), Kind::Section(_)),
            _ => false,
        }
    }
}
