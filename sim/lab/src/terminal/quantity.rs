//! A number of a known quantity, as people write it.

use super::number::{hours, interval, percent, rounded, size_interval};
use stranded_reports::clock::clock_text;
use stranded_reports::estimate::Estimate;
use stranded_reports::summary::Quantity;

/// Writes a value of that quantity.
pub(crate) fn write(quantity: Quantity, value: f64) -> String {
    match quantity {
        Quantity::People | Quantity::Number => rounded(value),
        Quantity::Hours => hours(value),
        Quantity::Minutes => hours(value / 60.0),
        Quantity::Share => percent(value),
        Quantity::Clock => clock_text(value),
    }
}

/// Writes the interval of an estimate of that quantity, from zero on where the quantity cannot be negative.
pub(crate) fn write_interval(quantity: Quantity, estimate: &Estimate) -> String {
    let write = |value| write(quantity, value);
    match quantity {
        // A moment before midnight is one of the day before.
        Quantity::Clock => interval(estimate, write),
        _ => size_interval(estimate, write),
    }
}
