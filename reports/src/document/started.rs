//! Why it started: a surge against a finite service, and which of its causes were needed.

use super::{Block, Column, Context, Figure, Row, Section, Table};
use crate::charts::{FactorDay, factor_days};
use crate::error::ReportError;
use crate::format::{self, measured, whole};
use crate::summary::{ArmKind, ArmSummary};

/// Panels of small multiples, at most.
const FACTORS_MAX: usize = 9;

pub(super) fn section(context: &Context<'_>) -> Result<Section, ReportError> {
    let mut blocks: Vec<Block> = started(context).map(Block::Text).into_iter().collect();
    let factors: Vec<(&ArmSummary, &[f64])> = context
        .report
        .findings
        .arms
        .iter()
        .filter_map(|day| {
            let is_factor = |arm: &&ArmSummary| arm.name == day.name && arm.kind == ArmKind::Attribution;
            Some((context.report.summary.arms.iter().find(is_factor)?, day.people.as_slice()))
        })
        .take(FACTORS_MAX)
        .collect();
    if !factors.is_empty() && context.report.findings.stranded.peak().is_some() {
        blocks.push(Block::Figure(figure(context, &factors)?));
    }
    Ok(Section { id: "started", title: context.labels.why_started, blocks })
}

fn started(context: &Context<'_>) -> Option<String> {
    let load = &context.report.findings.load;
    let down = context.baseline()?.service.down_at.as_ref()?.hours.mean();
    let bucket = load.axis.bucket(down)?;
    let capacity = load.capacity_per_second[bucket]?;
    Some(context.words.started(
        &context.language.clock(down),
        &measured(load.first_attempts_per_second[bucket]),
        &measured(load.attempts_per_second[bucket]),
        &measured(capacity),
    ))
}

fn figure(context: &Context<'_>, factors: &[(&ArmSummary, &[f64])]) -> Result<Figure, ReportError> {
    let (language, labels) = (context.language, context.labels);
    let data = &context.report.findings.stranded;
    let drawn: Vec<FactorDay<'_>> =
        factors.iter().map(|(arm, people)| FactorDay { title: context.arm_title(arm), people }).collect();
    let row = |(arm, _): &(&ArmSummary, &[f64])| {
        let difference = arm.difference_to_baseline;
        let hours = difference.map(|difference| language.with_interval(&difference.stranded_hours, whole));
        let share = format::mean(difference.and_then(|it| it.share).as_ref(), |share| language.change(share));
        Row::of(context.arm_title(arm), [hours.unwrap_or_else(|| format::NOTHING.to_owned()), share])
    };
    let columns = vec![Column::words(labels.arm), Column::number(labels.difference), Column::number(labels.change)];
    let table = Table::new(labels.chart_factors, columns, factors.iter().map(row).collect());
    let changes: Vec<String> = factors
        .iter()
        .filter_map(|(arm, _)| {
            let share = arm.difference_to_baseline?.share?;
            Some(
                context
                    .words
                    .attribution(context.arm_title(arm), &language.with_interval(&share, |v| language.change(v))),
            )
        })
        .collect();
    let caption = format!("{} {}", labels.factors_caption, changes.join(" "));
    let total = data.total();
    Figure::draw(context, "factors", labels.chart_factors, caption, table, |style| {
        factor_days(data.axis, &total, &drawn, style)
    })
}
