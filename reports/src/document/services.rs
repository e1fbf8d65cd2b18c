//! A run about services and requests, without cars or people.

use super::cost;
use super::summary::{card, replications, warnings};
use super::{Block, Card, Cell, Column, Context, Row, Section, Table, lasting};
use crate::error::ReportError;
use crate::estimate::Estimate;
use crate::format::{self, NOTHING, measured};
use crate::summary::{ArmKind, ArmSummary};

pub(super) fn sections(context: &Context<'_>) -> Result<Vec<Section>, ReportError> {
    let labels = context.labels;
    let mut summary = vec![Block::Answer(answer(context))];
    summary.extend(warnings(context));
    if let Some(arm) = context.baseline() {
        summary.push(Block::Cards(cards(context, arm)));
        summary.push(Block::Quiet(format!("{} {}", labels.services_intro, replications(context))));
    }
    let mut lasting = Vec::new();
    if context.report.findings.load.peak().is_some() {
        lasting.push(Block::Figure(lasting::load(context)?));
    }
    let arms = if context.report.summary.arms.len() > 1 { vec![Block::Table(arms(context))] } else { Vec::new() };
    Ok(vec![
        Section { id: "summary", title: labels.summary, blocks: summary },
        Section { id: "lasting", title: labels.chart_load, blocks: lasting },
        Section { id: "prevention", title: labels.prevention, blocks: arms },
    ])
}

fn metric<'arm>(arm: &'arm ArmSummary, name: &str) -> Option<&'arm Estimate> {
    arm.metrics.get(name)
}

/// What was answered in time, whether a collapse outlived its trigger, and what would have helped.
fn answer(context: &Context<'_>) -> Vec<String> {
    let language = context.language;
    let Some(arm) = context.baseline() else { return vec![context.labels.no_arm.to_owned()] };
    let Some(goodput) = metric(arm, "goodput_per_second") else {
        return vec![context.labels.nothing_measured.to_owned()];
    };
    let mut said = vec![context.words.goodput(
        &context.size(goodput, measured),
        &format::mean(metric(arm, "service.goodput_share"), |share| language.share(share)),
        &format::mean(arm.retry_amplification.as_ref(), measured),
    )];
    said.extend(collapse(context, arm));
    said.extend(best(context));
    said
}

/// Whether the collapse outlives its trigger.
fn collapse(context: &Context<'_>, arm: &ArmSummary) -> Option<String> {
    let metastable = metric(arm, "collapse.metastable")?.mean();
    let overloaded = metric(arm, "collapse.overloaded").map_or(0.0, Estimate::mean);
    let without = format::mean(metric(arm, "collapse.goodput_without_trigger_per_second"), measured);
    let share = |value| context.language.share(value);
    Some(if metastable > 0.0 {
        context.words.outlives(&share(metastable), &without)
    } else if overloaded > 0.0 {
        context.words.overloaded(&share(overloaded), &without)
    } else {
        context.words.leaves_nothing(&without)
    })
}

/// What helps most, if anything certainly helps.
fn best(context: &Context<'_>) -> Option<String> {
    let certainly = |difference: &Estimate| difference.ci95().map_or(difference.mean(), |[low, _]| low) > 0.0;
    let (arm, difference) = context
        .report
        .summary
        .arms
        .iter()
        .filter(|arm| matches!(arm.kind, ArmKind::Mitigation | ArmKind::OperatorAction))
        .filter_map(|arm| Some((arm, arm.difference_to_baseline?.goodput_per_second?)))
        .filter(|(_, difference)| certainly(difference))
        .max_by(|a, b| a.1.mean().total_cmp(&b.1.mean()))?;
    let more = context.language.with_interval(&difference, measured);
    Some(context.words.more_goodput(context.arm_title(arm), &more))
}

fn cards(context: &Context<'_>, arm: &ArmSummary) -> Vec<Card> {
    let labels = context.labels;
    let share = |value| context.language.share(value);
    vec![
        card(context, labels.answers_in_time, metric(arm, "goodput_per_second"), &measured),
        card(context, labels.goodput_share, metric(arm, "service.goodput_share"), &share),
        card(context, labels.attempts_per_intent, metric(arm, "retry_amplification"), &measured),
        card(context, labels.in_system, metric(arm, "queue.mean_in_system"), &measured),
        card(context, labels.wait_in_line, metric(arm, "queue.wait_mean_seconds"), &measured),
    ]
}

fn arms(context: &Context<'_>) -> Table {
    let (language, labels) = (context.language, context.labels);
    let mut arms: Vec<&ArmSummary> = context.report.summary.arms.iter().collect();
    arms.sort_by_key(|arm| arm.rank);
    // What a queue's policy costs is seldom a question: no blanks where no arm has a cost.
    let has_costs = arms.iter().any(|arm| arm.cost.is_some());
    let row = |arm: &ArmSummary| {
        let difference = arm.difference_to_baseline.and_then(|difference| difference.goodput_per_second);
        let kind = language.arm_kind(arm.kind);
        let note = if arm.description.is_empty() { kind.to_owned() } else { format!("{kind}: {}", arm.description) };
        let numbers = [
            format::mean(metric(arm, "goodput_per_second"), measured),
            format::mean(metric(arm, "service.goodput_share"), |share| language.share(share)),
            format::mean(arm.retry_amplification.as_ref(), measured),
            difference.map_or_else(|| NOTHING.to_owned(), |difference| language.with_interval(&difference, measured)),
            fate(context, arm).to_owned(),
        ];
        let mut cells = vec![
            Cell::Plain(arm.rank.to_string()),
            Cell::Head { text: context.arm_title(arm).to_owned(), notes: vec![note] },
        ];
        cells.extend(numbers.map(Cell::Plain));
        if has_costs {
            cells.push(cost::cell(context, arm));
        }
        let row = Row::new(cells);
        if arm.kind == ArmKind::Baseline { row.marked() } else { row }
    };
    let mut columns = vec![
        Column::number(labels.rank),
        Column::words(labels.arm),
        Column::number(labels.answers_in_time),
        Column::number(labels.goodput_share),
        Column::number(labels.attempts_per_intent),
        Column::number(labels.change),
        Column::number(labels.fate),
    ];
    if has_costs {
        columns.push(Column::words(labels.cost));
    }
    Table::new(labels.prevention, columns, arms.into_iter().map(row).collect())
}

/// What becomes of the arm after its trigger, in a word.
fn fate(context: &Context<'_>, arm: &ArmSummary) -> &'static str {
    let share = |name: &str| metric(arm, name).map(Estimate::mean);
    let [metastable, sometimes, overloaded, recovers] = context.labels.fates;
    match (share("collapse.metastable"), share("collapse.overloaded")) {
        (None, _) => NOTHING,
        (Some(share), _) if share >= 1.0 => metastable,
        (Some(share), _) if share > 0.0 => sometimes,
        (_, Some(share)) if share > 0.0 => overloaded,
        _ => recovers,
    }
}
