//! Time runs forward, and what happens lies within the simulated time.

use super::item;
use crate::diagnostic::Code;
use crate::quantity::{Duration, Moment};
use crate::section::{Action, Scenario};
use crate::validate::Reporter;

/// Doors and the rows of episodes count milliseconds in 32 bits.
const LONGEST_WITH_FLEET: Duration = Duration::days(24);
/// Requests alone have neither; a year of minutes is what a report can hold.
const LONGEST_WITHOUT_FLEET: Duration = Duration::days(366);

pub(super) fn check(scenario: &Scenario, report: &mut Reporter<'_>) {
    let calendar = &scenario.calendar;
    let Some(length) = calendar.end.since(calendar.start).filter(|length| !length.is_zero()) else {
        let message = format!("the calendar ends at {} and starts at {}", calendar.end, calendar.start);
        report.error("calendar.end", Code::ENDS_BEFORE_START, message, "let `calendar.end` lie after `calendar.start`");
        return;
    };
    let longest = if scenario.fleet.is_some() { LONGEST_WITH_FLEET } else { LONGEST_WITHOUT_FLEET };
    if length > longest {
        report.error(
            "calendar.end",
            Code::OUT_OF_RANGE,
            format!("the calendar spans {length}, and a run can span at most {longest}"),
            "measure a shorter time; two days before it are enough for a warm start",
        );
    }
    measure(scenario, report);
    demand(scenario, report);
    for (index, action) in scenario.action.iter().enumerate() {
        let path = item("action", &action.name, index);
        inside(scenario, report, &format!("{path}.at"), action.at);
        if action.enabled && action.trigger {
            trigger(scenario, report, &path, action);
        }
    }
    for (index, event) in scenario.event.iter().enumerate() {
        if let Some(until) = event.until {
            let path = item("event", &event.name, index);
            ordered(report, &format!("{path}.until"), event.at, until, &format!("the event `{}`", event.name));
        }
    }
    let claims = &scenario.support.claims;
    if claims.until <= claims.from {
        report.error(
            "support.claims.until",
            Code::ENDS_BEFORE_START,
            format!("the clerks' day ends at {} and starts at {}", claims.until, claims.from),
            "let `support.claims.until` lie after `support.claims.from`",
        );
    }
}

/// What a trigger leaves behind can only be told from what is measured after it.
fn trigger(scenario: &Scenario, report: &mut Reporter<'_>, path: &str, action: &Action) {
    let from = scenario.measured_from();
    let over = match (action.capacity, action.lasts) {
        (None, _) => Some(action.at),
        (Some(_), lasts) => lasts.map(|lasts| action.at.plus(lasts)),
    };
    if over.is_none_or(|over| over > from) {
        let (over, until) = over.map_or_else(
            || ("is never over".to_owned(), format!("give `{path}.lasts`")),
            |over| (format!("is over at {over}"), format!("begin measuring at {over} or later (`measure.from`)")),
        );
        report.error(
            &format!("{path}.trigger"),
            Code::TRIGGER_MEASURED,
            format!("the trigger `{}` {over}, and measuring begins at {from}", action.name),
            until,
        );
    }
}

fn measure(scenario: &Scenario, report: &mut Reporter<'_>) {
    let measure = &scenario.measure;
    for (path, moment) in [("measure.from", measure.from), ("measure.until", measure.until)] {
        if let Some(moment) = moment {
            inside(scenario, report, path, moment);
        }
    }
    ordered(
        report,
        "measure.until",
        measure.from.unwrap_or(scenario.calendar.start),
        scenario.measured_until(),
        "the measured window",
    );
    let outage = &measure.outage;
    let seconds = outage.window.as_seconds();
    if seconds < 60.0 || seconds % 60.0 != 0.0 {
        report.error(
            "measure.outage.window",
            Code::OUT_OF_RANGE,
            format!("the window is {}, and the service is looked at once a minute", outage.window),
            "use whole minutes, one or more",
        );
    }
    if outage.up_above.value() < outage.down_below.value() {
        report.error(
            "measure.outage.up_above",
            Code::OUT_OF_RANGE,
            format!("the service would be back above {} and down below {}", outage.up_above, outage.down_below),
            "let `up_above` be at least `down_below`, or it is down and back at once",
        );
    }
}

fn demand(scenario: &Scenario, report: &mut Reporter<'_>) {
    for (index, factor) in scenario.demand.factor.iter().enumerate() {
        let path = item("demand.factor", &factor.name, index);
        let from = factor.from.unwrap_or(scenario.calendar.start);
        let until = factor.until.unwrap_or(scenario.calendar.end);
        ordered(report, &format!("{path}.until"), from, until, &format!("the factor `{}`", factor.name));
    }
    if let Some(moment) = scenario.demand.surge_ends {
        inside(scenario, report, "demand.surge_ends", moment);
    }
}

fn ordered(report: &mut Reporter<'_>, path: &str, from: Moment, until: Moment, what: &str) {
    if until <= from {
        report.error(
            path,
            Code::ENDS_BEFORE_START,
            format!("{what} ends at {until} and starts at {from}"),
            "let the end lie after the start",
        );
    }
}

fn inside(scenario: &Scenario, report: &mut Reporter<'_>, path: &str, moment: Moment) {
    let calendar = &scenario.calendar;
    if moment < calendar.start || moment > calendar.end {
        report.error(
            path,
            Code::OUTSIDE_CALENDAR,
            format!("{moment} lies outside of the simulated time"),
            format!("use a moment from {} to {}, or change `calendar`", calendar.start, calendar.end),
        );
    }
}
