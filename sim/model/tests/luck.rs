//! The public schedule, client and luck are the world's: a small program that plays the requests of a scenario through them, as a load
//! driver and a server do, must count what the world counts.

use proptest::prelude::*;
use std::collections::BTreeMap;
use stranded_model::client::{AfterFailure, Client, ClientPolicy, Safeguards, Sending};
use stranded_model::luck::{AttemptLuck, Luck, NotLuck, Sampler, ServiceDraws};
use stranded_model::schedule::{PlainRequest, PlainSchedule, visits};
use stranded_model::{Span, Time, simulate};
use stranded_scenario::Scenario;
use stranded_scenario::loader::Loader;

/// So many workers that nothing ever queues: then what an attempt meets is its luck and nothing else.
const NO_QUEUES: &str = r#"
title = "Two services that nobody waits for"

[calendar]
start = 2022-01-01T00:00:00+00:00
end = 2022-01-01T00:10:00+00:00

[arrivals]
rate = "50 /s"
service = "operator"
lasts = "5 min"
waiting_at_start = 7
profile = { sinusoid = { amplitude = 0.5, period = "2 min" } }

[app]
timeout = "250 ms"
retry = { attempts = 3, backoff = "decorrelated", base = "50 ms", cap = "2 s" }
retry_budget = { ratio = 0.1, tokens_max = 10.0 }
network_latency = { lognormal = { median = "20 ms", sigma = 0.5 } }

[renter]
persistence = 0.6
tap = { gap = { exponential = { mean = "1 s" } }, growth = "2 x", gap_max = "8 s" }

[service.operator]
workers = 10000
service_time = { exponential = { mean = "20 ms" } }
calls = { service = "vendor", cached = 0.3 }

[service.vendor]
workers = 10000
service_time = { gamma = { mean = "150 ms", shape = 0.7 } }
"#;

fn scenario(assignments: &[&str]) -> Scenario {
    let loader = assignments.iter().fold(Loader::new(), |loader, assignment| loader.set(*assignment));
    loader.load_text("test.toml", NO_QUEUES).unwrap_or_else(|findings| panic!("{findings}")).value
}

/// A client that holds attempts back, and a budget that requests pay into.
const GUARDED: [&str; 4] = [
    "app.timeout=120 ms",
    "app.circuit_breaker={ failure_share = 0.4, minimum_calls = 30, window = '2 s', open_for = '1 s', trials = 2 }",
    "app.adaptive_throttle={ requests_per_accept = 1.5, window = '5 s' }",
    "app.retry_budget.deposit=per-request",
];

/// What is due.
enum Due {
    Attempt(usize),
    HeldBack(usize),
    Answer(usize),
    TimeOut(usize),
}

/// Counts of a replication.
#[derive(Debug, Default)]
struct Counts {
    requests: u64,
    attempts: u64,
    held_back: u64,
    answered: u64,
    given_up: u64,
    /// Time from the first attempt until the services were done, of requests served.
    sojourn_seconds: f64,
}

/// Everything that is due, by time and then by when it was planned.
#[derive(Default)]
struct Plan {
    due: BTreeMap<(Time, u64), Due>,
    planned: u64,
}

impl Plan {
    fn at(&mut self, time: Time, due: Due) {
        self.due.insert((time, self.planned), due);
        self.planned += 1;
    }
}

/// Plays a scenario in which nothing queues, through the public interface alone.
fn play(scenario: &Scenario, replication: u32) -> Counts {
    let policy = ClientPolicy::new(scenario);
    let mut safeguards: Safeguards = policy.safeguards();
    let luck = Luck::new(scenario.run.seed, replication);
    let [operator, vendor] = ["operator", "vendor"].map(|name| ServiceDraws::new(&scenario.service[name]));
    let latency = Sampler::new(&scenario.app.network_latency);
    let timeout = Span::from_nanoseconds(scenario.app.timeout.as_nanoseconds());

    let mut counts = Counts::default();
    let mut plan = Plan::default();
    let mut clients = Vec::new();
    for (index, request) in PlainSchedule::new(scenario, replication).expect("plain arrivals").enumerate() {
        clients.push((Client::begin(&policy, luck, request.person), Time::ZERO + request.at));
        plan.at(Time::ZERO + request.at, Due::Attempt(index));
        counts.requests += 1;
    }
    while let Some(((now, _), due)) = plan.due.pop_first() {
        match due {
            Due::Attempt(index) => {
                let (client, began) = &mut clients[index];
                let Sending::Sent(attempt) = client.send(&policy, &mut safeguards, now) else {
                    plan.at(now, Due::HeldBack(index));
                    counts.held_back += 1;
                    continue;
                };
                counts.attempts += 1;
                // The operator, and the vendor in another process: the luck goes on from one to the other as text.
                let mut stream = attempt.stream();
                let mut done = now + Span::from_seconds(operator.work_seconds(&mut stream));
                if !operator.is_cached(&mut stream) {
                    let header = attempt.after(&stream).to_string();
                    stream = header.parse::<AttemptLuck>().expect("it was written by us").stream();
                    done += Span::from_seconds(vendor.work_seconds(&mut stream));
                }
                let answer = done + latency.span(&mut stream);
                if answer < now + timeout {
                    counts.sojourn_seconds += (done - *began).as_seconds();
                    plan.at(answer, Due::Answer(index));
                } else {
                    plan.at(now + timeout, Due::TimeOut(index));
                }
            }
            Due::Answer(index) => {
                counts.answered += 1;
                clients[index].0.answered(&policy, &mut safeguards, now);
            }
            Due::HeldBack(index) | Due::TimeOut(index) => {
                match clients[index].0.failed(&policy, &mut safeguards, now) {
                    AfterFailure::RetryAfter(span) | AfterFailure::TapAgain(span) => {
                        plan.at(now + span, Due::Attempt(index));
                    }
                    AfterFailure::GivenUp => counts.given_up += 1,
                }
            }
        }
    }
    counts
}

fn assert_same(counted: f64, simulated: f64, what: &str) {
    assert!((counted - simulated).abs() <= 1e-9 * simulated.abs(), "{what}: counted {counted}, simulated {simulated}");
}

fn assert_world_counts_alike(scenario: &Scenario, holds_back: bool) {
    for replication in 0..3 {
        let counts = play(scenario, replication);
        let metrics = simulate(scenario, replication, &mut |_| true).expect("nobody stops it").metrics;
        let held_back = metrics.get("attempts_held_back").copied();
        assert_eq!(held_back, holds_back.then_some(counts.held_back as f64));
        assert_eq!(counts.held_back > 1_000, holds_back, "{counts:?}");
        // Retries, taps and people who give up must all have been there, or this would prove little.
        assert!(counts.attempts + counts.held_back > counts.requests + 1_000 && counts.given_up > 100, "{counts:?}");
        assert_eq!(counts.requests, counts.answered + counts.given_up);
        assert_same(counts.requests as f64, metrics["queue.arrivals"], "requests");
        assert_same(counts.attempts as f64, metrics["attempts"], "attempts");
        assert_same(counts.answered as f64 / 600.0, metrics["goodput_per_second"], "goodput");
        assert_same(
            counts.given_up as f64 / counts.requests as f64,
            metrics["queue.never_served_share"],
            "share given up",
        );
        assert_same(
            counts.sojourn_seconds / counts.answered as f64,
            metrics["queue.sojourn_mean_seconds"],
            "mean sojourn",
        );
    }
}

#[test]
fn who_plays_the_schedule_with_the_same_luck_counts_what_the_world_counts() {
    assert_world_counts_alike(&scenario(&[]), false);
}

#[test]
fn a_client_holds_back_what_the_simulated_one_holds_back() {
    assert_world_counts_alike(&scenario(&GUARDED), true);
}

#[test]
fn a_schedule_begins_with_those_who_wait_and_keeps_the_keys_of_those_in_orbit_free() {
    let mut scenario = scenario(&[]);
    scenario.arrivals.as_mut().expect("plain arrivals").in_orbit_at_start = 4;
    let requests: Vec<PlainRequest> = PlainSchedule::new(&scenario, 0).expect("plain arrivals").collect();
    assert!(requests[..7].iter().all(|request| request.at == Span::ZERO));
    let persons: Vec<u64> = requests.iter().map(|request| request.person).take(9).collect();
    assert_eq!(persons, [0, 1, 2, 3, 4, 5, 6, 11, 12]);
    assert!(requests.is_sorted_by_key(|request| request.at));
    assert!(requests.last().expect("somebody comes").at < Span::from_seconds(300.0));
}

#[test]
fn a_crowd_is_thinned_by_people_and_nobodys_times_are_squeezed() {
    let path = format!("{}/../../scenarios/smoke.toml", env!("CARGO_MANIFEST_DIR"));
    let smoke: Scenario = Loader::new().load(path).unwrap_or_else(|findings| panic!("{findings}")).value;
    let [all, half, tenth] = [1.0, 0.5, 0.1].map(|share| visits(&smoke, 0, share));
    assert!(all.len() > 500, "{}", all.len());
    let deviation = |thin: usize, share: f64| {
        let expected = all.len() as f64 * share;
        (thin as f64 - expected).abs() / (expected * (1.0 - share)).sqrt()
    };
    assert!(deviation(half.len(), 0.5) < 4.0 && deviation(tenth.len(), 0.1) < 4.0, "{} {}", half.len(), tenth.len());
    assert!(half.iter().all(|visit| all.contains(visit)) && tenth.iter().all(|visit| half.contains(visit)));
}

#[test]
fn what_is_not_the_luck_of_an_attempt_is_refused() {
    for text in ["", "1", "1.2", "1.2.3.4", "1.2.x", "+1.2.3", " 1.2.3", "1..3", "10000000000000000.0.0"] {
        assert_eq!(text.parse::<AttemptLuck>(), Err(NotLuck), "{text:?}");
    }
}

proptest! {
    #[test]
    fn luck_survives_the_way_through_text(luck: u64, person: u64, drawn: u64) {
        let luck = AttemptLuck { luck, person, drawn };
        let text = luck.to_string();
        prop_assert_eq!(text.parse(), Ok(luck));
        prop_assert!(text.len() <= 50 && text.bytes().all(|byte| byte.is_ascii_graphic()));
    }
}
