//! How long people were stranded.

use super::axis::Axis;
use super::canvas::{self, INK, PanelText, Swatch};
use super::{Mark, Style};
use crate::aggregate::Lengths;
use crate::error::ReportError;
use crate::relief::StrandedClass;
use plotters::element::Polygon;
use plotters::prelude::{Color, LineSeries};

/// The share of those stranded who still are after so long, on a logarithmic axis, by what they could not do. `marks` are lengths in
/// minutes worth a line, usually quantiles.
///
/// # Errors
/// [`ReportError::Drawing`] when the image cannot be drawn.
pub fn still_stranded(data: &Lengths, marks: &[Mark], style: Style) -> Result<String, ReportError> {
    let language = style.language;
    let (labels, words) = (language.labels(), language.words());
    let shares = [60.0, 180.0, 360.0].map(|after| {
        let share = data.still_stranded(after).unwrap_or(0.0);
        (language.minutes(after), language.share(share))
    });
    let description = words.alt_lengths(&shares);
    canvas::draw(style, style.pick(330.0, 330.0), &description, |area| {
        let mut entries: Vec<(Swatch, &str)> = vec![(Swatch::Fan(INK), labels.all_stranded)];
        let drawn = StrandedClass::ALL.into_iter().filter(|class| !data.by_class[class.index()].is_empty());
        entries.extend(drawn.clone().map(|class| (Swatch::Line(canvas::class_colour(class)), language.class(class))));
        let legend = canvas::legend(area, &entries)?;
        let (_, area) = area.split_vertically(canvas::px(legend));
        let from = data.minutes.first().copied().unwrap_or(15.0);
        let until = data.minutes.last().copied().unwrap_or(1_440.0);
        let x = Axis::of_lengths(from, until, style.pick(10, 5));
        let y = Axis::from_zero(1.0, 5);
        let texts = PanelText {
            left: canvas::text_width("100 %") + 12.0,
            y_title: labels.axis_still_stranded,
            x_title: labels.axis_length,
            x_label: &|minutes| language.minutes(*minutes),
            y_label: &|share| language.share(*share),
            marks,
        };
        let (mut panel, plot) = canvas::panel(&area, &x, &y, &texts)?;
        let points =
            |shares: &[f64]| -> Vec<(f64, f64)> { data.minutes.iter().copied().zip(shares.iter().copied()).collect() };
        if !data.p95.is_empty() {
            let band: Vec<(f64, f64)> =
                points(&data.p95).into_iter().chain(points(&data.p05).into_iter().rev()).collect();
            panel.draw_series(std::iter::once(Polygon::new(band, INK.mix(0.22).filled())))?;
        }
        for class in drawn {
            let line = canvas::line(canvas::class_colour(class), 2.0);
            panel.draw_series(LineSeries::new(points(&data.by_class[class.index()]), line))?;
        }
        panel.draw_series(LineSeries::new(points(&data.all), canvas::line(INK.mix(0.9), 2.2)))?;
        Ok(Some(plot))
    })
}
