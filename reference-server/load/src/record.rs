//! What happened to the attempts: counts, latencies, seconds.

use crate::generator::Lag;
use crate::interval_log::IntervalLog;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Service times kept for calibration at most; more would say nothing new.
const SERVICE_TIMES_MAX: usize = 20_000;

/// How an attempt ended for its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With an answer in time.
    Answered,
    /// With a refusal or an error, in time.
    Refused,
    /// The client stopped waiting.
    TimedOut,
    /// The run was over before.
    UnderWay,
}

/// An attempt that is over.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// What was asked for.
    pub endpoint: &'static str,
    /// When it was due, since the start of the run. Latency counts from here.
    pub due: Duration,
    /// When it was over for its client.
    pub over: Duration,
    /// How.
    pub ending: Ending,
    /// Its intent began in the measured window.
    pub is_measured: bool,
    /// What the server says it worked on it, in seconds.
    pub work_seconds: Option<f64>,
}

/// One second of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Second {
    /// Start of the second, since the start of the run.
    pub at_seconds: u64,
    /// Intents that began in it.
    pub intents: u64,
    /// Attempts that were due in it.
    pub attempts: u64,
    /// Answers in time that came in it.
    pub good: u64,
    /// Refusals and time-outs in it.
    pub failed: u64,
    /// Attempts in flight at its end.
    pub in_flight: u64,
}

/// Latencies in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// Mean.
    pub mean: f64,
    /// Median.
    pub p50: f64,
    /// 90th percentile.
    pub p90: f64,
    /// 99th percentile.
    pub p99: f64,
    /// 99.9th percentile.
    pub p999: f64,
    /// Longest.
    pub max: f64,
}

/// Latencies in microseconds, from one to a day.
///
/// # Panics
/// Never: the bounds are constant and valid.
pub fn latency_histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 86_400_000_000, 3).expect("the bounds are constant and valid")
}

/// The usual quantiles of latencies in microseconds.
pub fn quantiles(microseconds: &Histogram<u64>) -> Latency {
    if microseconds.is_empty() {
        return Latency::default();
    }
    let at = |quantile| microseconds.value_at_quantile(quantile) as f64 / 1e3;
    Latency {
        mean: microseconds.mean() / 1e3,
        p50: at(0.5),
        p90: at(0.9),
        p99: at(0.99),
        p999: at(0.999),
        max: microseconds.max() as f64 / 1e3,
    }
}

/// Counts of a run. "Measured" attempts are those whose intent began in the measured window, whenever they ended; answers and
/// latencies are those of the window, whosever they are. These are the simulator's definitions, so that both can be compared.
pub struct Record {
    measured: (Duration, Duration),
    /// Latency within which an answer meets the objective.
    objective: Duration,
    /// Intents that began in the window.
    pub intents: u64,
    /// ... of which were answered.
    pub intents_answered: u64,
    /// Attempts of these intents.
    pub attempts: u64,
    /// ... answered in time.
    pub answered_in_time: u64,
    /// ... refused, or failed with an error.
    pub refused: u64,
    /// ... whose client stopped waiting.
    pub timed_out: u64,
    /// Answers in time that came in the window, whenever their intent began.
    pub answered_in_window: u64,
    /// Latencies of these answers.
    pub latency: Histogram<u64>,
    /// Measured attempts that were answered within the objective's latency.
    pub within: u64,
    /// What the server answered, by status; what went wrong on the way, by its name.
    pub answers: BTreeMap<String, u64>,
    /// How late attempts started in the window.
    pub lag: Lag,
    /// Most attempts in flight at a time.
    pub in_flight_max: usize,
    /// Latencies by endpoint over time.
    pub log: IntervalLog,
    /// Service times that the server reported, in seconds.
    pub service_seconds: Vec<f64>,
    seconds: Vec<Second>,
    /// Changes of the number in flight, by second.
    flights: Vec<i64>,
    in_flight: usize,
    /// Time that attempts spent in flight within the window.
    flight_seconds: f64,
}

impl Record {
    /// A record of a run whose measured window is `measured`, since its start, and in which answers within `objective` are good.
    pub fn new(measured: (Duration, Duration), objective: Duration, log: IntervalLog) -> Self {
        Self {
            measured,
            objective,
            intents: 0,
            intents_answered: 0,
            attempts: 0,
            answered_in_time: 0,
            refused: 0,
            timed_out: 0,
            answered_in_window: 0,
            latency: latency_histogram(),
            within: 0,
            answers: BTreeMap::new(),
            lag: Lag::default(),
            in_flight_max: 0,
            log,
            service_seconds: Vec::new(),
            seconds: Vec::new(),
            flights: Vec::new(),
            in_flight: 0,
            flight_seconds: 0.0,
        }
    }

    /// Whether an instant lies in the measured window.
    pub fn is_measured(&self, at: Duration) -> bool {
        at >= self.measured.0 && at < self.measured.1
    }

    /// Length of the measured window in seconds.
    pub fn measured_seconds(&self) -> f64 {
        self.measured.1.saturating_sub(self.measured.0).as_secs_f64()
    }

    /// The run was ended at this instant: the measured window was no longer than that.
    pub fn end_window(&mut self, at: Duration) {
        self.measured.1 = self.measured.1.min(at.max(self.measured.0));
    }

    /// Somebody wants something.
    pub fn intent(&mut self, due: Duration) {
        self.intents += u64::from(self.is_measured(due));
        self.second(due).intents += 1;
    }

    /// An attempt is sent, `lag` after it was due.
    pub fn sent(&mut self, due: Duration, lag: Duration, is_measured: bool) {
        self.attempts += u64::from(is_measured);
        if self.is_measured(due) {
            self.lag.note(lag);
        }
        self.second(due).attempts += 1;
        *self.flight(due) += 1;
        self.in_flight += 1;
        self.in_flight_max = self.in_flight_max.max(self.in_flight);
    }

    /// An attempt is over.
    pub fn over(&mut self, attempt: &Attempt) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let (from, until) = self.measured;
        let flight = attempt.over.min(until).saturating_sub(attempt.due.max(from));
        self.flight_seconds += flight.as_secs_f64();
        *self.flight(attempt.over) -= 1;
        if attempt.ending == Ending::UnderWay {
            return;
        }
        let latency = attempt.over.saturating_sub(attempt.due);
        let microseconds = (latency.as_micros() as u64).max(1);
        self.log.note(attempt.endpoint, attempt.over, microseconds);
        let (is_good, is_counted) = (attempt.ending == Ending::Answered, u64::from(attempt.is_measured));
        self.within += u64::from(is_good && attempt.is_measured && latency <= self.objective);
        match attempt.ending {
            Ending::Answered => self.answered_in_time += is_counted,
            Ending::Refused => self.refused += is_counted,
            Ending::TimedOut | Ending::UnderWay => self.timed_out += is_counted,
        }
        if is_good && self.is_measured(attempt.over) {
            self.answered_in_window += 1;
            self.latency.saturating_record(microseconds);
            if self.service_seconds.len() < SERVICE_TIMES_MAX {
                self.service_seconds.extend(attempt.work_seconds);
            }
        }
        let second = self.second(attempt.over);
        second.good += u64::from(is_good);
        second.failed += u64::from(!is_good);
    }

    /// An intent has got what it wanted.
    pub fn fulfilled(&mut self, is_measured: bool) {
        self.intents_answered += u64::from(is_measured);
    }

    /// What the server said, in a word.
    pub fn answer(&mut self, word: String) {
        *self.answers.entry(word).or_default() += 1;
    }

    /// The seconds of the run, those without anything too.
    pub fn seconds(&self) -> Vec<Second> {
        let mut seconds = self.seconds.clone();
        let mut in_flight = 0;
        for (second, change) in seconds.iter_mut().zip(&self.flights) {
            in_flight += change;
            second.in_flight = u64::try_from(in_flight).unwrap_or_default();
        }
        seconds
    }

    /// Attempts in flight, averaged over the measured window.
    pub fn concurrency_mean(&self) -> f64 {
        let seconds = self.measured_seconds();
        if seconds > 0.0 { self.flight_seconds / seconds } else { 0.0 }
    }

    /// Share of the measured attempts that failed, of those that are over.
    pub fn error_share(&self) -> f64 {
        let failed = self.refused + self.timed_out;
        let over = failed + self.answered_in_time;
        if over == 0 { 0.0 } else { failed as f64 / over as f64 }
    }

    fn grow(&mut self, at: Duration) -> usize {
        let index = at.as_secs() as usize;
        while self.seconds.len() <= index {
            self.seconds.push(Second { at_seconds: self.seconds.len() as u64, ..Second::default() });
            self.flights.push(0);
        }
        index
    }

    fn second(&mut self, at: Duration) -> &mut Second {
        let index = self.grow(at);
        &mut self.seconds[index]
    }

    fn flight(&mut self, at: Duration) -> &mut i64 {
        let index = self.grow(at);
        &mut self.flights[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    fn record() -> Record {
        Record::new((ms(1000), ms(3000)), ms(100), IntervalLog::new(ms(1000)))
    }

    fn attempt(record: &mut Record, due: u64, over: u64, ending: Ending) {
        let is_measured = record.is_measured(ms(due));
        record.intent(ms(due));
        record.sent(ms(due), ms(0), is_measured);
        let work_seconds = Some(0.01);
        record.over(&Attempt { endpoint: "request", due: ms(due), over: ms(over), ending, is_measured, work_seconds });
    }

    #[test]
    fn attempts_belong_to_their_intents_window_and_answers_to_the_window_they_come_in() {
        let mut record = record();
        attempt(&mut record, 900, 1100, Ending::Answered);
        attempt(&mut record, 1500, 1600, Ending::Answered);
        attempt(&mut record, 2000, 3000, Ending::TimedOut);
        attempt(&mut record, 2950, 3050, Ending::Answered);
        attempt(&mut record, 2990, 3090, Ending::Refused);
        attempt(&mut record, 3500, 3600, Ending::Answered);
        assert_eq!((record.intents, record.attempts), (4, 4));
        assert_eq!((record.answered_in_time, record.refused, record.timed_out), (2, 1, 1));
        assert_eq!((record.answered_in_window, record.within), (2, 2));
        assert!((record.error_share() - 0.5).abs() < 1e-9);
        // 0.1 s + 0.1 s + 1 s + 0.05 s + 0.01 s in flight over two seconds.
        assert!((record.concurrency_mean() - 0.63).abs() < 1e-6, "{}", record.concurrency_mean());
        assert_eq!(record.service_seconds.len(), 2);
        assert_eq!(record.lag.starts(), 4);
    }

    #[test]
    fn seconds_know_what_is_in_flight_at_their_end() {
        let mut record = record();
        attempt(&mut record, 500, 2500, Ending::TimedOut);
        attempt(&mut record, 600, 700, Ending::Answered);
        attempt(&mut record, 2900, 3100, Ending::UnderWay);
        let in_flight: Vec<u64> = record.seconds().iter().map(|second| second.in_flight).collect();
        assert_eq!(in_flight, [1, 1, 1, 0]);
        assert_eq!(record.seconds()[0].good, 1);
        assert_eq!(record.seconds()[2].failed, 1);
    }

    #[test]
    fn an_empty_record_has_no_shares_and_no_latencies() {
        let record = record();
        assert_eq!((record.error_share(), record.concurrency_mean()), (0.0, 0.0));
        assert_eq!(quantiles(&record.latency), Latency::default());
        assert!(record.seconds().is_empty());
    }
}
