//! There are people, cars and places, and their numbers are possible.

use super::services;
use super::{at_least_one, item, within};
use crate::diagnostic::Code;
use crate::section::Scenario;
use crate::validate::Reporter;

/// Places are counted in eight bits.
const PLACES_MAX: usize = 256;

pub(super) fn check(scenario: &Scenario, report: &mut Reporter<'_>) {
    if scenario.fleet.is_none() && scenario.arrivals.is_none() {
        report.error(
            "",
            Code::NOTHING_TO_SIMULATE,
            "the scenario has neither cars nor a stream of requests",
            "add `[fleet]` for a car-sharing day, or `[arrivals]` for services alone; `stranded init` writes an example",
        );
    }
    if scenario.fleet.is_some() && scenario.arrivals.is_some() {
        report.error(
            "arrivals",
            Code::TWO_WORLDS,
            "the scenario has both cars and a plain stream of requests",
            "take `[arrivals]` or `[fleet]` away; for more load on the cars' services raise `demand.app_openings`",
        );
    }
    services::client(scenario, report);
    if let Some(fleet) = &scenario.fleet {
        at_least_one(report, "fleet.cars", u64::from(fleet.cars), "a car");
        at_least_one(report, "fleet.cars_in_reach", u64::from(fleet.cars_in_reach), "a car to look at");
        if fleet.slot.is_zero() {
            report.error("fleet.slot", Code::NONE_AT_ALL, "booking slots of no length", "use `\"10 min\"` or so");
        }
        at_least_one(report, "demand.monthly_users", scenario.demand.monthly_users, "somebody who uses the app");
    }
    places(scenario, report);
    profile(report, "demand.hour_profile.weekend", &scenario.demand.hour_profile.weekend);
    profile(report, "demand.hour_profile.weekday", &scenario.demand.hour_profile.weekday);
    if scenario.demand.day.is_empty() {
        let message = "`demand.day` is empty, and no day would have any demand";
        report.error("demand.day", Code::NONE_AT_ALL, message, "leave it away, or list at least one day");
    }
    within(report, "demand.booking.further_searches", scenario.demand.booking.further_searches, 0.0, 1_000.0);
    within(report, "relief.churn.per_stranded_hour", scenario.relief.churn.per_stranded_hour, 0.0, f64::INFINITY);
    support(scenario, report);
}

fn places(scenario: &Scenario, report: &mut Reporter<'_>) {
    for (index, place) in scenario.place.iter().enumerate() {
        within(report, &format!("{}.share", item("place", &place.name, index)), place.share, 0.0, f64::MAX);
    }
    if !scenario.place.is_empty() && scenario.place.iter().map(|place| place.share).sum::<f64>() <= 0.0 {
        let message = "all places have a share of 0, so that nobody could park anywhere";
        report.error("place", Code::NONE_AT_ALL, message, "give one of them a share above 0");
    }
    if scenario.place.len() > PLACES_MAX {
        let message = format!("there are {} places, and at most {PLACES_MAX} are possible", scenario.place.len());
        report.error("place", Code::OUT_OF_RANGE, message, "merge places of the same kind");
    }
}

fn profile(report: &mut Reporter<'_>, path: &str, shares: &[f64; 24]) {
    if shares.iter().any(|share| !share.is_finite() || *share < 0.0) {
        let message = format!("`{path}` has a share that is negative or no number");
        report.error(path, Code::OUT_OF_RANGE, message, "give 24 shares of 0 or more; they are scaled to sum to one");
    } else if shares.iter().sum::<f64>() <= 0.0 {
        let message = format!("`{path}` is 0 in every hour");
        report.error(path, Code::NONE_AT_ALL, message, "give at least one hour a share above 0");
    }
}

fn support(scenario: &Scenario, report: &mut Reporter<'_>) {
    let support = &scenario.support;
    if support.call_centre.enabled {
        let path = "support.call_centre.agents";
        at_least_one(report, path, u64::from(support.call_centre.agents), "an agent where calls are taken");
    }
    if support.form.enabled {
        at_least_one(report, "support.form.readers", u64::from(support.form.readers), "somebody who reads the forms");
    }
    at_least_one(report, "support.claims.clerks", u64::from(support.claims.clerks), "a clerk");
}
