//! A service's limit on the requests let into it.

use stranded_engine::Time;
use stranded_policy::{Completion, ConcurrencyLimit, ConcurrencyLimitConfig, Nanoseconds};
use stranded_scenario::section;

/// A concurrency limit, and when each request it let in came.
#[derive(Clone, Debug)]
pub(super) struct Limiter {
    config: ConcurrencyLimitConfig,
    limit: ConcurrencyLimit,
    /// By the request's place among those in the services.
    entered: Vec<Time>,
}

impl Limiter {
    pub(super) fn new(section: &section::Limit) -> Self {
        let config = crate::policies::limit(section);
        Self { config, limit: ConcurrencyLimit::new(&config), entered: Vec::new() }
    }

    /// Whether a request may come in while so many are there, waiting or worked on; it is then known to have come at `now`.
    pub(super) fn admits(&mut self, index: u32, in_flight: u32, now: Time) -> bool {
        if !self.limit.admits(in_flight) {
            return false;
        }
        let place = index as usize;
        if self.entered.len() <= place {
            self.entered.resize(place + 1, Time::ZERO);
        }
        self.entered[place] = now;
        true
    }

    /// A request that was let in is done with at `now`; `in_flight` counts it still.
    pub(super) fn completed(&mut self, index: u32, in_flight: u32, is_lost: bool, now: Time) {
        let completion = Completion {
            started_at: Nanoseconds(self.entered[index as usize].as_nanoseconds()),
            ended_at: Nanoseconds(now.as_nanoseconds()),
            in_flight,
            is_lost,
        };
        self.limit.completed(&self.config, completion);
    }
}
