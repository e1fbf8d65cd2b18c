//! Tables in the terminal.

use super::number::{hours, interval, percent, rounded, size_interval};
use super::quantity::{write, write_interval};
use super::sentence;
use crate::summary::GOODPUT;
use anstyle::{AnsiColor, Style};
use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, TableComponent};
use stranded_model::metric;
use stranded_reports::estimate::Estimate;
use stranded_reports::summary::{ArmSummary, SensitivityRow, TargetKind, TargetVerdict, Verdict};

/// Columns of an output that is no terminal.
const WIDTH_WITHOUT_TERMINAL: u16 = 160;

/// All arms: the baseline first, then the rest by rank.
pub(crate) fn arms(arms: &[ArmSummary]) -> String {
    let mut table = table(&["arm", "people", "person-hours", "median", "difference", "95 % interval", "rank"]);
    let mut order: Vec<&ArmSummary> = arms.iter().collect();
    order.sort_by_key(|arm| (arm.difference_to_baseline.is_some(), arm.rank));
    for arm in order {
        let difference = arm.difference_to_baseline;
        let share = difference.and_then(|difference| difference.share);
        let share_text = |write: &dyn Fn(&Estimate) -> String| match (difference, &share) {
            (Some(_), Some(share)) => write(share),
            (Some(difference), None) => write(&difference.stranded_hours),
            (None, _) => String::new(),
        };
        table.add_row([
            Cell::new(&arm.name),
            number(&rounded(arm.stranded_people.mean())),
            number(&rounded(arm.stranded_hours.mean())),
            number(&arm.stranded_minutes.p50.map(|median| hours(median.mean() / 60.0)).unwrap_or_default()),
            number(&share_text(&|estimate| {
                if share.is_some() { percent(estimate.mean()) } else { rounded(estimate.mean()) }
            })),
            number(&share_text(&|estimate| {
                if share.is_some() { interval(estimate, percent) } else { interval(estimate, rounded) }
            })),
            number(&arm.rank.to_string()),
        ]);
    }
    text(&table)
}

/// All arms of a scenario without cars: the baseline first, then the rest by rank.
pub(crate) fn service_arms(arms: &[ArmSummary]) -> String {
    let columns =
        ["answers in time (1/s)", "of wanted", "attempts per intent", "in system", "difference (1/s)", "95 % interval"];
    let mut order: Vec<&ArmSummary> = arms.iter().collect();
    order.sort_by_key(|arm| (arm.difference_to_baseline.is_some(), arm.rank));
    let rows = order.into_iter().map(|arm| {
        let metric = |name: &str, write: fn(f64) -> String| {
            arm.metrics.get(name).map_or_else(|| "-".to_owned(), |estimate| write(estimate.mean()))
        };
        let difference = arm.difference_to_baseline.and_then(|difference| difference.goodput_per_second);
        Row {
            words: vec![arm.name.clone()],
            numbers: vec![
                metric(GOODPUT, rounded),
                metric("service.goodput_share", percent),
                metric("retry_amplification", rounded),
                metric("queue.mean_in_system", rounded),
                difference.map_or_else(String::new, |it| rounded(it.mean())),
                difference.map_or_else(String::new, |it| interval(&it, rounded)),
            ],
            last: sentence::fate(arm).unwrap_or("-").to_owned(),
        }
    });
    plain(&["arm"], &columns, "after the trigger", rows.collect())
}

/// The targets and how they were met.
pub(crate) fn targets(targets: &[TargetVerdict]) -> String {
    let mut table = table(&["", "target", "expected", "simulated", "95 % interval", "verdict"]);
    for target in targets {
        let what = match target.kind {
            TargetKind::Input => format!("{} (input)", target.what),
            TargetKind::Target => target.what.clone(),
        };
        let what = if target.notes.is_empty() { what } else { format!("{what}\n  {}", target.notes.join("; ")) };
        let simulated = target.simulated.as_ref();
        table.add_row([
            Cell::new(&target.id),
            Cell::new(what),
            number(&target.expected.text),
            number(&simulated.map_or_else(|| "-".to_owned(), |found| write(target.quantity, found.mean()))),
            number(&simulated.map_or_else(|| "-".to_owned(), |found| write_interval(target.quantity, found))),
            Cell::new(verdict(target.verdict)),
        ]);
    }
    text(&table)
}

/// What marks a difference that is more than luck.
pub(crate) const CLEAR_DIFFERENCE: &str = "*";

/// What each free parameter does to the targets at its low and at its high value; the first row is the scenario as it is. A mark
/// stands before a value that differs from it by more than luck.
pub(crate) fn sensitivity(rows: &[SensitivityRow], verdicts: &[TargetVerdict]) -> String {
    let mut header = vec!["parameter".to_owned(), "value".to_owned()];
    let targets = rows.first().map_or(&[][..], |row| &row.effects);
    header.extend(targets.iter().map(|effect| format!("target {}", effect.target)));
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = table(&header);
    let mut as_it_is = vec![Cell::new("(as it is)"), Cell::new("")];
    as_it_is.extend(targets.iter().map(|effect| {
        let found = verdicts.iter().find(|verdict| verdict.id == effect.target).and_then(|verdict| verdict.simulated);
        number(&found.map_or_else(|| "-".to_owned(), |found| write(effect.quantity, found.mean())))
    }));
    table.add_row(as_it_is);
    for row in rows {
        for (name, value, is_low) in [(row.parameter.as_str(), &row.low, true), ("", &row.high, false)] {
            let mut cells = vec![Cell::new(name), number(value)];
            cells.extend(row.effects.iter().map(|effect| {
                let (found, difference) = if is_low {
                    (effect.at_low, effect.low_difference)
                } else {
                    (effect.at_high, effect.high_difference)
                };
                // In front, so that the values stand one below the other.
                let mark = match difference {
                    Some(difference) if !difference.may_be_zero() => CLEAR_DIFFERENCE,
                    _ => "",
                };
                number(&found.map_or_else(
                    || "-".to_owned(),
                    |found| format!("{mark} {}", write(effect.quantity, found.mean())).trim_start().to_owned(),
                ))
            }));
            table.add_row(cells);
        }
    }
    text(&table)
}

/// The metrics of an arm: for scenarios that have no cars and therefore no story to tell. What is exactly zero is left out,
/// as everything about people is there, save for the queue, where zero is an answer.
pub(crate) fn metrics(arm: &ArmSummary) -> String {
    let mut table = table(&["metric", "mean", "95 % interval", "unit", "what it says"]);
    for metric in metric::CATALOGUE {
        let is_answer = |estimate: &&Estimate| estimate.mean() != 0.0 || metric.name.starts_with("queue.");
        // Families have a result for each of their parameters.
        for (name, estimate) in
            arm.metrics.iter().filter(|(name, estimate)| metric.is_named(name) && is_answer(estimate))
        {
            table.add_row([
                Cell::new(name),
                number(&rounded(estimate.mean())),
                number(&size_interval(estimate, rounded)),
                Cell::new(metric.unit),
                Cell::new(metric.meaning),
            ]);
        }
    }
    text(&table)
}

/// The catalogue of metrics, for `stranded explain metrics`.
pub(crate) fn catalogue() -> String {
    let mut table = table(&["metric", "unit", "what it says"]);
    for metric in metric::CATALOGUE {
        table.add_row([metric.name, metric.unit, metric.meaning]);
    }
    text(&table)
}

/// A row of a plain table: words to the left, numbers to the right, and a word at the end.
pub(crate) struct Row {
    pub(crate) words: Vec<String>,
    pub(crate) numbers: Vec<String>,
    pub(crate) last: String,
}

/// A table of such rows.
pub(crate) fn plain(words: &[&str], numbers: &[&str], last: &str, rows: Vec<Row>) -> String {
    let header: Vec<&str> = words.iter().chain(numbers).copied().chain([last]).collect();
    let mut table = table(&header);
    for row in rows {
        let numbers = row.numbers.iter().map(|text| number(text));
        table.add_row(row.words.into_iter().map(Cell::new).chain(numbers).chain([Cell::new(row.last)]));
    }
    text(&table)
}

/// An empty table in the style of the house: no lines but one, as wide as it must be and never wider than the terminal.
fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if table.width().is_none() {
        table.set_width(WIDTH_WITHOUT_TERMINAL);
    }
    // One line below the header is enough to lead the eye.
    table.set_style(TableComponent::HeaderLines, '─').set_style(TableComponent::MiddleHeaderIntersections, '─');
    table.set_header(header.iter().copied());
    table
}

/// The table's lines without the spaces that fill up its last column.
fn text(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

fn number(text: &str) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

fn verdict(verdict: Verdict) -> String {
    let color = match verdict {
        Verdict::Pass => AnsiColor::Green,
        Verdict::Fail => AnsiColor::Red,
        Verdict::Inconclusive => AnsiColor::Yellow,
    };
    let style = Style::new().fg_color(Some(color.into()));
    format!("{style}{}{style:#}", verdict.label())
}
