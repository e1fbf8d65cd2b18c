//! Runs against baselines.

use crate::common::{Workshop, json};
use crate::{gate, text};
use serde_json::Value;
use std::path::Path;

/// What makes the town worse in stranded hours: people who cannot start wait longer until they find another way.
const WORSE: &str = "relief.giving_up.start={ lognormal = { median = \"60 min\", sigma = 0.8 } }";

fn keep(workshop: &Workshop, run: &Path, to: &str) {
    workshop.stranded(&["baseline", "update", text(run), "--to", to, "--quiet"]).assert().success();
}

/// Changes a JSON file.
fn edit(path: &Path, change: impl Fn(&mut Value)) {
    let mut value: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    change(&mut value);
    std::fs::write(path, value.to_string()).unwrap();
}

#[test]
fn an_unchanged_program_passes_and_a_worse_one_fails_whatever_the_luck() {
    let workshop = Workshop::new();
    for seed in ["1", "2", "3"] {
        let run = |name: &str, more: &[&str]| {
            let mut arguments = vec!["--arms", "none", "--replications", "8", "--seed", seed];
            arguments.extend(more);
            workshop.run_town(&format!("{name}-{seed}"), &arguments)
        };
        let before = run("before", &[]);
        let baseline = format!("kept-{seed}.json");
        keep(&workshop, &before, &baseline);
        let again = gate(&workshop, &[text(&run("again", &[])), "--baseline", &baseline]);
        assert_eq!((again["verdict"].as_str(), again["paired"].as_bool()), (Some("pass"), Some(true)), "{again}");
        assert_eq!(again["conditions"][0]["interval"], serde_json::json!([0.0, 0.0]), "the same seed, the same bytes");

        let worse = gate(&workshop, &[text(&run("worse", &["--set", WORSE])), "--baseline", &baseline]);
        let condition = &worse["conditions"][0];
        assert_eq!((worse["verdict"].as_str(), worse["exit_code"].as_u64()), (Some("fail"), Some(10)), "{worse}");
        assert_eq!(
            (condition["metric"].as_str(), condition["source"].as_str()),
            (Some("stranded_hours"), Some("baseline"))
        );
        assert!(condition["interval"][0].as_f64().unwrap() > 0.02, "{worse}");
        // Whoever finds that tolerable says so.
        let tolerated =
            gate(&workshop, &[text(&run("worse", &["--set", WORSE])), "--baseline", &baseline, "--tolerance", "60 %"]);
        assert_eq!(tolerated["verdict"], "pass");
    }
}

#[test]
fn with_too_few_replications_nothing_is_known() {
    let workshop = Workshop::new();
    let before = workshop.run_town("before", &["--arms", "none", "--replications", "3"]);
    keep(&workshop, &before, "kept.json");
    for more in [&[][..], &["--set", WORSE]] {
        let mut arguments = vec!["--arms", "none", "--replications", "3"];
        arguments.extend(more);
        let run = workshop.run_town(&format!("runs-{}", more.len()), &arguments);
        let report = gate(&workshop, &[text(&run), "--baseline", "kept.json"]);
        assert_eq!(
            (report["verdict"].as_str(), report["exit_code"].as_u64()),
            (Some("inconclusive"), Some(11)),
            "{report}"
        );
    }
}

#[test]
fn another_seed_is_compared_without_pairs() {
    let workshop = Workshop::new();
    let before = workshop.run_town("before", &["--arms", "none", "--replications", "5", "--seed", "11"]);
    let run = workshop.run_town("runs", &["--arms", "none", "--replications", "6", "--seed", "12"]);
    // A run folder serves as a baseline as it is.
    let report = gate(&workshop, &[text(&run), "--baseline", text(&before), "--tolerance", "95 %"]);
    assert_eq!(report["paired"], false);
    assert!(report["notes"][0].as_str().unwrap().contains("not paired: seed 12 here and seed 11"), "{report}");
    let condition = &report["conditions"][0];
    let [low, high] = [0, 1].map(|end| condition["interval"][end].as_f64().unwrap());
    assert!(low < 0.0 && 0.0 < high, "the same town on other days: {report}");
    assert_eq!(condition["replications"], 5);
}

#[test]
fn a_baseline_is_kept_as_it_is_until_it_is_updated() {
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--arms", "nothing", "--replications", "5"]);
    keep(&workshop, &run, "baselines");
    let kept = workshop.path().join("baselines/town.json");
    let bytes = std::fs::read(&kept).unwrap();
    let value: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((value["schema_version"].as_u64(), value["kind"].as_str()), (Some(1), Some("baseline")));
    assert_eq!(value["origin"]["engine_digest"], json(&run, "manifest.json")["engine_digest"]);
    assert_eq!(value["arms"].as_array().unwrap().len(), 2);
    gate(&workshop, &[text(&run), "--baseline", text(&kept)]);
    keep(&workshop, &run, "baselines");
    assert!(bytes == std::fs::read(&kept).unwrap(), "the same run is the same baseline, byte by byte");
    assert_eq!(crate::common::entries(&workshop.path().join("baselines")), ["town.json"]);

    let judged = gate(&workshop, &["baselines/town.json", "--threshold", "stranded_hours < 5"]);
    assert!(judged["doubts"][0].as_str().unwrap().contains("is a baseline"), "{judged}");
}

#[test]
fn what_must_not_be_compared_is_not() {
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--arms", "none", "--replications", "5"]);
    keep(&workshop, &run, "kept.json");
    let kept = workshop.path().join("kept.json");
    let original = std::fs::read(&kept).unwrap();
    let refused = |word: &str, change: &dyn Fn(&mut Value)| {
        edit(&kept, change);
        let report = gate(&workshop, &[text(&run), "--baseline", "kept.json"]);
        assert_eq!((report["verdict"].as_str(), report["exit_code"].as_u64()), (Some("invalid"), Some(3)), "{report}");
        let doubts = report["doubts"].to_string();
        assert!(doubts.contains(word), "{word}: {doubts}");
        std::fs::write(&kept, &original).unwrap();
    };
    refused("schema version 2", &|kept| kept["schema_version"] = 2.into());
    refused("the engines differ", &|kept| kept["origin"]["engine_digest"] = "0123456789abcdef".into());
    refused("the engines differ", &|kept| kept["origin"]["engine_digest"] = Value::Null);
    refused("stranded after (minutes) is 15 here and 30", &|kept| {
        kept["origin"]["meaning"]["stranded after (minutes)"] = "30".into();
    });
    refused("not deterministic", &|kept| kept["arms"][0]["replications"][1]["digest"] = "0000000000000000".into());
    refused("cannot be compared with", &|kept| kept["origin"]["kind"] = "bench".into());
    refused("damaged", &|kept| kept["arms"][0]["name"] = 5.into());
    assert_eq!(gate(&workshop, &[text(&run), "--baseline", "kept.json"])["verdict"], "pass");
    let absent = gate(&workshop, &[text(&run), "--baseline", "absent.json"]);
    assert!(absent["doubts"][0].as_str().unwrap().contains("cannot read `absent.json`"), "{absent}");
}
