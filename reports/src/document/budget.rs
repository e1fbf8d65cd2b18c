//! What the outage did to the error budget of common objectives.

use super::{Block, Column, Context, Row, Section, Table};
use crate::format;

/// Objectives of availability, as shares.
const OBJECTIVES: [f64; 4] = [0.99, 0.995, 0.999, 0.9999];
/// The period a budget is for, in hours.
const PERIOD_HOURS: f64 = 30.0 * 24.0;

pub(super) fn section(context: &Context<'_>) -> Section {
    let (language, labels) = (context.language, context.labels);
    let mut blocks = Vec::new();
    let down = context.baseline().map(|arm| arm.service.down_hours).filter(|hours| hours.mean() > 0.0);
    if let Some(down) = down {
        blocks.push(Block::Text(context.words.downtime(&context.size(&down, |hours| language.hours(hours)))));
        let row = |objective: f64| {
            let allowed = PERIOD_HOURS * (1.0 - objective);
            let times = down.scaled(1.0 / allowed);
            let percent = format::number(objective * 100.0, if objective > 0.9991 { 2 } else { 1 });
            let objective = language.share(1.0).replace("100", &percent);
            Row::of(
                objective,
                [
                    language.minutes(allowed * 60.0),
                    language.minutes(down.mean() * 60.0),
                    context.size(&times, |times| format!("{}×", format::number(times, 1))),
                ],
            )
        };
        let columns = vec![
            Column::words(labels.objective),
            Column::number(labels.budget),
            Column::number(labels.burnt),
            Column::number(labels.months),
        ];
        blocks.push(Block::Table(Table::new(labels.error_budget, columns, OBJECTIVES.map(row).into())));
        blocks.push(Block::Quiet(labels.budget_note.to_owned()));
    }
    Section { id: "budget", title: labels.error_budget, blocks }
}
