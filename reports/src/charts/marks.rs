//! Where the labels of marked moments stand: in rows above the plot, touching neither each other nor a line.

use super::Mark;
use super::axis::Axis;
use super::canvas::{RIGHT, fitted, text_width};

/// A mark with its place, in units from the edges of its area.
#[derive(Clone)]
pub(super) struct PlacedMark {
    pub(super) x: f64,
    /// Row of the label, from the top; the line of the mark begins there and runs down.
    pub(super) row: usize,
    pub(super) label: String,
    pub(super) label_is_left: bool,
}

/// Gives each mark within the axis a row and a side.
///
/// One order of placing them does not suit all days, so three are tried: from the left with those at the right edge, who
/// have no choice of side, first; from the right; from the left. With more long labels than there is room for, the last
/// resort may lie on a line.
pub(super) fn place_marks(marks: &[Mark], axis: &Axis, left: f64, right: f64) -> Vec<PlacedMark> {
    let edge = right + RIGHT;
    let on_axis = |mark: &&Mark| mark.hours >= axis.from && mark.hours <= axis.until;
    let unplaced = |mark: &Mark| PlacedMark {
        x: axis.part(mark.hours).mul_add(right - left, left),
        row: 0,
        label: fitted(&mark.label, right - left),
        label_is_left: false,
    };
    let mut from_left: Vec<PlacedMark> = marks.iter().filter(on_axis).map(unplaced).collect();
    from_left.sort_by(|a, b| a.x.total_cmp(&b.x));
    let from_right: Vec<PlacedMark> = from_left.iter().rev().cloned().collect();
    let has_choice = |mark: &PlacedMark| span(mark, false)[1] <= edge;
    let (free, bound): (Vec<_>, Vec<_>) = from_left.iter().cloned().partition(has_choice);
    let bound_first: Vec<PlacedMark> = bound.into_iter().rev().chain(free).collect();

    let mut last_resort = Vec::new();
    for (order, left_first) in [(bound_first, false), (from_right, true), (from_left, false)] {
        let (placed, all_free) = place_in_order(order, left_first, edge);
        if all_free {
            return placed;
        }
        last_resort = placed;
    }
    last_resort
}

/// From where to where the label reaches on this side.
fn span(mark: &PlacedMark, is_left: bool) -> [f64; 2] {
    let width = text_width(&mark.label) + 8.0;
    if is_left { [mark.x - width, mark.x] } else { [mark.x, mark.x + width] }
}

/// Places each mark in the highest row that is free of those before it, and says whether all found one.
fn place_in_order(marks: Vec<PlacedMark>, left_first: bool, edge: f64) -> (Vec<PlacedMark>, bool) {
    let mut placed: Vec<PlacedMark> = Vec::with_capacity(marks.len());
    let mut all_free = true;
    for mark in marks {
        let is_free = |row: usize, is_left: bool| {
            let [from, until] = span(&mark, is_left);
            let touches = |other: &PlacedMark| {
                let [a, b] = span(other, other.label_is_left);
                let label_on_label = other.row == row && from <= b && until >= a;
                let line_on_label = other.row > row && a <= mark.x && mark.x <= b;
                let label_on_line = other.row <= row && from <= other.x && other.x <= until;
                label_on_label || line_on_label || label_on_line
            };
            from >= 0.0 && until <= edge && !placed.iter().any(touches)
        };
        let lowest = placed.iter().map(|other| other.row + 1).max().unwrap_or(0);
        let sides = [left_first, !left_first];
        let free = (0..=lowest)
            .flat_map(|row| sides.map(|is_left| (row, is_left)))
            .find(|(row, is_left)| is_free(*row, *is_left));
        all_free &= free.is_some();
        let (row, label_is_left) = free.unwrap_or((lowest, left_first));
        placed.push(PlacedMark { row, label_is_left, ..mark });
    }
    (placed, all_free)
}
