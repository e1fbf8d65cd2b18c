//! How people got out.

use super::figures::shortened;
use super::{Block, Column, Context, Figure, Row, Section, Table};
use crate::charts::{relief_over_day, relief_shares};
use crate::error::ReportError;
use crate::format::{measured, whole};
use crate::relief::ReliefChannel;
use crate::summary::ArmSummary;
use serde_json::json;

pub(super) fn section(context: &Context<'_>) -> Result<Section, ReportError> {
    let labels = context.labels;
    let mut blocks = Vec::new();
    if let Some(arm) = context.baseline() {
        if !context.report.findings.relief.channels().is_empty() {
            blocks.push(Block::Figure(over_the_day(context)?));
        }
        if !arm.relief.is_empty() {
            blocks.push(Block::Figure(in_all(context, arm)?));
        }
        if let Some(share) = &arm.calls.answered_share {
            let share = context.size(share, |share| context.language.share(share));
            let (attempts, helped) = (whole(arm.calls.attempts.mean()), whole(arm.calls.people_helped.mean()));
            blocks.push(Block::Text(context.words.calls(&share, &attempts, &helped)));
        }
    }
    Ok(Section { id: "relief", title: labels.ways_out, blocks })
}

fn over_the_day(context: &Context<'_>) -> Result<Figure, ReportError> {
    let (language, labels) = (context.language, context.labels);
    let data = &context.report.findings.relief;
    let channels = data.channels();
    let mut columns = vec![Column::words(labels.time_of_day)];
    columns.extend(channels.iter().map(|channel| Column::number(language.channel(*channel))));
    let row = |bucket: usize| {
        let ends = channels.iter().map(|channel| measured(data.by_channel[channel.index()][bucket]));
        Row::of(language.clock(data.axis.begin_hours(bucket)), ends)
    };
    let table = Table::new(labels.chart_relief_day, columns, (0..data.axis.buckets).map(row).collect());
    let named = |channel: &ReliefChannel| json!({ "name": language.channel(*channel), "values": shortened(&data.by_channel[channel.index()]) });
    let page = json!({ "series": channels.iter().map(named).collect::<Vec<_>>() });
    let highest = data.total().into_iter().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default();
    let sum = |channel: &ReliefChannel| data.by_channel[channel.index()].iter().sum::<f64>();
    let most = channels.iter().copied().max_by(|a, b| sum(a).total_cmp(&sum(b))).unwrap_or(ReliefChannel::Server);
    let clock = language.clock(data.axis.begin_hours(highest.0));
    let caption = context.words.relief_day_caption(&clock, &measured(highest.1), language.channel(most));
    let figure = Figure::draw(context, "relief-day", labels.chart_relief_day, caption, table, |style| {
        relief_over_day(data, style)
    })?;
    Ok(figure.with_series(page))
}

fn in_all(context: &Context<'_>, arm: &ArmSummary) -> Result<Figure, ReportError> {
    let (language, labels) = (context.language, context.labels);
    let shares = &arm.relief;
    let mut ranked: Vec<_> = shares.iter().collect();
    ranked.sort_by(|a, b| b.1.mean().total_cmp(&a.1.mean()));
    let write = |share| language.share(share);
    let said: Vec<(&str, String)> =
        ranked.iter().map(|(channel, share)| (language.channel(**channel), write(share.mean()))).collect();
    let pair = |index: usize| said.get(index).map(|(channel, share)| (*channel, share.as_str()));
    let caption = context.words.relief_caption(pair(0), pair(1));
    let rows = ranked.iter().map(|(channel, share)| {
        let (mean, interval) = context.mean_and_interval(Some(share), write);
        Row::of(language.channel(**channel), [mean, interval])
    });
    let columns = vec![Column::words(labels.what), Column::number(labels.mean), Column::number(labels.interval)];
    let table = Table::new(labels.chart_relief, columns, rows.collect());
    Figure::draw(context, "relief", labels.chart_relief, caption, table, |style| relief_shares(shares, style))
}
