//! Counts of a run.

use crate::settings::Settings;
use hdrhistogram::Histogram;
use stranded_engine::{Span, Time};

/// Latencies are kept from a tenth of a millisecond to a day, three digits.
const LATENCY_MICROSECONDS_MAX: u64 = 86_400_000_000;
/// Times to the open door, from a millisecond to a week.
const UNLOCK_MILLISECONDS_MAX: u64 = 604_800_000;

/// Counts, over the measured window unless the name says otherwise.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    // Conservation: every attempt of the whole run ends in exactly one of these, or is under way when the run ends.
    pub(crate) attempts_all: u64,
    pub(crate) answered: u64,
    pub(crate) timed_out: u64,
    pub(crate) refused: u64,
    pub(crate) superseded: u64,
    pub(crate) held_back: u64,
    /// Served although the client had gone; these attempts are among the timed out or superseded.
    pub(crate) answered_late: u64,

    /// Intents that began in the window, their attempts and answers, whenever those were.
    pub(crate) intents: u64,
    pub(crate) attempts: u64,
    /// Attempts of these intents that the app has not sent; they are not among the attempts.
    pub(crate) held_back_measured: u64,
    pub(crate) intents_answered: u64,
    pub(crate) log_ins: u64,
    pub(crate) log_ins_answered: u64,
    /// Answers in the window.
    pub(crate) answered_measured: u64,
    /// Intents that went to the door without a server.
    pub(crate) asked_door: u64,
    /// Intents that the door granted without a server.
    pub(crate) fulfilled_by_door: u64,
    pub(crate) lost_visits: u64,
    pub(crate) lost_bookings: u64,
    pub(crate) booked_out: u64,
    pub(crate) failed_starts: u64,
    pub(crate) late_cars: u64,
    pub(crate) overbilled_minutes: f64,
    pub(crate) permission_failures: u64,
    pub(crate) door_refusals: u64,
    pub(crate) calls: u64,
    pub(crate) calls_while_down: u64,
    pub(crate) calls_answered_while_down: u64,
    pub(crate) people_answered: u64,
    pub(crate) people_helped: u64,
    pub(crate) churned_people: u64,
    pub(crate) locksmith_krw: f64,
    pub(crate) damaged_cars: u64,
    pub(crate) key_trials: u64,
    pub(crate) false_unlocks: u64,
    pub(crate) active_rentals: u32,
    pub(crate) active_rentals_peak: u32,
    /// (person, when the rental began), for the count of rentals touched.
    pub(crate) rentals_begun: Vec<(u32, Time)>,
    latency_microseconds: Histogram<u32>,
    unlock_milliseconds: Histogram<u32>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            attempts_all: 0,
            answered: 0,
            timed_out: 0,
            refused: 0,
            superseded: 0,
            held_back: 0,
            held_back_measured: 0,
            answered_late: 0,
            intents: 0,
            attempts: 0,
            intents_answered: 0,
            log_ins: 0,
            log_ins_answered: 0,
            answered_measured: 0,
            asked_door: 0,
            fulfilled_by_door: 0,
            lost_visits: 0,
            lost_bookings: 0,
            booked_out: 0,
            failed_starts: 0,
            late_cars: 0,
            overbilled_minutes: 0.0,
            permission_failures: 0,
            door_refusals: 0,
            calls: 0,
            calls_while_down: 0,
            calls_answered_while_down: 0,
            people_answered: 0,
            people_helped: 0,
            churned_people: 0,
            locksmith_krw: 0.0,
            damaged_cars: 0,
            key_trials: 0,
            false_unlocks: 0,
            active_rentals: 0,
            active_rentals_peak: 0,
            rentals_begun: Vec::new(),
            latency_microseconds: Histogram::new_with_bounds(100, LATENCY_MICROSECONDS_MAX, 3)
                .expect("the bounds are constant and valid"),
            unlock_milliseconds: Histogram::new_with_bounds(1, UNLOCK_MILLISECONDS_MAX, 3)
                .expect("the bounds are constant and valid"),
        }
    }
}

impl Tally {
    pub(crate) fn record_latency(&mut self, latency: Span) {
        self.latency_microseconds.saturating_record(latency.as_nanoseconds() / 1000);
    }

    /// A quantile of the answered attempts' latency in seconds, if any was answered.
    pub(crate) fn latency_seconds(&self, quantile: f64) -> Option<f64> {
        (!self.latency_microseconds.is_empty())
            .then(|| self.latency_microseconds.value_at_quantile(quantile) as f64 / 1e6)
    }

    pub(crate) fn record_unlock(&mut self, time: Span) {
        self.unlock_milliseconds.saturating_record(time.as_nanoseconds() / 1_000_000);
    }

    /// A quantile of the time from wanting to unlock to the open door in seconds, if any door opened.
    pub(crate) fn unlock_seconds(&self, quantile: f64) -> Option<f64> {
        (!self.unlock_milliseconds.is_empty())
            .then(|| self.unlock_milliseconds.value_at_quantile(quantile) as f64 / 1e3)
    }

    pub(crate) fn call(&mut self, settings: &Settings, now: Time, down: bool) {
        if settings.is_measured(now) {
            self.calls += 1;
            self.calls_while_down += u64::from(down);
        }
    }

    pub(crate) fn call_answered(&mut self, settings: &Settings, now: Time, down: bool) {
        if settings.is_measured(now) {
            self.calls_answered_while_down += u64::from(down);
        }
    }

    pub(crate) fn touch(&mut self, person: u32, now: Time) {
        self.rentals_begun.push((person, now));
    }
}
