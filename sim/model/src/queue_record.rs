//! What is measured of a plain stream of requests.
//!
//! Requests are counted by when they came: those that arrived in the measured window, whatever becomes of them later, so that shares
//! have the same people above and below the line. Time averages are over the window itself.

use crate::outcome::PlainMinute;
use stranded_engine::{Span, Time};
use stranded_scenario::section::QueueMeasure;

/// How an attempt ended, as its client sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Answered in time.
    Served,
    /// Refused by a full line, or thrown out of it.
    Refused,
    /// The client left the line.
    Left,
    /// The app's time-out ended it.
    TimedOut,
}

/// How many requests are where.
#[expect(clippy::struct_field_names, reason = "the words of queueing theory")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Census {
    /// Waiting or worked on.
    pub(crate) in_system: usize,
    /// Of those, waiting in a line.
    pub(crate) in_line: usize,
    /// Between two attempts.
    pub(crate) in_orbit: usize,
}

/// Sums over the requests that arrived in the measured window, and time averages over the window.
#[derive(Clone, Debug)]
pub(crate) struct QueueRecord {
    window: (Time, Time),
    pub(crate) arrivals: u64,
    pub(crate) found_full: u64,

    // Attempts.
    pub(crate) attempts: u64,
    pub(crate) answered: u64,
    pub(crate) refused: u64,
    pub(crate) refused_first: u64,
    pub(crate) left_line: u64,
    /// Attempts that were not refused at the door.
    pub(crate) let_in: u64,
    /// ... and those of them that had to wait.
    pub(crate) waited: u64,
    pub(crate) waited_seconds: f64,
    /// P(W > t): threshold, attempts beyond it.
    pub(crate) waited_longer: Vec<(Span, u64)>,

    // Requests.
    pub(crate) served: u64,
    pub(crate) served_wait_seconds: f64,
    pub(crate) sojourn_seconds: f64,
    pub(crate) until_service_seconds: f64,
    /// P(T > t): threshold, requests beyond it.
    pub(crate) stayed_longer: Vec<(Span, u64)>,
    pub(crate) lost: u64,
    pub(crate) orbit_seconds: f64,

    // Time.
    since: Time,
    now: Census,
    /// The sums when the last minute was closed.
    last_minute: PlainMinute,
    pub(crate) in_system_area: f64,
    pub(crate) in_line_area: f64,
    pub(crate) in_orbit_area: f64,
    /// P(N >= n): threshold, seconds at or above it.
    pub(crate) at_least: Vec<(u32, f64)>,
    /// N(t): instant, requests then.
    pub(crate) in_system_at: Vec<(Time, Option<usize>)>,
    pub(crate) in_orbit_at: Vec<(Time, Option<usize>)>,
    /// Instant, seconds from it until nobody is left.
    pub(crate) empty_after: Vec<(Time, Option<f64>)>,
    /// N(0, t): instant, arrivals before it.
    pub(crate) arrivals_within: Vec<(Time, u64)>,
    /// Whether some instants above are still to come; spares looking at the lists at every event.
    is_watching: bool,
}

impl QueueRecord {
    pub(crate) fn new(section: &QueueMeasure, window: (Time, Time)) -> Self {
        let span = crate::sampler::span;
        let instant = |duration: &stranded_scenario::Duration| Time::ZERO + span(*duration);
        Self {
            window,
            arrivals: 0,
            found_full: 0,
            attempts: 0,
            answered: 0,
            refused: 0,
            refused_first: 0,
            left_line: 0,
            let_in: 0,
            waited: 0,
            waited_seconds: 0.0,
            waited_longer: section.wait_longer_than.iter().map(|&it| (span(it), 0)).collect(),
            served: 0,
            served_wait_seconds: 0.0,
            sojourn_seconds: 0.0,
            until_service_seconds: 0.0,
            stayed_longer: section.sojourn_longer_than.iter().map(|&it| (span(it), 0)).collect(),
            lost: 0,
            orbit_seconds: 0.0,
            since: Time::ZERO,
            now: Census::default(),
            last_minute: PlainMinute::default(),
            in_system_area: 0.0,
            in_line_area: 0.0,
            in_orbit_area: 0.0,
            at_least: section.in_system_at_least.iter().map(|&it| (it, 0.0)).collect(),
            in_system_at: section.in_system_at.iter().map(|it| (instant(it), None)).collect(),
            in_orbit_at: section.in_orbit_at.iter().map(|it| (instant(it), None)).collect(),
            empty_after: section.empty_after.iter().map(|it| (instant(it), None)).collect(),
            arrivals_within: section.arrivals_within.iter().map(|it| (instant(it), 0)).collect(),
            is_watching: true,
        }
    }

    /// A request has come; `is_measured` when it did so in the window.
    pub(crate) fn arrived(&mut self, now: Time, is_measured: bool, found_full: bool) {
        if is_measured {
            self.arrivals += 1;
            self.found_full += u64::from(found_full);
        }
        for (instant, count) in &mut self.arrivals_within {
            *count += u64::from(now < *instant);
        }
    }

    /// An attempt of a measured request is over after so long in line.
    pub(crate) fn attempt_over(&mut self, ending: Ending, waited: Span, is_first: bool) {
        self.attempts += 1;
        let has_waited = waited > Span::ZERO;
        match ending {
            Ending::Refused => {
                self.refused += 1;
                self.refused_first += u64::from(is_first);
            }
            Ending::Left => self.left_line += 1,
            Ending::Served => self.answered += 1,
            Ending::TimedOut => {}
        }
        if ending == Ending::Refused && !has_waited {
            return;
        }
        self.let_in += 1;
        self.waited += u64::from(has_waited);
        self.waited_seconds += waited.as_seconds();
        for (threshold, count) in &mut self.waited_longer {
            *count += u64::from(waited > *threshold);
        }
    }

    /// A measured request is served: how long it waited in the attempt that was answered, how long it stayed since its first
    /// attempt, and how long before that one it first came.
    pub(crate) fn served(&mut self, waited: Span, sojourn: Span, before: Span) {
        self.served += 1;
        self.served_wait_seconds += waited.as_seconds();
        self.sojourn_seconds += sojourn.as_seconds();
        self.until_service_seconds += (before + waited).as_seconds();
        for (threshold, count) in &mut self.stayed_longer {
            *count += u64::from(sojourn > *threshold);
        }
    }

    /// A measured request is over.
    pub(crate) fn request_over(&mut self, is_lost: bool, orbit: Span) {
        self.lost += u64::from(is_lost);
        self.orbit_seconds += orbit.as_seconds();
    }

    /// Brings the time averages up to now: so far it was as last noted, from now on it is like `census`.
    #[inline]
    pub(crate) fn note(&mut self, now: Time, census: Census) {
        if census == self.now {
            return;
        }
        self.advance(now);
        self.now = census;
    }

    /// Closes the books at the end of the run.
    pub(crate) fn finish(&mut self, end: Time) {
        self.advance(end);
        // The very end still belongs to the run.
        self.advance(end + Span::from_nanoseconds(1));
    }

    /// What was added to the sums since this was last asked. Changes no sum: splitting an integral would change its rounding.
    pub(crate) fn take_minute(&mut self, now: Time) -> PlainMinute {
        let seconds = self.measured_seconds(now);
        let sums = PlainMinute {
            served: self.served as f64,
            served_wait_seconds: self.served_wait_seconds,
            sojourn_seconds: self.sojourn_seconds,
            in_system_seconds: self.in_system_area + self.now.in_system as f64 * seconds,
            in_line_seconds: self.in_line_area + self.now.in_line as f64 * seconds,
        };
        let last = std::mem::replace(&mut self.last_minute, sums);
        PlainMinute {
            served: sums.served - last.served,
            served_wait_seconds: sums.served_wait_seconds - last.served_wait_seconds,
            sojourn_seconds: sums.sojourn_seconds - last.sojourn_seconds,
            in_system_seconds: sums.in_system_seconds - last.in_system_seconds,
            in_line_seconds: sums.in_line_seconds - last.in_line_seconds,
        }
    }

    /// Time since the last note, as far as it lies in the window.
    fn measured_seconds(&self, now: Time) -> f64 {
        let (from, until) = self.window;
        now.min(until).saturating_since(self.since.max(from)).as_seconds()
    }

    fn advance(&mut self, now: Time) {
        let seconds = self.measured_seconds(now);
        if seconds > 0.0 {
            let Census { in_system, in_line, in_orbit } = self.now;
            self.in_system_area += in_system as f64 * seconds;
            self.in_line_area += in_line as f64 * seconds;
            self.in_orbit_area += in_orbit as f64 * seconds;
            for (threshold, area) in &mut self.at_least {
                if in_system >= *threshold as usize {
                    *area += seconds;
                }
            }
        }
        if self.is_watching {
            self.watch(now);
        }
        self.since = now;
    }

    /// Looks at the instants that have passed since the last note.
    fn watch(&mut self, now: Time) {
        let Census { in_system, in_orbit, .. } = self.now;
        let mut is_watching = false;
        for (list, count) in [(&mut self.in_system_at, in_system), (&mut self.in_orbit_at, in_orbit)] {
            for (instant, value) in list.iter_mut().filter(|(_, value)| value.is_none()) {
                if *instant < now {
                    *value = Some(count);
                } else {
                    is_watching = true;
                }
            }
        }
        let is_empty = in_system == 0 && in_orbit == 0;
        for (instant, value) in self.empty_after.iter_mut().filter(|(_, value)| value.is_none()) {
            let begins = self.since.max(*instant);
            if is_empty && now > begins {
                *value = Some((begins - *instant).as_seconds());
            } else {
                is_watching = true;
            }
        }
        self.is_watching = is_watching;
    }

    /// A time integral over the window as an average.
    pub(crate) fn average(&self, area: f64) -> f64 {
        area / self.window.1.saturating_since(self.window.0).as_seconds()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Time {
        Time::from_seconds(seconds)
    }

    fn census(in_system: usize, in_orbit: usize) -> Census {
        Census { in_system, in_line: in_system.saturating_sub(1), in_orbit }
    }

    fn record() -> QueueRecord {
        let seconds = stranded_scenario::Duration::seconds;
        let section = QueueMeasure {
            in_system_at_least: vec![2],
            in_system_at: vec![seconds(3), seconds(10)],
            empty_after: vec![seconds(0), seconds(5)],
            arrivals_within: vec![seconds(2)],
            ..QueueMeasure::default()
        };
        QueueRecord::new(&section, (at(2.0), at(10.0)))
    }

    #[test]
    fn areas_and_instants_follow_the_steps() {
        let mut record = record();
        // 2 from the start, 1 from 4 s, in orbit from 6 s, nobody from 7 s.
        for (time, state) in [(0.0, census(2, 0)), (4.0, census(1, 0)), (6.0, census(0, 1)), (7.0, census(0, 0))] {
            record.note(at(time), state);
        }
        record.finish(at(10.0));
        assert!((record.average(record.in_system_area) - (2.0 * 2.0 + 2.0 * 1.0) / 8.0).abs() < 1e-12);
        assert!((record.average(record.in_orbit_area) - 1.0 / 8.0).abs() < 1e-12);
        assert!((record.average(record.at_least[0].1) - 2.0 / 8.0).abs() < 1e-12);
        assert_eq!(record.in_system_at, [(at(3.0), Some(2)), (at(10.0), Some(0))]);
        assert_eq!(record.empty_after, [(at(0.0), Some(7.0)), (at(5.0), Some(2.0))]);
    }

    #[test]
    fn a_moment_of_no_length_is_not_empty() {
        let mut record = record();
        for (time, state) in [(0.0, census(1, 0)), (1.0, census(0, 0)), (1.0, census(0, 1)), (9.0, census(1, 0))] {
            record.note(at(time), state);
        }
        record.finish(at(10.0));
        assert_eq!(record.empty_after, [(at(0.0), None), (at(5.0), None)]);
    }

    #[test]
    fn attempts_refused_at_the_door_do_not_count_as_waiting() {
        let mut record = record();
        record.attempt_over(Ending::Refused, Span::ZERO, true);
        record.attempt_over(Ending::Refused, Span::from_seconds(1.0), false);
        record.attempt_over(Ending::Served, Span::ZERO, false);
        assert_eq!((record.attempts, record.answered), (3, 1));
        assert_eq!((record.refused, record.refused_first), (2, 1));
        assert_eq!((record.let_in, record.waited), (2, 1));
        record.arrived(at(1.0), false, true);
        record.arrived(at(2.0), true, true);
        assert_eq!((record.arrivals, record.found_full, record.arrivals_within[0].1), (1, 1, 1));
    }
}
