//! What was asked of the service, what it answered in time, and what waited.

use super::axis::Axis;
use super::canvas::{
    self, Area, BLUE, GREEN, INK, ORANGE, PURPLE, Painted, PanelText, Plot, Swatch, VERMILLION, curve, outline, stacked,
};
use super::{DayAxis, Mark, Style};
use crate::error::ReportError;
use crate::format;
use plotters::element::Polygon;
use plotters::prelude::{Color, DashedLineSeries, LineSeries};

/// Load on the service that limits, mean over replications.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadOverDay {
    /// The buckets of all series below.
    pub axis: DayAxis,
    /// Attempts per second, retries included: offered load.
    pub attempts_per_second: Vec<f64>,
    /// First attempts at an intent per second: what people want.
    pub first_attempts_per_second: Vec<f64>,
    /// Answers in time per second: goodput.
    pub in_time_per_second: Vec<f64>,
    /// Answers per second that nobody waited for any more: wasted work.
    pub late_per_second: Vec<f64>,
    /// Attempts per second that the service could work off at the bucket's mix of requests; `None` without requests.
    pub capacity_per_second: Vec<Option<f64>>,
    /// Requests waiting.
    pub queue: Vec<f64>,
    /// Moments worth marking.
    pub marks: Vec<Mark>,
}

impl LoadOverDay {
    /// The bucket with the highest offered load, and how many attempts per second; `None` without attempts.
    pub fn peak(&self) -> Option<(usize, f64)> {
        let attempts = self.attempts_per_second.iter().copied().enumerate();
        attempts.filter(|(_, rate)| *rate > 0.0).max_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// Offered load, what of it are retries, capacity and goodput above; the queue below.
///
/// # Errors
/// [`ReportError::Drawing`] when the image cannot be drawn.
pub fn load_over_day(data: &LoadOverDay, style: Style) -> Result<String, ReportError> {
    let (labels, words) = (style.language.labels(), style.language.words());
    let description = words.alt_load(data.peak().map(|(bucket, attempts)| {
        let (first, in_time) = (data.first_attempts_per_second[bucket], data.in_time_per_second[bucket]);
        [attempts, first, in_time].map(format::measured)
    }));
    let height = style.pick(470.0, 520.0);
    canvas::draw(style, height, &description, |area| {
        let entries = [
            (Swatch::Line(VERMILLION), labels.offered_load),
            (Swatch::Line(BLUE), labels.first_attempts),
            (Swatch::Dashes(INK), labels.capacity),
            (Swatch::Area(GREEN), labels.goodput),
            (Swatch::Area(ORANGE), labels.wasted_work),
        ];
        let legend = canvas::legend(area, &entries)?;
        let (_, area) = area.split_vertically(canvas::px(legend));
        let (upper, lower) = area.split_vertically(canvas::px((height - legend) * 0.66));
        let x = Axis::of_day(data.axis.from_hours, data.axis.until_hours(), style.pick(12, 6));
        let capacities = data.capacity_per_second.iter().flatten();
        let rates = data.attempts_per_second.iter().chain(capacities);
        let rates = Axis::from_zero(rates.copied().fold(0.0, f64::max), 5);
        let waiting = Axis::from_zero(data.queue.iter().copied().fold(0.0, f64::max), 3);
        let widest = |axis: &Axis| canvas::text_width(&axis.number(axis.until));
        let left = widest(&rates).max(widest(&waiting)) + 12.0;
        let above = draw_rates(&upper, data, &x, &rates, left, style)?;
        let below = draw_queue(&lower, data, &x, &waiting, left, style)?;
        Ok(Some(above.down_to(below)))
    })
}

fn draw_rates(area: &Area<'_>, data: &LoadOverDay, x: &Axis, y: &Axis, left: f64, style: Style) -> Painted<Plot> {
    let texts = PanelText {
        left,
        y_title: style.language.labels().axis_attempts,
        x_title: "",
        x_label: &|hours| Axis::clock(*hours),
        y_label: &|rate| y.number(*rate),
        marks: &data.marks,
    };
    let (mut panel, plot) = canvas::panel(area, x, y, &texts)?;
    let points = |series: &[f64]| curve(&data.axis, series);
    let (attempts, first) = (&data.attempts_per_second, &data.first_attempts_per_second);
    let retries = Polygon::new(outline(&data.axis, first, attempts), VERMILLION.mix(0.18).filled());
    panel.draw_series(std::iter::once(retries))?;
    let zero = vec![0.0; data.axis.buckets];
    let goodput = outline(&data.axis, &zero, &data.in_time_per_second);
    panel.draw_series(std::iter::once(Polygon::new(goodput, GREEN.mix(0.8).filled())))?;
    let worked = stacked(&data.in_time_per_second, &data.late_per_second);
    let wasted = outline(&data.axis, &data.in_time_per_second, &worked);
    panel.draw_series(std::iter::once(Polygon::new(wasted, ORANGE.mix(0.75).filled())))?;
    panel.draw_series(LineSeries::new(points(attempts), canvas::line(VERMILLION, 2.0)))?;
    panel.draw_series(LineSeries::new(points(first), canvas::line(BLUE, 2.0)))?;

    // A stretch of buckets without requests has no capacity to speak of: the line breaks there.
    let capacity: Vec<(f64, Option<f64>)> =
        data.capacity_per_second.iter().enumerate().map(|(bucket, rate)| (data.axis.hours(bucket), *rate)).collect();
    for stretch in capacity.chunk_by(|a, b| a.1.is_some() == b.1.is_some()) {
        let known = stretch.iter().filter_map(|(hours, rate)| Some((*hours, (*rate)?)));
        let style = canvas::line(INK.mix(0.85), 1.6);
        panel.draw_series(DashedLineSeries::new(known, canvas::px(6.0), canvas::px(4.0), style))?;
    }
    Ok(plot)
}

fn draw_queue(area: &Area<'_>, data: &LoadOverDay, x: &Axis, y: &Axis, left: f64, style: Style) -> Painted<Plot> {
    let texts = PanelText {
        left,
        y_title: style.language.labels().axis_waiting,
        x_title: style.language.labels().axis_time_of_day,
        x_label: &|hours| Axis::clock(*hours),
        y_label: &|count| y.number(*count),
        marks: &[],
    };
    let (mut panel, plot) = canvas::panel(area, x, y, &texts)?;
    let queue = outline(&data.axis, &vec![0.0; data.axis.buckets], &data.queue);
    panel.draw_series(std::iter::once(Polygon::new(queue, PURPLE.mix(0.85).filled())))?;
    Ok(plot)
}
