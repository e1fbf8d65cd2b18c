//! Charts for the report.

use crate::failure::Failure;
use plotters::prelude::{
    ChartBuilder, Circle, Color as _, IntoDrawingArea as _, IntoFont as _, LineSeries, PathElement, RGBColor,
    SVGBackend, SeriesLabelPosition, WHITE,
};

const SIZE: (u32, u32) = (900, 380);
/// Size of all text.
const FONT: i32 = 14;

/// Colours of Okabe and Ito, which people of any sight can tell apart.
pub const BLUE: RGBColor = RGBColor(0, 114, 178);
/// See [`BLUE`].
pub const GREEN: RGBColor = RGBColor(0, 158, 115);
/// See [`BLUE`].
pub const VERMILLION: RGBColor = RGBColor(213, 94, 0);
/// See [`BLUE`].
pub const GREY: RGBColor = RGBColor(128, 128, 128);

/// A series of points.
#[derive(Clone, Debug)]
pub struct Series {
    /// Name in the legend.
    pub name: &'static str,
    /// Colour.
    pub colour: RGBColor,
    /// Connected by a line, or dots.
    pub is_line: bool,
    /// The points.
    pub points: Vec<(f64, f64)>,
}

/// Draws series over common axes that begin at zero. Values that are none are left out.
///
/// # Errors
/// [`Failure::Drawing`].
pub fn draw(horizontal: &str, vertical: &str, series: &[Series]) -> Result<String, Failure> {
    let mut image = String::new();
    paint(&mut image, horizontal, vertical, series).map_err(|error| Failure::Drawing(error.to_string()))?;
    Ok(image)
}

fn paint(
    image: &mut String,
    horizontal: &str,
    vertical: &str,
    series: &[Series],
) -> Result<(), Box<dyn std::error::Error>> {
    let finite: Vec<Series> = series
        .iter()
        .map(|series| {
            let points = series.points.iter().copied().filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
            Series { points, ..series.clone() }
        })
        .collect();
    let highest = |pick: fn(&(f64, f64)) -> f64| {
        let highest = finite.iter().flat_map(|series| series.points.iter().map(pick)).fold(0.0, f64::max);
        if highest > 0.0 { highest * 1.05 } else { 1.0 }
    };
    let area = SVGBackend::with_string(image, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let font = || ("sans-serif", FONT).into_font();
    let mut chart = ChartBuilder::on(&area)
        .margin(14)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d(0.0..highest(|point| point.0), 0.0..highest(|point| point.1))?;
    chart
        .configure_mesh()
        .x_desc(horizontal)
        .y_desc(vertical)
        .label_style(font())
        .axis_desc_style(font())
        .light_line_style(WHITE)
        .draw()?;
    for Series { name, colour, is_line, points } in finite {
        let drawn = if is_line {
            chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?
        } else {
            chart.draw_series(points.into_iter().map(|point| Circle::new(point, 4, colour.filled())))?
        };
        drawn.label(name).legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(3)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.85))
        .label_font(font())
        .draw()?;
    area.present()?;
    drop(chart);
    drop(area);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_holds_its_words_and_survives_having_nothing_to_show() {
        let series = |points| Series { name: "answered", colour: BLUE, is_line: true, points };
        let image = draw("seconds", "per second", &[series(vec![(0.0, 1.0), (1.0, f64::NAN), (2.0, 3.0)])]).unwrap();
        for word in ["<svg", "seconds", "per second", "answered"] {
            assert!(image.contains(word), "{word}");
        }
        assert!(!image.contains("NaN"));
        assert!(draw("", "", &[series(Vec::new())]).unwrap().contains("</svg>"));
    }
}
