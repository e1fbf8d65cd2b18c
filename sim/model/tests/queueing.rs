//! Queueing theory and metastability, run as ordinary scenario files through the real world code.
//!
//! Expected values are the `[[oracle]]` tables of the files themselves. Here they are run for a short time with wide intervals, so that
//! a mistake is seen in seconds; `stranded verify` runs all of them for as long as it takes. Seeds are fixed, so these tests either
//! always pass or always fail.

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

/// Mean, and half width of the 99.9 % interval: Student's t for 10 replications, the normal's for hundreds.
fn mean(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let quantile = if values.len() > 10 { 3.4 } else { 4.781 };
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (count - 1.0);
    (mean, quantile * (variance / count).sqrt())
}

/// Oracles of one file and one world hold in so many replications that end so many seconds after the start. `width_max` is the widest
/// interval, relative to the known value, that is taken for an answer.
fn assert_holds(file: &str, oracles: &[&str], replications: u32, seconds: u64, width_max: f64) {
    let loaded = load(file);
    let mut scenario = loaded.oracle(oracles[0]).unwrap_or_else(|findings| panic!("{findings}")).value;
    scenario.calendar.end = scenario.calendar.start.plus(stranded_scenario::Duration::seconds(seconds));
    let outcomes: Vec<Outcomes> = (0..replications).map(|replication| run(&scenario, replication)).collect();
    for name in oracles {
        let oracle = loaded.value.oracle.iter().find(|oracle| oracle.name == *name).expect("an oracle of that name");
        let values: Vec<f64> = outcomes.iter().map(|outcomes| outcomes.metrics[oracle.metric.as_str()]).collect();
        let ((mean, half_width), expected) = (mean(&values), oracle.expected);
        assert!(
            (mean - expected).abs() <= half_width,
            "{file} {name} {}: {mean} +- {half_width}, known is {expected}",
            oracle.metric
        );
        assert!(half_width <= width_max * expected, "{file} {name}: the interval +- {half_width} says little");
    }
}

const HOURS: u64 = 3_600;

#[test]
fn one_server_waits_as_theory_says() {
    assert_holds("mm1", &["R04", "R07", "X01", "X02"], 10, 24 * HOURS, 0.2);
    assert_holds("mm1", &["X03"], 10, 24 * HOURS, 0.2);
}

#[test]
fn two_services_in_a_row_add_their_waits() {
    assert_holds("tandem", &["X04", "X05"], 10, 24 * HOURS, 0.1);
}

#[test]
fn two_servers_follow_erlang_c() {
    assert_holds("mmc", &["R13", "R14", "X06", "X07"], 10, 24 * HOURS, 0.1);
}

#[test]
fn a_loss_system_follows_erlang_b() {
    assert_holds("mmcc", &["R09"], 10, 8 * HOURS, 0.1);
}

#[test]
fn a_short_line_is_a_loss_system_that_waits() {
    assert_holds("mmck", &["X08", "X09", "X10"], 10, 4 * HOURS, 0.1);
}

#[test]
fn a_general_service_time_follows_pollaczek_and_khinchine() {
    assert_holds("mg1", &["R20"], 10, 24 * HOURS, 0.1);
    assert_holds("mg1", &["R22"], 10, 48 * HOURS, 0.4);
}

#[test]
fn impatience_follows_erlang_a() {
    assert_holds("erlang-a", &["R24", "R25", "X12"], 10, 6 * HOURS, 0.1);
}

#[test]
fn an_orbit_is_as_full_as_theory_says() {
    assert_holds("retrial", &["R39", "R40", "X13"], 10, 24 * HOURS, 0.15);
}

#[test]
fn who_gives_up_is_never_served() {
    assert_holds("retrial-give-up", &["R53"], 10, 3 * HOURS, 0.1);
}

#[test]
fn patience_holds_for_every_attempt() {
    assert_holds("retrial-impatient", &["R55", "R57"], 10, 6 * HOURS, 0.1);
}

#[test]
fn an_empty_queue_fills_and_a_full_one_drains() {
    assert_holds("transient", &["R59"], 3_000, 5, 0.1);
    assert_holds("drain", &["R62"], 100, 1_800, 0.05);
}

#[test]
fn varying_rates_bring_the_integral_of_the_rate() {
    assert_holds("nhpp", &["R66", "R67"], 300, 24, 0.05);
    assert_holds("piecewise", &["X15", "X16", "X17"], 500, 7, 0.1);
}

#[test]
fn a_server_for_everybody_holds_a_poisson_number() {
    assert_holds("mginf", &["X18"], 10, HOURS, 0.02);
}

#[test]
fn a_finite_source_follows_engset_and_the_machine_repair_model() {
    assert_holds("engset", &["X19", "X20", "X21"], 10, 6 * HOURS, 0.1);
    assert_holds("machine-repair", &["X22", "X23"], 10, 6 * HOURS, 0.1);
}

#[test]
fn shares_of_intents_never_pass_one_and_amplification_never_the_attempts() {
    // A window of seconds in the middle of an overload: attempts and answers lie on both sides of its edges.
    let loaded = load("metastable");
    let window =
        ["measure.from=2022-01-01T00:01:12+00:00", "measure.until=2022-01-01T00:01:15+00:00", "arrivals.warm_up=0 s"];
    for replication in 0..10 {
        let metrics = run(&variant(&loaded, &window), replication).metrics;
        assert!(metrics["service.goodput_share"] <= 1.0);
        assert!(metrics["retry_amplification"] <= 3.0);
    }
}

#[test]
fn measuring_begins_after_the_warm_up_and_after_measure_from() {
    let loaded = load("mm1");
    let arrivals = |changes: &[&str]| {
        let changes = [&["calendar.end=2022-01-01T02:00:00+00:00"], changes].concat();
        run(&variant(&loaded, &changes), 0).metrics["queue.arrivals"]
    };
    let half = arrivals(&[]);
    assert_eq!(half.to_bits(), arrivals(&["measure.from=2022-01-01T00:30:00+00:00"]).to_bits());
    assert!(arrivals(&["measure.from=2022-01-01T01:30:00+00:00"]) < 0.6 * half);
}

#[test]
fn requests_keep_their_luck_whoever_is_served_first() {
    // All requests of an hour are served in the end. Their places are used again in another order, their service times are the same.
    let loaded = load("mm1");
    let work = |discipline: &str| {
        let discipline = format!("service.server.queue.discipline={discipline}");
        let changes =
            ["calendar.end=2022-01-01T03:00:00+00:00", "arrivals.lasts=1 h", "arrivals.warm_up=0 s", &discipline];
        let metrics = run(&variant(&loaded, &changes), 0).metrics;
        (metrics["queue.arrivals"], metrics["queue.sojourn_mean_seconds"] - metrics["queue.wait_mean_seconds"])
    };
    let (first_in, last_in) = (work("fifo"), work("lifo"));
    assert_eq!(first_in.0.to_bits(), last_in.0.to_bits());
    assert!((first_in.1 - last_in.1).abs() < 1e-9, "{first_in:?} {last_in:?}");
}

fn variant(loaded: &Loaded<Scenario>, assignments: &[&str]) -> Scenario {
    let assignments: Vec<_> = assignments
        .iter()
        .map(|text| Assignment::parse(text, "test").unwrap_or_else(|finding| panic!("{finding:?}")))
        .collect();
    loaded.variant(&assignments).unwrap_or_else(|findings| panic!("{findings}")).value
}

fn goodput(loaded: &Loaded<Scenario>, assignments: &[&str]) -> f64 {
    let scenario = variant(loaded, assignments);
    let values: Vec<f64> =
        (0..3).map(|replication| run(&scenario, replication).metrics["goodput_per_second"]).collect();
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
fn further_defences_save_it_and_a_throttle_with_a_long_memory_does_not_in_time() {
    for arm in ["retry-budget-per-request", "circuit-breaker", "aimd-limit", "gradient-limit"] {
        let goodput = goodput_of_arm(arm);
        assert!((goodput - 80.0).abs() < 2.0, "{arm}: {goodput}");
    }
    let goodput = goodput_of_arm("codel-lifo");
    assert!((goodput - 77.0).abs() < 2.0, "codel-lifo: {goodput}");
    // It lets two requests through for each one answered within two minutes, and there are none: it learns by doubling.
    let goodput = goodput_of_arm("adaptive-throttle");
    assert!(goodput < 1.0, "adaptive-throttle: {goodput}");
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
