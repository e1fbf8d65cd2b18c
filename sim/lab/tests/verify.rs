//! `stranded verify`: known numbers that hold, that do not, and that say nothing.

mod common;

use common::Workshop;
use serde_json::Value;

/// A loss system with a known answer, run for seconds.
const QUEUE: &str = r#"
[run]
replications = { min = 10, max = 40 }
[calendar]
start = 2022-01-01T00:00:00+00:00
end = 2022-01-01T00:30:00+00:00
[arrivals]
rate = "5 /s"
[app]
timeout = "1 d"
network_latency = "0 s"
retry = { attempts = 1 }
[renter]
persistence = 0.0
[service.server]
workers = 10
service_time = { exponential = { mean = "1 s" } }
queue = { capacity = 0 }
[measure.queue]
in_system_at_least = [10]
[[oracle]]
name = "blocking"
what = "Erlang B"
metric = "queue.blocked_share"
expected = 0.0183845703
precision = "20 %"
source = "recursion"
[[oracle]]
name = "full"
metric = "queue.in_system_at_least[10]"
expected = 0.0183845703
precision = "20 %"
source = "PASTA"
"#;

/// A workshop with the queue in it.
fn workshop(queue: &str) -> Workshop {
    let workshop = Workshop::new();
    std::fs::write(workshop.path().join("queue.toml"), queue).expect("a file");
    workshop
}

fn table(workshop: &Workshop, arguments: &[&str]) -> (Option<i32>, Value) {
    let output = workshop.stranded(&[&["verify", "queue.toml", "--json", "--quiet"], arguments].concat()).output();
    let output = output.expect("the program runs");
    let json = serde_json::from_slice(&output.stdout).expect("JSON on the standard output");
    (output.status.code(), json)
}

#[test]
fn what_is_known_holds_and_says_with_which_seed() {
    let workshop = workshop(QUEUE);
    let (code, json) = table(&workshop, &["--seed", "11"]);
    assert_eq!((code, &json["held"], &json["seed"]), (Some(0), &Value::from(2), &Value::from(11)));
    let [blocking, full] = json["oracles"].as_array().expect("a list").as_slice() else {
        panic!("two oracles: {json}")
    };
    assert_eq!(blocking["verdict"], "holds");
    // The two share their runs, and PASTA says that they are the same number.
    assert_eq!(blocking["replications"], full["replications"]);
    let [low, high] = [0, 1].map(|end| blocking["interval"][end].as_f64().expect("an end"));
    assert!(low < 0.018_38 && 0.018_39 < high, "{low} to {high}");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let workshop = workshop(QUEUE);
    assert_eq!(table(&workshop, &["--threads", "1"]), table(&workshop, &["--threads", "2"]));
}

#[test]
fn a_wrong_number_is_found_out_with_its_own_exit_code() {
    let workshop = workshop(&QUEUE.replace("0.0183845703", "0.0283845703"));
    let (code, json) = table(&workshop, &["--filter", "erlang"]);
    assert_eq!(code, Some(10));
    assert_eq!(json["oracles"].as_array().map(Vec::len), Some(1));
    assert_eq!(json["oracles"][0]["verdict"], "missed");
}

#[test]
fn an_interval_that_says_nothing_does_not_hold() {
    let (code, json) = table(&workshop(QUEUE), &["--set", "oracle.blocking.precision=0.001", "--filter", "blocking"]);
    assert_eq!((code, &json["oracles"][0]["verdict"]), (Some(10), &Value::from("too wide")));
    assert_eq!(json["oracles"][0]["replications"], 40, "as often as the file allows");
}

#[test]
fn what_cannot_be_verified_is_said_with_a_way_out() {
    let workshop = workshop(QUEUE);
    let error = |arguments: &[&str], code: i32| {
        let output = workshop.stranded(&[&["verify"], arguments].concat()).output().expect("the program runs");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    assert!(error(&["town.toml"], 2).contains("has no `[[oracle]]`"));
    assert!(error(&["queue.toml", "--filter", "nobody"], 2).contains("leave `--filter` away"));
    assert!(error(&[], 2).contains("my-queue.toml"));
    let unmeasured = error(&["queue.toml", "--set", "oracle.full.metric=queue.in_system_at_least[9]"], 3);
    assert!(unmeasured.contains("in_system_at_least = [9]"), "{unmeasured}");
}

#[test]
fn a_trigger_is_judged_against_its_paired_run() {
    let workshop = workshop(
        r#"
[run]
replications = { min = 3, max = 3 }
[calendar]
start = 2022-01-01T00:00:00+00:00
end = 2022-01-01T00:02:30+00:00
[arrivals]
rate = "80 /s"
warm_up = "2 min"
[app]
timeout = "1 s"
network_latency = "0 s"
retry = { attempts = 3, backoff = "none" }
[renter]
persistence = 0.0
[service.server]
service_time = { exponential = { mean = "10 ms" } }
[[action]]
name = "slow"
trigger = true
at = 2022-01-01T00:00:30+00:00
service = "server"
capacity = "0.5 x"
lasts = "10 s"
[[arm]]
name = "one-attempt"
title = "One attempt"
set = { "app.retry.attempts" = 1 }
[[oracle]]
name = "stays"
metric = "collapse.metastable"
expected = 1.0
[[oracle]]
name = "helps"
metric = "collapse.recovered"
expected = 1.0
arm = "one-attempt"
"#,
    );
    assert_eq!(table(&workshop, &[]).0, Some(0));
    let run = workshop.stranded(&["run", "queue.toml", "--quiet"]).output().expect("the program runs");
    let said = String::from_utf8(run.stdout).expect("UTF-8");
    assert!(said.contains("outlives its trigger (metastable)"), "{said}");
    assert!(said.contains("One attempt: "), "{said}");
    assert!(said.contains("more answers in time a second") && said.contains("; recovers"), "{said}");
}
