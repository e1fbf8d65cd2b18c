//! A kept baseline: the values of a subject in one file that can be committed beside the scenario.

use super::{Arm, Origin, Subject};
use crate::gate::catalogue::{self, Metric};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Version of the file's layout: raised when a field changes its meaning or goes away.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// What the file says it is.
pub(super) const KIND: &str = "baseline";

/// The file.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Baseline of stranded gate")]
struct Form {
    /// Version of the layout.
    schema_version: u32,
    /// Always `baseline`.
    kind: String,
    /// Where it comes from.
    origin: Origin,
    /// The arms with the values of every replication.
    arms: Vec<Arm>,
}

/// The JSON Schema of the file.
pub(crate) fn schema() -> Value {
    schemars::schema_for!(Form).into()
}

/// What is kept of a subject, as the text of the file. The same subject gives the same bytes.
pub(crate) fn text(subject: &Subject) -> Result<String, serde_json::Error> {
    let Subject { origin, arms, .. } = subject.clone();
    let form = Form { schema_version: SCHEMA_VERSION, kind: KIND.to_owned(), origin, arms };
    let mut text = serde_json::to_string_pretty(&form)?;
    text.push('\n');
    Ok(text)
}

/// The name of the file in a folder of baselines.
pub(crate) fn file_name(origin: &Origin) -> String {
    let sound = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let name: String = origin.name.chars().map(|letter| if sound(letter) { letter } else { '-' }).collect();
    format!("{name}.json")
}

/// Reads the file.
pub(super) fn read(path: &Path, value: Value) -> Result<Subject, String> {
    let version = &value["schema_version"];
    if *version != SCHEMA_VERSION {
        return Err(format!(
            "this baseline has schema version {version}, and this program compares with {SCHEMA_VERSION}\nmake a new one: run the \
             scenario as it should be, then `stranded baseline update RUN --to {}`",
            path.display()
        ));
    }
    let form: Form = serde_json::from_value(value).map_err(|error| {
        format!(
            "{error}\nthe baseline is damaged; `stranded baseline update RUN --to {}` makes a new one",
            path.display()
        )
    })?;
    let replications = form.arms.iter().flat_map(|arm| &arm.replications);
    let names: BTreeSet<&String> = replications.flat_map(|replication| replication.metrics.keys()).collect();
    let metrics: Vec<Metric> = names.into_iter().map(|name| catalogue::named(name)).collect();
    Ok(Subject {
        path: path.to_owned(),
        origin: form.origin,
        arms: form.arms,
        metrics,
        batch_means: BTreeMap::new(),
        slo: None,
        doubts: Vec::new(),
        is_baseline: true,
    })
}
