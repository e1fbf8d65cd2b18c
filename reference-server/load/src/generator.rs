//! Whether the load was what it should have been.

use crate::processor::Shares;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A request sent later than this after its instant counts as a late start.
pub const LATE_AFTER: Duration = Duration::from_millis(10);
/// With a larger share of late starts the load was the generator's and not the schedule's.
pub const LATE_SHARE_MAX: f64 = 0.01;
/// With a larger share of all cores this program leaves too little to the server beside it.
pub const OWN_SHARE_MAX: f64 = 0.8;
/// Others that use more than this part of one core are worth a word.
pub const NEIGHBOUR_CORES: f64 = 0.25;

/// Whether the load can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Requests went out when they were due.
    KeptUp,
    /// The driver was the bottleneck: nothing is known of the server at this rate.
    GeneratorLimited,
    /// Requests went out when they were due, but others used the processor beside the server.
    NoisyNeighbour,
}

/// The generator's own account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Generator {
    /// Requests sent more than ten milliseconds after their instant.
    pub late_starts: u64,
    /// ... as a share of all.
    pub late_share: f64,
    /// 99th percentile of the time from the instant to the sending.
    pub lag_ms_p99: f64,
    /// Attempts sent per second of the measured window.
    pub achieved_per_second: f64,
    /// Processor time of this program, as a share of all cores.
    pub cpu_share: Option<f64>,
    /// Processor time of the servers under test.
    pub server_cpu_share: Option<f64>,
    /// Processor time of everybody else.
    pub neighbour_cpu_share: Option<f64>,
    /// What it comes to.
    pub verdict: Verdict,
    /// Users in the pool, and most requests in flight at a time.
    pub users: usize,
    /// Most requests in flight at a time.
    pub in_flight_max: usize,
}

/// Counts how late requests start.
#[derive(Clone, Debug)]
pub struct Lag {
    microseconds: Histogram<u64>,
    late: u64,
}

impl Default for Lag {
    fn default() -> Self {
        let microseconds = Histogram::new_with_bounds(1, 3_600_000_000, 3).expect("the bounds are constant and valid");
        Self { microseconds, late: 0 }
    }
}

impl Lag {
    /// A request started this long after its instant.
    pub fn note(&mut self, lag: Duration) {
        self.microseconds.saturating_record((lag.as_micros() as u64).max(1));
        self.late += u64::from(lag > LATE_AFTER);
    }

    /// Requests noted.
    pub fn starts(&self) -> u64 {
        self.microseconds.len()
    }

    /// The account over a window of `seconds`.
    pub fn account(&self, shares: Option<Shares>, seconds: f64, users: usize, in_flight_max: usize) -> Generator {
        let starts = self.starts();
        let late_share = if starts == 0 { 0.0 } else { self.late as f64 / starts as f64 };
        Generator {
            late_starts: self.late,
            late_share,
            lag_ms_p99: if starts == 0 { 0.0 } else { self.microseconds.value_at_quantile(0.99) as f64 / 1e3 },
            achieved_per_second: if seconds > 0.0 { starts as f64 / seconds } else { 0.0 },
            cpu_share: shares.map(|shares| shares.own),
            server_cpu_share: shares.map(|shares| shares.servers),
            neighbour_cpu_share: shares.and_then(|shares| shares.neighbours),
            verdict: verdict(late_share, shares),
            users,
            in_flight_max,
        }
    }
}

fn verdict(late_share: f64, shares: Option<Shares>) -> Verdict {
    let is_starved = shares.is_some_and(|shares| shares.own > OWN_SHARE_MAX);
    if late_share > LATE_SHARE_MAX || is_starved {
        return Verdict::GeneratorLimited;
    }
    let neighbours = shares.and_then(|shares| Some(shares.neighbours? * shares.cores as f64));
    if neighbours.is_some_and(|cores| cores > NEIGHBOUR_CORES) { Verdict::NoisyNeighbour } else { Verdict::KeptUp }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(own: f64, neighbours: Option<f64>) -> Shares {
        Shares { own, servers: 0.1, neighbours, cores: 2 }
    }

    #[test]
    fn late_starts_and_a_hungry_driver_are_the_generators_limit() {
        assert_eq!(verdict(0.0, None), Verdict::KeptUp);
        assert_eq!(verdict(0.011, None), Verdict::GeneratorLimited);
        assert_eq!(verdict(0.0, Some(shares(0.9, Some(0.0)))), Verdict::GeneratorLimited);
        assert_eq!(verdict(0.011, Some(shares(0.1, Some(0.5)))), Verdict::GeneratorLimited);
    }

    #[test]
    fn a_busy_loop_on_one_core_is_a_noisy_neighbour() {
        assert_eq!(verdict(0.0, Some(shares(0.1, Some(0.5)))), Verdict::NoisyNeighbour);
        assert_eq!(verdict(0.0, Some(shares(0.1, Some(0.05)))), Verdict::KeptUp);
        assert_eq!(verdict(0.0, Some(shares(0.1, None))), Verdict::KeptUp);
    }

    #[test]
    fn lags_are_counted_beyond_ten_milliseconds() {
        let mut lag = Lag::default();
        for milliseconds in [0, 1, 9, 10, 11, 500] {
            lag.note(Duration::from_millis(milliseconds));
        }
        let account = lag.account(None, 2.0, 8, 3);
        assert_eq!((account.late_starts, lag.starts()), (2, 6));
        assert!((account.achieved_per_second - 3.0).abs() < 1e-9);
        assert_eq!(account.verdict, Verdict::GeneratorLimited);
        let none = Lag::default().account(None, 0.0, 0, 0);
        assert_eq!((none.late_share, none.achieved_per_second, none.verdict), (0.0, 0.0, Verdict::KeptUp));
    }
}
