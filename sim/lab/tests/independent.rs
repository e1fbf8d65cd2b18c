//! What `summary.json` says, recomputed from `episodes.parquet` by programs that are not ours.

mod common;

use common::{Workshop, json};
use serde_json::Value;
use std::process::Command;

/// Metrics that have a value, 0, also in a replication in which nobody was stranded.
const TOTALS: [&str; 2] = ["stranded_people", "stranded_hours"];

/// Moments in the file are whole milliseconds, which is up to 1 ms of an episode's two ends each.
const TOLERANCE: f64 = 1e-5;

#[test]
fn duckdb_and_polars_find_what_the_summary_says() {
    let python = std::env::var("STRANDED_TEST_PYTHON").expect(
        "this test reads our Parquet files with DuckDB and Polars: run it with `cargo xtask test`, \
         or set STRANDED_TEST_PYTHON to a Python that can import both (`cargo xtask setup` prints one)",
    );
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &[]);
    let output = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recompute.py"))
        .arg(&run)
        .output()
        .expect("STRANDED_TEST_PYTHON starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let recomputed: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let summary = json(&run, "summary.json");
    let replications = summary["replications"].as_f64().expect("a number");
    let mut compared = 0;
    for engine in ["duckdb", "polars"] {
        for arm in summary["arms"].as_array().expect("arms") {
            let rows: Vec<&Value> =
                recomputed[engine].as_array().expect("rows").iter().filter(|row| row["arm"] == arm["name"]).collect();
            assert!(!rows.is_empty(), "{engine} finds nothing of {}", arm["name"]);
            for (metric, value) in rows[0].as_object().expect("a row") {
                if metric == "arm" || metric == "replication" {
                    continue;
                }
                assert!(value.is_number(), "{engine}: {metric} of {} is {value}", arm["name"]);
                let sum: f64 = rows.iter().map(|row| row[metric].as_f64().expect("a number")).sum();
                let count = if TOTALS.contains(&metric.as_str()) { replications } else { rows.len() as f64 };
                let ours = summarised(arm, metric).unwrap_or_else(|| panic!("the summary lacks {metric}"));
                let error = (sum / count - ours).abs();
                assert!(
                    error <= TOLERANCE * ours.abs().max(1.0),
                    "{engine}, {}, {metric}: {} there, {ours} here",
                    arm["name"],
                    sum / count,
                );
                compared += 1;
            }
        }
    }
    // Two engines, three arms, two totals, four lengths, eight channels.
    assert_eq!(compared, 2 * 3 * (2 + 4 + 8));
}

/// The mean that the summary gives for a metric, found by its path as other programs would.
fn summarised(arm: &Value, metric: &str) -> Option<f64> {
    metric.split('.').try_fold(arm, |value, key| value.get(key))?.get("mean")?.as_f64()
}

/// Every scalar result of every replication, by the reader of somebody else.
const MEANS: &str = "\
import duckdb, json, polars, sys
path = sys.argv[1] + '/replications.parquet'
by_duckdb = duckdb.execute('SELECT arm, metric, avg(value) FROM read_parquet(?) GROUP BY arm, metric', [path]).fetchall()
by_polars = polars.read_parquet(path).group_by('arm', 'metric').agg(polars.col('value').mean()).rows()
print(json.dumps([by_duckdb, by_polars]))";

#[test]
fn duckdb_and_polars_find_every_mean_in_the_replications() {
    let python = std::env::var("STRANDED_TEST_PYTHON").expect("see the test above");
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &[]);
    let output = Command::new(python).args(["-c", MEANS]).arg(&run).output().expect("STRANDED_TEST_PYTHON starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let summary = json(&run, "summary.json");
    for rows in found.as_array().expect("two engines") {
        let rows = rows.as_array().expect("rows");
        let mut compared = 0;
        for arm in summary["arms"].as_array().expect("arms") {
            for (metric, estimate) in arm["metrics"].as_object().expect("metrics") {
                let row = rows.iter().find(|row| row[0] == arm["name"] && row[1] == metric.as_str());
                let there = row.and_then(|row| row[2].as_f64()).unwrap_or_else(|| panic!("{metric} is missing"));
                let ours = estimate["mean"].as_f64().expect("a number");
                assert!((there - ours).abs() <= 1e-9 * ours.abs(), "{metric}: {there} there, {ours} here");
                compared += 1;
            }
        }
        assert_eq!(compared, rows.len(), "nothing is in the file that the summary does not know");
    }
}
