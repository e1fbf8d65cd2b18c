//! The five charts of the report and the panels of `stranded validate`, each a function from plain numbers to an SVG image.
//!
//! One visual language: text, axes and grid take the colour of the surrounding text (`currentColor`), so that the same
//! image works on a light and on a dark page; areas and lines have the colours of Okabe and Ito, which people with any
//! colour vision tell apart ("Color Universal Design", 2008). What is uncertain carries a band or a whisker.
//!
//! plotters writes the text as SVG text, so that it appears in the reader's own font. No font is needed to draw it, and
//! its width is only estimated: the layouts leave room instead of fitting tightly.

mod arms;
mod axis;
mod canvas;
mod duration;
mod load;
mod marks;
mod paired;
mod relief;
mod stranded;

pub use arms::{ArmDifference, arm_differences};
pub use duration::{StrandedTime, stranded_time};
pub use load::{LoadOverDay, load_over_day};
pub use paired::{PairedCurve, paired_curves};
pub use relief::relief_shares;
pub use stranded::{StrandedOverDay, stranded_over_day};

use crate::clock::{ClockEstimate, clock_text};
use crate::summary::ArmSummary;

/// For which width a chart is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// 720 units: a desk.
    Wide,
    /// 360 units: a phone, where a shrunk wide chart could not be read.
    Narrow,
}

impl Layout {
    /// Width in units; one unit is one pixel of a page at its natural size.
    pub fn width(self) -> u32 {
        match self {
            Self::Wide => 720,
            Self::Narrow => 360,
        }
    }

    /// One of two values.
    fn pick<T>(self, wide: T, narrow: T) -> T {
        match self {
            Self::Wide => wide,
            Self::Narrow => narrow,
        }
    }
}

/// A span of time cut into equal buckets, as the horizontal axis of the charts over the day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DayAxis {
    /// Begin of the first bucket, in hours since the analysed day's midnight.
    pub from_hours: f64,
    /// Length of a bucket, in hours.
    pub bucket_hours: f64,
    /// Number of buckets.
    pub buckets: usize,
}

impl DayAxis {
    /// Middle of a bucket, in hours since the analysed day's midnight.
    pub fn hours(&self, bucket: usize) -> f64 {
        (bucket as f64 + 0.5).mul_add(self.bucket_hours, self.from_hours)
    }

    /// Begin of a bucket, in hours since the analysed day's midnight.
    pub fn begin_hours(&self, bucket: usize) -> f64 {
        (bucket as f64).mul_add(self.bucket_hours, self.from_hours)
    }

    /// End of the last bucket, in hours since the analysed day's midnight.
    pub fn until_hours(&self) -> f64 {
        (self.buckets as f64).mul_add(self.bucket_hours, self.from_hours)
    }

    /// The bucket that holds this moment; `None` outside the span.
    pub fn bucket(&self, hours: f64) -> Option<usize> {
        let index = ((hours - self.from_hours) / self.bucket_hours).floor();
        (index >= 0.0 && index < self.buckets as f64).then_some(index as usize)
    }
}

/// A moment worth marking with a vertical line.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Hours since the analysed day's midnight.
    pub hours: f64,
    /// A few words.
    pub label: String,
}

/// What happened to the app in an arm, and when people were told: the moments to mark in the charts over the day.
///
/// An event that happened in less than half of the replications is not marked: its mean time describes no day.
pub fn marks_of(arm: &ArmSummary) -> Vec<Mark> {
    let service = &arm.service;
    let usual = |event: &Option<ClockEstimate>| {
        event.as_ref().filter(|event| event.share >= 0.5).map(|event| event.hours.mean())
    };
    let down = usual(&service.down_at);
    let notice = down.zip(arm.notice_lag_minutes).map(|(down, lag)| down + lag.mean() / 60.0);
    let events = [
        (down, "down"),
        (notice, "first notice"),
        (usual(&service.recovered_at), "back"),
        (usual(&service.relapsed_at), "down again"),
    ];
    let mark = |(hours, word): (Option<f64>, &str)| {
        let hours = hours?;
        Some(Mark { hours, label: format!("{word} {}", time_of_day(hours)) })
    };
    events.into_iter().filter_map(mark).collect()
}

/// Clock text without the day: in a chart the axis runs on and says which it is.
fn time_of_day(hours: f64) -> String {
    clock_text(((hours * 60.0).round() / 60.0).rem_euclid(24.0))
}

/// The chart as a picture of its own, on a white card with black text, for places that know no `currentColor`.
pub fn standalone(svg: &str) -> String {
    match svg.split_once('>') {
        Some((open, rest)) => {
            format!(
                "{open} style=\"color:#1b1f24;background:#ffffff\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>{rest}"
            )
        }
        None => svg.to_owned(),
    }
}

#[cfg(test)]
#[path = "charts_tests.rs"]
mod tests;
