//! The result of a gate for people.

use super::judgement::Verdict;
use super::report::{Condition, Report};
use crate::terminal::number::{percent, rounded};
use crate::terminal::table::{Row, plain};
use anstyle::{AnsiColor, Style};

/// Every condition with what was found.
pub(crate) fn conditions(report: &Report) -> String {
    let rows = report.conditions.iter().map(|condition| Row {
        words: vec![condition.arm.clone(), condition.condition.clone()],
        numbers: vec![value(condition), interval(condition), condition.replications.to_string()],
        last: format!("{}: {}", colored(condition.verdict), condition.reason),
    });
    plain(&["arm", "condition"], &["found", "95 % interval", "replications"], "verdict", rows.collect())
}

/// What was found, in its unit.
pub(crate) fn value(condition: &Condition) -> String {
    condition.value.map_or_else(|| "-".to_owned(), |value| with_unit(value, &condition.unit))
}

/// The interval of what was found.
pub(crate) fn interval(condition: &Condition) -> String {
    let Some([low, high]) = condition.interval else { return "-".to_owned() };
    let end = |end: Option<f64>| end.map_or_else(|| "?".to_owned(), |value| with_unit(value, &condition.unit));
    if low == high && low.is_some() { end(low) } else { format!("{} to {}", end(low), end(high)) }
}

fn with_unit(value: f64, unit: &str) -> String {
    match unit {
        "share" | "0/1" => percent(value),
        "" => rounded(value),
        unit => format!("{} {unit}", rounded(value)),
    }
}

/// The word in its colour.
pub(crate) fn colored(verdict: Verdict) -> String {
    let color = match verdict {
        Verdict::Pass => AnsiColor::Green,
        Verdict::Inconclusive => AnsiColor::Yellow,
        Verdict::Fail | Verdict::Invalid => AnsiColor::Red,
    };
    let style = Style::new().fg_color(Some(color.into())).bold();
    format!("{style}{}{style:#}", verdict.label())
}
