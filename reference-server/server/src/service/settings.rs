//! A service of the scenario in the form in which it runs.

use stranded_model::luck::ServiceDraws;
use stranded_policy::{Nanoseconds, QueueConfig};
use stranded_scenario::Duration;
use stranded_scenario::section::{Discipline, Pace, Service};

/// Priority classes of a service that heeds them.
const PRIORITY_CLASSES: u8 = 4;

/// How a service behaves.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) workers: u32,
    pub(crate) pace: Pace,
    pub(crate) draws: ServiceDraws,
    pub(crate) queue: QueueConfig,
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
            queue: QueueConfig {
                capacity: section.queue.capacity,
                discipline: discipline(&section.queue.discipline),
                priority_classes: if section.queue.prioritised { PRIORITY_CLASSES } else { 1 },
            },
            cancel_abandoned: section.cancel_abandoned,
            refusal_time: nanoseconds(section.refusal_time),
            calls: section.calls.is_some(),
            blocking: section.calls.as_ref().is_some_and(|call| call.blocking),
        }
    }
}

fn discipline(section: &Discipline) -> stranded_policy::Discipline {
    match *section {
        Discipline::Fifo => stranded_policy::Discipline::Fifo,
        Discipline::Lifo => stranded_policy::Discipline::Lifo,
        Discipline::AdaptiveLifo { threshold } => stranded_policy::Discipline::AdaptiveLifo { threshold },
        Discipline::DeadlineDrop { margin } => {
            stranded_policy::Discipline::DeadlineDrop { margin: nanoseconds(margin) }
        }
        Discipline::Codel { interval, target } => {
            stranded_policy::Discipline::CoDel { interval: nanoseconds(interval), target: nanoseconds(target) }
        }
    }
}

fn nanoseconds(duration: Duration) -> Nanoseconds {
    Nanoseconds(duration.as_nanoseconds())
}
