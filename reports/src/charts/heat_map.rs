//! The objective over two parameters.

use super::Style;
use super::canvas::{self, BLUE, INK, ORANGE};
use crate::error::ReportError;
use crate::format;
use crate::sweep::HeatMap;
use plotters::element::{Rectangle, Text};
use plotters::prelude::{Color, RGBColor};
use plotters::style::text_anchor::{HPos, VPos};

/// Height of a row of cells, in units.
const ROW: f64 = 34.0;
/// Narrowest cell that a number fits into, in units.
const CELL_FOR_TEXT: f64 = 40.0;

/// A field of coloured cells, one for each pair of values, with the number in each and a frame around the best.
///
/// # Errors
/// [`ReportError::Drawing`] when the image cannot be drawn.
pub fn heat_map(map: &HeatMap, style: Style) -> Result<String, ReportError> {
    let values = || map.cells.iter().flatten().flatten().copied();
    let lowest = values().fold(f64::INFINITY, f64::min);
    let highest = values().fold(f64::NEG_INFINITY, f64::max);
    let description = format!(
        "{} over {} and {}, from {} to {}.",
        map.objective,
        map.x,
        map.y,
        format::measured(lowest),
        format::measured(highest),
    );
    let width = f64::from(style.layout.width());
    let labels = map.y_labels.iter().map(|label| canvas::text_width(label)).fold(0.0, f64::max);
    let left = labels.min(width * 0.3) + 10.0;
    let cell = (width - left - 4.0) / map.x_labels.len().max(1) as f64;
    let rows = map.y_labels.len() as f64;
    let top = canvas::LINE + 6.0;
    let height = rows.mul_add(ROW, top) + 2.0 * canvas::LINE + 10.0;
    canvas::draw(style, height, &description, |area| {
        let quiet = |horizontal, vertical| canvas::text(0.75, horizontal, vertical);
        area.draw(&Text::new(map.y.clone(), (0, canvas::px(1.0)), quiet(HPos::Left, VPos::Top)))?;
        for (y, label) in map.y_labels.iter().enumerate() {
            // The first value stands at the bottom, as on an axis.
            let row_top = (rows - 1.0 - y as f64).mul_add(ROW, top);
            let middle = canvas::px(row_top + ROW / 2.0);
            let label = canvas::fitted(label, left - 10.0);
            area.draw(&Text::new(label, (canvas::px(left - 6.0), middle), quiet(HPos::Right, VPos::Center)))?;
            for (x, value) in map.cells[y].iter().enumerate() {
                let cell_left = (x as f64).mul_add(cell, left);
                let frame = |inset: f64| {
                    [
                        (canvas::px(cell_left + inset), canvas::px(row_top + inset)),
                        (canvas::px(cell_left + cell - inset), canvas::px(row_top + ROW - inset)),
                    ]
                };
                let Some(value) = value else { continue };
                let share = if highest > lowest { (value - lowest) / (highest - lowest) } else { 0.5 };
                let badness = if map.more_is_better { 1.0 - share } else { share };
                let (colour, strength) = shade(badness);
                area.draw(&Rectangle::new(frame(1.0), colour.mix(strength).filled()))?;
                if map.best == Some([x, y]) {
                    area.draw(&Rectangle::new(frame(1.5), canvas::line(INK.mix(0.9), 2.2)))?;
                }
                if cell >= CELL_FOR_TEXT {
                    let place = (canvas::px(cell_left + cell / 2.0), middle);
                    let text = canvas::fitted(&format::measured(*value), cell);
                    area.draw(&Text::new(text, place, canvas::text(0.95, HPos::Center, VPos::Center)))?;
                }
            }
        }
        let below = rows.mul_add(ROW, top) + 4.0;
        // Labels that would run into each other are left out, every second or third one.
        let widest = map.x_labels.iter().map(|label| canvas::text_width(label)).fold(0.0, f64::max);
        let every = ((widest + 8.0) / cell).ceil().max(1.0) as usize;
        for (x, label) in map.x_labels.iter().enumerate().step_by(every) {
            let place = (canvas::px((x as f64 + 0.5).mul_add(cell, left)), canvas::px(below));
            area.draw(&Text::new(label.clone(), place, quiet(HPos::Center, VPos::Top)))?;
        }
        let place = (canvas::px(f64::midpoint(left, width)), canvas::px(height - 1.0));
        area.draw(&Text::new(map.x.clone(), place, quiet(HPos::Center, VPos::Bottom)))?;
        Ok(None)
    })
}

/// Blue for good and orange for bad, pale in between: people with any colour vision tell them apart, and the text stays readable.
fn shade(badness: f64) -> (RGBColor, f64) {
    let distance = (2.0 * badness - 1.0).clamp(-1.0, 1.0);
    if distance < 0.0 { (BLUE, 0.04 - 0.46 * distance) } else { (ORANGE, 0.66f64.mul_add(distance, 0.04)) }
}
