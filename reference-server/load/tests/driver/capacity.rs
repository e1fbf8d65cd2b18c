//! The search against a server whose capacity is known.

use crate::server::{Behaviour, Server};
use crate::{Scenario, json, read, text};

const SCENARIO: &str = r#"
title = "a capacity"
[app]
network_latency = "0 s"
timeout = "5 s"
[arrivals]
rate = "1 /s"
service = "server"
[service.server]
[load]
window = "4 s"
sustain = "6 s"
from = "50 /s"
precision = "5 %"
objective = { quantile = 0.99, latency = "100 ms", error_share = 0.01 }
"#;

#[test]
fn the_capacity_of_a_paced_server_is_found() {
    let capacity = 300.0;
    let server = Server::start(Behaviour { per_second: Some(capacity), ..Behaviour::default() });
    let scenario = Scenario::new(SCENARIO);
    let output =
        scenario.surge("capacity", &server.url()).args(["--json", "--out"]).arg(scenario.out()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let result = json(&output);
    let found = result["capacity_per_second"].as_f64().unwrap();
    // One worker at random arrivals holds a tenth of a second for 99 of 100 only up to some 96 % of what it can do.
    assert!((0.9..1.06).contains(&(found / capacity)), "{found}: {}", text(&output));
    let interval = &result["interval_per_second"];
    assert!(interval[0].as_f64().unwrap() <= found && found < interval[1].as_f64().unwrap());
    let folder = scenario.out();
    assert!(read(&folder, "report.html").contains("requests offered per second"));
    assert!(read(&folder, "goose.html").contains("</html>"));
    assert!(read(&folder, "latency.hlog").contains("Tag=request,"));
    let samples: serde_json::Value = serde_json::from_str(&read(&folder, "samples.json")).unwrap();
    assert_eq!(samples["points"].as_array().unwrap().len(), result["trials"].as_array().unwrap().len());
}

#[test]
fn an_objective_that_nobody_meets_is_not_met() {
    let server = Server::start(Behaviour { status: Some(503), ..Behaviour::default() });
    let scenario = Scenario::new(SCENARIO);
    let output =
        scenario.surge("capacity", &server.url()).args(["--quiet", "--set", "load.window='2 s'"]).output().unwrap();
    assert_eq!(output.status.code(), Some(10), "{}", text(&output));
    assert!(text(&output).contains("not met"), "{}", text(&output));
}
