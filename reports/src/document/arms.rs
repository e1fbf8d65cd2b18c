//! What would have prevented it: every arm against the day as it was, ranked, with what it saves.

use super::cost;
use super::{Block, Cell, Column, Context, Figure, Row, Section, Table};
use crate::charts::{ArmDifference, arm_differences};
use crate::error::ReportError;
use crate::estimate::Estimate;
use crate::format::{self, NOTHING, whole};
use crate::summary::{ArmKind, ArmSummary};

/// Arms in the chart, at most: what does not fit onto a page is for the table.
const DRAWN_MAX: usize = 22;
/// Rows on paper, at most.
const PRINTED_MAX: usize = 30;

pub(super) fn section(context: &Context<'_>) -> Result<Section, ReportError> {
    let labels = context.labels;
    let summary = context.report.summary;
    let mut blocks = Vec::new();
    if summary.arms.len() > 1 {
        blocks.push(Block::Figure(figure(context)?));
        blocks.push(Block::Quiet(format!("{} {}", labels.arms_note, labels.cost_note)));
        for table in tables(context) {
            blocks.push(Block::Table(table));
        }
        if summary.arms.iter().any(|arm| arm.cost.is_some()) {
            blocks.push(Block::Quiet(labels.payback_note.to_owned()));
        }
    } else if !summary.arms.is_empty() {
        blocks.push(Block::Text(format!("{}.", capital(labels.only_the_baseline))));
    }
    Ok(Section { id: "prevention", title: labels.prevention, blocks })
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn figure(context: &Context<'_>) -> Result<Figure, ReportError> {
    let (language, labels) = (context.language, context.labels);
    let ranked = ArmDifference::ranked(context.report.summary, |arm| context.arm_title(arm).to_owned());
    let mut drawn = ranked.clone();
    // The largest differences, to either side, still in order.
    drawn.sort_by(|a, b| b.stranded_hours.mean().abs().total_cmp(&a.stranded_hours.mean().abs()));
    drawn.truncate(DRAWN_MAX);
    drawn.sort_by(|a, b| a.stranded_hours.mean().total_cmp(&b.stranded_hours.mean()));
    let caption = context.words.arms_caption(drawn.len(), ranked.len());
    let columns = vec![Column::words(labels.arm), Column::number(labels.difference), Column::number(labels.change)];
    let rows = drawn.iter().map(|arm| {
        let change = arm.share.map_or_else(|| NOTHING.to_owned(), |share| language.change(share));
        Row::of(&arm.title, [language.with_interval(&arm.stranded_hours, whole), change])
    });
    let table = Table::new(labels.chart_arms, columns, rows.collect());
    Figure::draw(context, "arms", labels.chart_arms, caption, table, |style| arm_differences(&drawn, style))
}

/// The table of arms; what is beyond the first page of many is a second one, folded away.
fn tables(context: &Context<'_>) -> Vec<Table> {
    let labels = context.labels;
    let mut arms: Vec<&ArmSummary> = context.report.summary.arms.iter().collect();
    arms.sort_by_key(|arm| arm.rank);
    let mut rows: Vec<Row> = arms.into_iter().map(|arm| row(context, arm)).collect();
    let rest = if rows.len() > PRINTED_MAX { rows.split_off(PRINTED_MAX) } else { Vec::new() };
    let mut tables = vec![Table::new(labels.prevention, columns(context), rows)];
    if !rest.is_empty() {
        let more = format!("{} (+{})", labels.show_all, rest.len());
        tables.push(Table::new(format!("{}, 2", labels.prevention), columns(context), rest).folded(more));
    }
    tables
}

fn columns(context: &Context<'_>) -> Vec<Column> {
    let labels = context.labels;
    vec![
        Column::number(labels.rank),
        Column::words(labels.arm),
        Column::number(labels.people),
        Column::number(labels.median),
        Column::number(labels.difference),
        Column::number(labels.change),
        Column::number(labels.money_saved),
        Column::words(labels.cost),
    ]
}

fn row(context: &Context<'_>, arm: &ArmSummary) -> Row {
    let language = context.language;
    let difference = arm.difference_to_baseline;
    let or_nothing = |text: Option<String>| Cell::Plain(text.unwrap_or_else(|| NOTHING.to_owned()));
    let kind = language.arm_kind(arm.kind);
    let note = if arm.description.is_empty() { kind.to_owned() } else { format!("{kind}: {}", arm.description) };
    let hours = difference.map(|it| it.stranded_hours);
    let money = difference.and_then(|it| it.money_krw);
    let cells = vec![
        Cell::Plain(arm.rank.to_string()),
        Cell::Head { text: context.arm_title(arm).to_owned(), notes: vec![note] },
        Cell::Plain(whole(arm.stranded_people.mean())),
        Cell::Plain(format::mean(arm.stranded_minutes.p50.as_ref(), |minutes| language.minutes(minutes))),
        with_interval_below(context, hours.as_ref(), whole),
        or_nothing(difference.and_then(|it| it.share).map(|share| language.change(share.mean()))),
        with_interval_below(context, money.as_ref(), |won| language.won(won)),
        cost::cell(context, arm),
    ];
    let row = Row::new(cells);
    if arm.kind == ArmKind::Baseline { row.marked() } else { row }
}

/// The mean with its interval below: side by side they would leave the other columns no room.
fn with_interval_below(context: &Context<'_>, estimate: Option<&Estimate>, write: impl Fn(f64) -> String) -> Cell {
    let (text, interval) = (format::mean(estimate, &write), context.language.interval(estimate, &write));
    let note = if interval == NOTHING || interval == text { String::new() } else { interval };
    Cell::Noted { text, note, is_strong: false }
}
