//! Why it lasted: load, capacity, retries, wasted work and the queue.

use super::figures::shortened;
use super::{Block, Column, Context, Figure, Row, Section, Table};
use crate::charts::{DayAxis, LoadOverDay, load_over_day};
use crate::error::ReportError;
use crate::format::{self, measured, whole};
use crate::language::Loop;
use serde_json::json;

pub(super) fn section(context: &Context<'_>) -> Result<Section, ReportError> {
    let labels = context.labels;
    let mut blocks = Vec::new();
    if context.report.findings.load.peak().is_some() {
        if let Some(numbers) = loop_of(context) {
            blocks.push(Block::Text(labels.loop_intro.to_owned()));
            let steps = context.words.loop_steps(&numbers);
            blocks.push(Block::Loop(labels.loop_steps.into_iter().zip(steps).collect()));
        }
        blocks.push(Block::Figure(load(context)?));
    }
    Ok(Section { id: "lasting", title: labels.why_lasted, blocks })
}

/// The figure of load, capacity and queue.
pub(super) fn load(context: &Context<'_>) -> Result<Figure, ReportError> {
    let (language, labels) = (context.language, context.labels);
    let data = &context.report.findings.load;
    let caption = match data.peak() {
        None => labels.nothing_measured.to_owned(),
        Some((bucket, attempts)) => {
            let first = measured(data.first_attempts_per_second[bucket]);
            let clock = language.clock(data.axis.begin_hours(bucket));
            format!("{} {}", context.words.load_peak(&clock, &measured(attempts), &first), labels.load_caption)
        }
    };
    let capacity: Vec<f64> = data.capacity_per_second.iter().map(|rate| rate.unwrap_or(0.0)).collect();
    let named = [
        (labels.offered_load, &data.attempts_per_second),
        (labels.first_attempts, &data.first_attempts_per_second),
        (labels.capacity, &capacity),
        (labels.goodput, &data.in_time_per_second),
        (labels.wasted_work, &data.late_per_second),
        (labels.queue, &data.queue),
    ];
    let mut columns = vec![Column::words(labels.time_of_day)];
    columns.extend(named.iter().map(|(name, _)| Column::number(*name)));
    let series: Vec<&[f64]> = named.iter().map(|(_, values)| values.as_slice()).collect();
    let table = Table::new(labels.load_by_hour, columns, hour_rows(context, data.axis, &series, measured));
    let series = named.map(|(name, values)| json!({ "name": name, "values": shortened(values) }));
    let figure = Figure::draw(context, "load", labels.chart_load, caption, table, |style| load_over_day(data, style))?;
    Ok(figure.with_series(json!({ "series": series })))
}

/// Means of series over every hour of the axis, or over every bucket where the whole axis is short.
pub(super) fn hour_rows(
    context: &Context<'_>,
    axis: DayAxis,
    series: &[&[f64]],
    write: impl Fn(f64) -> String,
) -> Vec<Row> {
    let together = if axis.until_hours() - axis.from_hours > 3.0 {
        ((1.0 / axis.bucket_hours).round() as usize).max(1)
    } else {
        1
    };
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    (0..axis.buckets)
        .step_by(together)
        .map(|bucket| {
            let until = (bucket + together).min(axis.buckets);
            let numbers = series.iter().map(|values| write(mean(&values[bucket..until])));
            Row::of(context.language.clock(axis.begin_hours(bucket)), numbers)
        })
        .collect()
}

/// The numbers of the loop in the hour with most attempts while the app is down; `None` when it never was.
fn loop_of(context: &Context<'_>) -> Option<Loop> {
    let data = &context.report.findings.load;
    let service = &context.baseline()?.service;
    let down = service.down_at.as_ref()?.hours.mean();
    let back = service.recovered_at.as_ref().map_or(f64::INFINITY, |back| back.hours.mean());
    let (from, until) = worst_hour(data, down, back)?;
    let mean = |values: &[f64]| values[from..until].iter().sum::<f64>() / (until - from) as f64;
    let capacities: Vec<f64> = data.capacity_per_second[from..until].iter().flatten().copied().collect();
    let capacity = capacities.iter().sum::<f64>() / capacities.len().max(1) as f64;
    let (wanted, offered) = (mean(&data.first_attempts_per_second), mean(&data.attempts_per_second));
    let (late, in_time) = (mean(&data.late_per_second), mean(&data.in_time_per_second));
    if wanted <= 0.0 || late + in_time <= 0.0 {
        return None;
    }
    Some(Loop {
        clock: context.language.clock(data.axis.begin_hours(from)),
        wanted: measured(wanted),
        offered: measured(offered),
        times: format::number(offered / wanted, 1),
        capacity: measured(capacity),
        waiting: whole(mean(&data.queue)),
        late: context.language.share(late / (late + in_time)),
        in_time: measured(in_time),
    })
}

/// Buckets of the hour with most attempts between two moments.
fn worst_hour(data: &LoadOverDay, down: f64, back: f64) -> Option<(usize, usize)> {
    let length = ((1.0 / data.axis.bucket_hours).round() as usize).clamp(1, data.axis.buckets);
    let attempts = |from: usize| data.attempts_per_second[from..from + length].iter().sum::<f64>();
    (0..=data.axis.buckets - length)
        .filter(|from| data.axis.begin_hours(*from) >= down && data.axis.begin_hours(*from) < back)
        .max_by(|a, b| attempts(*a).total_cmp(&attempts(*b)))
        .map(|from| (from, from + length))
}
