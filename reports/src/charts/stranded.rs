//! People stranded over the day.

use super::axis::Axis;
use super::canvas::{self, INK, PanelText, Swatch};
use super::{DayAxis, Layout, Mark};
use crate::clock::clock_text;
use crate::error::ReportError;
use crate::format;
use crate::relief::StrandedClass;
use plotters::element::Polygon;
use plotters::prelude::{Color, DashedLineSeries, LineSeries};

/// People stranded at each moment of the day.
#[derive(Debug, Clone, PartialEq)]
pub struct StrandedOverDay {
    /// The buckets of all series below.
    pub axis: DayAxis,
    /// People stranded in each bucket, mean over replications, by class in the order of [`StrandedClass::ALL`].
    pub by_class: [Vec<f64>; 3],
    /// All of them: 5 % of replications have fewer; empty with a single replication.
    pub total_p05: Vec<f64>,
    /// All of them: 5 % of replications have more; empty with a single replication.
    pub total_p95: Vec<f64>,
    /// Moments worth marking.
    pub marks: Vec<Mark>,
}

impl StrandedOverDay {
    /// People stranded in each bucket, all classes, mean over replications.
    pub fn total(&self) -> Vec<f64> {
        (0..self.axis.buckets).map(|bucket| self.by_class.iter().map(|class| class[bucket]).sum()).collect()
    }

    /// The bucket with the most people stranded, and how many; `None` when nobody ever is.
    pub fn peak(&self) -> Option<(usize, f64)> {
        self.total().into_iter().enumerate().filter(|(_, people)| *people > 0.0).max_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// Stacked areas by what people cannot do, with a band for the total over replications.
///
/// # Errors
/// [`ReportError::Drawing`] when the image cannot be drawn.
pub fn stranded_over_day(data: &StrandedOverDay, layout: Layout) -> Result<String, ReportError> {
    let total = data.total();
    let has_band = data.total_p95.len() == total.len();
    let highest = total.iter().chain(&data.total_p95).copied().fold(0.0, f64::max);
    let description = data.peak().map_or_else(
        || "People stranded over the day: nobody at any time.".to_owned(),
        |(bucket, people)| {
            format!(
                "People stranded over the day, stacked by what they cannot do. The peak is {} people at about {}.",
                format::number(people, 0),
                clock_text(data.axis.begin_hours(bucket)),
            )
        },
    );
    canvas::draw(layout, layout.pick(340.0, 330.0), &description, |area| {
        let mut entries: Vec<(Swatch, &str)> = StrandedClass::ALL
            .iter()
            .map(|class| (Swatch::Area(canvas::class_colour(*class)), class.label()))
            .collect();
        if has_band {
            entries.push((Swatch::Dashes(INK), "all: 5 % and 95 % of replications"));
        }
        let legend = canvas::legend(area, &entries)?;
        let (_, area) = area.split_vertically(canvas::px(legend));
        let x = Axis::of_day(data.axis.from_hours, data.axis.until_hours(), layout.pick(12, 6));
        let y = Axis::from_zero(highest, 5);
        let mut panel = canvas::panel(
            &area,
            &x,
            &y,
            &PanelText {
                left: canvas::text_width(&y.number(y.until)) + 12.0,
                y_title: "people stranded at the same time",
                x_title: "time of day",
                x_label: &|hours| clock_label(*hours),
                y_label: &|people| y.number(*people),
                marks: &data.marks,
            },
        )?;
        let mut floor = vec![0.0; total.len()];
        for class in StrandedClass::ALL {
            let ceiling: Vec<f64> =
                floor.iter().zip(&data.by_class[class.index()]).map(|(below, people)| below + people).collect();
            let outline = outline(&data.axis, &floor, &ceiling);
            let style = canvas::class_colour(class).mix(0.85).filled();
            panel.draw_series(std::iter::once(Polygon::new(outline, style)))?;
            floor = ceiling;
        }
        if has_band {
            for edge in [&data.total_p05, &data.total_p95] {
                let points = edge.iter().enumerate().map(|(bucket, people)| (data.axis.hours(bucket), *people));
                let (dash, gap) = (canvas::px(4.0), canvas::px(3.0));
                panel.draw_series(DashedLineSeries::new(points, dash, gap, canvas::line(INK.mix(0.7), 1.1)))?;
            }
        }
        let top = total.iter().enumerate().map(|(bucket, people)| (data.axis.hours(bucket), *people));
        panel.draw_series(LineSeries::new(top, canvas::line(INK.mix(0.8), 1.2)))?;
        Ok(())
    })
}

/// The closed line around the area between two series.
pub(super) fn outline(axis: &DayAxis, floor: &[f64], ceiling: &[f64]) -> Vec<(f64, f64)> {
    let forth = ceiling.iter().enumerate().map(|(bucket, value)| (axis.hours(bucket), *value));
    let back = floor.iter().enumerate().rev().map(|(bucket, value)| (axis.hours(bucket), *value));
    forth.chain(back).collect()
}

/// Clock time at a tick, without the day: the axis runs on.
pub(super) fn clock_label(hours: f64) -> String {
    format!("{:02}:00", (hours.round() as i64).rem_euclid(24))
}
