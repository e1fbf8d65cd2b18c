//! Thresholds on runs.

use crate::common::{Workshop, json};
use crate::{gate, refusal, text};

#[test]
fn the_interval_decides() {
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--arms", "offline-key", "--replications", "5"]);
    let run = text(&run);
    let hours = &json(std::path::Path::new(run), "summary.json")["arms"][0]["stranded_hours"];
    let [low, high] = [0, 1].map(|end| hours["ci95"][end].as_f64().expect("an interval"));
    let verdict = |limit: f64| {
        let condition = format!("stranded_hours.mean < {limit} h");
        let report = gate(&workshop, &[run, "--threshold", &condition]);
        let found = &report["conditions"][0];
        assert_eq!(found["interval"][1].as_f64(), Some(high), "the run's own interval");
        report["verdict"].as_str().expect("a verdict").to_owned()
    };
    assert_eq!(verdict(high * 1.01), "pass");
    assert_eq!(verdict(low * 0.99), "fail");
    assert_eq!(verdict(f64::midpoint(low, high)), "inconclusive");
    // Of an arm, in another unit, and nobody stranded: the 90th percentile of nobody's waiting holds every limit.
    let arm = gate(&workshop, &[run, "--threshold", "offline-key: stranded_minutes.p90 <= 2 h"]);
    assert_eq!(arm["verdict"], "pass", "{arm}");
    assert_eq!(arm["conditions"][0]["limit"], 120.0);
}

#[test]
fn too_few_replications_are_inconclusive_and_never_a_pass() {
    let workshop = Workshop::new();
    for count in ["1", "2", "4"] {
        let run = workshop.run_town(&format!("runs-{count}"), &["--arms", "none", "--replications", count]);
        let report = gate(&workshop, &[text(&run), "--threshold", "stranded_hours < 1000000 h"]);
        assert_eq!((report["verdict"].as_str(), report["exit_code"].as_u64()), (Some("inconclusive"), Some(11)));
        assert!(report["conditions"][0]["reason"].as_str().unwrap().contains("of at least 5 replications"), "{report}");
        // Whoever wants a single replication taken as it is says so.
        let taken =
            gate(&workshop, &[text(&run), "--threshold", "stranded_hours < 1000000 h", "--replications-min", "1"]);
        assert_eq!(taken["verdict"], "pass");
    }
}

#[test]
fn thresholds_of_the_scenario_come_with_the_run() {
    let workshop = Workshop::new();
    let slo = r#"slo.thresholds=["stranded_hours < 1000000 h", "offline-key: stranded_hours < 1 min", "stranded_hours.change < 1 %"]"#;
    let run = workshop
        .run_town("runs", &["--arms", "none", "--replications", "2", "--set", slo, "--set", "slo.replications_min=2"]);
    let report = gate(&workshop, &[text(&run)]);
    assert_eq!(report["conditions"][0]["verdict"], "pass");
    assert_eq!(report["conditions"][1]["reason"], "this arm was not run");
    assert_eq!(report["verdict"], "inconclusive");
    assert!(report["notes"][0].as_str().unwrap().contains("not judged without a `--baseline`"), "{report}");
}

#[test]
fn a_gate_without_conditions_is_no_pass() {
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--arms", "none", "--replications", "2"]);
    let (code, said) = refusal(&workshop, &[text(&run)]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("there is nothing to judge") && said.contains("[slo]"), "{said}");
}

#[test]
fn mistakes_name_column_nearest_and_way_out() {
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--arms", "none", "--replications", "2"]);
    let said = |condition: &str| {
        let (code, said) = refusal(&workshop, &[text(&run), "--threshold", condition]);
        assert_eq!(code, 2, "{condition}: {said}");
        said
    };
    let unknown = said("stranded_houres.mean < 500 h");
    assert!(unknown.contains("column 1") && unknown.contains("did you mean `stranded_hours`?"), "{unknown}");
    let sign = said("stranded_hours ~ 500");
    assert!(sign.contains("column 16: expected `<`, `<=`, `>`, `>=` or `==`"), "{sign}");
    let unit = said("stranded_hours < 500 km");
    assert!(unit.contains("column 22: `km` is no unit of `stranded_hours`, which is in h"), "{unit}");
    assert!(said("offline-kez: stranded_hours < 5").contains("no arm `offline-kez`"));
    assert!(said("stranded_hours.change < 5 %").contains("--baseline"));

    let scenario = |condition: &str| {
        let slo = format!("slo.thresholds=[\"{condition}\"]");
        let output = workshop.stranded(&["run", "town.toml", "--set", &slo, "--out", "never"]).output().unwrap();
        assert_eq!(output.status.code(), Some(3));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let unknown = scenario("stranded_houres < 500");
    assert!(unknown.contains("S122") && unknown.contains("did you mean `stranded_hours`?"), "{unknown}");
    assert!(scenario("stranded_hours 500").contains("S123"));
    assert!(scenario("no-such-arm: stranded_hours < 5").contains("S120"));
    assert!(!workshop.path().join("never").exists(), "a refused scenario runs nothing");
}

#[test]
fn a_dead_system_never_passes() {
    let workshop = Workshop::new();
    let dead = ["service.operator.workers=1", "service.operator.service_time=20 d"];
    let run = workshop.run_town("runs", &["--arms", "none", "--replications", "5", "--set", dead[0], "--set", dead[1]]);
    let report = gate(
        &workshop,
        &[text(&run), "--threshold", "latency_seconds.p99 < 1 s", "--threshold", "stranded_hours < 1e9 h"],
    );
    assert_eq!((report["verdict"].as_str(), report["exit_code"].as_u64()), (Some("fail"), Some(10)), "{report}");
    let conditions = report["conditions"].as_array().unwrap();
    assert_eq!(conditions[0]["verdict"], "fail");
    assert!(conditions[0]["reason"].as_str().unwrap().contains("nothing was answered in time"), "{report}");
    assert_eq!(conditions[1]["verdict"], "pass");
    assert_eq!((conditions[2]["source"].as_str(), conditions[2]["verdict"].as_str()), (Some("built_in"), Some("fail")));
}

#[test]
fn a_folder_that_was_changed_or_is_not_whole_is_refused() {
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--arms", "none", "--replications", "5"]);
    let doubt = |word: &str| {
        let report = gate(&workshop, &[text(&run), "--threshold", "stranded_hours < 1000000 h"]);
        assert_eq!((report["verdict"].as_str(), report["exit_code"].as_u64()), (Some("invalid"), Some(3)), "{report}");
        let doubt = report["doubts"][0].as_str().unwrap();
        assert!(doubt.contains(word), "{word}: {doubt}");
        let kept = workshop.stranded(&["baseline", "update", text(&run), "--to", "kept.json"]).output().unwrap();
        assert_eq!(kept.status.code(), Some(3));
        assert!(!workshop.path().join("kept.json").exists());
    };
    let file = |name: &str| run.join(name);
    let change = |name: &str, from: &str, to: &str| {
        let original = std::fs::read_to_string(file(name)).unwrap();
        assert!(original.contains(from), "{name} has no {from}");
        std::fs::write(file(name), original.replacen(from, to, 1)).unwrap();
        original
    };
    let summary = change("summary.json", "\"mean\": ", "\"mean\": 1");
    doubt("`summary.json` is not what was written");
    std::fs::write(file("summary.json"), summary).unwrap();

    let scenario = change("scenario.toml", "cars = 200", "cars = 201");
    doubt("`scenario.toml` is not what was written");
    std::fs::write(file("scenario.toml"), scenario).unwrap();

    let replications = std::fs::read(file("replications.parquet")).unwrap();
    std::fs::remove_file(file("replications.parquet")).unwrap();
    doubt("`replications.parquet` is gone");
    std::fs::write(file("replications.parquet"), &replications[..replications.len() / 2]).unwrap();
    doubt("`replications.parquet` is not what was written");
    std::fs::write(file("replications.parquet"), replications).unwrap();

    let manifest = change("manifest.json", "\"name\": \"replications.parquet\"", "\"name\": \"report.html\"");
    doubt("`replications.parquet` is not in its manifest");
    std::fs::write(file("manifest.json"), &manifest[..manifest.len() / 2]).unwrap();
    doubt("damaged");
    std::fs::remove_file(file("manifest.json")).unwrap();
    doubt("neither a run");
    std::fs::write(file("manifest.json"), manifest).unwrap();
    assert_eq!(gate(&workshop, &[text(&run), "--threshold", "stranded_hours < 1000000 h"])["verdict"], "pass");
}
