//! Results of `surge` and of `devkit bench`.

use crate::common::Workshop;
use crate::{gate, text, window};
use serde_json::json;

#[test]
fn windows_of_load_are_replications() {
    let workshop = Workshop::new();
    let windows: Vec<_> = (0..5)
        .map(|number| {
            window(&workshop, &format!("w{number}.json"), number, 300.0 + f64::from(number), 1_990, "kept-up")
        })
        .collect();
    let all: Vec<&str> = windows.iter().map(|path| text(path)).collect();
    let judge = |condition: &str| {
        let mut arguments = all.clone();
        arguments.extend(["--threshold", condition]);
        gate(&workshop, &arguments)
    };
    assert_eq!(judge("latency_ms.p99 < 0.5 s")["verdict"], "pass");
    // The same condition as of a run.
    assert_eq!(judge("latency_seconds.p99 < 500 ms")["verdict"], "pass");
    assert_eq!(judge("service.goodput_share >= 99 %")["verdict"], "pass");
    assert_eq!(judge("latency_ms.p99 < 200 ms")["verdict"], "fail");
    assert_eq!(judge("latency_ms.p99 < 302 ms")["verdict"], "inconclusive");

    let single = gate(&workshop, &[all[0], "--threshold", "latency_ms.p99 < 500 ms"]);
    assert_eq!(single["verdict"], "inconclusive", "one window has no interval");
    assert!(single["notes"][0].as_str().unwrap().contains("--replication"), "{single}");
    let taken = gate(&workshop, &[all[0], "--threshold", "latency_ms.p99 < 500 ms", "--replications-min", "1"]);
    assert_eq!(taken["verdict"], "pass");
}

#[test]
fn a_folder_of_surge_is_found_by_its_result() {
    let workshop = Workshop::new();
    std::fs::create_dir(workshop.path().join("out")).unwrap();
    window(&workshop, "out/window.json", 0, 300.0, 2_000, "kept-up");
    std::fs::write(workshop.path().join("out/samples.json"), "{}").unwrap();
    let report = gate(&workshop, &["out", "--threshold", "error_share < 1 %", "--replications-min", "1"]);
    assert_eq!(report["verdict"], "pass", "{report}");
}

#[test]
fn a_generator_that_missed_its_rate_is_invalid() {
    let workshop = Workshop::new();
    for verdict in ["generator-limited", "noisy-neighbour"] {
        let path = window(&workshop, "window.json", 0, 10.0, 2_000, verdict);
        let report =
            gate(&workshop, &[text(&path), "--threshold", "latency_ms.p99 < 500 ms", "--replications-min", "1"]);
        assert_eq!((report["verdict"].as_str(), report["exit_code"].as_u64()), (Some("invalid"), Some(3)), "{report}");
        assert!(report["doubts"][0].as_str().unwrap().contains(verdict), "{report}");
    }
}

#[test]
fn servers_that_answer_nobody_fail_whatever_their_latencies_are() {
    let workshop = Workshop::new();
    let path = window(&workshop, "window.json", 0, 0.0, 0, "kept-up");
    let report = gate(&workshop, &[text(&path), "--threshold", "latency_ms.p99 < 500 ms", "--replications-min", "1"]);
    assert_eq!((report["verdict"].as_str(), report["exit_code"].as_u64()), (Some("fail"), Some(10)), "{report}");
    // Even a result that claims fine latencies.
    let mut value: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    value["latency_ms"]["p99"] = json!(1.0);
    std::fs::write(&path, value.to_string()).unwrap();
    let report = gate(&workshop, &[text(&path), "--threshold", "latency_ms.p99 < 500 ms", "--replications-min", "1"]);
    assert_eq!(report["conditions"][0]["verdict"], "pass");
    assert_eq!(report["verdict"], "fail", "{report}");
}

#[test]
fn load_is_compared_with_load_of_the_same_schedule() {
    let workshop = Workshop::new();
    let all = |name: &str, answered: u64| -> Vec<String> {
        let paths = (0..5).map(|number| {
            let path = window(
                &workshop,
                &format!("{name}{number}.json"),
                number,
                300.0,
                answered + u64::from(number),
                "kept-up",
            );
            text(&path).to_owned()
        });
        paths.collect()
    };
    let before = all("before", 1_900);
    let mut update = vec!["baseline", "update", "--to", "load.json"];
    update.extend(before.iter().map(String::as_str));
    workshop.stranded(&update).assert().success();
    let judge = |paths: &[String]| {
        let mut arguments: Vec<&str> = paths.iter().map(String::as_str).collect();
        arguments.extend(["--baseline", "load.json"]);
        gate(&workshop, &arguments)
    };
    assert_eq!(judge(&before)["verdict"], "pass");
    let worse = judge(&all("worse", 1_800));
    assert_eq!((worse["verdict"].as_str(), worse["paired"].as_bool()), (Some("fail"), Some(true)), "{worse}");
    assert_eq!(worse["conditions"][0]["metric"], "goodput_per_second");
}

#[test]
fn unlocks_of_a_door_are_replications() {
    let workshop = Workshop::new();
    let samples = |name: &str, unit: &str, first: u64| {
        let unlocks: Vec<u64> = (0..100).map(|unlock| first + unlock).collect();
        let value = json!({
            "schema": 1, "kind": "door", "board": "qemu-mps2", "unit": unit, "clock_hertz": 25_000_000,
            "estimated": unit == "instructions", "signature_library": "dalek", "program_version": "0.1.0", "commit": "0000000",
            "machine": "made up", "steps": {"unlock_total": unlocks},
        });
        std::fs::write(workshop.path().join(name), value.to_string()).unwrap();
        name.to_owned()
    };
    let before = samples("before.json", "instructions", 1_000_000);
    let judge = |name: &str, condition: &str| gate(&workshop, &[name, "--threshold", condition])["verdict"].clone();
    assert_eq!(judge(&before, "unlock_total.p90 < 2_000_000"), "pass");
    assert_eq!(judge(&before, "unlock_total.p90 < 1_000_010"), "fail");
    // A hundred values do not bound the 99th percentile from above.
    assert_eq!(judge(&before, "unlock_total.p99 < 2_000_000"), "inconclusive");
    let (code, said) = crate::refusal(&workshop, &[&before, "--threshold", "unlock_total < 40 ms"]);
    assert!(code == 2 && said.contains("no time"), "{said}");
    let cycles = samples("cycles.json", "cycles", 1_000_000);
    assert_eq!(judge(&cycles, "unlock_total < 41 ms"), "pass");

    let slower = samples("slower.json", "instructions", 1_050_000);
    let compared = gate(&workshop, &[&slower, "--baseline", &before]);
    assert_eq!((compared["verdict"].as_str(), compared["paired"].as_bool()), (Some("fail"), Some(false)), "{compared}");
    let other = gate(&workshop, &[&cycles, "--baseline", &before]);
    assert!(
        other["verdict"] == "invalid" && other["doubts"][0].as_str().unwrap().contains("unit is cycles here"),
        "{other}"
    );
}

#[test]
fn what_is_no_result_is_called_so() {
    let workshop = Workshop::new();
    for (text, word) in
        [("{", "not JSON"), ("{\"kind\": \"recipe\"}", "recipe"), ("{\"kind\": \"surge-window\"}", "schema_version")]
    {
        std::fs::write(workshop.path().join("thing.json"), text).unwrap();
        let report = gate(&workshop, &["thing.json", "--threshold", "a < 1"]);
        assert_eq!(report["verdict"], "invalid");
        assert!(report["doubts"][0].as_str().unwrap().contains(word), "{report}");
    }
    let report = gate(&workshop, &["absent", "--threshold", "a < 1"]);
    assert!(report["doubts"][0].as_str().unwrap().contains("absent"), "{report}");
}
