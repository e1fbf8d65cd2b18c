//! Runs through the binary: what they leave behind, and that it is the same every time.

mod common;

use common::{Workshop, entries, json};
use serde_json::Value;

const DURATIONS: [&str; 2] = ["duration_seconds", "events_per_second"];

/// A summary without what depends on the machine's speed.
fn timeless(mut summary: Value) -> Value {
    let object = summary.as_object_mut().expect("an object");
    for key in DURATIONS {
        assert!(object.remove(key).is_some(), "{key} is missing");
    }
    summary
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let workshop = Workshop::new();
    let one = workshop.run_town("one", &["--threads", "1"]);
    let two = workshop.run_town("two", &["--threads", "2"]);
    assert_eq!(json(&one, "manifest.json")["digests"], json(&two, "manifest.json")["digests"]);
    assert_eq!(timeless(json(&one, "summary.json")), timeless(json(&two, "summary.json")));
    for file in ["episodes.parquet", "timeline.parquet", "replications.parquet", "scenario.toml"] {
        let read = |folder: &std::path::Path| std::fs::read(folder.join(file)).expect(file);
        assert!(read(&one) == read(&two), "{file} differs");
    }
}

#[test]
fn the_scenario_chooses_what_decides_when_to_stop() {
    let workshop = Workshop::new();
    let replications = |out, metric: &str| {
        let metric = format!("run.replications.metric={metric}");
        let run = workshop.run_town(out, &["--arms", "none", "--set", &metric]);
        json(&run, "summary.json")["replications"].as_u64().expect("a number")
    };
    // Stranded hours differ from day to day, the median latency hardly does.
    assert_eq!(replications("latency", "latency_seconds.p50"), 2);
    assert_eq!(replications("hours", "stranded_hours"), 5);
    assert_eq!(replications("both", r#"["latency_seconds.p50", "stranded_hours"]"#), 5);
}

#[test]
fn another_seed_is_another_day() {
    let workshop = Workshop::new();
    let digest = |out, seed| {
        let run = workshop.run_town(out, &["--arms", "none", "--replications", "1", "--seed", seed]);
        json(&run, "manifest.json")["digests"].clone()
    };
    assert_ne!(digest("seven", "7"), digest("eight", "8"));
}

#[test]
fn a_run_can_be_repeated_from_its_own_folder() {
    let workshop = Workshop::new();
    let first = workshop.run_town("first", &["--set", "fleet.cars=150"]);
    let scenario = first.join("scenario.toml");
    workshop.stranded(&["run", scenario.to_str().expect("UTF-8"), "--quiet", "--out", "second"]).assert().success();
    let second = workshop.path().join("second");
    let second = second.join(&entries(&second)[0]);
    let (first, second) = (json(&first, "manifest.json"), json(&second, "manifest.json"));
    assert_eq!(first["digests"], second["digests"]);
    assert_eq!(first["scenario_hash"], second["scenario_hash"]);
}

#[test]
fn an_arm_that_changes_nothing_differs_by_exactly_zero_and_one_that_does_does_not() {
    let workshop = Workshop::new();
    let summary = json(&workshop.run_town("runs", &[]), "summary.json");
    let arms = summary["arms"].as_array().expect("arms");
    let names: Vec<&str> = arms.iter().filter_map(|arm| arm["name"].as_str()).collect();
    assert_eq!(names, ["baseline", "nothing", "offline-key"], "disabled arms are not run");
    let nothing = &arms[1]["difference_to_baseline"];
    for kind in ["stranded_hours", "share"] {
        assert_eq!(nothing[kind], serde_json::json!({ "mean": 0.0, "ci95": [0.0, 0.0] }), "{kind}");
    }
    assert_eq!(arms[0]["rank"], arms[1]["rank"]);
    assert_eq!(arms[0]["difference_to_baseline"], Value::Null);
    let offline = arms[2]["difference_to_baseline"]["stranded_hours"]["ci95"][1].as_f64();
    assert!(offline.expect("an interval") < 0.0, "an offline key helps: {}", arms[2]["difference_to_baseline"]);
}

#[test]
fn arms_are_run_by_name_also_when_the_scenario_disables_them() {
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--arms", "switched-off", "--replications", "2"]);
    let summary = json(&run, "summary.json");
    assert_eq!(summary["arms"][1]["name"], "switched-off");
    assert_eq!(summary["arms"].as_array().map(Vec::len), Some(2));
    assert_eq!(summary["replications"], 2);
}

#[test]
fn a_run_folder_is_complete_and_its_manifest_knows_every_file() {
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--replications", "2"]);
    let files = [
        "episodes.parquet",
        "manifest.json",
        "replications.parquet",
        "report.html",
        "scenario.toml",
        "summary.json",
        "timeline.parquet",
    ];
    assert_eq!(entries(&run), files);
    let manifest = json(&run, "manifest.json");
    let listed: Vec<&str> =
        manifest["files"].as_array().expect("files").iter().filter_map(|file| file["name"].as_str()).collect();
    let others: Vec<&str> = files.into_iter().filter(|file| *file != "manifest.json").collect();
    assert_eq!(listed, others);
    assert_eq!(manifest["seed"], 7);
    assert_eq!(manifest["digests"].as_array().map(Vec::len), Some(3 * 2));
    // The same command again replaces the folder instead of leaving a second one beside it.
    assert_eq!(workshop.run_town("runs", &["--replications", "2"]), run);
}

#[test]
fn json_on_the_standard_output_is_the_summary_and_nothing_else() {
    let workshop = Workshop::new();
    let output = workshop
        .stranded(&["run", "town.toml", "--json", "--arms", "none", "--replications", "2"])
        .assert()
        .success()
        .get_output()
        .clone();
    let printed: Value = serde_json::from_slice(&output.stdout).expect("JSON and nothing else");
    let runs = workshop.path().join("runs");
    assert_eq!(printed, json(&runs.join(&entries(&runs)[0]), "summary.json"));
    let words = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(words.contains("stood beside a car"), "{words}");
}

#[test]
fn the_answer_is_in_plain_words_with_intervals() {
    let workshop = Workshop::new();
    let output =
        workshop.stranded(&["run", "town.toml", "--replications", "3"]).assert().success().get_output().clone();
    let answer = String::from_utf8(output.stdout).expect("UTF-8");
    for part in [
        "people (95 % interval ",
        "person-hours (",
        "The service went down at ",
        "Relief came from ",
        "A key that opens the door without a server: ",
        "Nothing changed: no difference at all",
        "verdict",
        "report.html",
        "stranded run town.toml --seed 7 --replications 3",
    ] {
        assert!(answer.contains(part), "`{part}` is missing in:\n{answer}");
    }
    // The standard error is no terminal here: plain lines, the first one after two replications.
    let progress = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(progress.starts_with("baseline: 2 replications: about "), "{progress}");
    assert!(!answer.contains('\u{1b}') && !progress.contains('\u{1b}'), "colour where NO_COLOR is set");
}

#[test]
fn a_quiet_day_says_that_nobody_was_stranded() {
    let workshop = Workshop::new();
    let output = workshop
        .stranded(&["run", "town.toml", "-q", "--replications", "2", "--arms", "none"])
        .args([
            "--set",
            "service.vendor.workers=50",
            "--set",
            "place.city.coverage=1.0",
            "--set",
            "place.lake.coverage=1.0",
            "--set",
            "service.vendor.service_time={ constant = \"50 ms\" }",
        ])
        .assert()
        .success()
        .get_output()
        .clone();
    let answer = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(answer.contains("The service did not go down."), "{answer}");
    assert!(answer.contains("Nobody was stranded"), "{answer}");
}

#[test]
fn sensitivity_runs_each_parameter_at_both_ends() {
    let workshop = Workshop::new();
    let run = workshop.run_town("runs", &["--arms", "none", "--replications", "2", "--sensitivity"]);
    let rows = json(&run, "summary.json")["sensitivity"].clone();
    assert_eq!(rows.as_array().map(Vec::len), Some(1));
    assert_eq!(rows[0]["parameter"], "renter.persistence");
    assert_eq!((rows[0]["low"].as_str(), rows[0]["high"].as_str()), (Some("0.6"), Some("0.8")));
    let effect = &rows[0]["effects"][0];
    assert_eq!(effect["target"], "5");
    assert_ne!(effect["at_low"], effect["at_high"]);
    // Paired with the scenario as it is: the difference of the means, with an interval of its own.
    let summary = json(&run, "summary.json");
    let as_it_is = summary["targets"][0]["simulated"]["mean"].as_f64().expect("a number");
    for (value, difference) in [("at_low", "low_difference"), ("at_high", "high_difference")] {
        let found = effect[difference]["mean"].as_f64().expect("a difference");
        let expected = effect[value]["mean"].as_f64().expect("a value") - as_it_is;
        assert!((found - expected).abs() < 1e-9, "{difference}: {found} against {expected}");
        assert!(effect[difference]["ci95"].is_array(), "{effect}");
    }
}

#[test]
fn the_starter_scenario_runs_as_it_is() {
    let workshop = Workshop::new();
    workshop.stranded(&["init", "my-town.toml"]).assert().success();
    workshop.stranded(&["scenario", "check", "my-town.toml"]).assert().success().stdout("my-town.toml: valid\n");
    workshop.stranded(&["run", "my-town.toml", "-q", "--replications", "2"]).assert().success();
    let runs = workshop.path().join("runs");
    let summary = json(&runs.join(&entries(&runs)[0]), "summary.json");
    // It is there to show something: the service goes down, and what would have prevented it does prevent it.
    assert!(summary["targets"].as_array().expect("targets").iter().all(|target| target["verdict"] == "pass"));
    assert_eq!(summary["arms"][1]["name"], "offline-key");
    assert_eq!(summary["arms"][1]["rank"], 1);
}
