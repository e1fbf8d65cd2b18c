//! What the program says when it cannot do as it is told: the thing, the place and the way out, and no half-started server.

use crate::process::{QUICK, Scene, run};

fn refused(arguments: &[&str], code: i32, says: &[&str]) {
    let (exit, text) = run(arguments);
    assert_eq!(exit, code, "{arguments:?}: {text}");
    for part in says {
        assert!(text.contains(part), "{arguments:?} does not say `{part}`: {text}");
    }
}

#[test]
fn flags_that_cannot_be_followed() {
    let scene = Scene::new(QUICK);
    let scenario = scene.scenario();
    let operator = ["operator", "--scenario", &scenario];
    refused(&operator, 2, &["calls `vendor`", "--vendor"]);
    let with = |more: &[&'static str]| [&operator[..], more].concat();
    refused(&with(&["--vendor", "https://127.0.0.1:1"]), 2, &["--vendor", "only http"]);
    refused(&with(&["--service", "vender"]), 2, &["`vender`", "operator, vendor"]);
    let far = ["--vendor", "http://127.0.0.1:1", "--admin", "0.0.0.0:0"];
    refused(&with(&far), 2, &["--admin", "loopback"]);
    let nobody = ["--vendor", "http://127.0.0.1:1", "--database-url", "postgres://127.0.0.1:1/nobody"];
    refused(&with(&nobody), 1, &["database", "--database-url"]);
}

#[test]
fn scenarios_that_cannot_be_served() {
    let scene = Scene::new("[service.operator]\nworkers = -1\n");
    refused(&["operator", "--scenario", &scene.scenario()], 3, &["scenario.toml:2:", "workers"]);
    let gone = scene.path("nowhere.toml");
    let gone = gone.to_str().expect("a plain name");
    refused(&["operator", "--scenario", gone], 3, &["nowhere.toml"]);
}
