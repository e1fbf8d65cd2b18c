//! Bars for things that have a share in something: parameters in a variance, factors in a harm, values in a swing.

use super::Style;
use super::canvas::{self, BLUE, INK, ORANGE, SKY_BLUE, Swatch};
use crate::error::ReportError;
use crate::estimate::Estimate;
use crate::format;
use crate::sweep::{Blame, MainEffect, SobolIndices};
use plotters::element::{PathElement, Rectangle, Text};
use plotters::prelude::{Color, RGBColor};
use plotters::style::text_anchor::{HPos, VPos};

/// Height of a bar with the space around it, in units.
const BAR: f64 = 24.0;
/// Height of a title above bars, in units.
const TITLE: f64 = 19.0;

/// A bar from one value to another.
struct Bar {
    from: f64,
    to: f64,
    whisker: Option<[f64; 2]>,
    colour: RGBColor,
    text: String,
}

/// A tornado: for each parameter a bar from its lowest to its highest mean objective, the widest on top.
///
/// # Errors
/// [`ReportError::Drawing`] when the image cannot be drawn.
pub fn tornado(effects: &[MainEffect], objective: &str, style: Style) -> Result<String, ReportError> {
    let rows = effects.iter().map(|effect| {
        let [low, high] = [effect.lowest, effect.highest].map(|level| &effect.levels[level]);
        let (from, to) = (low.objective.mean(), high.objective.mean());
        let text = format!("{} at {} to {} at {}", format::measured(from), low.value, format::measured(to), high.value);
        (effect.parameter.clone(), vec![Bar { from, to, whisker: None, colour: BLUE, text }])
    });
    let description = effects.first().map_or_else(
        || "There are no parameters to compare.".to_owned(),
        |effect| format!("Mean {objective} over the values of each parameter. {} moves it most.", effect.parameter),
    );
    bars(&rows.collect::<Vec<_>>(), &[], false, &description, style)
}

/// First and total Sobol indices of each parameter, with their intervals.
///
/// # Errors
/// [`ReportError::Drawing`] when the image cannot be drawn.
pub fn index_bars(indices: &[SobolIndices], style: Style) -> Result<String, ReportError> {
    let bar = |estimate: &Estimate, colour| Bar {
        from: 0.0,
        to: estimate.mean(),
        whisker: estimate.ci95(),
        colour,
        text: style.language.with_interval(estimate, |it| style.language.share(it)),
    };
    let rows: Vec<(String, Vec<Bar>)> = indices
        .iter()
        .map(|index| (index.parameter.clone(), vec![bar(&index.first, BLUE), bar(&index.total, SKY_BLUE)]))
        .collect();
    let legend = [(Swatch::Area(BLUE), "by itself"), (Swatch::Area(SKY_BLUE), "with all that it takes part in")];
    bars(&rows, &legend, true, "Share of the variance that each parameter causes.", style)
}

/// Shapley values of the factors, with their intervals.
///
/// # Errors
/// [`ReportError::Drawing`] when the image cannot be drawn.
pub fn blame_bars(blames: &[Blame], style: Style) -> Result<String, ReportError> {
    let rows: Vec<(String, Vec<Bar>)> = blames
        .iter()
        .map(|blame| {
            let bar = Bar {
                from: 0.0,
                to: blame.shapley.mean(),
                whisker: blame.shapley.ci95(),
                colour: ORANGE,
                text: style.language.with_interval(&blame.shapley, format::measured),
            };
            (blame.factor.clone(), vec![bar])
        })
        .collect();
    bars(&rows, &[], true, "What each factor adds to the objective.", style)
}

fn bars(
    rows: &[(String, Vec<Bar>)],
    legend: &[(Swatch, &str)],
    from_zero: bool,
    description: &str,
    style: Style,
) -> Result<String, ReportError> {
    let width = f64::from(style.layout.width());
    let all = || rows.iter().flat_map(|(_, bars)| bars);
    let ends = || all().flat_map(|bar| [bar.from, bar.to].into_iter().chain(bar.whisker.into_iter().flatten()));
    let start = if from_zero { 0.0 } else { f64::INFINITY };
    let lowest = ends().fold(start, f64::min);
    let highest = ends().fold(if from_zero { 0.0 } else { f64::NEG_INFINITY }, f64::max);
    let span = if highest > lowest { highest - lowest } else { 1.0 };
    // The words stand above their bar: no font decides how much room is left for it.
    let scale = (width - 8.0) / span;
    let x = |value: f64| canvas::px((value - lowest).mul_add(scale, 4.0));
    let height_of = |bars: &[Bar]| bars.len() as f64 * BAR + TITLE + 6.0;
    let legend_height = if legend.is_empty() { 0.0 } else { style.pick(1.0, 2.0) * (canvas::LINE + 1.0) + 9.0 };
    let height = rows.iter().map(|(_, bars)| height_of(bars)).sum::<f64>() + legend_height + 4.0;
    canvas::draw(style, height, description, |area| {
        let mut top = if legend.is_empty() { 0.0 } else { canvas::legend(area, legend)? };
        for (label, bars) in rows {
            let text = bars.iter().map(|bar| bar.text.as_str()).collect::<Vec<_>>().join(" and ");
            let title = canvas::fitted(&format!("{label}: {text}"), width);
            area.draw(&Text::new(title, (canvas::px(2.0), canvas::px(top)), canvas::text(0.9, HPos::Left, VPos::Top)))?;
            top += TITLE;
            for bar in bars {
                let (from, to) = (x(bar.from.min(bar.to)), x(bar.from.max(bar.to)));
                let frame = [(from, canvas::px(top + 2.0)), (to.max(from + 2), canvas::px(top + BAR - 4.0))];
                area.draw(&Rectangle::new(frame, bar.colour.mix(0.85).filled()))?;
                if let Some([low, high]) = bar.whisker.filter(|[low, high]| high > low) {
                    let middle = canvas::px(top + BAR / 2.0 - 1.0);
                    area.draw(&PathElement::new(
                        [(x(low), middle), (x(high), middle)],
                        canvas::line(INK.mix(0.8), 1.4),
                    ))?;
                }
                top += BAR;
            }
            top += 6.0;
        }
        if from_zero && !rows.is_empty() {
            let spine = [(x(0.0), canvas::px(legend_height)), (x(0.0), canvas::px(height - 6.0))];
            area.draw(&PathElement::new(spine, canvas::line(INK.mix(0.45), 1.0)))?;
        }
        Ok(None)
    })
}
