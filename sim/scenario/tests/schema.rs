//! The JSON Schema: an independent validator takes what the loader takes, and refuses what it refuses.

mod town;

use boon::{Compiler, Schemas};
use proptest::prelude::*;
use serde_json::{Value, json};
use stranded_scenario::schema::schema;
use town::{Town, load};

/// Whether the validator takes a scenario file; TOML's own dates count as texts, as in editors.
fn check(schemas: &Schemas, index: boon::SchemaIndex, text: &str) -> Result<(), String> {
    let document: toml::Table = text.parse().expect(text);
    let plain = plain(&toml::Value::Table(document));
    schemas.validate(&plain, index).map_err(|error| error.to_string())
}

fn plain(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(boolean) => json!(boolean),
        toml::Value::Datetime(datetime) => json!(datetime.to_string()),
        toml::Value::Array(items) => items.iter().map(plain).collect(),
        toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), plain(value))).collect(),
    }
}

fn compiled() -> (Schemas, boon::SchemaIndex) {
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    compiler.add_resource("town.json", schema::<Town>()).expect("a resource");
    let index = compiler.compile("town.json", &mut schemas).expect("a valid schema");
    (schemas, index)
}

const GOOD: [&str; 9] = [
    "",
    "title = \"x\"\n[app]\ntimeout = \"5 s\"\nshare = 0.4\nhours = [1, 0, 0]\n",
    "[app]\nshare = \"40 %\"\nopenings = \"1_000 /day\"\nlatency = \"380 ms\"\n",
    "[app]\nlatency = { lognormal = { median = { value = \"1 s\", note = \"x\" }, sigma = 1, offset = \"1 s\" } }\n",
    "[app]\ntimeout = { value = \"5 s\", source = \"x\", confidence = \"cited\", low = \"1 s\", high = \"9 s\" }\n",
    "[calendar]\nstart = 2022-04-10T00:00+09:00\nend = \"2022-04-11T00:00:00+09:00\"\n",
    "[service.a]\ndiscipline = { adaptive-lifo = { threshold = 3 } }\n[service.b]\ndiscipline = \"lifo\"\n",
    "[[place]]\nname = \"home\"\nshare = { value = 1, confidence = \"assumed\" }\n[[arm]]\nname = \"a\"\nset = { \"app.timeout\" = \"1 s\" }\n",
    "[app]\nlatency = { value = { gamma = { mean = \"1 s\", shape = 2 } }, confidence = \"derived\" }\n",
];

#[test]
fn the_schema_takes_what_the_loader_takes() {
    let (schemas, index) = compiled();
    for text in GOOD {
        load(text).unwrap_or_else(|findings| panic!("{findings}\n{text}"));
        check(&schemas, index, text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    }
}

#[test]
fn the_schema_refuses_what_the_loader_refuses() {
    let (schemas, index) = compiled();
    for text in [
        "titel = \"x\"\n",
        "[app]\ntimeout = 5\n",
        "[app]\ntimeout = \"5 parsecs\"\n",
        "[app]\nshare = 1.4\n",
        "[app]\nopenings = \"-3 /s\"\n",
        "[app]\nattempts = -1\n",
        "[app]\nhours = [1, 0]\n",
        "[app]\ntimeout = { value = \"5 s\", sauce = \"x\" }\n",
        "[app]\ntimeout = { value = \"5 s\", confidence = \"sited\" }\n",
        "[app]\ntimeout = { value = 5 }\n",
        "[app]\nlatency = { lognormal = { median = \"1 s\" } }\n",
        "[service.a]\ndiscipline = \"filo\"\n",
        "[calendar]\nstart = 2022-04-10\n",
        "[fleet]\ncars = 3\n",
    ] {
        assert!(load(text).is_err(), "the loader takes {text}");
        assert!(check(&schemas, index, text).is_err(), "the schema takes {text}");
    }
}

#[test]
fn the_schema_knows_extends() {
    let (schemas, index) = compiled();
    assert_eq!(check(&schemas, index, "extends = \"a.toml\"\n"), Ok(()));
    assert_eq!(check(&schemas, index, "extends = [\"a.toml\", \"b.toml\"]\n"), Ok(()));
    assert!(check(&schemas, index, "extends = 3\n").is_err());
}

#[test]
fn the_schema_has_words_for_editors() {
    let schema = schema::<Town>();
    let timeout = &schema["$defs"]["App"]["properties"]["timeout"];
    assert_eq!(timeout["description"], json!("Time-out."));
    assert_eq!(timeout["default"], json!("10 s"));
}

proptest! {
    #[test]
    fn the_schema_takes_every_duration_that_is_written(nanoseconds: u64) {
        let (schemas, index) = compiled();
        let text = format!("[app]\ntimeout = \"{}\"\n", stranded_scenario::Duration::from_nanoseconds(nanoseconds));
        prop_assert_eq!(check(&schemas, index, &text), Ok(()));
    }
}
