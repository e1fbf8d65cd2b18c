//! The day, what was reported beside what was simulated, in one order of time.

use super::{Block, Cell, Column, Context, Row, Section, Table};
use crate::format::{measured, whole};

pub(super) fn section(context: &Context<'_>) -> Section {
    let labels = context.labels;
    let mut entries: Vec<(f64, Row)> = reported(context);
    let has_reports = !entries.is_empty();
    entries.extend(simulated(context));
    entries.sort_by(|a, b| a.0.total_cmp(&b.0));
    let rows: Vec<Row> = entries.into_iter().map(|(_, row)| row).collect();
    let mut blocks = Vec::new();
    if !rows.is_empty() {
        let titles = [labels.time, labels.reported, labels.simulated, labels.source];
        let mut table = Table::new(labels.timeline, titles.map(Column::words).into(), rows);
        if !has_reports {
            // Time and what was simulated.
            table.keep_columns(&[0, 2]);
        }
        blocks.push(Block::Table(table));
        if !has_reports {
            blocks.push(Block::Quiet(labels.no_events.to_owned()));
        }
    }
    Section { id: "timeline", title: labels.timeline, blocks }
}

fn reported(context: &Context<'_>) -> Vec<(f64, Row)> {
    let language = context.language;
    let row = |event: &crate::background::ReportedEvent| {
        let from = language.clock(event.hours);
        let time = match event.until_hours {
            Some(until) => language.range(&from, &language.clock(until)),
            None => from,
        };
        let cells = vec![
            Cell::head(time),
            Cell::Plain(context.translated(&event.what).to_owned()),
            Cell::Plain(String::new()),
            Cell::Plain(context.translated(&event.source).to_owned()),
        ];
        (event.hours, Row::new(cells))
    };
    context.report.background.events.iter().map(row).collect()
}

fn simulated(context: &Context<'_>) -> Vec<(f64, Row)> {
    let (language, labels) = (context.language, context.labels);
    let Some(arm) = context.baseline() else { return Vec::new() };
    let service = &arm.service;
    let findings = context.report.findings;
    let mut events: Vec<(f64, String, String)> = Vec::new();
    let clocks = [
        (&service.down_at, labels.event_down),
        (&service.recovered_at, labels.event_back),
        (&service.relapsed_at, labels.event_down_again),
    ];
    for (event, what) in clocks {
        if let Some(event) = event {
            events.push((event.hours.mean(), context.moment(event), what.to_owned()));
        }
    }
    if let (Some(down), Some(lag)) = (&service.down_at, &arm.notice_lag_minutes) {
        let hours = down.hours.mean() + lag.mean() / 60.0;
        events.push((hours, language.clock(hours), labels.event_notice.to_owned()));
    }
    if let Some((bucket, people)) = findings.stranded.peak() {
        let hours = findings.stranded.axis.begin_hours(bucket);
        events.push((hours, language.clock(hours), format!("{}: {}", labels.event_people_peak, whole(people))));
    }
    if let Some((bucket, attempts)) = findings.load.peak() {
        let hours = findings.load.axis.begin_hours(bucket);
        events.push((hours, language.clock(hours), format!("{}: {}", labels.event_load_peak, measured(attempts))));
    }
    let row = |(hours, when, what): (f64, String, String)| {
        let cells = vec![Cell::head(when), Cell::Plain(String::new()), Cell::Plain(what), Cell::Plain(String::new())];
        (hours, Row::new(cells).marked())
    };
    events.into_iter().map(row).collect()
}
