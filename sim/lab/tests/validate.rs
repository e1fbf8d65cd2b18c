//! `stranded validate` and `stranded calibrate server` without any server: what is refused, and how. With real servers it is a step of
//! `cargo xtask test`, which builds them.

mod common;

use common::{Workshop, entries};
use serde_json::{Value, json};

const SCENARIO: &str = r#"
title = "Short"
[calendar]
start = 2022-01-01T00:00:00+00:00
end = 2022-01-01T00:00:20+00:00
[arrivals]
rate = "50 /s"
warm_up = "5 s"
[app]
timeout = "1 s"
network_latency = "0 s"
retry = { attempts = 1 }
[renter]
persistence = 0.0
[service.server]
workers = 4
service_time = { exponential = { mean = "40 ms" } }
[validate]
loads = [0.5]
"#;

fn workshop(scenario: &str) -> Workshop {
    let workshop = Workshop::new();
    std::fs::write(workshop.path().join("short.toml"), scenario).expect("a file");
    workshop
}

fn complaint(workshop: &Workshop, arguments: &[&str], code: i32) -> String {
    let output = workshop.stranded(arguments).assert().code(code).get_output().clone();
    String::from_utf8(output.stderr).expect("UTF-8")
}

/// A program that stands in the place of a measuring one.
#[cfg(unix)]
fn program(workshop: &Workshop, name: &str, script: &str) {
    let path = workshop.path().join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a file");
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a program");
}

#[test]
fn a_scenario_without_the_section_is_told_what_to_add() {
    let workshop = workshop(SCENARIO.split("[validate]").next().expect("the rest"));
    let text = complaint(&workshop, &["validate", "short.toml"], 2);
    assert!(text.contains("has no `[validate]`"), "{text}");
    assert_eq!(entries(workshop.path()), ["short.toml", "town.toml"], "nothing is left");
}

#[test]
fn a_missing_program_is_named_with_the_command_that_builds_it() {
    let workshop = workshop(SCENARIO);
    let text = complaint(&workshop, &["validate", "short.toml", "--server", "absent"], 2);
    assert!(text.contains("`--server absent` is no file") && text.contains("cargo build --release"), "{text}");
    let text = complaint(&workshop, &["validate", "short.toml", "--only", "nothing"], 2);
    assert!(text.contains("there are: `load-0.50x`"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_server_that_does_not_start_is_an_error_with_its_own_words() {
    let workshop = workshop(SCENARIO);
    program(&workshop, "server", "echo 'no such database' >&2; exit 1");
    program(&workshop, "surge", "exit 1");
    let arguments = ["validate", "short.toml", "--server", "server", "--surge", "surge", "--quiet"];
    let text = complaint(&workshop, &arguments, 1);
    assert!(text.contains("`reference-server operator` ended before it was ready"), "{text}");
    assert!(text.contains("no such database"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_window_that_agrees_passes_and_one_whose_generator_was_late_is_inconclusive() {
    let workshop = workshop(SCENARIO);
    program(
        &workshop,
        "server",
        r#"echo '{"role":"operator","service":"server","listen":"127.0.0.1:1","admin":"127.0.0.1:2"}'; exec sleep 600"#,
    );
    let arguments = ["validate", "short.toml", "--server", "server", "--surge", "surge", "--quiet", "--json"];
    // What the simulator says, from a first comparison with nothing; then as if it had been measured.
    let window = |goodput: &Value, p50: &Value, p99: &Value, verdict: &str| {
        let milliseconds = |seconds: &Value| seconds.as_f64().unwrap_or(0.0) * 1e3;
        json!({
            "schema_version": 1, "kind": "surge-window", "measured_seconds": 15.0, "intents": 750, "intents_answered": 750,
            "attempts": 750, "goodput_per_second": goodput, "error_share": 0.0,
            "latency_ms": { "p50": milliseconds(p50), "p99": milliseconds(p99) },
            "generator": { "late_share": 0.0, "lag_ms_p99": 0.1, "neighbour_cpu_share": null, "verdict": verdict },
            "seconds": []
        })
    };
    let play = |window: &Value, code: i32| -> Value {
        program(&workshop, "surge", &format!("echo '{window}'"));
        let output = workshop.stranded(&arguments).assert().code(code).get_output().clone();
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let nothing = play(&window(&json!(0.0), &json!(0.0), &json!(0.0), "kept-up"), 10);
    assert_eq!(nothing["differ"], 1);
    let simulated = |name: &str| nothing["points"][0]["figures"][name]["simulated"].clone();
    let (goodput, p50, p99) =
        (simulated("goodput_per_second"), simulated("latency_seconds.p50"), simulated("latency_seconds.p99"));
    let same = play(&window(&goodput, &p50, &p99, "noisy-neighbour"), 0);
    assert_eq!((&same["agree"], &same["points"][0]["tries"]), (&json!(1), &json!(1)));
    let late = play(&window(&goodput, &p50, &p99, "generator-limited"), 11);
    assert_eq!((&late["invalid"], &late["points"][0]["tries"]), (&json!(1), &json!(2)));
    let folder = workshop.path().join("runs/validate");
    let names = entries(&folder);
    assert_eq!(names, ["load-0.50x", "load-0.50x-again", "report.html", "validation.json"]);
}

#[test]
fn a_calibrated_server_is_a_file_that_a_scenario_extends_and_a_run_beyond_it_says_so() {
    let workshop = workshop(SCENARIO);
    let point = |offered: f64, goodput: f64, concurrency: f64| {
        json!({
            "offered_per_second": offered, "achieved_per_second": offered, "goodput_per_second": goodput,
            "concurrency_mean": concurrency, "error_share": 0.0, "latency_ms": { "p50": 31.0 }, "verdict": "kept-up"
        })
    };
    let samples = json!({
        "schema_version": 1, "kind": "server-samples", "scenario": "Short", "program_version": "0", "commit": "0",
        "machine": "this test",
        "points": [point(5.0, 5.0, 0.2), point(10.0, 10.0, 0.4), point(15.0, 15.0, 0.7), point(60.0, 30.0, 9.0)],
        "service_seconds": (0..200).map(|index| 0.03 + 0.0001 * f64::from(index)).collect::<Vec<_>>()
    });
    std::fs::write(workshop.path().join("samples.json"), samples.to_string()).expect("a file");
    let arguments = ["calibrate", "server", "samples.json", "--out", "server.toml", "--quiet"];
    workshop.stranded(&arguments).assert().success();
    std::fs::write(workshop.path().join("calibrated.toml"), "extends = [\"short.toml\", \"server.toml\"]\n")
        .expect("a file");
    let warnings = |rate: &str| {
        let set = format!("arrivals.rate={rate}");
        let run = ["run", "calibrated.toml", "--json", "--quiet", "--replications", "2", "--set", &set];
        let output = workshop.stranded(&run).assert().success().get_output().clone();
        let summary: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        summary["warnings"].to_string()
    };
    assert!(!warnings("50 /s").contains("extrapolated"));
    assert!(
        warnings("90 /s").contains("offered more than the 60 /s that it was measured with"),
        "{}",
        warnings("90 /s")
    );
}

#[test]
fn samples_of_a_generator_that_missed_its_rate_are_refused() {
    let workshop = Workshop::new();
    let samples = json!({
        "schema_version": 1, "kind": "server-samples", "scenario": "Short", "program_version": "0", "machine": "this test",
        "points": [{
            "offered_per_second": 900.0, "achieved_per_second": 700.0, "goodput_per_second": 700.0, "concurrency_mean": 9.0,
            "error_share": 0.0, "latency_ms": { "p50": 3.0 }, "verdict": "generator-limited"
        }],
        "service_seconds": vec![0.01; 40]
    });
    std::fs::write(workshop.path().join("samples.json"), samples.to_string()).expect("a file");
    let text = complaint(&workshop, &["calibrate", "server", "samples.json", "--out", "server.toml"], 3);
    assert!(
        text.contains("missed its rate in `points[0]`: 700 requests a second were sent where 900 were due"),
        "{text}"
    );
    assert_eq!(entries(workshop.path()), ["samples.json", "town.toml"]);
}
