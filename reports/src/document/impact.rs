//! Who was hit and how hard: people, person-hours, by need and place, how long, and money.

use super::figures::shortened;
use super::lasting::hour_rows;
use super::{Block, Column, Context, Figure, Row, Section, Table};
use crate::charts::{Mark, still_stranded, stranded_over_day};
use crate::error::ReportError;
use crate::estimate::Estimate;
use crate::format::{NOTHING, whole};
use crate::relief::StrandedClass;
use crate::summary::ArmSummary;
use serde_json::json;

/// Days that a page can lay over the day as it was, at most: more would make a list that nobody reads.
const DAYS_MAX: usize = 40;

pub(super) fn section(context: &Context<'_>) -> Result<Section, ReportError> {
    let labels = context.labels;
    let mut blocks = Vec::new();
    let Some(arm) = context.baseline() else { return Ok(Section { id: "impact", title: labels.impact, blocks }) };
    if context.report.findings.stranded.peak().is_some() {
        blocks.push(Block::Figure(over_the_day(context)?));
    } else {
        blocks.push(Block::Text(labels.nobody_at_all.to_owned()));
    }
    if arm.stranded_people.mean() > 0.0 {
        if !context.report.findings.lengths.all.is_empty() {
            blocks.push(Block::Figure(lengths(context, arm)?));
        }
        blocks.push(Block::Heading(labels.by_need));
        blocks.push(Block::Table(by_need(context, arm)));
        if context.report.findings.places.len() > 1 {
            blocks.push(Block::Heading(labels.by_place));
            blocks.push(Block::Table(by_place(context)));
            blocks.push(Block::Quiet(labels.places_note.to_owned()));
        }
        blocks.push(Block::Heading(labels.distribution));
        blocks.push(Block::Table(distribution(context, arm)));
    }
    blocks.push(Block::Heading(labels.money));
    blocks.push(Block::Table(money(context, arm)));
    blocks.push(Block::Quiet(labels.money_note.to_owned()));
    Ok(Section { id: "impact", title: labels.impact, blocks })
}

fn over_the_day(context: &Context<'_>) -> Result<Figure, ReportError> {
    let (language, labels) = (context.language, context.labels);
    let findings = context.report.findings;
    let data = &findings.stranded;
    let peak = data.peak().map(|(bucket, people)| (whole(people), language.clock(data.axis.begin_hours(bucket))));
    let peak = peak.as_ref().map(|(people, clock)| (people.as_str(), clock.as_str()));
    let caption = context.words.stranded_caption(peak, data.fan.is_some());
    let days: Vec<_> = findings
        .arms
        .iter()
        .filter_map(|day| Some((day, context.report.summary.arms.iter().find(|arm| arm.name == day.name)?)))
        .take(DAYS_MAX)
        .collect();
    let others: Vec<&[f64]> = days.iter().map(|(day, _)| day.people.as_slice()).collect();
    let mut columns = vec![Column::words(labels.time_of_day)];
    columns.extend(StrandedClass::ALL.map(|class| Column::number(language.class(class))));
    columns.push(Column::number(labels.all_needs));
    let total = data.total();
    let series: Vec<&[f64]> = data.by_class.iter().map(Vec::as_slice).chain([total.as_slice()]).collect();
    let table = Table::new(labels.chart_stranded, columns, hour_rows(context, data.axis, &series, whole));
    let named = |(class, people): (StrandedClass, &Vec<f64>)| json!({ "name": language.class(class), "values": shortened(people) });
    let page = json!({
        "series": StrandedClass::ALL.into_iter().zip(&data.by_class).map(named).collect::<Vec<_>>(),
        "sum": labels.all_needs,
        "days": days.iter().map(|(day, arm)| json!({
            "name": day.name, "title": context.arm_title(arm), "values": shortened(&day.people),
        })).collect::<Vec<_>>(),
    });
    let figure = Figure::draw(context, "stranded", labels.chart_stranded, caption, table, |style| {
        stranded_over_day(data, &others, style)
    })?;
    Ok(figure.with_series(page))
}

fn lengths(context: &Context<'_>, arm: &ArmSummary) -> Result<Figure, ReportError> {
    let (language, labels) = (context.language, context.labels);
    let data = &context.report.findings.lengths;
    let mark = |estimate: Option<&Estimate>, word: &str| {
        let minutes = estimate?.mean();
        Some(Mark { hours: minutes, label: format!("{word} {}", language.minutes(minutes)) })
    };
    let times = &arm.stranded_minutes;
    let marks: Vec<Mark> = [mark(times.p50.as_ref(), labels.mark_median), mark(times.p90.as_ref(), labels.mark_p90)]
        .into_iter()
        .flatten()
        .collect();
    let known = [15.0, 30.0, 60.0, 120.0, 180.0, 240.0, 360.0, 480.0, 720.0, 1_440.0];
    let still = |after: f64| Some((language.minutes(after), language.share(data.still_stranded(after)?)));
    let censored = (data.censored > 0.0).then(|| crate::format::measured(data.censored));
    let said: Vec<(String, String)> = [60.0, 180.0, 360.0].into_iter().filter_map(still).collect();
    let caption = context.words.lengths_caption(&said, censored.as_deref());
    let rows = known.into_iter().filter_map(still).map(|(after, share)| Row::of(after, [share])).collect();
    let columns = vec![Column::words(labels.axis_length), Column::number(labels.axis_still_stranded)];
    let table = Table::new(labels.chart_lengths, columns, rows);
    let classes = StrandedClass::ALL.into_iter().filter(|class| !data.by_class[class.index()].is_empty());
    let mut series = vec![json!({ "name": labels.all_needs, "values": shortened(&data.all) })];
    series.extend(
        classes
            .map(|class| json!({ "name": language.class(class), "values": shortened(&data.by_class[class.index()]) })),
    );
    let page = json!({ "at": shortened(&data.minutes), "series": series, "format": "share" });
    let figure = Figure::draw(context, "lengths", labels.chart_lengths, caption, table, |style| {
        still_stranded(data, &marks, style)
    })?;
    Ok(figure.with_series(page))
}

fn by_need(context: &Context<'_>, arm: &ArmSummary) -> Table {
    let (language, labels) = (context.language, context.labels);
    let classes = &arm.stranded_people_by_class;
    let all = arm.stranded_people.mean();
    let row = |name: &str, people: &Estimate| {
        let (mean, interval) = context.mean_and_interval(Some(people), whole);
        Row::of(name, [mean, interval, language.share(if all > 0.0 { people.mean() / all } else { 0.0 })])
    };
    let each = [&classes.unlock, &classes.return_, &classes.start];
    let mut rows: Vec<Row> =
        StrandedClass::ALL.into_iter().zip(each).map(|(class, people)| row(language.class(class), people)).collect();
    rows.push(row(labels.all_needs, &arm.stranded_people).marked());
    let columns = vec![
        Column::words(labels.what),
        Column::number(labels.people),
        Column::number(labels.interval),
        Column::number(labels.share_of_people),
    ];
    Table::new(labels.by_need, columns, rows)
}

fn by_place(context: &Context<'_>) -> Table {
    let (language, labels) = (context.language, context.labels);
    let places = &context.report.findings.places;
    let mut columns = vec![Column::words(labels.place)];
    columns.extend(StrandedClass::ALL.map(|class| Column::number(language.class(class))));
    columns.extend([Column::number(labels.person_hours), Column::number(labels.range_of_replications)]);
    let mut rows: Vec<Row> = places
        .iter()
        .map(|place| {
            let people = place.people_by_class.map(whole);
            let range = language.range(&whole(place.hours_range[0]), &whole(place.hours_range[1]));
            Row::of(context.translated(&place.place), people.into_iter().chain([whole(place.hours), range]))
        })
        .collect();
    let sum = |of: fn(&crate::aggregate::PlaceImpact) -> f64| whole(places.iter().map(of).sum());
    let totals = [
        sum(|place| place.people_by_class[0]),
        sum(|place| place.people_by_class[1]),
        sum(|place| place.people_by_class[2]),
        sum(|place| place.hours),
        String::new(),
    ];
    rows.push(Row::of(labels.all_places, totals).marked());
    Table::new(labels.by_place, columns, rows)
}

fn distribution(context: &Context<'_>, arm: &ArmSummary) -> Table {
    let (language, labels) = (context.language, context.labels);
    let minutes = |value| language.minutes(value);
    let times = &arm.stranded_minutes;
    let quantiles =
        [(labels.median, &times.p50), (labels.p90, &times.p90), (labels.p99, &times.p99), (labels.longest, &times.max)];
    let rows = quantiles.map(|(name, estimate)| {
        let (mean, interval) = context.mean_and_interval(estimate.as_ref(), minutes);
        Row::of(name, [mean, interval])
    });
    let lengths = &context.report.findings.lengths;
    let share = |after: f64| {
        let share = language.share(lengths.still_stranded(after)?);
        Some(Row::of(context.words.longer_than(&language.minutes(after)), [share, NOTHING.to_owned()]))
    };
    let rows = rows.into_iter().chain([60.0, 180.0, 360.0, 720.0].into_iter().filter_map(share));
    let columns = vec![Column::words(labels.what), Column::number(labels.mean), Column::number(labels.interval)];
    Table::new(labels.distribution, columns, rows.collect())
}

fn money(context: &Context<'_>, arm: &ArmSummary) -> Table {
    let (language, labels) = (context.language, context.labels);
    let won = |value| language.won(value);
    let hours = |value| language.hours(value);
    let share = |value| language.share(value);
    let row = |name: &str, estimate: Option<&Estimate>, write: &dyn Fn(f64) -> String| {
        let (mean, interval) = context.mean_and_interval(estimate, write);
        Row::of(name, [mean, interval])
    };
    let total = arm.total_money_krw.or_else(|| {
        // A folder of a version that kept the parts only: their intervals do not add up to one.
        let parts = [&arm.locksmith_krw, &arm.compensation_krw, &arm.lost_revenue_krw];
        Estimate::new(parts.map(Estimate::mean).iter().sum(), None)
    });
    let rows = vec![
        row(labels.locksmiths_paid, Some(&arm.locksmith_krw), &won),
        row(labels.compensation, Some(&arm.compensation_krw), &won),
        row(labels.lost_revenue, Some(&arm.lost_revenue_krw), &won),
        row(labels.total_money, total.as_ref(), &won).marked(),
        row(labels.churned, Some(&arm.churned_people), &whole),
        row(labels.overbilled, Some(&arm.overbilled_minutes), &whole),
        row(labels.lost_bookings, Some(&arm.lost_bookings), &whole),
        row(labels.failed_starts, Some(&arm.failed_starts), &whole),
        row(labels.claims_filed, Some(&arm.claims.filed), &whole),
        row(labels.claims_closed, arm.claims.closed_share.as_ref(), &share),
        row(labels.claims_closure, arm.claims.closure_hours_p50.as_ref(), &hours),
        row(labels.permission_failures, Some(&arm.permission_failures), &whole),
        row(labels.false_unlocks, Some(&arm.false_unlocks), &whole),
    ];
    let columns = vec![Column::words(labels.what), Column::number(labels.mean), Column::number(labels.interval)];
    Table::new(labels.money, columns, rows)
}
