//! The report of a sweep: one HTML file that fetches nothing.

use crate::charts::{Layout, Style, blame_bars, heat_map, index_bars, tornado};
use crate::error::ReportError;
use crate::estimate::Estimate;
use crate::format;
use crate::language::Language;
use crate::sweep::{PointSummary, SweepSummary};
use askama::Template;

/// Parameters, expressions and their results are named in the scenario's own words; the page around them is in English.
const LANGUAGE: Language = Language::English;

/// Points that are listed besides the best one.
const CONTENDERS_SHOWN: usize = 49;

#[derive(Template)]
#[template(path = "sweep.html")]
struct Page<'a> {
    title: &'a str,
    subtitle: String,
    sentences: Vec<String>,
    summary: &'a SweepSummary,
    figures: Vec<Figure>,
    points: Vec<Line>,
    effects: Vec<Effect>,
}

impl Page<'_> {
    #[allow(clippy::unused_self, reason = "templates call methods of their page")]
    fn interval(&self, estimate: &Estimate) -> String {
        LANGUAGE.with_interval(estimate, format::measured)
    }
}

/// A chart in both layouts, and the sentence that says what to see.
struct Figure {
    title: &'static str,
    wide: String,
    narrow: String,
    caption: String,
}

fn figure(
    title: &'static str,
    caption: String,
    draw: &dyn Fn(Style) -> Result<String, ReportError>,
) -> Result<Figure, ReportError> {
    let [wide, narrow] = [Layout::Wide, Layout::Narrow].map(|layout| draw(Style { layout, language: LANGUAGE }));
    Ok(Figure { title, wide: wide?, narrow: narrow?, caption })
}

/// A point as a line of a table.
struct Line {
    point: u32,
    values: Vec<String>,
    replications: u32,
    objective: String,
    difference: String,
    is_best: bool,
}

/// A value of a parameter as a line of a table.
struct Effect {
    parameter: String,
    value: String,
    objective: String,
}

/// Draws the page.
///
/// # Errors
/// [`ReportError::Drawing`] when a chart or the page cannot be drawn.
pub fn render_sweep(summary: &SweepSummary) -> Result<String, ReportError> {
    let title = if summary.scenario.title.is_empty() { &summary.scenario.name } else { &summary.scenario.title };
    let points = best(summary).into_iter().chain(summary.contenders.iter().take(CONTENDERS_SHOWN));
    let effects = summary.effects.iter().flat_map(|effect| {
        effect.levels.iter().map(|level| Effect {
            parameter: effect.parameter.clone(),
            value: level.value.clone(),
            objective: LANGUAGE.with_interval(&level.objective, format::measured),
        })
    });
    let page = Page {
        title,
        subtitle: subtitle(summary),
        sentences: sentences(summary),
        figures: figures(summary)?,
        points: if best(summary).is_some() { points.map(line).collect() } else { Vec::new() },
        effects: effects.collect(),
        summary,
    };
    page.render().map_err(|error| ReportError::Drawing(error.to_string()))
}

/// The best point, where points are choices: the scenario without any of its factors of demand is no advice.
fn best(summary: &SweepSummary) -> Option<&PointSummary> {
    summary.best.as_ref().filter(|_| summary.attribution.is_empty())
}

fn subtitle(summary: &SweepSummary) -> String {
    let luck =
        if summary.common_seeds { "the same people and luck at every point" } else { "luck of its own at every point" };
    let excluded = match summary.excluded {
        0 => String::new(),
        count => format!(", {} excluded by constraints", format::number(f64::from(count), 0)),
    };
    format!(
        "Sweep ({}): {} points{excluded}, {} replications, {luck}, seed {}",
        summary.design,
        format::number(f64::from(summary.points), 0),
        format::number(summary.replications as f64, 0),
        summary.seed,
    )
}

fn sentences(summary: &SweepSummary) -> Vec<String> {
    let mut sentences = Vec::new();
    let word = if summary.more_is_better { "largest" } else { "smallest" };
    if let Some((best, objective)) = best(summary).and_then(|best| Some((best, best.objective.as_ref()?))) {
        sentences.push(format!(
            "{} is {word} at {}: {}.",
            summary.objective,
            described(summary, best),
            LANGUAGE.with_interval(objective, format::measured),
        ));
    }
    if best(summary).is_some() && summary.points > 1 {
        sentences.push(match summary.contenders.len() {
            0 => "Every other point is worse by more than luck.".to_owned(),
            1 => "One other point may be as good: its difference to the best is within what luck can do.".to_owned(),
            count => {
                format!("{count} other points may be as good: their difference to the best is within what luck can do.")
            }
        });
    }
    if let Some(effect) = summary.effects.first() {
        sentences.push(format!(
            "{} moves it most: {} on average over the other parameters.",
            effect.parameter,
            LANGUAGE.with_interval(&effect.swing, format::measured),
        ));
    }
    if let Some(blame) = summary.attribution.first() {
        let share = blame.share.map(|share| format!(", {} of what all factors add", LANGUAGE.share(share)));
        sentences.push(format!(
            "{} is to blame for most of it: {}{}.",
            blame.factor,
            LANGUAGE.with_interval(&blame.shapley, format::measured),
            share.unwrap_or_default(),
        ));
    }
    sentences
}

fn described(summary: &SweepSummary, point: &PointSummary) -> String {
    let parts: Vec<String> = summary
        .parameters
        .iter()
        .zip(&point.values)
        .filter_map(|(parameter, value)| Some(format!("{} = {}", parameter.name, value.as_ref()?)))
        .collect();
    if parts.is_empty() { "the scenario as it is".to_owned() } else { parts.join(", ") }
}

fn line(point: &PointSummary) -> Line {
    Line {
        point: point.point,
        values: point.values.iter().map(|value| value.clone().unwrap_or_else(|| "as it is".to_owned())).collect(),
        replications: point.replications,
        objective: point.objective.map_or_else(|| "-".to_owned(), |it| LANGUAGE.with_interval(&it, format::measured)),
        difference: point
            .difference_to_best
            .map_or_else(String::new, |difference| LANGUAGE.with_interval(&difference, format::measured)),
        is_best: point.difference_to_best.is_none(),
    }
}

fn figures(summary: &SweepSummary) -> Result<Vec<Figure>, ReportError> {
    let mut figures = Vec::new();
    if let Some(map) = &summary.heat_map {
        let caption = format!(
            "Mean {} for each pair of values{}. Blue is good, orange bad; the frame marks the best cell.",
            map.objective,
            if summary.parameters.len() > 2 { ", over all values of the other parameters" } else { "" },
        );
        figures.push(figure("The two parameters that move it most", caption, &|style| heat_map(map, style))?);
    }
    if !summary.effects.is_empty() {
        let caption =
            "From the value with the lowest mean to the one with the highest, over all values of the other parameters.";
        figures.push(figure("What each parameter does", caption.to_owned(), &|style| {
            tornado(&summary.effects, &summary.objective, style)
        })?);
    }
    if !summary.indices.is_empty() {
        let caption = "Sobol indices with 95 % intervals by bootstrap: the share of the variance over all points that a parameter causes \
                       by itself (first index), and together with others (total index).";
        figures.push(figure("Where the variance comes from", caption.to_owned(), &|style| {
            index_bars(&summary.indices, style)
        })?);
    }
    if !summary.attribution.is_empty() {
        let caption = "Shapley values with 95 % intervals: what each factor adds on average over all orders in which they could be \
                       switched on. Together they are the whole difference.";
        figures.push(figure("Which factor is to blame for how much", caption.to_owned(), &|style| {
            blame_bars(&summary.attribution, style)
        })?);
    }
    Ok(figures)
}
