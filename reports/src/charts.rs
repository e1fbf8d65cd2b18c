//! The charts of the reports and the panels of `stranded validate`, each a function from plain numbers to an SVG image.
//!
//! One visual language: text, axes and grid take the colour of the surrounding text (`currentColor`), so that the same
//! image works on a light and on a dark page; areas and lines have the colours of Okabe and Ito, which people with any
//! colour vision tell apart ("Color Universal Design", 2008). What is uncertain carries a band or a whisker.
//!
//! plotters writes the text as SVG text, so that it appears in the reader's own font. No font is needed to draw it, and
//! its width is only estimated: the layouts leave room instead of fitting tightly. A chart over an axis says in `data-plot` where
//! its plot lies, so that a page can point at values.

mod arms;
mod axis;
mod bars;
mod canvas;
mod capacity;
mod factor_days;
mod heat_map;
mod lengths;
mod load;
mod marks;
mod paired;
mod relief;
mod relief_day;
mod stranded;

pub use arms::{ArmDifference, arm_differences};
pub use bars::{blame_bars, index_bars, tornado};
pub use capacity::capacity_curve;
pub(crate) use capacity::drawn_law;
pub use factor_days::{FactorDay, factor_days};
pub use heat_map::heat_map;
pub use lengths::still_stranded;
pub use load::{LoadOverDay, load_over_day};
pub use paired::{PairedCurve, paired_curves};
pub use relief::relief_shares;
pub use relief_day::{ReliefOverDay, relief_over_day};
pub use stranded::{Fan, StrandedOverDay, stranded_over_day};

use crate::clock::{ClockEstimate, clock_text};
use crate::language::Language;
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

/// How a chart is drawn: for which width, in which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// The width.
    pub layout: Layout,
    /// The language of its texts.
    pub language: Language,
}

impl Style {
    fn pick<T>(self, wide: T, narrow: T) -> T {
        self.layout.pick(wide, narrow)
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
        // A moment on the edge of a bucket belongs to it, whatever the last bit of its hours says.
        let index = ((hours - self.from_hours) / self.bucket_hours + 1e-6).floor();
        (index >= 0.0 && index < self.buckets as f64).then_some(index as usize)
    }
}

/// A moment worth marking with a vertical line.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Where on the horizontal axis: hours since the analysed day's midnight on an axis of the day.
    pub hours: f64,
    /// A few words.
    pub label: String,
}

/// What happened to the app in an arm, and when people were told: the moments to mark in the charts over the day.
///
/// An event that happened in less than half of the replications is not marked: its mean time describes no day.
pub fn marks_of(arm: &ArmSummary, language: Language) -> Vec<Mark> {
    let (service, labels) = (&arm.service, language.labels());
    let usual = |event: &Option<ClockEstimate>| {
        event.as_ref().filter(|event| event.share >= 0.5).map(|event| event.hours.mean())
    };
    let down = usual(&service.down_at);
    let notice = down.zip(arm.notice_lag_minutes).map(|(down, lag)| down + lag.mean() / 60.0);
    let events = [
        (down, labels.mark_down),
        (notice, labels.mark_notice),
        (usual(&service.recovered_at), labels.mark_back),
        (usual(&service.relapsed_at), labels.mark_down_again),
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
            let rest = rest.replace("currentColor", "#1b1f24");
            format!("{open}>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>{rest}")
        }
        None => svg.to_owned(),
    }
}

#[cfg(test)]
#[path = "charts_tests.rs"]
mod tests;
