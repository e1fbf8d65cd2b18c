//! How far to trust the numbers: targets, sensitivity, where parameters come from, calibration.

use super::capacity;
use super::{Block, Cell, Column, Context, Row, Section, Table};
use crate::error::ReportError;
use crate::estimate::Estimate;
use crate::format::{self, NOTHING};
use crate::language::CONFIDENCES;
use crate::summary::{Quantity, Summary, TargetVerdict, Verdict};

pub(super) fn section(context: &Context<'_>) -> Result<Section, ReportError> {
    let labels = context.labels;
    let summary = context.report.summary;
    let mut blocks = Vec::new();
    if !summary.targets.is_empty() {
        let count = |verdict| summary.targets.iter().filter(|target| target.verdict == verdict).count();
        let (pass, fail, open) = (count(Verdict::Pass), count(Verdict::Fail), count(Verdict::Inconclusive));
        let verdicts = context.words.targets(pass, summary.targets.len(), fail, open);
        blocks.push(Block::Heading(labels.targets));
        blocks.push(Block::Text(format!("{verdicts} {}", labels.targets_note)));
        blocks.push(Block::Table(targets(context)));
    }
    if !summary.sensitivity.is_empty() {
        blocks.push(Block::Heading(labels.sensitivity));
        blocks.push(Block::Quiet(labels.sensitivity_note.to_owned()));
        blocks.push(Block::Table(sensitivity(context)));
    }
    let parameters = &context.report.background.parameters;
    if !parameters.is_empty() {
        blocks.push(Block::Heading(labels.sources));
        let calibration = context.words.calibration(context.report.manifest.calibration_hashes.len());
        blocks.push(Block::Text(format!("{} {calibration}", context.words.sources(parameters.len()))));
        blocks.push(Block::Table(confidences(context)));
        blocks.push(Block::Quiet(labels.sources_note.to_owned()));
    }
    if let Some(measured) = context.report.capacity {
        blocks.extend(capacity::blocks(context, measured)?);
    }
    Ok(Section { id: "trust", title: labels.trust, blocks })
}

fn targets(context: &Context<'_>) -> Table {
    let labels = context.labels;
    let columns = vec![
        Column::words(labels.target),
        Column::words(labels.verdict),
        Column::words(labels.what),
        Column::number(labels.expected),
        Column::number(labels.simulated),
        Column::number(labels.interval),
    ];
    let rows = context.report.summary.targets.iter().map(|target| target_row(context, target)).collect();
    Table::new(labels.targets, columns, rows)
}

fn target_row(context: &Context<'_>, target: &TargetVerdict) -> Row {
    let language = context.language;
    let value = |v| language.quantity(target.quantity, v);
    // A sign beside the word, so that the colour is not the only difference.
    let (class, sign) = match target.verdict {
        Verdict::Pass => ("pass", "✓"),
        Verdict::Fail => ("fail", "✗"),
        Verdict::Inconclusive => ("inconclusive", "?"),
    };
    let interval = match target.quantity {
        // A moment before midnight is one of the day before.
        Quantity::Clock => language.interval(target.simulated.as_ref(), value),
        _ => language.size_interval(target.simulated.as_ref(), value),
    };
    let mut notes = vec![language.target_kind(target.kind).to_owned()];
    if target.remarks.is_empty() {
        notes.extend(target.notes.iter().cloned());
    } else {
        notes.extend(target.remarks.iter().map(|remark| remark.text(language)));
    }
    Row::new(vec![
        Cell::Plain(target.id.clone()),
        Cell::Verdict { class, text: format!("{sign} {}", language.verdict(target.verdict)) },
        Cell::Head { text: context.translated(&target.what).to_owned(), notes },
        Cell::Plain(expected(context, target)),
        Cell::Plain(format::mean(target.simulated.as_ref(), value)),
        Cell::Plain(interval),
    ])
}

fn expected(context: &Context<'_>, target: &TargetVerdict) -> String {
    let write = |value| context.language.quantity(target.quantity, value);
    match (target.expected.low, target.expected.high) {
        (Some(low), Some(high)) if low.to_bits() == high.to_bits() => write(low),
        (Some(low), Some(high)) => context.language.range(&write(low), &write(high)),
        (Some(low), None) => context.words.at_least(&write(low)),
        (None, Some(high)) => context.words.at_most(&write(high)),
        (None, None) => NOTHING.to_owned(),
    }
}

/// Free parameters at their low and high values.
fn sensitivity(context: &Context<'_>) -> Table {
    let labels = context.labels;
    let summary = context.report.summary;
    let targets = targets_of(summary);
    let mut columns = vec![Column::words(labels.parameter), Column::words(labels.low_to_high)];
    for target in &targets {
        columns.push(Column::number(format!("{target}, {}", labels.at_low)));
        columns.push(Column::number(format!("{target}, {}", labels.at_high)));
    }
    let rows = summary.sensitivity.iter().map(|row| {
        let mut cells = vec![Cell::head(&row.parameter), Cell::Plain(context.language.range(&row.low, &row.high))];
        for target in &targets {
            let effect = row.effects.iter().find(|effect| effect.target == *target);
            let quantity = effect.map_or(Quantity::Number, |effect| effect.quantity);
            let ends = effect.map_or([(None, None); 2], |effect| {
                [(effect.at_low, effect.low_difference), (effect.at_high, effect.high_difference)]
            });
            cells.extend(ends.map(|(value, difference)| effect_cell(context, quantity, value, difference)));
        }
        Row::new(cells)
    });
    Table::new(labels.sensitivity, columns, rows.collect())
}

/// Columns in the order in which targets first appear; a row that lacks one shows that nothing was measured.
fn targets_of(summary: &Summary) -> Vec<String> {
    let mut targets: Vec<String> = Vec::new();
    for effect in summary.sensitivity.iter().flat_map(|row| &row.effects) {
        if !targets.contains(&effect.target) {
            targets.push(effect.target.clone());
        }
    }
    targets
}

fn effect_cell(
    context: &Context<'_>,
    quantity: Quantity,
    value: Option<Estimate>,
    difference: Option<Estimate>,
) -> Cell {
    let language = context.language;
    Cell::Noted {
        text: format::mean(value.as_ref(), |v| language.quantity(quantity, v)),
        note: difference
            .map_or_else(String::new, |it| language.with_interval(&it, |v| language.difference(quantity, v))),
        is_strong: difference.is_some_and(|difference| !difference.may_be_zero()),
    }
}

fn confidences(context: &Context<'_>) -> Table {
    let (language, labels) = (context.language, context.labels);
    let parameters = &context.report.background.parameters;
    let row = |word: &&str| {
        let count = parameters.iter().filter(|parameter| parameter.confidence == **word).count();
        let share = count as f64 / parameters.len().max(1) as f64;
        (count > 0).then(|| Row::of(language.confidence(word), [count.to_string(), language.share(share)]))
    };
    let columns =
        vec![Column::words(labels.confidence), Column::number(labels.count), Column::number(labels.share_of_people)];
    Table::new(labels.sources, columns, CONFIDENCES.iter().filter_map(row).collect())
}
