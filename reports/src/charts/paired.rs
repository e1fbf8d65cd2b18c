//! Measured beside simulated: the same curve twice, in panels.

use super::axis::Axis;
use super::canvas::{self, Area, BLUE, Painted, PanelText, Swatch, VERMILLION};
use super::{Layout, Style};
use crate::error::ReportError;
use crate::language::Language;
use plotters::element::{Circle, EmptyElement};
use plotters::prelude::{Color, LineSeries};

/// Height of a panel, in units.
const PANEL: f64 = 190.0;
/// Room between two panels side by side, in units.
const GAP: f64 = 12.0;

/// One panel: a curve as it was measured and as it was simulated.
#[derive(Debug, Clone, PartialEq)]
pub struct PairedCurve {
    /// What the vertical axis shows, with its unit.
    pub title: String,
    /// What the horizontal axis shows, with its unit.
    pub x_title: String,
    /// Measured points (x, y), by rising x.
    pub measured: Vec<(f64, f64)>,
    /// Simulated points (x, y), by rising x.
    pub simulated: Vec<(f64, f64)>,
    /// Single measurements are dots; a series in time is a line.
    pub has_dots: bool,
}

impl PairedCurve {
    fn highest(&self, of: impl Fn(&(f64, f64)) -> f64) -> f64 {
        self.measured.iter().chain(&self.simulated).map(of).filter(|value| value.is_finite()).fold(0.0, f64::max)
    }
}

/// Draws the panels, two beside each other where there is room. `description` is what a screen reader says.
///
/// # Errors
/// [`ReportError::Drawing`] when the image cannot be drawn.
pub fn paired_curves(panels: &[PairedCurve], description: &str, layout: Layout) -> Result<String, ReportError> {
    let style = Style { layout, language: Language::English };
    let columns: usize = style.pick(2, 1);
    let rows = panels.len().div_ceil(columns).max(1);
    let height = (rows as f64).mul_add(PANEL, 40.0);
    canvas::draw(style, height, description, |area| {
        let entries = [(Swatch::Line(BLUE), "simulated"), (Swatch::Area(VERMILLION), "measured")];
        let legend = canvas::legend(area, &entries)?;
        let width = (f64::from(layout.width()) - GAP * (columns as f64 - 1.0)) / columns as f64;
        for (index, panel) in panels.iter().enumerate() {
            let (row, column) = (index / columns, index % columns);
            let (left, top) = (column as f64 * (width + GAP), (row as f64).mul_add(PANEL, legend));
            let cell = area.clone().shrink(
                (canvas::px(left), canvas::px(top)),
                (canvas::px(width) as u32, canvas::px(PANEL - 8.0) as u32),
            );
            draw(&cell, panel)?;
        }
        Ok(None)
    })
}

fn draw(area: &Area<'_>, curve: &PairedCurve) -> Painted {
    let x = Axis::from_zero(curve.highest(|point| point.0), 6);
    let y = Axis::from_zero(curve.highest(|point| point.1), 4);
    let texts = PanelText {
        left: canvas::text_width(&y.number(y.until)) + 12.0,
        y_title: &curve.title,
        x_title: &curve.x_title,
        x_label: &|value| x.number(*value),
        y_label: &|value| y.number(*value),
        marks: &[],
    };
    let (mut panel, _) = canvas::panel(area, &x, &y, &texts)?;
    panel.draw_series(LineSeries::new(curve.simulated.iter().copied(), canvas::line(BLUE, 2.2)))?;
    if curve.has_dots {
        let dot =
            |point: &(f64, f64)| EmptyElement::at(*point) + Circle::new((0, 0), canvas::px(3.8), VERMILLION.filled());
        panel.draw_series(curve.measured.iter().map(dot))?;
    } else {
        panel.draw_series(LineSeries::new(curve.measured.iter().copied(), canvas::line(VERMILLION.mix(0.85), 1.6)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(has_dots: bool) -> PairedCurve {
        PairedCurve {
            title: "goodput (1/s)".to_owned(),
            x_title: "offered load (1/s)".to_owned(),
            measured: vec![(20.0, 19.0), (100.0, 95.0)],
            simulated: vec![(20.0, 20.0), (100.0, 96.0)],
            has_dots,
        }
    }

    #[test]
    fn every_panel_is_drawn_in_both_layouts() {
        for layout in [Layout::Wide, Layout::Narrow] {
            let image = paired_curves(&[curve(true), curve(false), curve(true)], "a & b", layout).unwrap();
            let document = roxmltree::Document::parse(&image).unwrap();
            let count = |tag: &str| document.descendants().filter(|node| node.has_tag_name(tag)).count();
            assert_eq!(count("circle"), 4, "two dots in each of two panels");
            let texts = document.descendants().filter(roxmltree::Node::is_text).filter_map(|node| node.text());
            let titles = texts.filter(|text| text.contains("goodput"));
            assert_eq!(titles.count(), 3);
            assert!(image.contains("aria-label=\"a &amp; b\""));
        }
    }

    #[test]
    fn nothing_to_show_is_still_an_image() {
        let empty = PairedCurve { measured: Vec::new(), simulated: Vec::new(), ..curve(true) };
        assert!(roxmltree::Document::parse(&paired_curves(&[empty], "", Layout::Wide).unwrap()).is_ok());
        assert!(roxmltree::Document::parse(&paired_curves(&[], "", Layout::Narrow).unwrap()).is_ok());
    }
}
