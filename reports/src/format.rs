//! Numbers, lengths of time, amounts and dates as text, as each language writes them.

use crate::clock::AnalysedDay;
use crate::estimate::Estimate;
use crate::language::Language;
use crate::summary::Quantity;
use chrono::{DateTime, Datelike, FixedOffset};

/// What stands where nothing was measured.
pub const NOTHING: &str = "–";

/// A number with so many decimals and a comma between thousands: `-12,345.6`. Both languages write them so.
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::with_capacity(text.len() + whole.len() / 3 + 1);
    // A value that rounds to zero carries no sign.
    if value < 0.0 && text.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
        grouped.push('−');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

/// A whole number with a comma between thousands.
pub fn whole(value: f64) -> String {
    number(value, 0)
}

/// A number with as many decimals as make sense for its size: none from 100 on, one from 10 on, else two.
pub fn measured(value: f64) -> String {
    let decimals = match value.abs() {
        v if v == 0.0 || v >= 99.95 => 0,
        v if v >= 9.995 => 1,
        _ => 2,
    };
    number(value, decimals)
}

impl Language {
    /// A share, 0 to 1, in per cent: `42 %`, `1.2 %` below ten.
    pub fn share(self, value: f64) -> String {
        let percent = value * 100.0;
        let decimals = usize::from(percent.abs() < 9.95 && percent != 0.0);
        match self {
            Self::English => format!("{} %", number(percent, decimals)),
            Self::Korean => format!("{}%", number(percent, decimals)),
        }
    }

    /// A share as a change: `+12 %`, `−83 %`.
    pub fn change(self, value: f64) -> String {
        signed(self.share(value.abs()), value)
    }

    /// A length in minutes the way people say it: `12 min`, `5 h 25 min`; `5시간 25분`.
    pub fn minutes(self, value: f64) -> String {
        let total = value.round() as i64;
        match (self, total / 60, total % 60) {
            (Self::English, 0, minutes) => format!("{minutes} min"),
            (Self::English, hours, 0) => format!("{hours} h"),
            (Self::English, hours, minutes) => format!("{hours} h {minutes} min"),
            (Self::Korean, 0, minutes) => format!("{minutes}분"),
            (Self::Korean, hours, 0) => format!("{hours}시간"),
            (Self::Korean, hours, minutes) => format!("{hours}시간 {minutes}분"),
        }
    }

    /// A length in hours as a number: `5.4 h`.
    pub fn hours(self, value: f64) -> String {
        let text = number(value, usize::from(value.abs() < 99.95));
        match self {
            Self::English => format!("{text} h"),
            Self::Korean => format!("{text}시간"),
        }
    }

    /// An amount of Korean won: `₩1,640 million`; `16.4억 원`.
    pub fn won(self, value: f64) -> String {
        match self {
            // The sign stands before the currency, so that no line ends between them.
            Self::English if value < 0.0 => {
                let size = self.won(-value);
                if size == "₩0" { size } else { format!("−{size}") }
            }
            Self::English if value.abs() >= 1e6 => {
                let millions = value / 1e6;
                format!("₩{} million", number(millions, usize::from(millions.abs() < 10.0)))
            }
            Self::English => format!("₩{}", whole(value)),
            Self::Korean if value.abs() >= 1e8 => {
                let hundred_millions = value / 1e8;
                format!("{}억 원", number(hundred_millions, usize::from(hundred_millions.abs() < 100.0)))
            }
            Self::Korean if value.abs() >= 1e5 => format!("{}만 원", whole(value / 1e4)),
            Self::Korean => format!("{}원", whole(value)),
        }
    }

    /// A count of people.
    pub fn people(self, value: f64) -> String {
        match self {
            Self::English => whole(value),
            Self::Korean => format!("{}명", whole(value)),
        }
    }

    /// Hours since the analysed day's midnight as a time of day: `12:38`, `01:05 the next day`; `다음 날 01:05`.
    pub fn clock(self, hours_since_midnight: f64) -> String {
        let minutes = (hours_since_midnight * 60.0).round() as i64;
        let (day, minute) = (minutes.div_euclid(1_440), minutes.rem_euclid(1_440));
        let clock = format!("{:02}:{:02}", minute / 60, minute % 60);
        match (self, day) {
            (_, 0) => clock,
            (Self::English, 1) => format!("{clock} the next day"),
            (Self::English, -1) => format!("{clock} the day before"),
            (Self::English, day) => format!("{clock} ({day:+} d)"),
            (Self::Korean, 1) => format!("다음 날 {clock}"),
            (Self::Korean, -1) => format!("전날 {clock}"),
            (Self::Korean, day) => format!("{clock} ({day:+}일)"),
        }
    }

    /// A time of day with the interval of its mean: `00:21 the next day (00:14 to 00:28)`.
    pub fn clock_with_interval(self, hours: &Estimate) -> String {
        let mean = self.clock(hours.mean());
        let of_day = |hours: f64| self.clock(((hours * 60.0).round() / 60.0).rem_euclid(24.0));
        match hours.ci95().map(|ends| ends.map(of_day)) {
            Some([low, high]) if low != high => format!("{mean} ({})", self.range(&low, &high)),
            _ => mean,
        }
    }

    /// From one text to another: `9,500 to 10,500`; `9,500~10,500`.
    pub fn range(self, low: &str, high: &str) -> String {
        match self {
            Self::English => format!("{low} to {high}"),
            Self::Korean => format!("{low}~{high}"),
        }
    }

    /// The date of a day: `Sunday, 10 April 2022`; `2022년 4월 10일 일요일`. `None` beyond the calendar.
    pub fn date(self, day: AnalysedDay) -> Option<String> {
        let offset = FixedOffset::east_opt(day.utc_offset_s)?;
        let date = DateTime::from_timestamp(day.midnight_unix_s, 0)?.with_timezone(&offset);
        let labels = self.labels();
        let weekday = labels.weekdays[date.weekday().num_days_from_monday() as usize];
        Some(match self {
            Self::English => {
                format!("{weekday}, {} {} {}", date.day(), ENGLISH_MONTHS[date.month0() as usize], date.year())
            }
            Self::Korean => format!("{}년 {}월 {}일 {weekday}", date.year(), date.month(), date.day()),
        })
    }

    /// A value of this quantity.
    pub fn quantity(self, quantity: Quantity, value: f64) -> String {
        match quantity {
            Quantity::People => self.people(value),
            Quantity::Hours => self.hours(value),
            Quantity::Minutes => self.minutes(value),
            Quantity::Share => self.share(value),
            Quantity::Clock => self.clock(value),
            Quantity::Number => measured(value),
        }
    }

    /// A difference of two values of this quantity, with its sign: `+12 min`, `−0.4 points`. Times of day differ by a length of time.
    pub fn difference(self, quantity: Quantity, value: f64) -> String {
        let size = value.abs();
        let text = match (quantity, self) {
            (Quantity::Clock, _) => self.minutes(size * 60.0),
            (Quantity::Share, Self::English) => format!("{} points", measured(size * 100.0)),
            (Quantity::Share, Self::Korean) => format!("{}%p", measured(size * 100.0)),
            (other, _) => self.quantity(other, size),
        };
        signed(text, value)
    }

    /// The interval of an estimate by this formatter: `9,500 to 10,500`; [`NOTHING`] when it is unknown.
    pub fn interval(self, estimate: Option<&Estimate>, format: impl Fn(f64) -> String) -> String {
        match estimate.and_then(Estimate::ci95) {
            Some([low, high]) => {
                let (low, high) = (format(low), format(high));
                if low == high { low } else { self.range(&low, &high) }
            }
            None => NOTHING.to_owned(),
        }
    }

    /// The same of something that cannot be negative: the part of the interval below zero is not shown.
    pub fn size_interval(self, estimate: Option<&Estimate>, format: impl Fn(f64) -> String) -> String {
        self.interval(estimate.map(Estimate::not_below_zero).as_ref(), format)
    }

    /// Mean and interval: `10,000 (9,500 to 10,500)`; only the mean when the interval is unknown or does not show.
    pub fn with_interval(self, estimate: &Estimate, format: impl Fn(f64) -> String) -> String {
        let mean = format(estimate.mean());
        match estimate.ci95().map(|ends| ends.map(&format)) {
            Some([low, high]) if low != mean || high != mean => format!("{mean} ({})", self.range(&low, &high)),
            _ => mean,
        }
    }
}

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The text of a size with the sign of the value; what rounds to zero has none.
pub(crate) fn signed(size: String, value: f64) -> String {
    let is_zero = !size.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    match value {
        _ if is_zero => size,
        v if v < 0.0 => format!("−{size}"),
        _ => format!("+{size}"),
    }
}

/// The mean of an estimate by this formatter; [`NOTHING`] for none.
pub fn mean(estimate: Option<&Estimate>, format: impl Fn(f64) -> String) -> String {
    estimate.map_or_else(|| NOTHING.to_owned(), |e| format(e.mean()))
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
