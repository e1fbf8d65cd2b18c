//! One window: honest about latency, about the driver, and the simulator's twin.

use crate::server::{Behaviour, Server};
use crate::{Scenario, json, read, text};
use std::time::Duration;
use stranded_model::luck::{AttemptLuck, Luck};
use stranded_model::schedule::PlainSchedule;

/// Requests at a rate for some seconds, with a time-out that nobody meets.
fn scenario(rate: u32, seconds: u32, rest: &str) -> String {
    format!(
        r#"
title = "a window"
[run]
seed = 7
[calendar]
start = 2022-01-01T00:00:00+00:00
end = 2022-01-01T00:00:{seconds:02}+00:00
[arrivals]
rate = "{rate} /s"
service = "server"
[app]
network_latency = "0 s"
{rest}
[service.server]
"#
    )
}

const PATIENT: &str = "timeout = '5 s'\nretry = { attempts = 1 }\n[renter]\npersistence = 0.0";

#[test]
fn a_stall_of_a_second_is_what_people_waited_and_not_what_a_closed_loop_would_see() {
    let stall = Some((Duration::from_secs(5), Duration::from_secs(1)));
    let server = Server::start(Behaviour { stall, ..Behaviour::default() });
    let scenario = Scenario::new(&scenario(
        200,
        12,
        &format!("{PATIENT}\n[measure]\nfrom = 2022-01-01T00:00:01+00:00\nuntil = 2022-01-01T00:00:11+00:00"),
    ));
    let output = scenario
        .surge("window", &server.url())
        .args(["--json", "--quiet", "--out"])
        .arg(scenario.out())
        .output()
        .unwrap();
    let window = json(&output);
    // 200 of 2,000 requests came in the stall and waited for what was left of it: a tenth waited up to a second, so that the 99th
    // percentile is nine tenths of it. A closed loop would have sent none of them.
    let p99 = window["latency_ms"]["p99"].as_f64().unwrap();
    assert!(p99 >= 800.0, "{p99}: {}", text(&output));
    let p50 = window["latency_ms"]["p50"].as_f64().unwrap();
    assert!(p50 < p99 / 2.0, "{p50}");
    let sent_in_stall: u64 =
        window["seconds"].as_array().unwrap()[5..7].iter().map(|it| it["attempts"].as_u64().unwrap()).sum();
    assert!(sent_in_stall > 300, "the driver stopped sending: {sent_in_stall}");

    // What is written is all there, and the reports are whole.
    let folder = scenario.out();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&read(&folder, "window.json")).unwrap(), window);
    assert!(read(&folder, "latency.hlog").contains("Tag=request,"));
    assert!(read(&folder, "report.html").contains("</html>"));
    assert!(read(&folder, "goose.html").contains("</html>"));
    let samples: serde_json::Value = serde_json::from_str(&read(&folder, "samples.json")).unwrap();
    assert_eq!(samples["kind"], "server-samples");
    assert_eq!(samples["points"].as_array().unwrap().len(), 1);
    assert_eq!(samples["service_seconds"][0], 0.0025);
}

#[test]
fn the_same_people_come_with_the_same_luck_as_in_the_simulator() {
    let server = Server::start(Behaviour::default());
    let file = Scenario::new(&scenario(50, 3, PATIENT));
    let output =
        file.surge("window", &server.url()).args(["--json", "--quiet", "--replication", "2"]).output().unwrap();
    let window = json(&output);
    let loaded = stranded_scenario::Loader::new().load::<stranded_scenario::Scenario>(file.path()).unwrap();
    let schedule: Vec<_> = PlainSchedule::new(&loaded.value, 2).unwrap().collect();
    assert_eq!(window["intents"].as_u64().unwrap() as usize, schedule.len());
    assert_eq!(window["scenario_hash"], loaded.hash());
    let mut expected: Vec<String> =
        schedule.iter().map(|request| AttemptLuck::new(Luck::new(7, 2), request.person, 1).to_string()).collect();
    let mut came = server.lucks();
    expected.sort();
    came.sort();
    assert_eq!(came, expected);
}

#[test]
fn whoever_is_refused_tries_again_and_the_books_balance() {
    let server = Server::start(Behaviour { status: Some(503), ..Behaviour::default() });
    let rest = "timeout = '1 s'\nretry = { attempts = 3, backoff = 'none' }\n[renter]\npersistence = 0.0";
    let file = Scenario::new(&scenario(20, 4, rest));
    let output = file.surge("window", &server.url()).args(["--json", "--quiet"]).output().unwrap();
    let window = json(&output);
    let count = |name: &str| window[name].as_u64().unwrap();
    // An attempt that was under way when the run ended has no ending, and its client no more attempts.
    let under_way = count("attempts") - count("refused");
    assert!(under_way <= 2, "{}", text(&output));
    assert!(count("attempts") <= 3 * count("intents") && count("attempts") + 2 * under_way >= 3 * count("intents"));
    assert_eq!((count("answered_in_time"), count("intents_answered")), (0, 0));
    assert_eq!(window["error_share"], 1.0);
    assert!((window["retry_amplification"].as_f64().unwrap() - 3.0).abs() < 0.1);
    assert_eq!(window["answers"]["503"].as_u64(), Some(count("refused")));
    assert!((count("refused")..=count("attempts")).contains(&(server.lucks().len() as u64)));
}

#[test]
fn clients_time_out_when_the_schedule_says_so() {
    // Ten a second are done and twenty asked: the line grows by ten a second, and after a second nobody is answered within one.
    let server = Server::start(Behaviour { per_second: Some(10.0), ..Behaviour::default() });
    let rest = "timeout = '1 s'\nretry = { attempts = 1 }\n[renter]\npersistence = 0.0";
    let file = Scenario::new(&scenario(20, 8, rest));
    let output = file.surge("window", &server.url()).args(["--json", "--quiet"]).output().unwrap();
    let window = json(&output);
    let (timed_out, good) = (window["timed_out"].as_u64().unwrap(), window["answered_in_time"].as_u64().unwrap());
    assert!(timed_out > 60 && good > 5, "{}", text(&output));
    assert!(window["latency_ms"]["max"].as_f64().unwrap() <= 1001.0, "three digits are kept");
}

#[test]
fn a_driver_without_hands_says_that_it_is_the_bottleneck() {
    // One user can do one request at a time, and each takes half a second: most of twenty a second start late.
    let server =
        Server::start(Behaviour { stall: Some((Duration::ZERO, Duration::from_secs(2))), ..Behaviour::default() });
    let file = Scenario::new(&scenario(20, 3, PATIENT));
    let output = file.surge("window", &server.url()).args(["--json", "--quiet", "--users", "1"]).output().unwrap();
    let window = json(&output);
    assert_eq!(window["generator"]["verdict"], "generator-limited", "{}", text(&output));
    assert_eq!(output.status.code(), Some(11));
    assert!(text(&output).contains("--users"), "{}", text(&output));
}
