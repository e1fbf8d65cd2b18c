//! What a real server answers, by how many requests it has in flight.

use super::axis::Axis;
use super::canvas::{self, BLUE, DOT, GREEN, INK, PanelText, Swatch, VERMILLION};
use super::{Mark, Style};
use crate::capacity::{Capacity, Law};
use crate::error::ReportError;
use crate::format::measured;
use plotters::element::{Circle, EmptyElement};
use plotters::prelude::{Color, DashedLineSeries, LineSeries};

/// Points of the drawn law.
const STEPS: u32 = 120;
/// Room beside the outermost points, as a factor of the axis's ends.
const MARGIN: f64 = 1.25;

/// Every window of the search, the law through them, and the largest rate at which the objective held, over requests in flight on a
/// logarithmic axis.
///
/// # Errors
/// [`ReportError::Drawing`] when the image cannot be drawn.
pub fn capacity_curve(capacity: &Capacity, style: Style) -> Result<String, ReportError> {
    let (labels, words) = (style.language.labels(), style.language.words());
    let points: Vec<(f64, f64, bool)> = capacity.points().filter(|(in_flight, ..)| *in_flight > 0.0).collect();
    let [from, until] = ends(&points);
    let law = capacity.scalability.as_ref();
    let curve = law.map(|law| law_between(law, from, until)).unwrap_or_default();
    let most = points.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1));
    let description = words.alt_capacity(
        points.len(),
        most.map(|(in_flight, per_second, _)| [measured(per_second), measured(in_flight)]),
        law.and_then(|law| law.peak_concurrency).map(measured),
    );
    let rate = capacity.rate().map(|rate| format!("{}: {}", labels.largest_rate_held, measured(rate)));
    let height = style.pick(330.0, 350.0);
    canvas::draw(style, height, &description, |area| {
        let mut entries =
            vec![(Swatch::Dot(GREEN), labels.objective_held), (Swatch::Ring(VERMILLION), labels.objective_failed)];
        entries.extend(law.map(|_| (Swatch::Line(BLUE), labels.scalability_law)));
        entries.extend(rate.as_deref().map(|rate| (Swatch::Dashes(INK), rate)));
        let legend = canvas::legend(area, &entries)?;
        let (_, area) = area.split_vertically(canvas::px(legend));
        let x = Axis::logarithmic(from, until, style.pick(10, 5));
        let heights =
            points.iter().map(|point| point.1).chain(curve.iter().map(|point| point.1)).chain(capacity.rate());
        let y = Axis::from_zero(heights.fold(0.0, f64::max), 5);
        let peak = law
            .and_then(|law| law.peak_concurrency)
            .map(|at| Mark { hours: at, label: format!("{} {}", labels.mark_peak, measured(at)) });
        let texts = PanelText {
            left: canvas::text_width(&y.number(y.until)) + 12.0,
            y_title: labels.axis_answers,
            x_title: labels.axis_in_flight,
            x_label: &|in_flight| Axis::round(*in_flight),
            y_label: &|rate| y.number(*rate),
            marks: peak.as_slice(),
        };
        let (mut panel, plot) = canvas::panel(&area, &x, &y, &texts)?;
        if let Some(rate) = capacity.rate() {
            let across = [(x.from, rate), (x.until, rate)];
            let dashes = canvas::line(INK.mix(0.85), 1.6);
            panel.draw_series(DashedLineSeries::new(across, canvas::px(6.0), canvas::px(4.0), dashes))?;
        }
        panel.draw_series(LineSeries::new(curve.iter().copied(), canvas::line(BLUE, 2.2)))?;
        for (in_flight, per_second, held) in &points {
            let dot = if *held { GREEN.filled() } else { canvas::line(VERMILLION, 2.0) };
            let at = EmptyElement::at((*in_flight, *per_second));
            panel.draw_series(std::iter::once(at + Circle::new((0, 0), canvas::px(DOT), dot)))?;
        }
        Ok(Some(plot))
    })
}

/// The law as it is drawn: requests in flight and answers per second, at equal ratios.
pub(crate) fn drawn_law(capacity: &Capacity) -> Vec<(f64, f64)> {
    let points: Vec<(f64, f64, bool)> = capacity.points().filter(|(in_flight, ..)| *in_flight > 0.0).collect();
    let [from, until] = ends(&points);
    capacity.scalability.as_ref().map(|law| law_between(law, from, until)).unwrap_or_default()
}

/// Where the axis begins and ends.
fn ends(points: &[(f64, f64, bool)]) -> [f64; 2] {
    let least = points.iter().map(|point| point.0).fold(f64::INFINITY, f64::min);
    let most = points.iter().map(|point| point.0).fold(0.0, f64::max);
    if most > 0.0 { [least / MARGIN, most * MARGIN] } else { [1.0, 10.0] }
}

fn law_between(law: &Law, from: f64, until: f64) -> Vec<(f64, f64)> {
    let points = (0..=STEPS).map(|step| {
        let in_flight = from * (until / from).powf(f64::from(step) / f64::from(STEPS));
        (in_flight, law.per_second(in_flight))
    });
    // With more than full contention the law makes no sense below one request.
    points.filter(|(_, rate)| rate.is_finite() && *rate >= 0.0).collect()
}
