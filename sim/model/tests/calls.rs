//! Calls from one service to the next that the caller watches over, and limits on what is let in.

use std::collections::BTreeMap;
use stranded_model::{metric, simulate};
use stranded_scenario::Scenario;
use stranded_scenario::loader::Loader;

/// An operator that asks a vendor, at three quarters of what the vendor can do.
const CHAIN: &str = r#"
title = "A service that calls another"

[calendar]
start = 2022-01-01T00:00:00+00:00
end = 2022-01-01T00:05:00+00:00

[arrivals]
rate = "75 /s"
service = "operator"
lasts = "4 min"

[app]
timeout = "5 s"
retry = { attempts = 1 }
network_latency = "0 s"

[renter]
persistence = 0.0

[measure.queue]
in_system_at = ["100 s"]

[service.operator]
workers = 40
service_time = { exponential = { mean = "5 ms" } }
calls = { service = "vendor", cached = 0.1 }

[service.vendor]
workers = 1
service_time = { exponential = { mean = "10 ms" } }

# For twenty seconds the vendor does nothing at all.
[[action]]
name = "partition"
at = 2022-01-01T00:01:00+00:00
service = "vendor"
capacity = "0 x"
lasts = "20 s"
enabled = false
"#;

type Metrics = BTreeMap<metric::Name, f64>;

fn metrics(assignments: &[&str]) -> Metrics {
    let loader = assignments.iter().fold(Loader::new(), |loader, assignment| loader.set(*assignment));
    let scenario: Scenario = loader.load_text("test.toml", CHAIN).unwrap_or_else(|findings| panic!("{findings}")).value;
    simulate(&scenario, 0, &mut |_| true).expect("nobody stops it").metrics
}

#[test]
fn to_watch_calls_that_never_fail_changes_nothing() {
    for blocking in [false, true] {
        let blocking = format!("service.operator.calls.blocking={blocking}");
        let plain = metrics(&[&blocking]);
        let watched = metrics(&[
            &blocking,
            "service.operator.calls.timeout=1 h",
            "service.operator.calls.retry.attempts=3",
            "service.operator.calls.circuit_breaker={}",
        ]);
        for name in ["queue.arrivals", "queue.sojourn_mean_seconds", "queue.wait_mean_seconds", "goodput_per_second"] {
            assert!((plain[name] - watched[name]).abs() <= 1e-9 * plain[name], "{blocking} {name}");
        }
        // Each request counts once, although its call is one in the services as well.
        for name in ["queue.mean_in_system", "queue.mean_waiting"] {
            assert!((plain[name] - watched[name]).abs() <= 1e-6 * plain[name], "{blocking} {name}");
        }
    }
}

const PARTITION: &str = "action.partition.enabled=true";
const TIMEOUT: &str = "service.operator.calls.timeout=300 ms";

#[test]
fn a_time_out_gives_an_answer_and_a_breaker_spares_the_vendor() {
    let in_the_end = |metrics: &Metrics| metrics["queue.in_system_at[100 s]"];
    let unwatched = metrics(&[PARTITION]);
    let timed = metrics(&[PARTITION, TIMEOUT]);
    let broken = metrics(&[PARTITION, TIMEOUT, "service.operator.calls.circuit_breaker={ open_for = '2 s' }"]);
    // 20 s without a vendor are 1,350 calls; whoever makes them all leaves the vendor with the work afterwards.
    assert!(in_the_end(&unwatched) > 500.0 && in_the_end(&timed) > 500.0, "{unwatched:?} {timed:?}");
    assert!(in_the_end(&broken) < 50.0, "{broken:?}");
    // The operator answers what it could not do, within its time-out; without one, clients wait for theirs.
    assert!(unwatched["queue.blocked_share"] <= 0.0);
    assert!(timed["queue.blocked_share"] > 0.08);
    // Without a breaker the vendor works on what nobody waits for any more: more is lost than the time without a vendor.
    assert!(broken["goodput_per_second"] > 1.05 * timed["goodput_per_second"], "{broken:?} {timed:?}");
    assert!(broken["queue.blocked_share"] < timed["queue.blocked_share"]);
}

#[test]
fn a_vendor_that_heeds_the_deadline_it_is_told_drops_what_its_caller_has_given_up() {
    let heeding = metrics(&[PARTITION, TIMEOUT, "service.vendor.cancel_abandoned=true"]);
    assert!(heeding["queue.in_system_at[100 s]"] < 50.0, "{heeding:?}");
}

#[test]
fn retried_calls_get_through_where_single_ones_are_refused() {
    let full = ["service.vendor.queue.capacity=1", TIMEOUT];
    let once = metrics(&full);
    let retry =
        "service.operator.calls.retry={ attempts = 4, backoff = 'full-jitter', base = '50 ms', cap = '200 ms' }";
    let again = metrics(&[full[0], full[1], retry]);
    assert!(once["queue.blocked_share"] > 0.15, "{once:?}");
    assert!(again["queue.blocked_share"] < 0.6 * once["queue.blocked_share"], "{once:?} {again:?}");
}

#[test]
fn a_blocked_worker_is_free_again_when_its_call_has_failed() {
    let blocking = "service.operator.calls.blocking=true";
    let unwatched = metrics(&[PARTITION, blocking]);
    let timed = metrics(&[PARTITION, blocking, TIMEOUT, "service.vendor.cancel_abandoned=true"]);
    // Without a time-out all forty workers wait for the vendor, and requests that a cache could answer wait behind them.
    assert!(unwatched["queue.waited_share"] > 0.08, "{unwatched:?}");
    assert!(timed["queue.waited_share"] < 0.02, "{timed:?}");
}

#[test]
fn a_limit_keeps_the_wait_below_what_clients_wait_for() {
    // Twice what the vendor can do, clients that wait a second, and nothing else to help them.
    let overload = ["arrivals.rate=150 /s", "app.timeout=1 s", "service.operator.calls.cached=0"];
    let fragile = metrics(&overload);
    assert!(fragile["goodput_per_second"] < 5.0, "{fragile:?}");
    for limit in [
        "service.vendor.limit={ aimd = { latency_max = '300 ms' } }",
        "service.vendor.limit={ gradient = { max = 60 } }",
    ] {
        let limited = metrics(&[overload[0], overload[1], overload[2], limit]);
        // 100 a second for 240 of the 300 seconds.
        assert!(limited["goodput_per_second"] > 75.0, "{limit}: {limited:?}");
        assert!(limited["latency_seconds.p99"] < 1.0, "{limit}: {limited:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_run_with_every_policy_on() {
    let digest = || {
        let loaded = Loader::new()
            .set(PARTITION)
            .set(TIMEOUT)
            .set("service.operator.calls.retry={ attempts = 2 }")
            .set("service.operator.calls.circuit_breaker={}")
            .set("service.operator.limit={ gradient = {} }")
            .set("service.vendor.limit={ aimd = {} }")
            .set("app.circuit_breaker={}")
            .set("app.adaptive_throttle={}")
            .load_text::<Scenario>("test.toml", CHAIN)
            .unwrap_or_else(|findings| panic!("{findings}"));
        simulate(&loaded.value, 0, &mut |_| true).expect("nobody stops it").digest
    };
    assert_eq!(digest(), digest());
}
