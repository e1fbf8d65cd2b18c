//! Services know each other, and somebody can answer.

use super::{at_least_one, item, within};
use crate::diagnostic::Code;
use crate::document::quote_key;
use crate::nearest::suggestion;
use crate::quantity::Duration;
use crate::section::{Call, CircuitBreaker, Discipline, Limit, Queue, Scenario};
use crate::validate::Reporter;

/// The service that the app talks to.
const ENTRY: &str = "operator";

pub(super) fn check(scenario: &Scenario, report: &mut Reporter<'_>) {
    for (name, service) in &scenario.service {
        let path = format!("service.{}", quote_key(name));
        at_least_one(report, &format!("{path}.workers"), u64::from(service.workers), "somebody to do the work");
        queue(report, &path, &service.queue);
        if let Some(section) = &service.limit {
            limit(report, &format!("{path}.limit"), section);
        }
        if let Some(call) = &service.calls {
            calls(report, &format!("{path}.calls"), call);
            known(scenario, report, &format!("{path}.calls.service"), &call.service);
        }
    }
    cycles(scenario, report);
    if scenario.fleet.is_some() {
        entry(scenario, report);
    }
    if let Some(arrivals) = &scenario.arrivals {
        known(scenario, report, "arrivals.service", &arrivals.service);
    }
    for (index, action) in scenario.action.iter().enumerate() {
        known(scenario, report, &format!("{}.service", item("action", &action.name, index)), &action.service);
    }
}

fn queue(report: &mut Reporter<'_>, path: &str, queue: &Queue) {
    let (name, interval) = match &queue.discipline {
        Discipline::Codel { interval, .. } => ("codel", interval),
        Discipline::CodelLifo { interval, .. } => ("codel-lifo", interval),
        _ => return,
    };
    if interval.is_zero() {
        let path = format!("{path}.queue.discipline.{name}.interval");
        report.error(&path, Code::NONE_AT_ALL, "controlled delay needs an interval", "use `\"100 ms\"` or so");
    }
}

fn limit(report: &mut Reporter<'_>, path: &str, limit: &Limit) {
    let (min, initial, max) = limit.bounds();
    let path = match limit {
        Limit::Aimd(_) => format!("{path}.aimd"),
        Limit::Gradient(_) => format!("{path}.gradient"),
    };
    at_least_one(report, &format!("{path}.min"), u64::from(min), "room for one request");
    if !(min..=max).contains(&initial) {
        report.error(
            &format!("{path}.initial"),
            Code::OUT_OF_RANGE,
            format!("the limit begins at {initial}, and it may move from {min} to {max} only"),
            "let `initial` be at least `min` and at most `max`",
        );
    }
    match limit {
        Limit::Aimd(it) => {
            lasts(report, &format!("{path}.latency_max"), it.latency_max, "every request would be late");
            // A limit that does not fall is none, and one that falls to nothing at once never finds itself.
            within(report, &format!("{path}.backoff"), it.backoff.value(), 0.01, 0.99);
        }
        Limit::Gradient(it) => {
            within(report, &format!("{path}.tolerance"), it.tolerance.value(), 1.0, 100.0);
            within(report, &format!("{path}.smoothing"), it.smoothing.value(), 0.001, 1.0);
            at_least_one(report, &format!("{path}.headroom"), u64::from(it.headroom), "a request to grow by");
            at_least_one(report, &format!("{path}.long_windows"), u64::from(it.long_windows), "a window to remember");
        }
    }
}

fn calls(report: &mut Reporter<'_>, path: &str, call: &Call) {
    if let Some(timeout) = call.timeout {
        lasts(report, &format!("{path}.timeout"), timeout, "no answer could ever be in time");
    } else {
        // What the caller does about failures begins with knowing of them.
        let needs = [("retry", call.retry.is_some()), ("circuit_breaker", call.circuit_breaker.is_some())];
        for (name, _) in needs.iter().filter(|(_, is_there)| *is_there) {
            report.error(
                &format!("{path}.{name}"),
                Code::CONTRADICTION,
                format!("`{path}.{name}` needs a time-out: without one, a call that is not answered never fails"),
                format!("add `{path}.timeout`, `\"2 s\"` or so"),
            );
        }
    }
    if let Some(retry) = &call.retry {
        at_least_one(report, &format!("{path}.retry.attempts"), u64::from(retry.attempts), "a first call");
    }
    if let Some(breaker) = &call.circuit_breaker {
        circuit_breaker(report, &format!("{path}.circuit_breaker"), breaker);
    }
}

fn circuit_breaker(report: &mut Reporter<'_>, path: &str, breaker: &CircuitBreaker) {
    at_least_one(report, &format!("{path}.minimum_calls"), u64::from(breaker.minimum_calls), "a call to judge by");
    at_least_one(report, &format!("{path}.trials"), u64::from(breaker.trials), "a trial, or it would never close");
    lasts(report, &format!("{path}.window"), breaker.window, "it would see no calls");
    lasts(report, &format!("{path}.open_for"), breaker.open_for, "it would never be open");
}

/// Reports a time of no length.
fn lasts(report: &mut Reporter<'_>, path: &str, duration: Duration, consequence: &str) {
    if duration.is_zero() {
        report.error(path, Code::NONE_AT_ALL, format!("`{path}` is 0: {consequence}"), "use `\"1 s\"` or so");
    }
}

fn known(scenario: &Scenario, report: &mut Reporter<'_>, path: &str, name: &str) {
    if scenario.service.contains_key(name) {
        return;
    }
    let names: Vec<&str> = scenario.service.keys().map(String::as_str).collect();
    let help = suggestion(name, &names, "there are").unwrap_or_else(|| format!("add a section `[service.{name}]`"));
    report.error(path, Code::UNKNOWN_SERVICE, format!("there is no service `{name}`"), help);
}

fn entry(scenario: &Scenario, report: &mut Reporter<'_>) {
    if !scenario.service.contains_key(ENTRY) {
        let message = format!("the app talks to the service `{ENTRY}`, and there is none");
        report.error("service", Code::UNKNOWN_SERVICE, message, format!("add a section `[service.{ENTRY}]`"));
    }
}

/// A service that waits for itself would wait for ever.
fn cycles(scenario: &Scenario, report: &mut Reporter<'_>) {
    let called = |name: &str| {
        let call = scenario.service.get(name)?.calls.as_ref()?;
        Some(call.service.as_str())
    };
    for name in scenario.service.keys() {
        let mut way = vec![name.as_str()];
        while let Some(next) = called(way[way.len() - 1]) {
            if next == name {
                // Said once for every cycle, by the first of its members.
                if way.iter().all(|member| *member >= name.as_str()) {
                    way.push(next);
                    let path = format!("service.{}.calls", quote_key(name));
                    let message = format!("services call each other in a circle: {}", way.join(" -> "));
                    report.error(&path, Code::SERVICE_CYCLE, message, "take one `calls` out of the circle");
                }
                break;
            }
            if way.contains(&next) {
                break;
            }
            way.push(next);
        }
    }
}

/// Numbers of the client's side.
pub(super) fn client(scenario: &Scenario, report: &mut Reporter<'_>) {
    let app = &scenario.app;
    at_least_one(report, "app.retry.attempts", u64::from(app.retry.attempts), "a first attempt");
    if app.timeout.is_zero() {
        let message = "`app.timeout` is 0, so that no answer could ever be in time";
        report.error("app.timeout", Code::NONE_AT_ALL, message, "use `\"10 s\"` or so");
    }
    if let Some(budget) = &app.retry_budget {
        within(report, "app.retry_budget.ratio", budget.ratio, 0.0, 1_000.0);
        within(report, "app.retry_budget.tokens_max", budget.tokens_max, 0.0, 1e6);
    }
    if let Some(breaker) = &app.circuit_breaker {
        circuit_breaker(report, "app.circuit_breaker", breaker);
    }
    if let Some(throttle) = &app.adaptive_throttle {
        within(report, "app.adaptive_throttle.requests_per_accept", throttle.requests_per_accept, 1.0, 1_000.0);
        lasts(report, "app.adaptive_throttle.window", throttle.window, "it would remember nothing");
    }
}
