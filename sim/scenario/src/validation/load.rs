//! A real server can be loaded as it is said.

use crate::diagnostic::Code;
use crate::section::{Load, LoadEndpoint, Scenario};
use crate::validate::Reporter;

/// Windows of a search are counted in seconds or minutes; longer ones are mistakes of the unit.
const WINDOW_SECONDS: (f64, f64) = (1.0, 3600.0);
/// A window must be this much longer than the objective's latency to tell a little too much from enough.
const WINDOW_LATENCIES_MIN: f64 = 2.0;
/// More cars take minutes to book, and no operator has as many.
const BOOKED_MAX: u32 = 100_000;

pub(super) fn check(scenario: &Scenario, report: &mut Reporter<'_>) {
    let Some(load) = &scenario.load else { return };
    let (low, high) = WINDOW_SECONDS;
    for (path, duration) in [("load.window", load.window), ("load.sustain", load.sustain)] {
        if !(low..=high).contains(&duration.as_seconds()) {
            let message = format!("`{path}` is {duration}, which no search can use");
            report.error(path, Code::OUT_OF_RANGE, message, "use 1 s to 1 h");
        }
    }
    let latency = load.objective.latency;
    if latency.is_zero() {
        report.error(
            "load.objective.latency",
            Code::OUT_OF_RANGE,
            "nothing is answered in no time at all",
            "use the time within which an answer is of use",
        );
    } else if (low..=high).contains(&load.window.as_seconds())
        && load.window.as_seconds() < WINDOW_LATENCIES_MIN * latency.as_seconds()
    {
        report.error(
            "load.window",
            Code::CONTRADICTION,
            format!("a window of {} is over before an answer can be later than {latency}", load.window),
            "let the window be at least twice, better twenty times, `load.objective.latency`",
        );
    }
    let quantile = load.objective.quantile.value();
    if quantile <= 0.0 || quantile >= 1.0 {
        report.error(
            "load.objective.quantile",
            Code::OUT_OF_RANGE,
            format!("a quantile of {quantile} says nothing: it must lie between 0 and 1"),
            "0.99 is usual",
        );
    }
    for (path, rate) in [("load.from", load.from), ("load.up_to", load.up_to)] {
        if rate.per_second() <= 0.0 {
            report.error(path, Code::OUT_OF_RANGE, format!("`{path}` is no rate to try"), "use more than zero");
        }
    }
    if load.from.per_second() >= load.up_to.per_second() {
        report.error(
            "load.up_to",
            Code::CONTRADICTION,
            format!("the search begins at {} and may not go beyond {}", load.from, load.up_to),
            "let `load.up_to` be larger than `load.from`",
        );
    }
    let precision = load.precision.value();
    if !(0.001..=0.5).contains(&precision) {
        report.error(
            "load.precision",
            Code::OUT_OF_RANGE,
            format!("a precision of {precision} can never or always be reached"),
            "use 0.001 to 0.5",
        );
    }
    check_booked(scenario, load, report);
}

fn check_booked(scenario: &Scenario, load: &Load, report: &mut Reporter<'_>) {
    if load.booked == 0 {
        return;
    }
    if load.booked > BOOKED_MAX {
        let message = format!("{} cars are too many to book before a run", load.booked);
        report.error("load.booked", Code::OUT_OF_RANGE, message, format!("use at most {BOOKED_MAX}"));
    }
    if load.endpoint != LoadEndpoint::Search {
        report.error(
            "load.booked",
            Code::CONTRADICTION,
            "cars are booked out for searches to walk past, and nobody searches",
            "set `load.endpoint = \"search\"`, or leave `load.booked` away",
        );
    }
    if let Some(fleet) = &scenario.fleet
        && load.booked > fleet.cars
    {
        let message = format!("{} cars cannot be booked out of a fleet of {}", load.booked, fleet.cars);
        report.error("load.booked", Code::CONTRADICTION, message, "book at most `fleet.cars`");
    }
}
