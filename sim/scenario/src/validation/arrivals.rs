//! Requests can arrive as it is said, and what is looked at can be seen.

use super::{at_least_one, within};
use crate::diagnostic::Code;
use crate::quantity::Duration;
use crate::section::{ArrivalProfile, Arrivals, FiniteSource, ProfileStep, QueueMeasure, Scenario};
use crate::validate::Reporter;

pub(super) fn check(scenario: &Scenario, report: &mut Reporter<'_>) {
    let length = scenario.calendar.end.since(scenario.calendar.start).unwrap_or_default();
    let Some(arrivals) = &scenario.arrivals else {
        if scenario.measure.queue != QueueMeasure::default() {
            report.error(
                "measure.queue",
                Code::CONTRADICTION,
                "thresholds of a queue are for a plain stream of requests, and this scenario has none",
                "take `[measure.queue]` away",
            );
        }
        return;
    };
    instants(report, &scenario.measure.queue, length);
    if scenario.measured_from() >= scenario.measured_until() && !arrivals.warm_up.is_zero() {
        report.error(
            "arrivals.warm_up",
            Code::ENDS_BEFORE_START,
            format!("the warm-up lasts {}, and measuring is over by then", arrivals.warm_up),
            "let the warm-up be shorter than what is measured",
        );
    }
    if let Some(profile) = &arrivals.profile {
        check_profile(report, profile);
    }
    if let Some(source) = &arrivals.finite_source {
        check_source(report, arrivals, source);
    }
}

fn instants(report: &mut Reporter<'_>, queue: &QueueMeasure, length: Duration) {
    let lists = [
        ("in_system_at", &queue.in_system_at),
        ("in_orbit_at", &queue.in_orbit_at),
        ("arrivals_within", &queue.arrivals_within),
        ("empty_after", &queue.empty_after),
    ];
    for (name, list) in lists {
        for late in list.iter().filter(|instant| **instant > length) {
            report.error(
                &format!("measure.queue.{name}"),
                Code::OUTSIDE_CALENDAR,
                format!("the simulated time is {length} long, and {late} lies beyond"),
                "use a shorter time, or let `calendar.end` be later",
            );
        }
    }
}

fn check_profile(report: &mut Reporter<'_>, profile: &ArrivalProfile) {
    match profile {
        ArrivalProfile::Sinusoid { period, .. } => {
            if period.is_zero() {
                let path = "arrivals.profile.sinusoid.period";
                report.error(path, Code::NONE_AT_ALL, "a wave needs a period", "use `\"24 h\"` or so");
            }
        }
        ArrivalProfile::Piecewise { steps, period } => check_steps(report, steps, *period),
    }
}

fn check_steps(report: &mut Reporter<'_>, steps: &[ProfileStep], period: Option<Duration>) {
    let path = "arrivals.profile.piecewise.steps";
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
        let help = "write `steps = [{ from = \"0 s\", factor = \"1 x\" }]` and further ones";
        report.error(path, Code::NONE_AT_ALL, "the profile has no step", help);
        return;
    };
    if !first.from.is_zero() {
        let message = format!("the first step begins at {}, and before it there would be no rate", first.from);
        report.error(path, Code::OUT_OF_RANGE, message, "let the first step begin at `\"0 s\"`");
    }
    for pair in steps.windows(2).filter(|pair| pair[1].from <= pair[0].from) {
        let message = format!("a step from {} follows one from {}", pair[1].from, pair[0].from);
        report.error(path, Code::OUT_OF_RANGE, message, "put the steps in order, each later than the one before");
    }
    if let Some(period) = period {
        if period <= last.from {
            let message = format!("the profile begins anew after {period}, before its last step at {}", last.from);
            let path = "arrivals.profile.piecewise.period";
            report.error(path, Code::OUT_OF_RANGE, message, "let the period be longer than the last step's `from`");
        }
        if steps.iter().all(|step| step.factor.value() <= 0.0) {
            let message = "all steps have a factor of 0, so that nobody ever comes";
            report.error(path, Code::NONE_AT_ALL, message, "give one of them a factor above 0");
        }
    }
}

fn check_source(report: &mut Reporter<'_>, arrivals: &Arrivals, source: &FiniteSource) {
    at_least_one(report, "arrivals.finite_source.clients", u64::from(source.clients), "somebody who sends requests");
    if source.think_time.mean() <= 0.0 {
        let path = "arrivals.finite_source.think_time";
        let message = "clients who never think would send their next request in the same moment, for ever";
        report.error(path, Code::NONE_AT_ALL, message, "use `{ exponential = { mean = \"10 s\" } }` or so");
    }
    if arrivals.profile.is_some() {
        report.error(
            "arrivals.profile",
            Code::CONTRADICTION,
            "a finite source has no rate that a profile could change",
            "take `profile` or `finite_source` away",
        );
    }
    let at_start = u64::from(arrivals.waiting_at_start) + u64::from(arrivals.in_orbit_at_start);
    within(report, "arrivals.waiting_at_start", at_start as f64, 0.0, f64::from(source.clients));
}
