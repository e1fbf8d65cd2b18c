//! What is to be validated can be played on a real server.

use super::within;
use crate::diagnostic::Code;
use crate::nearest::suggestion;
use crate::section::{Scenario, Validation};
use crate::validate::Reporter;

/// The name of the scenario as it is among the cases.
const BASELINE: &str = "baseline";

pub(super) fn check(scenario: &Scenario, report: &mut Reporter<'_>) {
    for (name, service) in &scenario.service {
        let Some(calibrated) = &service.calibrated else { continue };
        let path = format!("service.{}.calibrated", crate::document::quote_key(name));
        if calibrated.offered_low > calibrated.offered_high {
            let message = format!(
                "measured from {} to {}, which is no range of loads",
                calibrated.offered_low, calibrated.offered_high
            );
            let help = "exchange `offered_low` and `offered_high`";
            report.error(&format!("{path}.offered_high"), Code::OUT_OF_RANGE, message, help);
        }
        if let Some(law) = &calibrated.scalability {
            within(report, &format!("{path}.scalability.contention"), law.contention, 0.0, f64::MAX);
            within(report, &format!("{path}.scalability.crosstalk"), law.crosstalk, 0.0, f64::MAX);
        }
    }
    let Some(validation) = &scenario.validate else { return };
    if scenario.arrivals.is_none() {
        report.error(
            "validate",
            Code::CONTRADICTION,
            "the reference server and the simulator are compared on a plain stream of requests, and this scenario has none",
            "add `[arrivals]`, or take `[validate]` away",
        );
    }
    if validation.loads.is_empty() && validation.cases.is_empty() {
        let message = "neither `loads` nor `cases` are given, so there is nothing to compare";
        report.error("validate", Code::NONE_AT_ALL, message, "add `loads = [0.5, 1.0]` or so");
    }
    for (index, load) in validation.loads.iter().enumerate().filter(|(_, load)| load.value() <= 0.0) {
        let path = format!("validate.loads.{index}");
        report.error(&path, Code::OUT_OF_RANGE, format!("a load of {load} is none"), "use a factor above 0");
    }
    if let Some(capacity) = validation.capacity.filter(|capacity| capacity.is_zero()) {
        let message = format!("a capacity of {capacity} makes every load nothing");
        report.error("validate.capacity", Code::NONE_AT_ALL, message, "leave it away, or use `\"100 /s\"` or so");
    }
    if validation.recovery.lasts.as_seconds() < 1.0 {
        let message = "goodput is recorded by the second, and recovers over one second at least";
        report.error("validate.recovery.lasts", Code::OUT_OF_RANGE, message, "use `\"10 s\"` or so");
    }
    if validation.calibration.as_ref().is_some_and(|plan| plan.rates.iter().all(|rate| rate.is_zero())) {
        let message = "there is no load to calibrate the server by";
        report.error("validate.calibration.rates", Code::NONE_AT_ALL, message, "use `[\"50 /s\", \"200 /s\"]` or so");
    }
    arms(scenario, validation, report);
}

fn arms(scenario: &Scenario, validation: &Validation, report: &mut Reporter<'_>) {
    let mut names: Vec<&str> = scenario.arm.iter().map(|arm| arm.name.as_str()).collect();
    names.push(BASELINE);
    let load_arm = ("validate.load_arm".to_owned(), &validation.load_arm);
    let cases = validation.cases.iter().enumerate().map(|(index, name)| (format!("validate.cases.{index}"), name));
    for (path, name) in cases.chain([load_arm].into_iter().filter(|(_, name)| !name.is_empty())) {
        if !names.contains(&name.as_str()) {
            let help = suggestion(name, &names, "there are").unwrap_or_default();
            report.error(&path, Code::UNKNOWN_ARM, format!("there is no arm `{name}`"), help);
        }
    }
}
