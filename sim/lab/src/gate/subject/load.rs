//! Results of `surge`: what real servers did under load. A file is one replication.

use super::{Arm, Kind, Origin, Replication, Subject};
use crate::gate::catalogue::Metric;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(super) const WINDOW: &str = "surge-window";
pub(super) const CAPACITY: &str = "surge-capacity";
pub(super) const REPLAY: &str = "surge-replay";

/// Version of the results that we read.
const SCHEMA_VERSION: u64 = 1;

/// What the generator says of itself when the load was what it should have been.
const KEPT_UP: &str = "kept-up";

/// The files that `surge --out` leaves, one to a folder.
const FILES: [&str; 3] = ["window.json", "capacity.json", "replay.json"];

/// The result in a folder that `surge` has written.
pub(super) fn result_in(folder: &Path) -> Option<PathBuf> {
    FILES.iter().map(|name| folder.join(name)).find(|path| path.is_file())
}

/// Reads a result.
pub(super) fn read(path: &Path, kind: &str, value: &Value) -> Result<Subject, String> {
    let version = value["schema_version"].as_u64();
    if version != Some(SCHEMA_VERSION) {
        return Err(format!(
            "`schema_version` is {}, and this program reads {SCHEMA_VERSION}",
            value["schema_version"]
        ));
    }
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let mut metrics = BTreeMap::new();
    flatten("", value, &mut metrics);
    for not_measured in ["schema_version", "seed", "replication"] {
        metrics.remove(not_measured);
    }
    add_the_simulators_names(&mut metrics);
    let mut doubts = Vec::new();
    match value["generator"]["verdict"].as_str() {
        Some(KEPT_UP) => {}
        Some(verdict) => doubts.push(format!(
            "`{}`: the generator says \"{verdict}\": the servers did not get the load that the scenario has, so their latencies prove \
             nothing; offer less, or give the generator a processor of its own",
            path.display()
        )),
        None => doubts.push(format!("`{}`: `generator.verdict` is not there: nobody knows what the load was", path.display())),
    }
    if !metrics.contains_key("goodput_per_second") {
        doubts.push(format!(
            "`{}`: `goodput_per_second` is not there: nobody knows whether the servers answered",
            path.display()
        ));
    }
    let known = metrics.keys().map(|name| Metric::new(name, unit_of(name)));
    // What could not be measured is `null`: a condition on it is answered by that, and is no misspelling.
    let mut known: Vec<Metric> = known.collect();
    for name in ["p50", "p90", "p99", "p999", "mean", "max"].map(|name| format!("latency_ms.{name}")) {
        if !known.iter().any(|metric| metric.name == name) {
            known.push(Metric::new(name, "ms"));
        }
    }
    Ok(Subject {
        path: path.to_owned(),
        origin: Origin {
            kind: Kind::Load,
            name: text("scenario").unwrap_or_else(|| kind.to_owned()),
            program_version: text("program_version").unwrap_or_default(),
            commit: text("commit"),
            engine_digest: None,
            scenario_hash: text("scenario_hash"),
            seed: value["seed"].as_u64(),
            meaning: BTreeMap::from([("kind".to_owned(), kind.to_owned())]),
        },
        arms: vec![Arm {
            name: "baseline".to_owned(),
            replications: vec![Replication {
                replication: value["replication"].as_u64().map_or(0, |number| number as u32),
                digest: None,
                metrics,
            }],
        }],
        metrics: known,
        batch_means: BTreeMap::new(),
        slo: None,
        doubts,
        is_baseline: false,
    })
}

/// Numbers by the path to them; lists are not results but records.
fn flatten(path: &str, value: &Value, numbers: &mut BTreeMap<String, f64>) {
    match value {
        Value::Number(number) => {
            numbers.extend(number.as_f64().map(|number| (path.to_owned(), number)));
        }
        Value::Object(entries) => {
            for (key, value) in entries {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(&path, value, numbers);
            }
        }
        _ => {}
    }
}

/// The same things under the names that they have in a run, so that one condition serves both.
fn add_the_simulators_names(metrics: &mut BTreeMap<String, f64>) {
    for quantile in ["p50", "p99"] {
        if let Some(milliseconds) = metrics.get(&format!("latency_ms.{quantile}")).copied() {
            metrics.insert(format!("latency_seconds.{quantile}"), milliseconds / 1000.0);
        }
    }
    let count = |name: &str| metrics.get(name).copied();
    if let (Some(answered), Some(intents)) = (count("intents_answered"), count("intents"))
        && intents > 0.0
    {
        metrics.insert("service.goodput_share".to_owned(), answered / intents);
    }
}

/// The unit that the name of a number says.
fn unit_of(name: &str) -> &'static str {
    let has = |part: &str| name.split('.').any(|word| word.ends_with(part));
    if has("_ms") || has("_ms_p99") {
        "ms"
    } else if has("_seconds") {
        "s"
    } else if has("_share") {
        "share"
    } else if has("_per_second") {
        "1/s"
    } else if name == "retry_amplification" {
        "x"
    } else {
        ""
    }
}
