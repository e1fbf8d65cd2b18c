//! The same people with the same luck, through the simulated services and through the real ones, whatever the policies: what happens to
//! them must be the same. Time is virtual on both sides, so that no machine's mood gets between.

use crate::wire::{Connector, run};
use axum::body::Bytes;
use axum::http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::rt::TokioExecutor;
use std::sync::Arc;
use std::time::Duration;
use stranded_engine::{Span, Time};
use stranded_model::client::{AfterFailure, Client, ClientPolicy, Sending};
use stranded_model::luck::{AttemptLuck, Luck};
use stranded_model::schedule::PlainSchedule;
use stranded_model::simulate;
use stranded_scenario::{Loader, Scenario};
use stranded_server::service::{DEADLINE, Fault, LUCK};
use tokio::time::Instant;

/// An operator that asks a vendor, at three quarters of what the vendor can do. For ten seconds the vendor does nothing at all.
const CHAIN: &str = r#"
[calendar]
start = 2022-01-01T00:00:00+00:00
end = 2022-01-01T00:01:00+00:00

[arrivals]
rate = "75 /s"
service = "operator"
lasts = "50 s"

[app]
timeout = "2 s"
retry = { attempts = 1 }
network_latency = "2 ms"

[renter]
persistence = 0.0

[service.operator]
workers = 40
service_time = { exponential = { mean = "5 ms" } }
calls = { service = "vendor", cached = 0.1 }

[service.vendor]
workers = 1
service_time = { exponential = { mean = "10 ms" } }

[[action]]
name = "stop"
at = 2022-01-01T00:00:15+00:00
service = "vendor"
capacity = "0 x"
lasts = "10 s"
"#;

const STOP_AT: Duration = Duration::from_secs(15);
const STOP_SECONDS: f64 = 10.0;

/// What became of the people.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Outcome {
    attempts: f64,
    answered_in_time: f64,
}

fn scenario(assignments: &[&str]) -> Scenario {
    let loader = assignments.iter().fold(Loader::new(), |loader, assignment| loader.set(*assignment));
    loader.load_text("twins.toml", CHAIN).unwrap_or_else(|findings| panic!("{findings}")).value
}

fn simulated(scenario: &Scenario) -> Outcome {
    let metrics = simulate(scenario, 0, &mut |_| true).expect("nobody stops it").metrics;
    let intents = PlainSchedule::new(scenario, 0).expect("plain arrivals").count() as f64;
    Outcome {
        attempts: metrics["retry_amplification"] * intents,
        answered_in_time: metrics["goodput_per_second"] * 60.0,
    }
}

fn really(scenario: &Scenario) -> Outcome {
    let (tell, told) = std::sync::mpsc::channel();
    let crowd = scenario.clone();
    run(scenario, Duration::from_mins(10), |_, mut vendor| async move {
        let vendor = vendor.recv().await.ok_or("no vendor")?;
        let http: Http = HttpClient::builder(TokioExecutor::new()).build(Connector);
        let policy = Arc::new(ClientPolicy::new(&crowd));
        let luck = Luck::new(crowd.run.seed, 0);
        let timeout = Duration::from_nanos(crowd.app.timeout.as_nanoseconds());
        let start = Instant::now();
        let stop = tokio::spawn(async move {
            tokio::time::sleep_until(start + STOP_AT).await;
            vendor.inject(Fault { stop: true, lasts_seconds: Some(STOP_SECONDS), ..Fault::default() });
        });
        let people: Vec<_> = PlainSchedule::new(&crowd, 0)
            .ok_or("no schedule")?
            .map(|request| {
                let client = Client::begin(&policy, luck, request.person);
                let first = start + Duration::from_nanos(request.at.as_nanoseconds());
                tokio::spawn(live(http.clone(), Arc::clone(&policy), client, first, start, timeout))
            })
            .collect();
        let mut outcome = Outcome::default();
        for person in people {
            let (attempts, is_answered) = person.await?;
            outcome.attempts += f64::from(attempts);
            outcome.answered_in_time += f64::from(u8::from(is_answered));
        }
        stop.await?;
        tell.send(outcome)?;
        Ok(())
    })
    .expect("the story ends well");
    told.recv().expect("an outcome")
}

type Http = HttpClient<Connector, Full<Bytes>>;

/// A person's request until it is answered or given up: attempts, and whether it was answered in time.
async fn live(
    http: Http,
    policy: Arc<ClientPolicy>,
    mut client: Client,
    first: Instant,
    start: Instant,
    timeout: Duration,
) -> (u32, bool) {
    let mut safeguards = policy.safeguards();
    let mut due = first;
    loop {
        tokio::time::sleep_until(due).await;
        let now = || Time::ZERO + Span::from_nanoseconds(start.elapsed().as_nanos() as u64);
        let is_answered = match client.send(&policy, &mut safeguards, now()) {
            Sending::HeldBack => false,
            Sending::Sent(luck) => ask(&http, luck, timeout).await,
        };
        if is_answered {
            client.answered(&policy, &mut safeguards, now());
            return (client.attempts(), true);
        }
        let pause = match client.failed(&policy, &mut safeguards, now()) {
            AfterFailure::RetryAfter(span) | AfterFailure::TapAgain(span) => span,
            AfterFailure::GivenUp => return (client.attempts(), false),
        };
        due = Instant::now() + Duration::from_nanos(pause.as_nanoseconds());
    }
}

async fn ask(http: &Http, luck: AttemptLuck, timeout: Duration) -> bool {
    let request = Request::post("http://operator/v1/requests")
        .header(LUCK, luck.to_string())
        .header(DEADLINE, timeout.as_millis().to_string())
        .body(Full::new(Bytes::new()))
        .expect("a request");
    let exchange = async {
        let answer = http.request(request).await.ok()?;
        let status = answer.status();
        answer.into_body().collect().await.ok()?;
        Some(status)
    };
    matches!(tokio::time::timeout(timeout, exchange).await, Ok(Some(StatusCode::OK)))
}

/// Both sides, which may differ by `tolerance` of what the simulation says.
fn compare(assignments: &[&str], tolerance: f64) -> Outcome {
    let scenario = scenario(assignments);
    let (simulated, really) = (simulated(&scenario), really(&scenario));
    let close = |a: f64, b: f64| (a - b).abs() <= tolerance * a.abs().max(b.abs());
    assert!(
        close(simulated.answered_in_time, really.answered_in_time) && close(simulated.attempts, really.attempts),
        "{assignments:?}: simulated {simulated:?}, really {really:?}"
    );
    really
}

const TIMEOUT: &str = "service.operator.calls.timeout=300 ms";
const RETRY: &str = "app.retry={ attempts = 3, backoff = 'fixed', base = '0 s' }";
const BREAKER: &str = "service.operator.calls.circuit_breaker={ open_for = '2 s', minimum_calls = 10, window = '2 s' }";

#[test]
fn a_vendor_that_stops() {
    compare(&[], 0.02);
}

#[test]
fn a_caller_that_stops_waiting_and_one_that_also_stops_calling() {
    let timed = compare(&[TIMEOUT], 0.02);
    let broken = compare(&[TIMEOUT, BREAKER], 0.03);
    assert!(broken.answered_in_time > timed.answered_in_time, "{timed:?} {broken:?}");
}

#[test]
fn a_caller_that_tries_again() {
    let full = "service.vendor.queue.capacity=1";
    let retry =
        "service.operator.calls.retry={ attempts = 4, backoff = 'full-jitter', base = '50 ms', cap = '200 ms' }";
    let once = compare(&[full, TIMEOUT], 0.03);
    let again = compare(&[full, TIMEOUT, retry], 0.03);
    assert!(again.answered_in_time > once.answered_in_time, "{once:?} {again:?}");
}

#[test]
fn clients_that_try_again_and_a_service_that_limits_itself() {
    compare(&[RETRY], 0.03);
    for limit in [
        "service.vendor.limit={ aimd = { latency_max = '300 ms' } }",
        "service.vendor.limit={ gradient = { max = 60 } }",
    ] {
        compare(&[RETRY, limit], 0.05);
    }
}

#[test]
fn every_discipline_of_the_queue() {
    for discipline in [
        "'lifo'",
        "{ adaptive-lifo = { threshold = 20 } }",
        "{ deadline-drop = { margin = '50 ms' } }",
        "{ codel = { interval = '100 ms', target = '20 ms' } }",
        "{ codel-lifo = { interval = '100 ms', target = '20 ms' } }",
    ] {
        compare(&[RETRY, &format!("service.vendor.queue.discipline={discipline}")], 0.05);
    }
}
