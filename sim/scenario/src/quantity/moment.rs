//! Points in time.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::value::{Datetime, Offset};

use super::text::{Quantity, text_quantity};
use super::{Clock, Duration, QuantityError};

const NANOSECONDS_PER_SECOND: i128 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
/// 9999-12-31T23:59:59Z: the last second that TOML and RFC 3339 can write.
const LAST_UNIX_SECOND: i64 = 253_402_300_799;

/// A date and time with its offset from UTC; written `2022-04-10T12:00:00+09:00` or, shorter, `2022-04-10T12:00+09:00`.
///
/// The offset is kept for showing the moment as the people there would; comparisons look at the instant first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    unix_seconds: i64,
    nanosecond: u32,
    offset_minutes: i16,
}

impl Moment {
    /// Whole seconds since 1970-01-01T00:00:00Z (s).
    pub const fn unix_seconds(self) -> i64 {
        self.unix_seconds
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z (ns).
    pub const fn unix_nanoseconds(self) -> i128 {
        self.unix_seconds as i128 * NANOSECONDS_PER_SECOND + self.nanosecond as i128
    }

    /// How far the local clock is ahead of UTC (min).
    pub const fn offset_minutes(self) -> i16 {
        self.offset_minutes
    }

    /// The moment `duration` later, at the same offset; stays at the end of the year 9999.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let nanoseconds = self.unix_nanoseconds() + i128::from(duration.as_nanoseconds());
        let seconds = nanoseconds.div_euclid(NANOSECONDS_PER_SECOND) as i64;
        let last = LAST_UNIX_SECOND - i64::from(self.offset_minutes.max(0)) * 60;
        if seconds > last {
            return Self { unix_seconds: last, nanosecond: 0, ..self };
        }
        Self { unix_seconds: seconds, nanosecond: nanoseconds.rem_euclid(NANOSECONDS_PER_SECOND) as u32, ..self }
    }

    /// The time from `earlier` to this moment; `None` if `earlier` is later.
    pub fn since(self, earlier: Self) -> Option<Duration> {
        let nanoseconds = self.unix_nanoseconds() - earlier.unix_nanoseconds();
        u64::try_from(nanoseconds).ok().map(Duration::from_nanoseconds)
    }

    /// Seconds of the local day (s), 0 to 86,399.
    pub fn seconds_of_day(self) -> u32 {
        self.local_seconds().rem_euclid(SECONDS_PER_DAY) as u32
    }

    /// The next moment, this one included, at which the local clock shows `clock`.
    #[must_use]
    pub fn next(self, clock: Clock) -> Self {
        let wanted = i64::from(clock.seconds_of_day());
        let mut wait = (wanted - i64::from(self.seconds_of_day())).rem_euclid(SECONDS_PER_DAY);
        if wait == 0 && self.nanosecond > 0 {
            wait = SECONDS_PER_DAY;
        }
        let seconds = Duration::seconds(wait as u64);
        self.plus(seconds.saturating_sub(Duration::from_nanoseconds(u64::from(self.nanosecond))))
    }

    /// The day of the week of the local date: 0 is Monday, 6 is Sunday.
    pub fn weekday(self) -> u8 {
        // 1970-01-01, day zero, was a Thursday.
        (self.local_seconds().div_euclid(SECONDS_PER_DAY) + 3).rem_euclid(7) as u8
    }

    fn local_seconds(self) -> i64 {
        self.unix_seconds + i64::from(self.offset_minutes) * 60
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |moment: &Self| (moment.unix_seconds, moment.nanosecond, moment.offset_minutes);
        key(self).cmp(&key(other))
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date
/// algorithms", `days_from_civil`).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The year, month and day that `days` after 1970-01-01 is (the same source, `civil_from_days`).
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

impl Quantity for Moment {
    const EXPECTED: &'static str = "a date and time with its offset such as 2022-04-10T12:00:00+09:00";
    const IS_DATE_OR_TIME: bool = true;

    fn from_number(number: f64) -> Result<Self, QuantityError> {
        Err(QuantityError::number(Self::EXPECTED, number, "it is only a number"))
    }
}

impl FromStr for Moment {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let wrong = |reason: String| QuantityError::text(Self::EXPECTED, text, reason);
        let datetime: Datetime =
            text.trim().parse().map_err(|_| wrong("it is not a date and time of the calendar".to_owned()))?;
        let Some(date) = datetime.date else {
            return Err(wrong("the date is missing".to_owned()));
        };
        let Some(time) = datetime.time else {
            return Err(wrong("the time of day is missing".to_owned()));
        };
        let offset_minutes = match datetime.offset {
            Some(Offset::Z) => 0,
            Some(Offset::Custom { minutes }) => minutes,
            None => {
                return Err(wrong("the offset from UTC is missing; Korea's is +09:00".to_owned()));
            }
        };
        let second = time.second.unwrap_or(0);
        if second > 59 {
            return Err(wrong("leap seconds cannot be simulated".to_owned()));
        }
        let days = days_from_civil(i64::from(date.year), i64::from(date.month), i64::from(date.day));
        let local =
            days * SECONDS_PER_DAY + i64::from(time.hour) * 3_600 + i64::from(time.minute) * 60 + i64::from(second);
        Ok(Self {
            unix_seconds: local - i64::from(offset_minutes) * 60,
            nanosecond: time.nanosecond.unwrap_or(0),
            offset_minutes,
        })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.local_seconds();
        let (year, month, day) = civil_from_days(local.div_euclid(SECONDS_PER_DAY));
        let second_of_day = local.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (second_of_day / 3_600, second_of_day / 60 % 60, second_of_day % 60);
        let fraction = match self.nanosecond {
            0 => String::new(),
            nanosecond => format!(".{nanosecond:09}").trim_end_matches('0').to_owned(),
        };
        let offset = match self.offset_minutes {
            0 => "Z".to_owned(),
            minutes => {
                let sign = if minutes < 0 { '-' } else { '+' };
                let minutes = minutes.unsigned_abs();
                format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        };
        formatter.pad(&format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{offset}"))
    }
}

text_quantity!(Moment);

impl JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A date and time with its offset from UTC, with or without quotes.",
            "pattern": r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?([Zz]|[+-][0-9]{2}:[0-9]{2})\s*$",
            "examples": ["2022-04-10T12:00:00+09:00"],
        })
    }
}
