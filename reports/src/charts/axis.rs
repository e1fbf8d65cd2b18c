//! Where the ticks of an axis are and what stands at them.

use crate::clock::clock_text;
use crate::format;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use std::ops::Range;

/// An axis from one value to another, with ticks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    pub(super) from: f64,
    pub(super) until: f64,
    pub(super) ticks: Vec<f64>,
    /// Decimals the tick labels need.
    pub(super) decimals: usize,
    /// Equal ratios are equal lengths; the axis lies above zero then.
    pub(super) is_logarithmic: bool,
}

impl Axis {
    /// From zero to at least `highest`, ending on a tick, with at most `ticks_max` steps of 1, 2 or 5 times a power of ten.
    ///
    /// Nothing to show (`highest` not above zero, or not finite) still gives an axis: from 0 to 1.
    pub(super) fn from_zero(highest: f64, ticks_max: usize) -> Self {
        Self::spanning(0.0, highest, ticks_max)
    }

    /// Around zero and these two values, ending on ticks on both sides.
    pub(super) fn spanning(lowest: f64, highest: f64, ticks_max: usize) -> Self {
        let finite = |v: f64| if v.is_finite() { v } else { 0.0 };
        let (lowest, highest) = (finite(lowest).min(0.0), finite(highest).max(0.0));
        let span = if highest - lowest > 0.0 { highest - lowest } else { 1.0 };
        let highest = lowest + span;
        let step = nice_step(span / ticks_max.max(1) as f64);
        let (first, last) = ((lowest / step).floor(), (highest / step - 1e-9).ceil());
        let count = (last - first) as usize;
        Self {
            from: first * step,
            until: last * step,
            ticks: (0..=count).map(|index| (first + index as f64) * step).collect(),
            decimals: (-step.log10().floor()).max(0.0) as usize,
            is_logarithmic: false,
        }
    }

    /// Hours of the day, a tick at every full minute, five minutes, .. 1, 2, 3, .. 24 hours, whichever gives at most `ticks_max`.
    pub(super) fn of_day(from_hours: f64, until_hours: f64, ticks_max: usize) -> Self {
        let span = (until_hours - from_hours).max(f64::EPSILON);
        let minutes = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0].map(|minutes| minutes / 60.0);
        let step = minutes
            .into_iter()
            .chain([1.0, 2.0, 3.0, 4.0, 6.0, 12.0, 24.0])
            .find(|step| span / step <= ticks_max as f64)
            .unwrap_or_else(|| (span / ticks_max.max(1) as f64 / 24.0).ceil() * 24.0);
        let first = (from_hours / step).ceil() as i64;
        let last = (until_hours / step + 1e-9).floor() as i64;
        Self {
            from: from_hours,
            until: until_hours,
            ticks: (first..=last).map(|index| index as f64 * step).collect(),
            decimals: 0,
            is_logarithmic: false,
        }
    }

    /// Lengths of time in minutes on a logarithmic axis, with ticks at lengths that people know, at most `ticks_max`.
    pub(super) fn of_lengths(from_minutes: f64, until_minutes: f64, ticks_max: usize) -> Self {
        const KNOWN: [f64; 13] =
            [1.0, 2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 240.0, 480.0, 720.0, 1_440.0, 2_880.0, 5_760.0];
        let (from, until) = (from_minutes.max(1.0), until_minutes.max(from_minutes.max(1.0) * 2.0));
        let mut ticks: Vec<f64> = KNOWN.into_iter().filter(|tick| (from..=until).contains(tick)).collect();
        while ticks.len() > ticks_max.max(2) {
            // Every other one, and the last one always.
            let last = ticks.len() - 1;
            ticks = ticks
                .into_iter()
                .enumerate()
                .filter(|(index, _)| (last - index).is_multiple_of(2))
                .map(|it| it.1)
                .collect();
        }
        Self { from, until, ticks, decimals: 0, is_logarithmic: true }
    }

    /// Numbers from one above zero to another on a logarithmic axis, with at most `ticks_max` ticks at 1, 2 and 5 times powers of ten,
    /// or at the powers alone, or at some of them.
    pub(super) fn logarithmic(from: f64, until: f64, ticks_max: usize) -> Self {
        let from = if from.is_finite() && from > 0.0 { from } else { 1.0 };
        let until = if until.is_finite() { until.max(from * 2.0) } else { from * 2.0 };
        let powers = from.log10().floor() as i32..=until.log10().ceil() as i32;
        let at = |factors: &[f64], every: usize| -> Vec<f64> {
            let all = powers
                .clone()
                .step_by(every)
                .flat_map(|power| factors.iter().map(move |factor| factor * 10_f64.powi(power)));
            all.filter(|tick| (from..=until).contains(tick)).collect()
        };
        let mut ticks = at(&[1.0, 2.0, 5.0], 1);
        for every in 1.. {
            if ticks.len() <= ticks_max.max(1) {
                break;
            }
            ticks = at(&[1.0], every);
        }
        Self { from, until, ticks, decimals: 0, is_logarithmic: true }
    }

    /// The label of a tick on a logarithmic axis of numbers: as many decimals as the tick has.
    pub(super) fn round(value: f64) -> String {
        format::number(value, (-value.log10().floor()).max(0.0) as usize)
    }

    /// How far along the axis a value lies, 0 to 1.
    pub(super) fn part(&self, value: f64) -> f64 {
        if self.is_logarithmic {
            (value.max(self.from) / self.from).ln() / (self.until / self.from).ln()
        } else {
            (value - self.from) / (self.until - self.from)
        }
    }

    /// The label of a tick that is a time of day, without the day: the axis runs on.
    pub(super) fn clock(hours: f64) -> String {
        clock_text(((hours * 60.0).round() / 60.0).rem_euclid(24.0))
    }

    /// The label of a tick that is a plain number.
    pub(super) fn number(&self, value: f64) -> String {
        format::number(value, self.decimals)
    }
}

impl Ranged for Axis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (first, last): (i32, i32)) -> i32 {
        first + (self.part(*value) * f64::from(last - first)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.from..self.until
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is at least `least`.
fn nice_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_the_data() {
        let axis = Axis::from_zero(8_731.0, 5);
        assert_eq!(axis.ticks, [0.0, 2_000.0, 4_000.0, 6_000.0, 8_000.0, 10_000.0]);
        assert_eq!(axis.number(8_000.0), "8,000");
        let small = Axis::from_zero(0.37, 5);
        assert_eq!(small.number(small.ticks[1]), "0.1");
        assert_eq!(Axis::from_zero(10.0, 5).until.to_bits(), 10.0_f64.to_bits());
    }

    #[test]
    fn both_sides_of_zero_are_held() {
        let axis = Axis::spanning(-39_000.0, 2_000.0, 5);
        assert!(axis.from <= -39_000.0 && axis.until >= 2_000.0 && axis.ticks.contains(&0.0), "{axis:?}");
    }

    #[test]
    fn nothing_to_show_still_has_an_axis() {
        for highest in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let axis = Axis::from_zero(highest, 5);
            assert!(axis.until > axis.from && axis.ticks.len() >= 2, "{highest}: {axis:?}");
        }
    }

    #[test]
    fn hours_of_the_day_tick_at_full_hours() {
        assert_eq!(Axis::of_day(6.0, 30.0, 8).ticks, [6.0, 9.0, 12.0, 15.0, 18.0, 21.0, 24.0, 27.0, 30.0]);
        assert_eq!(Axis::of_day(-40.0, 40.0, 4).ticks, [-24.0, 0.0, 24.0]);
        let labels: Vec<String> = Axis::of_day(9.0, 9.12, 4).ticks.into_iter().map(Axis::clock).collect();
        assert_eq!(labels, ["09:00", "09:02", "09:04", "09:06"]);
    }

    #[test]
    fn a_logarithmic_axis_ticks_at_round_numbers() {
        let labels = |from, until, ticks_max| -> Vec<String> {
            Axis::logarithmic(from, until, ticks_max).ticks.into_iter().map(Axis::round).collect()
        };
        assert_eq!(labels(0.4, 30.0, 8), ["0.5", "1", "2", "5", "10", "20"]);
        assert_eq!(labels(0.4, 300.0, 4), ["1", "10", "100"], "the powers alone");
        assert_eq!(labels(0.005, 2e6, 5), ["0.1", "10", "1,000", "100,000"], "every other power");
        for (from, until) in [(0.0, 0.0), (-1.0, f64::NAN), (3.0, 3.0), (f64::INFINITY, 1.0)] {
            let axis = Axis::logarithmic(from, until, 5);
            assert!(axis.until > axis.from && axis.part(axis.until).is_finite() && !axis.ticks.is_empty(), "{axis:?}");
        }
    }

    #[test]
    fn equal_ratios_are_equal_lengths_on_a_logarithmic_axis() {
        let axis = Axis::of_lengths(15.0, 960.0, 5);
        assert!((axis.part(120.0) - 0.5).abs() < 1e-9 && axis.part(0.0).abs() < 1e-9);
        assert!(axis.ticks.len() <= 5 && axis.ticks.contains(&720.0), "{axis:?}");
        let point = Axis::of_lengths(30.0, 30.0, 5);
        assert!(point.until > point.from && point.part(30.0).is_finite());
    }
}
