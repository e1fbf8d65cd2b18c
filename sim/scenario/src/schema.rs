//! The JSON Schema of a scenario file, for editors.

use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use crate::document::extend::EXTENDS;
use crate::document::shape::{Kind, Shape};
use crate::provenance::Confidence;

/// The JSON Schema (draft 2020-12) of scenario files with the typed scenario `T`.
///
/// It is the schema of the type with what every file may do besides: name what it `extends`, and give any value as a table
/// with its provenance.
pub fn schema<T: JsonSchema>() -> Value {
    let shape = Shape::of::<T>();
    let mut root = shape.root().clone();
    widen(&mut root, &shape);
    if let Some(properties) = root.get_mut("properties").and_then(Value::as_object_mut) {
        let path = json!({ "type": "string", "minLength": 1 });
        properties.insert(
            EXTENDS.to_owned(),
            json!({
                "description": "The scenario file that this one changes, or several: paths relative to this file.",
                "anyOf": [path, { "type": "array", "items": path }],
                "examples": ["small-town.toml"],
            }),
        );
    }
    root
}

/// Lets every property below, save sections, be given as a parameter.
fn widen(schema: &mut Value, shape: &Shape) {
    match schema {
        Value::Object(object) => {
            for (key, below) in object.iter_mut() {
                match key.as_str() {
                    // These hold examples of scenarios, not schemas.
                    "default" | "examples" | "const" | "enum" => {}
                    "properties" => widen_properties(below, shape),
                    _ => widen(below, shape),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| widen(item, shape)),
        _ => {}
    }
}

fn widen_properties(properties: &mut Value, shape: &Shape) {
    let Some(properties) = properties.as_object_mut() else {
        return;
    };
    for property in properties.values_mut() {
        // Looked at before it is widened: afterwards everything would be a choice.
        let is_value = match shape.cursor_at(property).kind() {
            Kind::Leaf | Kind::Choice(_) => true,
            Kind::List(_) => !shape.cursor_at(property).is_list_of_sections(),
            Kind::Section(_) | Kind::Map(_) | Kind::Anything => false,
        };
        widen(property, shape);
        if is_value {
            *property = parameter(property);
        }
    }
}

/// The schema of a value that may also be a table with its provenance.
fn parameter(value: &Value) -> Value {
    let mut plain = value.clone();
    let mut widened = Map::new();
    // What an editor shows belongs to the property, whichever form it has.
    for shown in ["description", "default", "examples", "deprecated"] {
        if let Some(words) = plain.as_object_mut().and_then(|plain| plain.remove(shown)) {
            widened.insert(shown.to_owned(), words);
        }
    }
    let text = json!({ "type": "string" });
    let table = json!({
        "type": "object",
        "description": "The value with where it comes from.",
        "properties": {
            "value": plain,
            "source": text,
            "confidence": { "type": "string", "enum": Confidence::ALL },
            "low": plain,
            "high": plain,
            "fitted_to": text,
            "note": text,
        },
        "required": ["value"],
        "additionalProperties": false,
    });
    widened.insert("anyOf".to_owned(), json!([plain, table]));
    Value::Object(widened)
}
