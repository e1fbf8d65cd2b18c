//! Services know each other, and somebody can answer.

use super::{at_least_one, item, within};
use crate::diagnostic::Code;
use crate::document::quote_key;
use crate::nearest::suggestion;
use crate::section::{Discipline, Queue, Scenario};
use crate::validate::Reporter;

/// The service that the app talks to.
const ENTRY: &str = "operator";

pub(super) fn check(scenario: &Scenario, report: &mut Reporter<'_>) {
    for (name, service) in &scenario.service {
        let path = format!("service.{}", quote_key(name));
        at_least_one(report, &format!("{path}.workers"), u64::from(service.workers), "somebody to do the work");
        queue(report, &path, &service.queue);
        if let Some(call) = &service.calls {
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
    let Discipline::Codel { interval, .. } = &queue.discipline else { return };
    if interval.is_zero() {
        let path = format!("{path}.queue.discipline.codel.interval");
        report.error(&path, Code::NONE_AT_ALL, "controlled delay needs an interval", "use `\"100 ms\"` or so");
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
}
