//! The day without one of its causes, in small multiples.

use super::axis::Axis;
use super::canvas::{self, BLUE, GREY, INK, PanelText, Swatch, curve, outline};
use super::{DayAxis, Style};
use crate::error::ReportError;
use plotters::element::Polygon;
use plotters::prelude::{Color, LineSeries};

/// The day of an arm that takes a cause of the surge away.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FactorDay<'a> {
    /// Title for people.
    pub title: &'a str,
    /// People stranded in each bucket.
    pub people: &'a [f64],
}

/// A small panel for each factor: the day as it was behind, the day without the factor before it, all on the same axes.
///
/// # Errors
/// [`ReportError::Drawing`] when the image cannot be drawn.
pub fn factor_days(
    axis: DayAxis,
    baseline: &[f64],
    factors: &[FactorDay<'_>],
    style: Style,
) -> Result<String, ReportError> {
    const PANEL: f64 = 150.0;
    let language = style.language;
    let (labels, words) = (language.labels(), language.words());
    let titles: Vec<&str> = factors.iter().map(|factor| factor.title).collect();
    let description = words.alt_factors(&titles);
    let columns = style.pick(3, 1).min(factors.len().max(1));
    let rows = factors.len().div_ceil(columns).max(1);
    let height = (rows as f64).mul_add(PANEL, 30.0);
    canvas::draw(style, height, &description, |area| {
        let entries = [(Swatch::Area(GREY), labels.as_it_was), (Swatch::Area(BLUE), labels.without_it)];
        let legend = canvas::legend(area, &entries)?;
        let (_, area) = area.split_vertically(canvas::px(legend));
        let people = baseline.iter().chain(factors.iter().flat_map(|factor| factor.people));
        let y = Axis::from_zero(people.copied().fold(0.0, f64::max), 3);
        let x = Axis::of_day(axis.from_hours, axis.until_hours(), style.pick(4, 6));
        let width = f64::from(style.layout.width()) / columns as f64;
        let zero = vec![0.0; axis.buckets];
        for (factor, area) in factors.iter().zip(area.split_evenly((rows, columns))) {
            let title = canvas::fitted(factor.title, width - 8.0);
            let texts = PanelText {
                left: canvas::text_width(&y.number(y.until)) + 12.0,
                y_title: &title,
                x_title: "",
                x_label: &|hours| Axis::clock(*hours),
                y_label: &|people| y.number(*people),
                marks: &[],
            };
            let (mut panel, _) = canvas::panel(&area, &x, &y, &texts)?;
            let was = Polygon::new(outline(&axis, &zero, baseline), GREY.mix(0.45).filled());
            panel.draw_series(std::iter::once(was))?;
            let without = Polygon::new(outline(&axis, &zero, factor.people), BLUE.mix(0.85).filled());
            panel.draw_series(std::iter::once(without))?;
            panel.draw_series(LineSeries::new(curve(&axis, baseline), canvas::line(INK.mix(0.55), 1.0)))?;
        }
        Ok(None)
    })
}
