//! How long people were stranded.

use super::Layout;
use super::axis::Axis;
use super::canvas::{self, INK, PanelText, Swatch};
use crate::error::ReportError;
use crate::format;
use crate::relief::StrandedClass;
use plotters::element::{PathElement, Rectangle, Text};
use plotters::prelude::Color;
use plotters::style::text_anchor::{HPos, VPos};

/// Lengths of the counted episodes.
#[derive(Debug, Clone, PartialEq)]
pub struct StrandedTime {
    /// Width of a bin, in minutes; the first begins at 0.
    pub bin_minutes: f64,
    /// Episodes in each bin, mean over replications, by class in the order of [`StrandedClass::ALL`].
    pub by_class: [Vec<f64>; 3],
    /// All of them: 5 % of replications have fewer; empty with a single replication.
    pub total_p05: Vec<f64>,
    /// All of them: 5 % of replications have more; empty with a single replication.
    pub total_p95: Vec<f64>,
    /// Median in minutes; `None` without episodes.
    pub median_minutes: Option<f64>,
    /// Episodes per replication whose true length is unknown because the simulation ended.
    pub censored: f64,
}

impl StrandedTime {
    fn total(&self) -> Vec<f64> {
        (0..self.by_class[0].len()).map(|bin| self.by_class.iter().map(|class| class[bin]).sum()).collect()
    }

    /// Bins that are drawn: at least two hours, and enough for all but the longest half per cent of the episodes. A single
    /// episode of two days would otherwise squeeze all others into a corner.
    fn bins_shown(&self) -> usize {
        let total = self.total();
        let all: f64 = total.iter().sum();
        let mut seen = 0.0;
        let enough = total.iter().position(|count| {
            seen += count;
            seen >= all * 0.995
        });
        let at_least = (120.0 / self.bin_minutes).ceil() as usize;
        enough.map_or(at_least, |bin| bin + 1).max(at_least).min(total.len())
    }

    /// Episodes per replication that are longer than what is drawn, and where the drawing ends, in minutes.
    pub fn beyond(&self) -> (f64, f64) {
        let shown = self.bins_shown();
        (self.total()[shown..].iter().sum(), shown as f64 * self.bin_minutes)
    }
}

/// A histogram stacked by what people could not do, with a whisker on each bar and the median marked.
///
/// # Errors
/// [`ReportError::Drawing`] when the image cannot be drawn.
pub fn stranded_time(data: &StrandedTime, layout: Layout) -> Result<String, ReportError> {
    let bins = data.bins_shown();
    let total = data.total();
    let highest = total[..bins].iter().chain(data.total_p95.iter().take(bins)).copied().fold(0.0, f64::max);
    let until_hours = bins as f64 * data.bin_minutes / 60.0;
    let description = data.median_minutes.map_or_else(
        || "How long people were stranded: there was no episode.".to_owned(),
        |median| {
            format!(
                "How long people were stranded, in bins of {}. The median is {}.",
                format::minutes(data.bin_minutes),
                format::minutes(median),
            )
        },
    );
    let whiskers = data.total_p95.len() == total.len();
    canvas::draw(layout, layout.pick(320.0, 320.0), &description, |area| {
        let mut entries: Vec<(Swatch, &str)> = StrandedClass::ALL
            .iter()
            .map(|class| (Swatch::Area(canvas::class_colour(*class)), class.label()))
            .collect();
        if whiskers {
            entries.push((Swatch::Line(INK), "all: 5 % to 95 % of replications"));
        }
        let legend = canvas::legend(area, &entries)?;
        let (_, area) = area.split_vertically(canvas::px(legend));
        let x = Axis { until: until_hours, ..hours_axis(until_hours, layout.pick(14, 7)) };

        let y = Axis::from_zero(highest, 5);
        let title = format!("people per {} of stranded time", format::minutes(data.bin_minutes));
        let mark = data.median_minutes.map(|minutes| super::Mark {
            hours: minutes / 60.0,
            label: format!("median {}", format::minutes(minutes)),
        });
        let mut panel = canvas::panel(
            &area,
            &x,
            &y,
            &PanelText {
                left: canvas::text_width(&y.number(y.until)) + 12.0,
                y_title: &title,
                x_title: "hours stranded",
                x_label: &|hours| x.number(*hours),
                y_label: &|people| y.number(*people),
                marks: mark.as_slice(),
            },
        )?;
        let edge = |bin: usize, part: f64| (bin as f64 + part) * data.bin_minutes / 60.0;
        for bin in 0..bins {
            let mut floor = 0.0;
            for class in StrandedClass::ALL {
                let ceiling = floor + data.by_class[class.index()][bin];
                if ceiling > floor {
                    let style = canvas::class_colour(class).mix(0.85).filled();
                    let bar = Rectangle::new([(edge(bin, 0.06), floor), (edge(bin, 0.94), ceiling)], style);
                    panel.draw_series(std::iter::once(bar))?;
                }
                floor = ceiling;
            }
            if whiskers && data.total_p95[bin] > 0.0 {
                let ends = [(edge(bin, 0.5), data.total_p05[bin]), (edge(bin, 0.5), data.total_p95[bin])];
                let style = canvas::line(INK.mix(0.75), 1.3);
                panel.draw_series(std::iter::once(PathElement::new(ends, style)))?;
            }
        }
        if data.median_minutes.is_none() {
            let style = canvas::text(0.75, HPos::Center, VPos::Center);
            let place = (until_hours / 2.0, y.until / 2.0);
            panel.draw_series(std::iter::once(Text::new("nobody was stranded".to_owned(), place, style)))?;
        }
        Ok(())
    })
}

/// Full hours, at most so many ticks.
fn hours_axis(until_hours: f64, ticks_max: usize) -> Axis {
    let mut axis =
        if until_hours <= 2.0 { Axis::from_zero(until_hours, 4) } else { Axis::of_day(0.0, until_hours, ticks_max) };
    axis.ticks.retain(|tick| *tick <= until_hours);
    axis
}
