//! People stranded over the day.

use super::axis::Axis;
use super::canvas::{self, INK, Panel, PanelText, Swatch, curve, outline, stacked};
use super::{DayAxis, Mark, Style};
use crate::error::ReportError;
use crate::format::whole;
use crate::relief::StrandedClass;
use plotters::element::{Polygon, Text};
use plotters::prelude::{BLACK, Color, LineSeries};
use plotters::style::text_anchor::{HPos, VPos};

/// People stranded at each moment of the day.
#[derive(Debug, Clone, PartialEq)]
pub struct StrandedOverDay {
    /// The buckets of all series below.
    pub axis: DayAxis,
    /// People stranded in each bucket, mean over replications, by class in the order of [`StrandedClass::ALL`].
    pub by_class: [Vec<f64>; 3],
    /// How far the replications lie apart; `None` with a single one.
    pub fan: Option<Fan>,
    /// Moments worth marking.
    pub marks: Vec<Mark>,
}

/// Quantiles over replications of all people stranded, in each bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct Fan {
    /// 5 % of replications have fewer.
    pub p05: Vec<f64>,
    /// 25 % have fewer.
    pub p25: Vec<f64>,
    /// 25 % have more.
    pub p75: Vec<f64>,
    /// 5 % have more.
    pub p95: Vec<f64>,
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

/// Stacked areas by what people cannot do, with a fan for the total over replications. `others` are days that a page may lay over the
/// chart: the axis leaves room for them, up to twice the height of this day.
///
/// # Errors
/// [`ReportError::Drawing`] when the image cannot be drawn.
pub fn stranded_over_day(data: &StrandedOverDay, others: &[&[f64]], style: Style) -> Result<String, ReportError> {
    let language = style.language;
    let (labels, words) = (language.labels(), language.words());
    let total = data.total();
    let fan = data.fan.iter().flat_map(|fan| &fan.p95);
    let own = total.iter().chain(fan).copied().fold(0.0, f64::max);
    let other = others.iter().flat_map(|people| people.iter()).copied().fold(0.0, f64::max);
    let highest = own.max(other.min(own * 2.0));
    let description = words.alt_stranded(
        data.peak().map(|(bucket, people)| (whole(people), language.clock(data.axis.begin_hours(bucket)))),
    );
    canvas::draw(style, style.pick(340.0, 330.0), &description, |area| {
        let mut entries: Vec<(Swatch, &str)> = StrandedClass::ALL
            .iter()
            .map(|class| (Swatch::Area(canvas::class_colour(*class)), language.class(*class)))
            .collect();
        if data.fan.is_some() {
            entries.push((Swatch::Fan(INK), labels.fan));
        }
        let legend = canvas::legend(area, &entries)?;
        let (_, area) = area.split_vertically(canvas::px(legend));
        let x = Axis::of_day(data.axis.from_hours, data.axis.until_hours(), style.pick(12, 6));
        let y = Axis::from_zero(highest, 5);
        let texts = PanelText {
            left: canvas::text_width(&y.number(y.until)) + 12.0,
            y_title: labels.axis_people_stranded,
            x_title: labels.axis_time_of_day,
            x_label: &|hours| Axis::clock(*hours),
            y_label: &|people| y.number(*people),
            marks: &data.marks,
        };
        let (mut panel, plot) = canvas::panel(&area, &x, &y, &texts)?;
        let mut floor = vec![0.0; total.len()];
        for class in StrandedClass::ALL {
            let ceiling = stacked(&floor, &data.by_class[class.index()]);
            let fill = canvas::class_colour(class).mix(0.85).filled();
            panel.draw_series(std::iter::once(Polygon::new(outline(&data.axis, &floor, &ceiling), fill)))?;
            let room = style.pick(f64::from(plot.height()), 0.0) / y.until;
            label_area(&mut panel, &data.axis, [&floor, &ceiling], room, language.class(class))?;
            floor = ceiling;
        }
        if let Some(fan) = &data.fan {
            for (low, high, strength) in [(&fan.p05, &fan.p95, 0.16), (&fan.p25, &fan.p75, 0.24)] {
                let band = Polygon::new(outline(&data.axis, low, high), INK.mix(strength).filled());
                panel.draw_series(std::iter::once(band))?;
            }
        }
        panel.draw_series(LineSeries::new(curve(&data.axis, &total), canvas::line(INK.mix(0.85), 1.4)))?;
        Ok(Some(plot))
    })
}

/// Writes what an area is into the area, where it is thick enough. `room` is the height of one person in units.
fn label_area(
    panel: &mut Panel<'_>,
    axis: &DayAxis,
    [floor, ceiling]: [&[f64]; 2],
    room: f64,
    label: &str,
) -> canvas::Painted {
    // As many buckets on both sides as the label needs must be thick enough too.
    let half_width = canvas::text_width(label) / 2.0 + 4.0;
    let bucket_width = f64::from(panel.plotting_area().dim_in_pixel().0) / 4.0 / axis.buckets as f64;
    let reach = (half_width / bucket_width).ceil() as usize;
    let fits = |bucket: usize| {
        let (from, until) = (bucket.checked_sub(reach)?, bucket + reach);
        let top = ceiling.get(from..=until)?.iter().copied().fold(f64::INFINITY, f64::min);
        let bottom = floor.get(from..=until)?.iter().copied().fold(0.0, f64::max);
        Some((top - bottom, f64::midpoint(top, bottom)))
    };
    let best =
        (0..axis.buckets).filter_map(|bucket| Some((bucket, fits(bucket)?))).max_by(|a, b| a.1.0.total_cmp(&b.1.0));
    let best = best.filter(|(_, (thickness, _))| thickness * room > canvas::LINE + 6.0);
    if let Some((bucket, (_, middle))) = best {
        let mut style = canvas::text(1.0, HPos::Center, VPos::Center);
        // Dark on every one of the colours, on a light page and on a dark one.
        style.color = BLACK.mix(0.95).to_backend_color();
        panel.draw_series(std::iter::once(Text::new(label.to_owned(), (axis.hours(bucket), middle), style)))?;
    }
    Ok(())
}
