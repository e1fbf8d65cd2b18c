//! What a gate writes for others: JSON by its schema, JUnit, GitHub.

use crate::common::Workshop;
use crate::{gate, text, window};
use boon::{Compiler, Schemas};
use serde_json::Value;
use std::path::Path;

/// The schemas as they are published.
const PUBLISHED: [(&str, &str); 2] =
    [("gate", include_str!("../../gate.schema.json")), ("baseline", include_str!("../../baseline.schema.json"))];

fn validate(what: &str, value: &Value) {
    let schema = PUBLISHED.iter().find(|(name, _)| *name == what).expect("a published schema").1;
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    compiler.add_resource("schema.json", serde_json::from_str(schema).unwrap()).unwrap();
    let index = compiler.compile("schema.json", &mut schemas).unwrap();
    schemas.validate(value, index).unwrap_or_else(|error| panic!("{what}: {error}\n{value:#}"));
}

#[test]
fn the_published_schemas_are_those_of_the_program() {
    let workshop = Workshop::new();
    for (what, published) in PUBLISHED {
        let output = workshop.stranded(&["schema", what]).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(
            said == published,
            "renew sim/lab/{what}.schema.json: stranded schema {what} > sim/lab/{what}.schema.json"
        );
    }
}

#[test]
fn every_verdict_is_valid_by_the_schema() {
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--arms", "none", "--replications", "5"]);
    workshop.stranded(&["baseline", "update", text(&run), "--to", "kept.json"]).assert().success();
    validate("baseline", &serde_json::from_slice(&std::fs::read(workshop.path().join("kept.json")).unwrap()).unwrap());
    let run = text(&run);
    for (arguments, verdict) in [
        (vec![run, "--threshold", "stranded_hours < 1e9 h", "--baseline", "kept.json"], "pass"),
        (vec![run, "--threshold", "stranded_hours < 0 h"], "fail"),
        (vec![run, "--threshold", "stranded_hours < 1e9 h", "--replications-min", "6"], "inconclusive"),
        (vec!["absent", "--threshold", "stranded_hours < 1e9 h"], "invalid"),
        // Open ends of intervals, and nothing found.
        (vec![run, "--threshold", "stranded_hours.p99 < 1e9 h"], "inconclusive"),
        (vec![run, "--threshold", "offline_key.success_share > 0"], "inconclusive"),
    ] {
        let report = gate(&workshop, &arguments);
        assert_eq!(report["verdict"], verdict, "{report:#}");
        validate("gate", &report);
    }
}

fn count(xml: &str, pattern: &str) -> usize {
    xml.matches(pattern).count()
}

#[test]
fn junit_has_a_case_for_each_condition() {
    let workshop = Workshop::new();
    let path = window(&workshop, "window.json", 0, 300.0, 2_000, "kept-up");
    let conditions = ["latency_ms.p99 < 500 ms", "latency_ms.p99 < 20 ms", "latency_ms.p90.p50 <= 3"];
    let mut arguments = vec![text(&path), "--replications-min", "1", "--junit", "gate.xml"];
    for condition in &conditions {
        arguments.extend(["--threshold", condition]);
    }
    assert_eq!(gate(&workshop, &arguments)["verdict"], "fail");
    let xml = std::fs::read_to_string(workshop.path().join("gate.xml")).unwrap();
    // Three conditions, and that the servers answer at all. The median of one value has no bounds.
    assert!(xml.contains(r#"tests="4" skipped="0" failures="1" errors="1""#), "{xml}");
    assert_eq!((count(&xml, "<failure"), count(&xml, "<error")), (1, 1), "{xml}");
    assert!(xml.contains("latency_ms.p99 &lt; 20 ms"), "{xml}");

    window(&workshop, "window.json", 0, 300.0, 2_000, "generator-limited");
    assert_eq!(gate(&workshop, &arguments)["verdict"], "invalid");
    let xml = std::fs::read_to_string(workshop.path().join("gate.xml")).unwrap();
    assert!(xml.contains(r#"errors="1""#) && xml.contains("generator-limited"), "{xml}");
}

/// Judges as in a step of GitHub's and returns what it printed, the summary and the outputs.
fn in_a_step(workshop: &Workshop, arguments: &[&str]) -> [String; 3] {
    let mut all = vec!["gate", "--github"];
    all.extend(arguments);
    let file = |name: &str| workshop.path().join(name);
    let step = |path: &Path| std::fs::write(path, "before\n").unwrap();
    let (summary, outputs) = (file("summary.md"), file("outputs"));
    step(&summary);
    step(&outputs);
    let mut command = workshop.stranded(&all);
    command.env("GITHUB_STEP_SUMMARY", &summary).env("GITHUB_OUTPUT", &outputs);
    let output = command.output().unwrap();
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let [summary, outputs] = [read(&summary), read(&outputs)]
        .map(|text| text.strip_prefix("before\n").expect("what was there stays").to_owned());
    [String::from_utf8(output.stdout).unwrap(), summary, outputs]
}

#[test]
fn github_gets_ten_annotations_and_a_summary_of_less_than_a_mebibyte() {
    let workshop = Workshop::new();
    let path = window(&workshop, "window.json", 0, 300.0, 2_000, "kept-up");
    // As long as a condition may be that a command line still holds.
    let long = format!("latency_ms.p99 < 1e-{}", "0".repeat(3_000));
    let conditions: Vec<String> = (0..400).map(|number| format!("{long}{}", 1 + number % 9)).collect();
    let mut arguments = vec![text(&path), "--replications-min", "1"];
    for condition in &conditions {
        arguments.extend(["--threshold", condition]);
    }
    let [said, summary, outputs] = in_a_step(&workshop, &arguments);
    let annotations: Vec<&str> = said.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!(annotations.len(), 10, "{annotations:?}");
    assert!(annotations[9].contains("and 391 more"), "{}", annotations[9]);
    assert!(summary.len() < 1024 * 1024 && summary.len() > 500 * 1024, "{} bytes", summary.len());
    assert!(summary.contains("... and "), "what is left out is said");
    assert_eq!(outputs, "verdict=fail\nexit-code=10\n");
}

#[test]
fn annotations_are_one_line_each_and_escape_what_github_would_read() {
    let workshop = Workshop::new();
    let path = window(&workshop, "window.json", 0, 300.0, 2_000, "generator-limited");
    let [said, summary, outputs] = in_a_step(&workshop, &[text(&path), "--threshold", "error_share < 50 %"]);
    let annotations: Vec<&str> = said.lines().filter(|line| line.starts_with("::error title=")).collect();
    assert_eq!(annotations.len(), 1, "{said}");
    assert!(summary.starts_with("### ❌ stranded gate: mm1"), "{summary}");
    assert_eq!(outputs, "verdict=invalid\nexit-code=3\n");

    window(&workshop, "window.json", 0, 300.0, 1_000, "kept-up");
    let condition = "error_share < 10 %";
    let [said, summary, _] = in_a_step(&workshop, &[text(&path), "--threshold", condition, "--replications-min", "1"]);
    assert!(said.contains("::error title=fail%3A error_share < 10 %25::baseline: found 50 %25"), "{said}");
    assert!(summary.contains("| baseline | `error_share < 10 %` | 50 % |"), "{summary}");
}

#[test]
fn words_go_to_people_and_json_to_programs() {
    let workshop = Workshop::new();
    let path = window(&workshop, "window.json", 0, 300.0, 2_000, "kept-up");
    let arguments = ["gate", text(&path), "--threshold", "latency_ms.p99 < 500 ms", "--replications-min", "1"];
    let output = workshop.stranded(&arguments).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("latency_ms.p99 < 500 ms") && said.contains("pass: 2 of 2 conditions hold"), "{said}");
    assert!(!said.contains("::error"), "{said}");
}
