//! A service of the scenario in the form in which it runs.

use stranded_model::luck::ServiceDraws;
use stranded_model::policies;
use stranded_policy::{ConcurrencyLimitConfig, Nanoseconds, QueueConfig};
use stranded_scenario::section::{Pace, Service};

/// How a service behaves.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) workers: u32,
    pub(crate) pace: Pace,
    pub(crate) draws: ServiceDraws,
    pub(crate) queue: QueueConfig,
    /// Limit on the requests in the service, waiting ones included.
    pub(crate) limit: Option<ConcurrencyLimitConfig>,
    pub(crate) cancel_abandoned: bool,
    pub(crate) refusal_time: Nanoseconds,
    /// It calls another service.
    pub(crate) calls: bool,
    /// A worker stays with a request while the other service works on it.
    pub(crate) blocking: bool,
}

impl Settings {
    pub(crate) fn new(name: &str, section: &Service) -> Self {
        Self {
            name: name.to_owned(),
            workers: section.workers,
            pace: section.pace,
            draws: ServiceDraws::new(section),
            queue: policies::queue(&section.queue),
            limit: section.limit.as_ref().map(policies::limit),
            cancel_abandoned: section.cancel_abandoned,
            refusal_time: Nanoseconds(section.refusal_time.as_nanoseconds()),
            calls: section.calls.is_some(),
            blocking: section.calls.as_ref().is_some_and(|call| call.blocking),
        }
    }
}
