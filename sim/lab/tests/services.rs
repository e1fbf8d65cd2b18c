//! Scenarios of services without a fleet, through the binary: warm-up, and intervals from one long run.

mod common;

use common::{Workshop, entries, json};
use serde_json::Value;

/// A workshop with `queue.toml` in it.
fn workshop() -> Workshop {
    let workshop = Workshop::new();
    std::fs::write(workshop.path().join("queue.toml"), include_str!("common/queue.toml")).expect("a file in it");
    workshop
}

/// Runs the queue; what it says on the standard output, and its summary.
fn run(workshop: &Workshop, out: &str, arguments: &[&str]) -> (String, Value) {
    let output =
        workshop.stranded(&["run", "queue.toml", "--out", out]).args(arguments).assert().success().get_output().clone();
    let folder = workshop.path().join(out);
    let summary = json(&folder.join(&entries(&folder)[0]), "summary.json");
    (String::from_utf8(output.stdout).expect("UTF-8"), summary)
}

/// What the program says against it.
fn refusal(workshop: &Workshop, arguments: &[&str]) -> String {
    let output = workshop.stranded(arguments).assert().code(2).get_output().clone();
    String::from_utf8(output.stderr).expect("UTF-8")
}

fn mean(summary: &Value, metric: &str) -> f64 {
    summary["arms"][0]["metrics"][metric]["mean"].as_f64().expect("a metric")
}

#[test]
fn a_pilot_finds_the_warm_up_and_the_same_can_be_given() {
    let workshop = workshop();
    let (answer, summary) = run(&workshop, "auto", &["--warm-up", "auto"]);
    let found = answer.strip_prefix("Warm-up: ").and_then(|rest| rest.split_once(" min, found by MSER-5 on 3 pilot"));
    let minutes: u32 = found.unwrap_or_else(|| panic!("{answer}")).0.parse().expect("a number");
    // After 15 minutes a fifth of the transient is left, after 80 nothing.
    assert!((15..=80).contains(&minutes), "{minutes}");
    // 300 in the system, by Little's law.
    assert!((mean(&summary, "queue.mean_in_system") / 300.0 - 1.0).abs() < 0.02, "{summary}");
    assert!(answer.contains(&format!(" --warm-up '{minutes} min'")), "{answer}");

    let (answer, again) = run(&workshop, "given", &["--warm-up", &format!("{minutes} min")]);
    assert!(answer.starts_with(&format!("Warm-up: {minutes} min, as given")), "{answer}");
    assert_eq!(again["arms"], summary["arms"]);
    // Without a warm-up the filling counts: a 144th of the time.
    let (_, cold) = run(&workshop, "cold", &[]);
    assert!(mean(&cold, "queue.mean_in_system") < mean(&summary, "queue.mean_in_system"));
}

#[test]
fn what_has_no_warm_up_to_find_is_told_why_and_what_to_do() {
    let workshop = workshop();
    let of_a_day = refusal(&workshop, &["run", "town.toml", "--warm-up", "auto"]);
    assert!(of_a_day.contains("`town.toml` has no `[arrivals]`") && of_a_day.contains("measure.from"), "{of_a_day}");
    // Twice what the workers can do: the line grows to the end.
    let growing = ["run", "queue.toml", "--warm-up", "auto", "--set", "service.server.workers=150"];
    let growing = refusal(&workshop, &growing);
    assert!(growing.contains("second half") && growing.contains("calendar.end"), "{growing}");
    let short = ["run", "queue.toml", "--warm-up", "auto", "--set", "calendar.end=2022-01-01T00:30:00+00:00"];
    assert!(refusal(&workshop, &short).contains("too short"));
    let said = ["run", "queue.toml", "--warm-up", "5 min", "--set", "measure.from=2022-01-01T01:00:00+00:00"];
    assert!(refusal(&workshop, &said).contains("leave one of them away"));
    let trigger = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/queueing/metastable.toml");
    let triggered = refusal(&workshop, &["run", trigger, "--warm-up", "auto"]);
    assert!(triggered.contains("action `trigger`") && triggered.contains("--warm-up '10 min'"), "{triggered}");
    assert!(refusal(&workshop, &["run", "queue.toml", "--warm-up", "soon"]).contains("or `auto`"));
    assert!(!workshop.path().join("runs").exists());
}

/// A line of 250 before one worker who can do just what is asked: it empties and fills over hours.
const SLOWLY_WANDERING: [&str; 8] = [
    "--set",
    "arrivals.rate=1 /s",
    "--set",
    "service.server.workers=1",
    "--set",
    "service.server.service_time={ exponential = { mean = \"1 s\" } }",
    "--set",
    "service.server.queue.capacity=250",
];

#[test]
fn one_long_run_has_intervals_by_batch_means() {
    let workshop = workshop();
    let (answer, summary) = run(&workshop, "one", &["--warm-up", "2 h", "--replications", "1"]);
    assert!(answer.contains("Intervals are those of 20 batch means of one run, 1.1 h each"), "{answer}");
    let goodput = &summary["arms"][0]["metrics"]["goodput_per_second"]["ci95"];
    let [low, high] = [0, 1].map(|end| goodput[end].as_f64().expect("an interval"));
    // 0.5 arrive per second, of which 39,600 in the measured window: a standard error of 0.0025.
    assert!(low < 0.5 && 0.5 < high && high - low < 0.02, "{low} to {high}");
    let batches = &summary["arms"][0]["batch_means"]["goodput_per_second"];
    assert_eq!((batches["batches"].as_u64(), batches["batch_minutes"].as_u64()), (Some(20), Some(66)), "{batches}");
    assert_eq!(batches["correlated"], false);
    // Two replications speak for themselves.
    let (answer, summary) = run(&workshop, "two", &["--warm-up", "2 h", "--replications", "2"]);
    assert!(!answer.contains("batch means"), "{answer}");
    assert!(summary["arms"][0].get("batch_means").is_none());
}

#[test]
fn a_run_too_short_for_its_memory_gets_no_interval_but_a_warning() {
    let workshop = workshop();
    let mut arguments = vec!["--replications", "1"];
    arguments.extend(SLOWLY_WANDERING);
    let (_, summary) = run(&workshop, "slow", &arguments);
    let blocked = &summary["arms"][0]["metrics"]["queue.blocked_share"];
    assert!(blocked["mean"].as_f64().is_some_and(|share| share > 0.0) && blocked["ci95"].is_null(), "{blocked}");
    assert_eq!(summary["arms"][0]["batch_means"]["queue.blocked_share"]["correlated"], true);
    let warnings = summary["warnings"].to_string();
    assert!(warnings.contains("`queue.blocked_share` (") && warnings.contains("calendar.end"), "{warnings}");
}

#[test]
fn a_run_of_a_few_minutes_says_why_it_has_no_interval() {
    let workshop = workshop();
    let short = ["--replications", "1", "--set", "calendar.end=2022-01-01T00:15:00+00:00"];
    let (answer, _) = run(&workshop, "short", &short);
    assert!(answer.contains("no interval: batch means need 20 minutes"), "{answer}");
}
