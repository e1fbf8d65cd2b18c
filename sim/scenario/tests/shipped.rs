//! The scenario files that come with the project: each loads, passes the schema, and survives being shown.

use std::path::{Path, PathBuf};

use boon::{Compiler, Schemas};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stranded_scenario::schema::schema;
use stranded_scenario::{Extent, Loaded, Loader, Reporter, Scenario, Validate};

/// The real scenario, read by itself: what its values mean together is not the business of these tests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
struct Plain(Scenario);

impl Validate for Plain {
    fn validate(&self, _: &mut Reporter<'_>) {}
}

fn shipped() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let mut files = Vec::new();
    for folder in [folder.clone(), folder.join("calibration"), folder.join("queueing")] {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        files.extend(
            entries.flatten().map(|entry| entry.path()).filter(|path| path.extension() == Some("toml".as_ref())),
        );
    }
    files.sort();
    for folder in ["scenarios", "queueing"] {
        let is_in = |file: &PathBuf| file.parent().is_some_and(|parent| parent.ends_with(folder));
        assert!(files.iter().any(is_in), "there are files in {folder}");
    }
    files
}

fn load(path: &Path) -> Loaded<Plain> {
    Loader::new()
        .load(path)
        .unwrap_or_else(|findings| panic!("{}", findings.render(stranded_scenario::Look::default())))
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

#[test]
fn every_shipped_file_loads_and_survives_being_shown() {
    for path in shipped() {
        let loaded = load(&path);
        for extent in [Extent::All, Extent::Changed] {
            let shown = loaded.show(extent);
            let again: Loaded<Plain> =
                Loader::new().load_text("shown.toml", &shown).unwrap_or_else(|findings| panic!("{findings}\n{shown}"));
            assert_eq!(again.value, loaded.value, "{}", path.display());
            assert_eq!(again.hash(), loaded.hash(), "{}", path.display());
            let paths = |it: &Loaded<Plain>| it.provenance().into_iter().map(|(path, _)| path).collect::<Vec<_>>();
            let kept = paths(&again);
            let lost: Vec<_> = paths(&loaded).into_iter().filter(|path| !kept.contains(path)).collect();
            assert!(lost.is_empty(), "{} loses the provenance of {lost:?}", path.display());
        }
        for arm in loaded.arms() {
            loaded.arm(arm).unwrap_or_else(|findings| panic!("{findings}"));
        }
    }
}

#[test]
fn every_shipped_file_passes_the_schema() {
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    compiler.add_resource("scenario.json", schema::<Scenario>()).expect("a resource");
    let index = compiler.compile("scenario.json", &mut schemas).expect("a valid schema");
    for path in shipped() {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let document: toml::Table = text.parse().expect("TOML");
        let document = plain(&toml::Value::Table(document));
        schemas.validate(&document, index).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let shown: toml::Table = load(&path).show(Extent::All).parse().expect("TOML");
        let shown = plain(&toml::Value::Table(shown));
        schemas.validate(&shown, index).unwrap_or_else(|error| panic!("{} as shown: {error}", path.display()));
    }
}

#[test]
fn the_defaults_can_be_shown_and_set_one_by_one() {
    let loaded: Loaded<Plain> = Loader::new().load_text("empty.toml", "").expect("defaults");
    assert_eq!(loaded.value, Plain::default());
    let shown = loaded.show(Extent::All);
    let again: Loaded<Plain> = Loader::new().load_text("shown.toml", &shown).expect("what was shown");
    assert_eq!(again.value, loaded.value);
    for parameter in loaded.parameters() {
        let assignment =
            stranded_scenario::Assignment::new(&parameter.path, &parameter.value, "test").expect("an assignment");
        let variant = loaded.variant(&[assignment]).unwrap_or_else(|findings| panic!("{}: {findings}", parameter.path));
        assert!(variant.value == loaded.value, "to set {} to its own value changes another", parameter.path);
    }
}
