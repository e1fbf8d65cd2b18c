//! From simulated time to hours and days of the place, and back.

use stranded_engine::{Span, Time};
use stranded_scenario::quantity::{Clock, Moment};

const DAY_SECONDS: f64 = 86_400.0;
const DAY_NANOSECONDS: u64 = 86_400_000_000_000;

/// Local time of the scenario. Time zero is the calendar's start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Almanac {
    start: Moment,
    /// Local time of day at time zero.
    start_of_day_seconds: f64,
}

impl Almanac {
    pub(crate) fn new(start: Moment) -> Self {
        Self { start, start_of_day_seconds: f64::from(start.seconds_of_day()) }
    }

    /// The simulated time of a moment; moments before the start become zero.
    pub(crate) fn time(&self, moment: Moment) -> Time {
        Time::from_nanoseconds(moment.since(self.start).map_or(0, stranded_scenario::Duration::as_nanoseconds))
    }

    /// Local time of day in seconds.
    pub(crate) fn second_of_day(&self, time: Time) -> f64 {
        (self.start_of_day_seconds + time.as_seconds()) % DAY_SECONDS
    }

    /// Seconds from `time` until the local clock next shows `clock`, zero when it shows it now.
    pub(crate) fn seconds_until(&self, time: Time, clock: Clock) -> f64 {
        let wait = f64::from(clock.seconds_of_day()) - self.second_of_day(time);
        if wait < 0.0 { wait + DAY_SECONDS } else { wait }
    }

    /// Midnight at which the local day of `time` began, in seconds of simulated time; negative if that was before the run.
    pub(crate) fn midnight_seconds(&self, time: Time) -> f64 {
        time.as_seconds() - self.second_of_day(time)
    }

    /// Midnight at which day `index` of the calendar begins, counted from the day of the start; may lie before time zero.
    pub(crate) fn day_start_seconds(&self, index: usize) -> f64 {
        index as f64 * DAY_SECONDS - self.start_of_day_seconds
    }

    /// Number of local days that the run touches.
    pub(crate) fn days(&self, end: Time) -> usize {
        let nanoseconds = end.as_nanoseconds() + Span::from_seconds(self.start_of_day_seconds).as_nanoseconds();
        nanoseconds.div_ceil(DAY_NANOSECONDS) as usize
    }

    /// Whether the local clock is between two times of day, which may span midnight.
    pub(crate) fn is_between(&self, time: Time, from: Clock, until: Clock) -> bool {
        let (second, from, until) =
            (self.second_of_day(time), f64::from(from.seconds_of_day()), f64::from(until.seconds_of_day()));
        if from <= until { (from..until).contains(&second) } else { second >= from || second < until }
    }

    /// The moment at which `amount` seconds of the daily window have passed since `time`.
    pub(crate) fn after_in_window(&self, time: Time, from: Clock, until: Clock, amount: f64) -> Time {
        let (start, stop) = (f64::from(from.seconds_of_day()), f64::from(until.seconds_of_day()));
        let length = if stop > start { stop - start } else { stop - start + DAY_SECONDS };
        if length <= 0.0 || !amount.is_finite() {
            return Time::NEVER;
        }
        let (opens, left_today) = if self.is_between(time, from, until) {
            (0.0, self.seconds_until(time, until))
        } else {
            (self.seconds_until(time, from), length)
        };
        if amount < left_today {
            return time + Span::from_seconds(opens + amount);
        }
        let beyond = amount - left_today;
        let whole_days = (beyond / length).floor();
        let next_window = opens + left_today + (DAY_SECONDS - length);
        time + Span::from_seconds(next_window + whole_days * DAY_SECONDS + (beyond - whole_days * length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn almanac() -> Almanac {
        Almanac::new("2022-04-08T06:00:00+09:00".parse().expect("a date"))
    }

    fn clock(text: &str) -> Clock {
        text.parse().expect("a time of day")
    }

    #[test]
    fn knows_the_hour_whatever_the_start() {
        assert!((almanac().second_of_day(Time::from_seconds(7200.0)) - 8.0 * 3600.0).abs() < 1e-9);
        assert!((almanac().midnight_seconds(Time::from_seconds(20.0 * 3600.0)) - 18.0 * 3600.0).abs() < 1e-6);
        assert!((almanac().midnight_seconds(Time::ZERO) + 6.0 * 3600.0).abs() < 1e-6);
        assert_eq!(almanac().days(Time::from_seconds(18.0 * 3600.0)), 1);
        assert_eq!(almanac().days(Time::from_seconds(18.0 * 3600.0 + 1.0)), 2);
    }

    #[test]
    fn a_window_over_midnight_counts_only_its_own_time() {
        let (from, until) = (clock("21:00"), clock("06:00"));
        // 06:00 local at time zero: the window opens in 15 h and is 9 h long.
        let after =
            |hours: f64| almanac().after_in_window(Time::ZERO, from, until, hours * 3600.0).as_seconds() / 3600.0;
        assert!((after(1.0) - 16.0).abs() < 1e-6);
        assert!((after(10.0) - 40.0).abs() < 1e-6);
        let inside = Time::from_seconds(16.0 * 3600.0);
        assert!((almanac().after_in_window(inside, from, until, 3600.0).as_seconds() / 3600.0 - 17.0).abs() < 1e-6);
    }
}
