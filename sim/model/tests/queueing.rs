//! Queueing theory and metastability, run as ordinary scenario files through the real world code.
//!
//! Expected values: closed forms (Kleinrock, "Queueing Systems" I, 1975; Erlang B, C and A), and the table of overload experiments
//! that the house keeps. Seeds are fixed, so these tests either always pass or always fail.

use stranded_model::{Outcomes, simulate};
use stranded_scenario::Scenario;
use stranded_scenario::document::Assignment;
use stranded_scenario::loaded::Loaded;
use stranded_scenario::loader::Loader;

fn load(name: &str) -> Loaded<Scenario> {
    let path = format!("{}/../../scenarios/queueing/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    Loader::new().load(path).unwrap_or_else(|findings| panic!("{findings}"))
}

fn run(scenario: &Scenario, replication: u32) -> Outcomes {
    simulate(scenario, replication, &mut |_| true).expect("nobody stops it")
}

/// Mean over ten replications, and the half width of its 99.9 % interval (Student t, nine degrees of freedom: 4.781).
fn mean(scenario: &Scenario, metric: &str) -> (f64, f64) {
    let values: Vec<f64> = (0..10).map(|replication| run(scenario, replication).metrics[metric]).collect();
    let mean = values.iter().sum::<f64>() / 10.0;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / 9.0;
    (mean, 4.781 * (variance / 10.0).sqrt())
}

fn assert_mean(name: &str, metric: &str, expected: f64, width_max: f64) {
    let (mean, half_width) = mean(&load(name).value, metric);
    assert!((mean - expected).abs() <= half_width, "{name} {metric}: {mean} +- {half_width}, theory says {expected}");
    assert!(half_width <= width_max * expected, "{name} {metric}: the interval +- {half_width} says little");
}

#[test]
fn one_server_waits_as_theory_says() {
    assert_mean("mm1", "queue.wait_mean_seconds", 4.0, 0.06);
    assert_mean("mm1", "queue.mean_in_system", 4.0, 0.06);
}

#[test]
fn two_servers_follow_erlang_c() {
    assert_mean("mmc", "queue.waited_share", 0.711_111_111, 0.02);
    assert_mean("mmc", "queue.wait_mean_seconds", 1.777_777_78, 0.06);
}

#[test]
fn a_loss_system_follows_erlang_b() {
    assert_mean("mmcc", "queue.blocked_share", 0.018_384_570_3, 0.06);
}

#[test]
fn a_general_service_time_follows_pollaczek_and_khinchine() {
    assert_mean("mg1", "queue.wait_mean_seconds", 5.833_333_33, 0.2);
}

#[test]
fn impatience_follows_erlang_a() {
    assert_mean("erlang-a", "queue.abandoned_share", 0.038_821_392_3, 0.06);
}

fn goodput(loaded: &Loaded<Scenario>, assignments: &[&str]) -> f64 {
    let assignments: Vec<_> = assignments
        .iter()
        .map(|text| Assignment::parse(text, "test").unwrap_or_else(|finding| panic!("{finding:?}")))
        .collect();
    let variant = loaded.variant(&assignments).unwrap_or_else(|findings| panic!("{findings}"));
    let values: Vec<f64> =
        (0..3).map(|replication| run(&variant.value, replication).metrics["goodput_per_second"]).collect();
    values.iter().sum::<f64>() / 3.0
}

fn goodput_of_arm(arm: &str) -> f64 {
    let scenario = load("metastable").arm(arm).unwrap_or_else(|findings| panic!("{findings}")).value;
    let values: Vec<f64> =
        (0..3).map(|replication| run(&scenario, replication).metrics["goodput_per_second"]).collect();
    values.iter().sum::<f64>() / 3.0
}

#[test]
fn a_collapse_outlives_its_trigger_and_not_without_one() {
    assert!(goodput(&load("metastable"), &[]) < 1.0);
    assert!((goodput_of_arm("no-trigger") - 80.0).abs() < 2.0);
}

#[test]
fn little_load_recovers_by_itself() {
    assert!((goodput(&load("metastable"), &["arrivals.rate=40 /s"]) - 40.0).abs() < 1.0);
}

#[test]
fn backoff_alone_does_not_save_it() {
    assert!(goodput_of_arm("full-jitter") < 1.0);
}

#[test]
fn each_defence_of_the_table_saves_it() {
    for arm in ["no-retries", "retry-budget", "lifo", "deadline-drop", "bound-below-timeout"] {
        let goodput = goodput_of_arm(arm);
        assert!((goodput - 80.0).abs() < 2.0, "{arm}: {goodput}");
    }
    let codel = goodput_of_arm("codel");
    assert!((codel - 78.0).abs() < 2.0, "codel: {codel}");
}

#[test]
fn a_bound_above_the_time_out_does_not() {
    assert!(goodput_of_arm("bound-above-timeout") < 1.0);
}

#[test]
fn a_client_that_gives_up_before_the_service_is_done_never_succeeds() {
    // Two of four published simulators served such clients all the same.
    let slow = ["service.server.service_time={ constant = \"2 s\" }", "arrivals.rate=0.1 /s", "app.retry.attempts=1"];
    assert!(goodput(&load("metastable"), &slow) < 1e-9);
}
