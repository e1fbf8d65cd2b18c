//! Hours of the analysed day as wall-clock text.
//!
//! The model counts time from its own start; people read clocks. Everything that is a time of day travels as hours since
//! midnight of the analysed day (25.5 is half past one the next morning), because hours can be averaged over
//! replications, and is written beside it as ISO 8601 text.

use crate::estimate::Estimate;
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// The day a run analyses: where its midnight is on the world's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnalysedDay {
    /// Midnight at which the day begins, in seconds since 1970-01-01T00:00Z.
    pub midnight_unix_s: i64,
    /// What local clocks show ahead of UTC, in seconds (Korea: 32,400).
    pub utc_offset_s: i32,
}

impl AnalysedDay {
    /// ISO 8601 text, to the second, of a moment given in hours since the day's midnight: `2022-04-10T12:38:00+09:00`.
    ///
    /// `None` for a moment beyond the calendar (some 260,000 years away) or an offset of more than a day.
    pub fn iso8601(&self, hours_since_midnight: f64) -> Option<String> {
        let offset = FixedOffset::east_opt(self.utc_offset_s)?;
        let since = (hours_since_midnight * 3_600.0).round();
        // Conversion from a float saturates and turns NaN into 0, so what is not a moment is refused here.
        if !since.is_finite() {
            return None;
        }
        let moment = self.midnight_unix_s.checked_add(since as i64)?;
        Some(DateTime::from_timestamp(moment, 0)?.with_timezone(&offset).to_rfc3339())
    }

    /// Date of the day, `2022-04-10`; `None` beyond the calendar.
    pub fn date(&self) -> Option<String> {
        self.iso8601(0.0).and_then(|text| Some(text.split_once('T')?.0.to_owned()))
    }
}

/// Clock text of hours since midnight for people: `12:38`, or `01:05 (+1 d)` after the next midnight.
pub fn clock_text(hours_since_midnight: f64) -> String {
    let minutes = (hours_since_midnight * 60.0).round() as i64;
    let (day, minute) = (minutes.div_euclid(1_440), minutes.rem_euclid(1_440));
    let clock = format!("{:02}:{:02}", minute / 60, minute % 60);
    match day {
        0 => clock,
        day => format!("{clock} ({day:+} d)"),
    }
}

/// A time of day over replications: hours since the analysed day's midnight, and the same as text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClockEstimate {
    /// Hours since the analysed day's midnight, over the replications in which the event happened.
    #[serde(flatten)]
    pub hours: Estimate,
    /// The mean as ISO 8601 text with offset.
    pub at: String,
    /// The interval as ISO 8601 text with offset; `null` where `ci95` is.
    pub at_ci95: Option<[String; 2]>,
    /// Share of all replications in which the event happened, 0 to 1.
    pub share: f64,
}

impl ClockEstimate {
    /// From the hours since midnight over the replications in which the event happened, and the share of those, 0 to 1.
    ///
    /// `None` when a moment lies beyond the calendar.
    pub fn new(day: AnalysedDay, hours: Estimate, share: f64) -> Option<Self> {
        let at_ci95 = match hours.ci95() {
            Some([low, high]) => Some([day.iso8601(low)?, day.iso8601(high)?]),
            None => None,
        };
        Some(Self { hours, at: day.iso8601(hours.mean())?, at_ci95, share })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2022-04-10T00:00+09:00.
    const SUNDAY: AnalysedDay = AnalysedDay { midnight_unix_s: 1_649_516_400, utc_offset_s: 32_400 };

    #[test]
    fn moments_are_local_and_run_past_midnight() {
        assert_eq!(SUNDAY.iso8601(12.5).unwrap(), "2022-04-10T12:30:00+09:00");
        assert_eq!(SUNDAY.iso8601(26.0).unwrap(), "2022-04-11T02:00:00+09:00");
        assert_eq!(SUNDAY.date().unwrap(), "2022-04-10");
        assert_eq!(SUNDAY.iso8601(f64::NAN), None);
    }

    #[test]
    fn clock_text_names_the_day_only_when_it_is_another() {
        assert_eq!(clock_text(12.0 + 38.0 / 60.0), "12:38");
        assert_eq!(clock_text(25.0 + 5.0 / 60.0), "01:05 (+1 d)");
        assert_eq!(clock_text(-0.5), "23:30 (-1 d)");
        assert_eq!(clock_text(23.999), "00:00 (+1 d)");
    }

    #[test]
    fn an_event_of_half_the_replications_says_so() {
        let hours = Estimate::new(12.5, Some([12.25, 12.75])).unwrap();
        let down = ClockEstimate::new(SUNDAY, hours, 0.5).unwrap();
        assert_eq!(down.at, "2022-04-10T12:30:00+09:00");
        assert_eq!(down.at_ci95.as_ref().unwrap()[1], "2022-04-10T12:45:00+09:00");
        assert!((down.share - 0.5).abs() < 1e-12);
        let json = serde_json::to_value(&down).unwrap();
        assert!((json["mean"].as_f64().unwrap() - 12.5).abs() < 1e-12);
        let back: ClockEstimate = serde_json::from_value(json).unwrap();
        assert_eq!(back, down);
        assert_eq!(ClockEstimate::new(SUNDAY, Estimate::exact(1e12).unwrap(), 0.5), None);
    }
}
