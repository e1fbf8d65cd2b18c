//! Gates through the binary: verdicts, exit codes, what is refused, and what is written for others.

#[path = "../common/mod.rs"]
mod common;

mod baseline;
mod measured;
mod outputs;
mod threshold;

use common::Workshop;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Judges and returns the result; the exit code must be the one that the result says.
fn gate(workshop: &Workshop, arguments: &[&str]) -> Value {
    let mut all = vec!["gate", "--json"];
    all.extend(arguments);
    let output = workshop.stranded(&all).output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert_eq!(output.status.code().map(i64::from), report["exit_code"].as_i64(), "{said}");
    report
}

/// The message of a gate that was not even tried, and its exit code.
fn refusal(workshop: &Workshop, arguments: &[&str]) -> (i32, String) {
    let mut all = vec!["gate"];
    all.extend(arguments);
    let output = workshop.stranded(&all).output().expect("the program runs");
    (output.status.code().expect("an exit code"), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn text(path: &Path) -> &str {
    path.to_str().expect("an ordinary path")
}

/// Writes a result of `surge` in the form of its first version.
fn window(workshop: &Workshop, name: &str, replication: u32, p99_ms: f64, answered: u64, verdict: &str) -> PathBuf {
    let path = workshop.path().join(name);
    let latency = if answered == 0 { json!(null) } else { json!(p99_ms) };
    let value = json!({
        "schema_version": 1, "kind": "surge-window", "scenario": "mm1", "scenario_hash": "ab", "program_version": "0.1.0",
        "commit": null, "machine": "test", "seed": 7, "replication": replication, "offered_per_second": 100.0,
        "measured_seconds": 20.0, "intents": 2000, "intents_answered": answered, "attempts": 2000,
        "answered_in_time": answered, "goodput_per_second": answered as f64 / 20.0, "error_share": 1.0 - answered as f64 / 2000.0,
        "retry_amplification": 1.0, "latency_ms": {"mean": latency, "p50": latency, "p90": latency, "p99": latency, "p999": latency,
        "max": latency}, "generator": {"late_share": 0.0, "verdict": verdict}, "seconds": [{"at_seconds": 0, "intents": 100}],
    });
    std::fs::write(&path, value.to_string()).expect("a file");
    path
}
