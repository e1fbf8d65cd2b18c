use super::*;
use std::path::PathBuf;

const SAMPLE: &str = include_str!("../tests/data/capacity.json");

/// The sample, with its JSON changed.
pub(crate) fn sample(change: impl FnOnce(&mut serde_json::Value)) -> Capacity {
    let mut value = serde_json::from_str(SAMPLE).unwrap();
    change(&mut value);
    serde_json::from_value(value).unwrap()
}

fn read(text: &str) -> Result<Capacity, ReportError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capacity.json");
    std::fs::write(&path, text).unwrap();
    Capacity::read(&path)
}

#[test]
fn the_sample_is_read() {
    let capacity = read(SAMPLE).unwrap();
    assert_eq!(capacity, sample(|_| {}));
    assert_eq!(capacity.rate(), Some(415.0));
    assert_eq!(capacity.windows.len(), 13);
    let points: Vec<_> = capacity.points().collect();
    assert_eq!(points.len(), 12, "a window in which the driver was the bottleneck says nothing of the server");
    assert_eq!(points.iter().filter(|point| point.2).count(), 9);
}

#[test]
fn the_law_is_gunthers() {
    let capacity = read(SAMPLE).unwrap();
    let law = capacity.scalability.as_ref().unwrap();
    assert!((law.per_second(1.0) - law.gamma).abs() < 1e-9, "one request at a time");
    for residual in &law.residuals {
        let fitted = law.per_second(residual.concurrency);
        assert!((fitted - residual.fitted_per_second).abs() < 0.006, "{fitted} against {residual:?}");
    }
    let peak = law.peak_concurrency.unwrap();
    assert!((law.per_second(peak) - law.peak_per_second.unwrap()).abs() < 0.006);
    assert!(law.per_second(peak * 1.1) < law.per_second(peak) && law.per_second(peak * 0.9) < law.per_second(peak));
}

#[test]
fn every_outcome_is_understood() {
    use serde_json::json;
    for (outcome, rate) in [
        (json!({ "verdict": "found", "low": 5.0, "high": 6.0 }), Some(5.0)),
        (json!({ "verdict": "at-least", "low": 5.0 }), Some(5.0)),
        (json!({ "verdict": "generator-limited", "low": 5.0, "limit": 9.0 }), Some(5.0)),
        (json!({ "verdict": "generator-limited", "low": null, "limit": 9.0 }), None),
        (json!({ "verdict": "not-met", "high": 0.3 }), None),
        (json!({ "verdict": "unclear" }), None),
        (json!(null), None),
    ] {
        assert_eq!(sample(|value| value["outcome"] = outcome.clone()).rate(), rate, "{outcome}");
    }
}

#[test]
fn what_is_no_capacity_is_refused_with_the_file_and_a_way_out() {
    let changed = |from: &str, to: &str| {
        assert!(SAMPLE.contains(from), "{from}");
        SAMPLE.replacen(from, to, 1)
    };
    for (text, reason) in [
        (String::new(), "it is no JSON"),
        (SAMPLE[..SAMPLE.len() / 2].to_owned(), "it is no JSON"),
        (changed("\"gamma\": 24.6", "\"gamma\": NaN"), "it is no JSON"),
        (changed("\"gamma\": 24.6", "\"gamma\": 1e999"), "number out of range"),
        (changed("\"gamma\": 24.6", "\"gamma\": null"), "was not measured is written as `null`"),
        (changed("\"gamma\": 24.6", "\"gamma\": -1"), "gamma -1,"),
        (changed("\"low\": 415.0", "\"low\": -415.0"), "a rate of -415 requests"),
        (changed("\"concurrency_mean\": 0.81", "\"concurrency_mean\": -0.81"), "a window with -0.81 requests"),
        (changed("\"quantile\": 0.99", "\"quantile\": 99"), "a share of 99"),
        (changed("\"machine\"", "\"engine\""), "missing field `machine`"),
        (changed("surge-capacity", "surge-window"), "its `kind` is \"surge-window\", not \"surge-capacity\""),
        (changed("\"kind\"", "\"sort\""), "it has no `kind`"),
        (changed("\"schema_version\"", "\"version\""), "it has no `schema_version`"),
    ] {
        let said = read(&text).unwrap_err().to_string();
        assert!(said.contains(reason), "`{reason}` is missing in: {said}");
        assert!(said.contains("capacity.json` is no result") && said.contains("leave `--capacity` away"), "{said}");
    }
    let said = read(&changed("\"schema_version\": 1", "\"schema_version\": 2")).unwrap_err().to_string();
    assert!(said.contains("has schema version 2, this program reads up to 1"), "{said}");
    let said = Capacity::read(&PathBuf::from("no-such-capacity.json")).unwrap_err().to_string();
    assert!(said.contains("no-such-capacity.json") && said.contains("check the path"), "{said}");
}
