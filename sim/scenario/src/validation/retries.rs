//! Retries end, or take time.

use crate::diagnostic::Code;
use crate::distribution::DurationDistribution;
use crate::section::{Backoff, Discipline, Scenario, Service};
use crate::validate::Reporter;

/// Tries of one request in one moment beyond which the circle counts as endless.
const TRIES_MAX: f64 = 10_000.0;

/// Names the obvious circle: a request that is refused at once and sent again at once. The engine stops others that stand still.
pub(super) fn check(scenario: &Scenario, report: &mut Reporter<'_>) {
    // Only plain requests are tapped again without any gap; a person's finger needs a moment.
    let Some(arrivals) = &scenario.arrivals else { return };
    let mut next = Some(arrivals.service.as_str());
    // An app that holds an attempt back fails at once as well.
    let holds_back = scenario.app.circuit_breaker.is_some() || scenario.app.adaptive_throttle.is_some();
    let mut refuses = false;
    for _ in 0..=scenario.service.len() {
        let Some(service) = next.and_then(|name| scenario.service.get(name)) else { break };
        refuses |= refuses_at_once(service);
        next = service.calls.as_ref().map(|call| call.service.as_str());
    }
    let tries = tries_at_once(scenario);
    if (holds_back || (refuses && takes_no_time(&scenario.app.network_latency))) && tries > TRIES_MAX {
        let how_often = if tries.is_finite() { format!("about {tries:.0} times") } else { "without end".to_owned() };
        report.error(
            "renter.tap.gap",
            Code::ENDLESS_RETRY,
            format!("a request that is refused at once is sent again at once, {how_often}: time would stand still"),
            "give `renter.tap.gap`, `app.retry.base` or the service's `refusal_time` some length, or let people give up",
        );
    }
}

fn refuses_at_once(service: &Service) -> bool {
    let throws_away = matches!(
        service.queue.discipline,
        Discipline::DeadlineDrop { .. } | Discipline::Codel { .. } | Discipline::CodelLifo { .. }
    );
    let is_told = service.refusal_time.is_zero() && service.refusal_hangs.value() < 1.0;
    let stops_calling = service.calls.as_ref().is_some_and(|call| call.circuit_breaker.is_some());
    is_told && (service.queue.capacity.is_some() || service.limit.is_some() || throws_away || stops_calling)
}

/// How often a request is sent within one moment, on average.
fn tries_at_once(scenario: &Scenario) -> f64 {
    let (retry, renter) = (&scenario.app.retry, &scenario.renter);
    let pauses = match retry.backoff {
        Backoff::None => false,
        Backoff::Fixed => !retry.base.is_zero(),
        Backoff::Exponential | Backoff::EqualJitter | Backoff::FullJitter | Backoff::Decorrelated => {
            !retry.base.is_zero() && !retry.cap.is_zero()
        }
    };
    if retry.attempts > 1 && pauses {
        return 1.0;
    }
    // A budget is empty after so many retries.
    let retries = scenario.app.retry_budget.as_ref().map_or(f64::INFINITY, |budget| budget.tokens_max);
    let attempts = f64::from(retry.attempts).min(1.0 + retries);
    let taps = if takes_no_time(&renter.tap.gap) { 1.0 / (1.0 - renter.persistence.value()) } else { 1.0 };
    attempts * taps
}

fn takes_no_time(distribution: &DurationDistribution) -> bool {
    distribution.mean() <= 0.0
}
