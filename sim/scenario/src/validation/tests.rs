//! Each rule, broken once.

use crate::Loader;
use crate::section::Scenario;

/// A scenario that makes sense.
const SOUND: &str = "
[calendar]
start = 2022-04-10T00:00+09:00
end = 2022-04-11T00:00+09:00
[fleet]
cars = 10
[service.operator]
workers = 4
calls = { service = 'vendor' }
[service.vendor]
workers = 2
[[place]]
name = 'home'
[[demand.factor]]
name = 'blossom'
[[action]]
name = 'purge'
at = 2022-04-10T18:00+09:00
[[arm]]
name = 'offline-key'
[[target]]
name = '1'
metric = 'stranded_people'
";

/// Code and path of everything that is wrong with the sound scenario after these assignments.
fn wrong(assignments: &[&str]) -> Vec<String> {
    let loader = assignments.iter().fold(Loader::new(), |loader, assignment| loader.set(*assignment));
    match loader.load_text::<Scenario>("sound.toml", SOUND) {
        Ok(_) => Vec::new(),
        Err(findings) => findings
            .iter()
            .map(|finding| {
                assert!(finding.help().is_some(), "a way out is missing: {finding}");
                format!("{} {}", finding.code(), finding.path().unwrap_or_default())
            })
            .collect(),
    }
}

#[test]
fn a_sound_scenario_is_sound() {
    assert_eq!(wrong(&[]), [] as [&str; 0]);
}

#[test]
fn each_rule_is_found_broken_at_its_place() {
    let cases = [
        ("calendar.end=2022-04-09T00:00+09:00", "S100 calendar.end"),
        ("calendar.end=2022-06-01T00:00+09:00", "S103 calendar.end"),
        ("measure.from=2022-04-12T00:00+09:00", "S101 measure.from"),
        ("demand.surge_ends=2022-04-12T00:00+09:00", "S101 demand.surge_ends"),
        ("action.purge.at=2022-04-12T00:00+09:00", "S101 action.purge.at"),
        ("measure.outage.window='90 s'", "S103 measure.outage.window"),
        ("measure.outage.up_above='10 %'", "S103 measure.outage.up_above"),
        ("demand.factor.blossom.until=2022-04-09T00:00+09:00", "S100 demand.factor.blossom.until"),
        ("support.claims.until=08:00", "S100 support.claims.until"),
        ("fleet.cars=0", "S102 fleet.cars"),
        ("fleet.cars_in_reach=0", "S102 fleet.cars_in_reach"),
        ("fleet.slot='0 s'", "S102 fleet.slot"),
        ("arrivals={ rate = \"1 /s\" }", "S105 arrivals"),
        ("demand.monthly_users=0", "S102 demand.monthly_users"),
        ("demand.day=[]", "S102 demand.day"),
        ("demand.booking.further_searches=-1.0", "S103 demand.booking.further_searches"),
        ("relief.churn.per_stranded_hour=-0.5", "S103 relief.churn.per_stranded_hour"),
        ("service.vendor.workers=0", "S102 service.vendor.workers"),
        ("service.operator.calls.service='vender'", "S110 service.operator.calls.service"),
        ("service.vendor.calls={service='operator'}", "S111 service.operator.calls"),
        ("service.vendor.calls={service='vendor'}", "S111 service.vendor.calls"),
        ("action.purge.service='vender'", "S110 action.purge.service"),
        ("arrivals={service='vender'}", "S110 arrivals.service"),
        ("app.timeout='0 s'", "S102 app.timeout"),
        ("app.retry.attempts=0", "S102 app.retry.attempts"),
        ("app.retry_budget={ratio=-1.0}", "S103 app.retry_budget.ratio"),
        ("place.home.share=-1.0", "S103 place.home.share"),
        ("place.home.share=0.0", "S102 place"),
        ("support.call_centre.agents=0", "S102 support.call_centre.agents"),
        ("support.form.readers=0", "S102 support.form.readers"),
        ("support.claims.clerks=0", "S102 support.claims.clerks"),
        ("run.replications.min=0", "S102 run.replications.min"),
        ("run.replications.max=1", "S103 run.replications.max"),
        ("arm.offline-key.name='baseline'", "S121 arm.baseline.name"),
        ("target.1.arm='offlin-key'", "S120 target.1.arm"),
    ];
    for (assignment, expected) in cases {
        let found = wrong(&[assignment]);
        assert!(found.iter().any(|finding| finding == expected), "{assignment}: {found:?}");
    }
}

#[test]
fn what_no_driver_can_do_is_refused() {
    let cases = [
        ("load.window='0.5 s'", "S103 load.window"),
        ("load.sustain='2 h'", "S103 load.sustain"),
        ("load.objective.latency='0 s'", "S103 load.objective.latency"),
        ("load.objective.latency='6 s'", "S106 load.window"),
        ("load.objective.quantile=1.0", "S103 load.objective.quantile"),
        ("load.from='0 /s'", "S103 load.from"),
        ("load.up_to='10 /s'", "S106 load.up_to"),
        ("load.precision=0.0", "S103 load.precision"),
        ("load.booked=5", "S106 load.booked"),
    ];
    for (assignment, expected) in cases {
        assert_eq!(wrong(&[assignment]), [expected], "{assignment}");
    }
    assert_eq!(wrong(&["load.endpoint='unlock'"]), [] as [&str; 0]);
    assert_eq!(wrong(&["load.endpoint='search'", "load.booked=10"]), [] as [&str; 0]);
    assert_eq!(wrong(&["load.endpoint='search'", "load.booked=11"]), ["S106 load.booked"]);
    assert_eq!(wrong(&["load.endpoint='search'", "load.booked=100001"]), ["S103 load.booked", "S106 load.booked"]);
}

#[test]
fn what_belongs_together_is_judged_together() {
    assert_eq!(wrong(&["target.1.low=2.0", "target.1.high=1.0"]), ["S103 target.1.high"]);
    // Nobody answers calls where none are taken.
    assert_eq!(wrong(&["support.call_centre.agents=0", "support.call_centre.enabled=false"]), [] as [&str; 0]);
}

#[test]
fn a_scenario_without_cars_and_requests_is_empty() {
    let findings = Loader::new().load_text::<Scenario>("empty.toml", "title = 'nothing'").unwrap_err();
    let codes: Vec<&str> = findings.iter().map(|finding| finding.code().as_str()).collect();
    assert_eq!(codes, ["S104"]);
}

#[test]
fn a_cycle_is_reported_once_with_its_way() {
    let findings = Loader::new()
        .set("service.vendor.calls={service='operator'}")
        .load_text::<Scenario>("sound.toml", SOUND)
        .unwrap_err();
    let cycles: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.code().as_str() == "S111")
        .map(crate::diagnostic::Diagnostic::message)
        .collect();
    assert_eq!(cycles, ["services call each other in a circle: operator -> vendor -> operator"]);
}

/// A stream of requests that makes sense.
const QUEUE: &str = "
[calendar]
start = 2022-01-01T00:00:00+00:00
end = 2022-01-01T01:00:00+00:00
[arrivals]
rate = '1 /s'
service = 'server'
[service.server]
workers = 1
queue = { capacity = 0 }
[renter]
persistence = 1.0
[[action]]
name = 'trigger'
at = 2022-01-01T00:10:00+00:00
service = 'server'
capacity = '0.5 x'
lasts = '10 s'
[[oracle]]
name = 'known'
metric = 'queue.mean_in_orbit'
";

fn wrong_with_queue(assignments: &[&str]) -> Vec<String> {
    let loader = assignments.iter().fold(Loader::new(), |loader, assignment| loader.set(*assignment));
    match loader.load_text::<Scenario>("queue.toml", QUEUE) {
        Ok(_) => Vec::new(),
        Err(findings) => findings
            .iter()
            .map(|finding| format!("{} {}", finding.code(), finding.path().unwrap_or_default()))
            .collect(),
    }
}

#[test]
fn requests_alone_may_come_for_months() {
    assert_eq!(wrong_with_queue(&["calendar.end=2022-06-01T00:00+00:00"]), [] as [&str; 0]);
    assert_eq!(wrong_with_queue(&["calendar.end=2023-06-01T00:00+00:00"]), ["S103 calendar.end"]);
}

#[test]
fn each_rule_about_requests_is_found_broken_at_its_place() {
    assert_eq!(wrong_with_queue(&[]), [] as [&str; 0]);
    let cases: [(&[&str], &str); 16] = [
        (
            &["arrivals.profile={ sinusoid = { amplitude = 0.5, period = '0 s' } }"],
            "S102 arrivals.profile.sinusoid.period",
        ),
        (&["arrivals.profile={ piecewise = { steps = [] } }"], "S102 arrivals.profile.piecewise.steps"),
        (
            &["arrivals.profile={ piecewise = { steps = [{ from = '1 s', factor = '1 x' }] } }"],
            "S103 arrivals.profile.piecewise.steps",
        ),
        (
            &["arrivals.profile={ piecewise = { steps = [{ from = '0 s', factor = '0 x' }], period = '1 s' } }"],
            "S102 arrivals.profile.piecewise.steps",
        ),
        (
            &["arrivals.profile={ piecewise = { steps = [{ from = '0 s', factor = '1 x' }], period = '0 s' } }"],
            "S103 arrivals.profile.piecewise.period",
        ),
        (&["arrivals.finite_source={ clients = 0 }"], "S102 arrivals.finite_source.clients"),
        (&["arrivals.finite_source={ think_time = '0 s' }"], "S102 arrivals.finite_source.think_time"),
        (&["arrivals.finite_source={ clients = 3 }", "arrivals.waiting_at_start=4"], "S103 arrivals.waiting_at_start"),
        (
            &[
                "arrivals.profile={ sinusoid = { amplitude = 0.5, period = '1 s' } }",
                "arrivals.finite_source={ clients = 3 }",
            ],
            "S106 arrivals.profile",
        ),
        (&["arrivals.warm_up='2 h'"], "S100 arrivals.warm_up"),
        (&["measure.queue.in_system_at=['2 h']"], "S101 measure.queue.in_system_at"),
        // Nobody ever gives up, and neither the refusal nor the next try takes time.
        (&["renter.tap.gap='0 s'", "app.network_latency='0 s'", "app.retry.attempts=1"], "S112 renter.tap.gap"),
        (
            &[
                "renter.persistence=0.5",
                "app.network_latency='0 s'",
                "app.retry={ attempts = 1_000_000, backoff = 'none' }",
            ],
            "S112 renter.tap.gap",
        ),
        (&["action.trigger.trigger=true"], "S113 action.trigger.trigger"),
        (&["oracle.known.precision=0.0"], "S102 oracle.known.precision"),
        (&["oracle.known.arm='none-such'"], "S120 oracle.known.arm"),
    ];
    for (assignments, expected) in cases {
        let found = wrong_with_queue(assignments);
        assert!(found.iter().any(|finding| finding == expected), "{assignments:?}: {found:?}");
    }
}

#[test]
fn each_rule_about_safeguards_is_found_broken_at_its_place() {
    let cases = [
        ("app.circuit_breaker={ trials = 0 }", "S102 app.circuit_breaker.trials"),
        ("app.circuit_breaker={ minimum_calls = 0 }", "S102 app.circuit_breaker.minimum_calls"),
        ("app.circuit_breaker={ window = '0 s' }", "S102 app.circuit_breaker.window"),
        ("app.adaptive_throttle={ requests_per_accept = 0.5 }", "S103 app.adaptive_throttle.requests_per_accept"),
        ("app.adaptive_throttle={ window = '0 s' }", "S102 app.adaptive_throttle.window"),
        ("service.vendor.limit={ aimd = { min = 0 } }", "S102 service.vendor.limit.aimd.min"),
        ("service.vendor.limit={ aimd = { initial = 9, max = 8 } }", "S103 service.vendor.limit.aimd.initial"),
        ("service.vendor.limit={ aimd = { backoff = '1 x' } }", "S103 service.vendor.limit.aimd.backoff"),
        ("service.vendor.limit={ aimd = { latency_max = '0 s' } }", "S102 service.vendor.limit.aimd.latency_max"),
        ("service.vendor.limit={ gradient = { tolerance = '0.9 x' } }", "S103 service.vendor.limit.gradient.tolerance"),
        ("service.vendor.limit={ gradient = { smoothing = 0 } }", "S103 service.vendor.limit.gradient.smoothing"),
        ("service.operator.calls.timeout=0 s", "S102 service.operator.calls.timeout"),
        ("service.operator.calls.retry={ attempts = 2 }", "S106 service.operator.calls.retry"),
        ("service.operator.calls.circuit_breaker={}", "S106 service.operator.calls.circuit_breaker"),
        (
            "service.vendor.queue.discipline={ codel-lifo = { interval = '0 s', target = '5 ms' } }",
            "S102 service.vendor.queue.discipline.codel-lifo.interval",
        ),
    ];
    for (assignment, expected) in cases {
        assert_eq!(wrong(&[assignment]), [expected], "{assignment}");
    }
    let sound = [
        "app.circuit_breaker={}",
        "app.adaptive_throttle={}",
        "service.vendor.limit={ gradient = {} }",
        "service.operator.limit={ aimd = {} }",
        "service.operator.calls={ timeout = '2 s', retry = { attempts = 2 }, circuit_breaker = {} }",
    ];
    assert_eq!(wrong(&sound), [] as [&str; 0]);
    // An app that holds back, tries again at once, and never stops.
    let endless = ["app.circuit_breaker={}", "renter.tap.gap='0 s'", "app.retry.attempts=1"];
    assert_eq!(wrong_with_queue(&endless), ["S112 renter.tap.gap"]);
}

#[test]
fn what_breaks_the_circle_of_retries_is_accepted() {
    let circle = ["renter.tap.gap='0 s'", "app.network_latency='0 s'", "app.retry.attempts=1"];
    for way_out in ["service.server.refusal_time='1 ms'", "app.network_latency='1 ms'", "renter.persistence=0.9"] {
        assert_eq!(wrong_with_queue(&[&circle[..], &[way_out]].concat()), [] as [&str; 0], "{way_out}");
    }
    let measured_after = "measure.from=2022-01-01T00:10:10+00:00";
    assert_eq!(wrong_with_queue(&["action.trigger.trigger=true", measured_after]), [] as [&str; 0]);
}

#[test]
fn an_oracle_changes_its_own_scenario_and_is_not_inherited() {
    let files = crate::MemoryFiles::new()
        .with("base.toml", QUEUE)
        .with("child.toml", "extends = 'base.toml'\n[[oracle]]\nname = 'own'\nset = { 'arrivals.rate' = '2 /s' }\n");
    let child = Loader::new().load_from::<Scenario>(&files, "child.toml").unwrap();
    assert_eq!(child.value.oracle.iter().map(|oracle| oracle.name.as_str()).collect::<Vec<_>>(), ["own"]);
    assert!((child.oracle("own").unwrap().value.arrivals.unwrap().rate.per_second() - 2.0).abs() < 1e-12);
    assert!((child.value.arrivals.unwrap().rate.per_second() - 1.0).abs() < 1e-12);
    let findings = Loader::new()
        .load_text::<Scenario>("wrong.toml", &format!("{QUEUE}set = {{ 'arrivals.rat' = '2 /s' }}\n"))
        .unwrap_err();
    assert_eq!(findings.iter().next().map(|finding| finding.code().as_str()), Some("S010"));
}
