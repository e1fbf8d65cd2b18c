//! `stranded calibrate door`: from samples to a file that a scenario extends, through the binary.

mod common;

use common::{Workshop, entries};
use serde_json::{Value, json};
use std::path::Path;

const OUT: &str = "door.toml";

/// A workshop with samples of a made-up board: 1.5 million cycles at 1 MHz, give or take.
fn workshop() -> Workshop {
    let workshop = Workshop::new();
    let counts: Vec<u32> = (0..200).map(|index| 1_500_000 + 37 * (index * 71 % 200)).collect();
    let samples = json!({
        "schema": 1, "kind": "door", "board": "made-up", "unit": "cycles", "clock_hertz": 1_000_000, "estimated": false,
        "signature_library": "none", "program_version": "0", "commit": "0", "machine": "this test",
        "steps": { "unlock_total": counts }
    });
    std::fs::write(workshop.path().join("samples.json"), samples.to_string()).expect("a file");
    workshop
}

fn shipped(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").join(name);
    path.canonicalize().expect("a shipped file").display().to_string()
}

/// The median time to unlock in a run's answer.
fn unlock_seconds(workshop: &Workshop, scenario: &str) -> f64 {
    let run = ["run", scenario, "--json", "--quiet", "--arms", "none", "--replications", "2"];
    let output = workshop.stranded(&run).assert().success().get_output().clone();
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    answer["arms"][0]["metrics"]["unlock_seconds.p50"]["mean"].as_f64().expect("a number")
}

#[test]
fn the_worlds_doors_take_the_time_of_the_samples() {
    let workshop = workshop();
    let before = unlock_seconds(&workshop, "town.toml");
    workshop.stranded(&["calibrate", "door", "samples.json", "--out", OUT, "--quiet"]).assert().success();
    std::fs::write(workshop.path().join("with-door.toml"), "extends = [\"town.toml\", \"door.toml\"]\n")
        .expect("a file");
    let after = unlock_seconds(&workshop, "with-door.toml");
    // A second and a half; the medians of two skewed sums need not differ by exactly that.
    assert!((after - before - 1.5).abs() < 0.3, "{before} s, then {after} s");
}

#[test]
fn the_same_samples_give_the_same_bytes_and_nothing_else_is_left() {
    let workshop = workshop();
    let read = || std::fs::read(workshop.path().join(OUT)).expect("the file");
    workshop.stranded(&["calibrate", "door", "samples.json", "--out", OUT]).assert().success();
    let first = read();
    workshop.stranded(&["calibrate", "door", "samples.json", "--out", OUT]).assert().code(2);
    workshop.stranded(&["calibrate", "door", "samples.json", "--out", OUT, "--force"]).assert().success();
    assert_eq!(first, read());
    assert_eq!(entries(workshop.path()), ["door.toml", "samples.json", "town.toml"]);
}

#[test]
fn samples_that_are_refused_leave_an_older_file_alone() {
    let workshop = workshop();
    std::fs::write(workshop.path().join(OUT), "older").expect("a file");
    std::fs::write(workshop.path().join("samples.json"), "{}").expect("a file");
    workshop.stranded(&["calibrate", "door", "samples.json", "--out", OUT, "--force"]).assert().code(3);
    assert_eq!(std::fs::read_to_string(workshop.path().join(OUT)).expect("the file"), "older");
}

#[test]
fn the_answer_is_json_on_request() {
    let workshop = workshop();
    let arguments = ["calibrate", "door", "samples.json", "--out", OUT, "--json"];
    let output = workshop.stranded(&arguments).assert().success().get_output().clone();
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&answer["parameter"], &answer["estimated"]), (&json!("car.unlock_time"), &json!(false)));
    assert_eq!((&answer["confidence"], &answer["samples"]), (&json!("measured"), &json!(200)));
}

#[test]
fn the_shipped_calibration_says_what_it_is_and_the_shipped_scenario_uses_it() {
    let workshop = Workshop::new();
    let show = ["scenario", "show", &shipped("offline-key.toml")];
    let output = workshop.stranded(&show).assert().success().get_output().clone();
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    let text = std::fs::read_to_string(shipped("calibration/door.toml")).expect("the file");
    let value = text.lines().find_map(|line| line.strip_prefix("value = ")).expect("a value");
    assert!(shown.contains(value), "{value} is not in {shown}");
    assert!(text.contains("confidence = \"measured\"") || text.contains("estimated from instructions"), "{text}");
}

#[test]
fn the_shipped_server_extends_the_scenario_that_it_was_measured_with_and_is_not_trusted_beyond_its_loads() {
    let workshop = Workshop::new();
    let [scenario, server] = ["validate-real.toml", "calibration/server.toml"].map(shipped);
    let text = format!("extends = [{scenario:?}, {server:?}]\n");
    std::fs::write(workshop.path().join("measured.toml"), text).expect("a file");
    for (rate, is_beyond) in [("arrivals.rate=40 /s", false), ("arrivals.rate=400 /s", true)] {
        let run = ["run", "measured.toml", "--quiet", "--replications", "2", "--set", rate];
        let output = workshop.stranded(&run).assert().success().get_output().clone();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8")).concat();
        assert_eq!(said.contains("that it was measured with at most"), is_beyond, "{said}");
    }
}
