//! What a real server can do, as a load driver has measured it.

use super::figures::shortened;
use super::{Block, Cell, Column, Context, Figure, Row, Table};
use crate::capacity::{Capacity, Law, Outcome};
use crate::charts::{capacity_curve, drawn_law};
use crate::error::ReportError;
use crate::format::{NOTHING, measured, number, signed};
use serde_json::json;

pub(super) fn blocks(context: &Context<'_>, capacity: &Capacity) -> Result<Vec<Block>, ReportError> {
    let labels = context.labels;
    let mut blocks = vec![
        Block::Heading(labels.capacity_measured),
        Block::Text(format!("{} {}", found(context, capacity), objective(context, capacity))),
    ];
    let hash = &context.report.manifest.scenario_hash;
    if capacity.scenario_hash != *hash {
        blocks.push(Block::Warning(context.words.other_scenario(
            &capacity.scenario,
            short(&capacity.scenario_hash),
            short(hash),
        )));
    }
    if capacity.is_noisy {
        blocks.push(Block::Warning(labels.noisy_neighbour.to_owned()));
    }
    blocks.push(Block::Figure(figure(context, capacity)?));
    blocks.push(Block::Table(law_and_origin(context, capacity)));
    blocks.push(Block::Quiet(labels.scalability_note.to_owned()));
    Ok(blocks)
}

/// As much of a hash as tells two apart.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

fn found(context: &Context<'_>, capacity: &Capacity) -> String {
    let words = context.words;
    match capacity.outcome {
        Some(Outcome::Found { low, high }) => words.capacity_found(&measured(low), &measured(high)),
        Some(Outcome::AtLeast { low }) => words.capacity_at_least(&measured(low)),
        Some(Outcome::GeneratorLimited { low, limit }) => {
            words.driver_limited(low.map(measured).as_deref(), &measured(limit))
        }
        Some(Outcome::NotMet { high }) => words.objective_not_met(&measured(high)),
        Some(Outcome::Unclear) => context.labels.capacity_unclear.to_owned(),
        None => context.labels.capacity_interrupted.to_owned(),
    }
}

fn objective(context: &Context<'_>, capacity: &Capacity) -> String {
    let language = context.language;
    let objective = &capacity.objective;
    context.words.objective(
        &language.share(objective.quantile),
        &objective.latency,
        &language.share(objective.error_share),
    )
}

fn figure(context: &Context<'_>, capacity: &Capacity) -> Result<Figure, ReportError> {
    let labels = context.labels;
    let (caption, table) = if let Some(law) = &capacity.scalability {
        let peak = law.peak_concurrency.zip(law.peak_per_second);
        let peak = peak.map(|(at, rate)| [measured(at), measured(rate)]);
        (context.words.scalability_caption(&number(law.r_squared, 3), peak.as_ref()), residuals(context, law))
    } else {
        let reason = capacity.scalability_note.as_deref().unwrap_or(NOTHING);
        (context.words.no_scalability_law(reason), windows(context, capacity))
    };
    let figure = Figure::draw(context, "capacity", labels.chart_capacity, caption, table, |style| {
        capacity_curve(capacity, style)
    })?;
    let (at, rates): (Vec<f64>, Vec<f64>) = drawn_law(capacity).into_iter().unzip();
    if at.is_empty() {
        return Ok(figure);
    }
    let series = json!([{ "name": labels.scalability_law, "values": shortened(&rates) }]);
    Ok(figure.with_series(json!({ "at": shortened(&at), "series": series, "unit": labels.unit_in_flight })))
}

/// Every point that the law was fitted to, and how far it is off.
fn residuals(context: &Context<'_>, law: &Law) -> Table {
    let labels = context.labels;
    let mut points = law.residuals.clone();
    points.sort_by(|a, b| a.concurrency.total_cmp(&b.concurrency));
    let rows = points.iter().map(|point| {
        let size = measured(point.residual_per_second.abs());
        let numbers = [
            measured(point.measured_per_second),
            measured(point.fitted_per_second),
            signed(size, point.residual_per_second),
        ];
        Row::of(measured(point.concurrency), numbers)
    });
    let columns = vec![
        Column::words(labels.axis_in_flight_short),
        Column::number(labels.measured_per_second),
        Column::number(labels.law_per_second),
        Column::number(labels.residual),
    ];
    Table::new(labels.chart_capacity, columns, rows.collect())
}

/// The windows alone, where there is no law.
fn windows(context: &Context<'_>, capacity: &Capacity) -> Table {
    let labels = context.labels;
    let mut points: Vec<(f64, f64, bool)> = capacity.points().collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let rows = points.iter().map(|(in_flight, rate, held)| {
        let finding = if *held { labels.objective_held } else { labels.objective_failed };
        Row::of(measured(*in_flight), [measured(*rate), finding.to_owned()])
    });
    let columns = vec![
        Column::words(labels.axis_in_flight_short),
        Column::number(labels.measured_per_second),
        Column::words(labels.verdict),
    ];
    Table::new(labels.chart_capacity, columns, rows.collect())
}

/// The law's coefficients, and what was measured on what.
fn law_and_origin(context: &Context<'_>, capacity: &Capacity) -> Table {
    let labels = context.labels;
    let mut rows = Vec::new();
    if let Some(law) = &capacity.scalability {
        let peak = law.peak_concurrency.zip(law.peak_per_second);
        let peak =
            peak.map_or_else(|| NOTHING.to_owned(), |(at, rate)| context.words.peak(&measured(rate), &measured(at)));
        rows.extend([
            Row::of(labels.gamma, [measured(law.gamma)]),
            Row::of(labels.sigma, [number(law.sigma, 4)]),
            Row::of(labels.kappa, [format!("{:.2e}", law.kappa)]),
            Row::of(labels.r_squared, [number(law.r_squared, 4)]),
            Row::of(labels.peak_by_law, [peak]),
        ]);
    }
    let commit = capacity.commit.clone().unwrap_or_else(|| labels.unknown.to_owned());
    let code = |name: &str, value: &str| Row::new(vec![Cell::head(name), Cell::Code(value.to_owned())]);
    rows.extend([
        Row::of(labels.machine, [capacity.machine.clone()]),
        code(labels.driver_version, &capacity.program_version),
        code(labels.commit, &commit),
        code(labels.seed, &capacity.seed.to_string()),
        Row::new(vec![
            Cell::head(labels.scenario_of_server),
            Cell::Noted { text: capacity.scenario.clone(), note: capacity.scenario_hash.clone(), is_strong: false },
        ]),
    ]);
    Table::new(labels.capacity_measured, vec![Column::words(labels.what), Column::words(labels.value)], rows)
}
