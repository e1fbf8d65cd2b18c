//! One service of the scenario: its line, its workers, and the call of the next one.

mod caller;
mod counts;
mod endpoint;
mod fault;
mod http_next;
mod next;
mod pacer;
mod passage;
mod room;
#[cfg(test)]
mod room_tests;
mod settings;

pub use endpoint::Endpoint;
pub use fault::Fault;
pub use http_next::{Connector, DEADLINE, ENDPOINT, HANGS, HttpNext, LUCK};
pub use next::{Answer, Call, CallError, NextService};
pub use pacer::Timekeeper;
pub use passage::{Attempt, Failure, Passed, Timing};
pub(crate) use passage::{Onward, Work};
pub use room::Refusal;

use caller::Caller;
use endpoint::Cost;
use pacer::Pacer;
use room::Room;
use settings::Settings;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use stranded_model::luck::{AttemptLuck, Luck};
use stranded_policy::Nanoseconds;
use stranded_scenario::Scenario;

/// A service that runs. Cheap to clone.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    name: String,
    pacer: Pacer,
    costs: [Cost; Endpoint::ALL.len()],
    next: Option<Caller>,
    settings: Settings,
    luck: Luck,
    /// Requests that came without luck of their own.
    luckless: AtomicU64,
}

/// How a service is doing.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Census {
    /// Name of the service in the scenario.
    pub service: String,
    /// Workers it has.
    pub workers: u32,
    /// Workers that have a request in hand.
    pub busy: u32,
    /// Requests in the line.
    pub waiting: usize,
    /// Speed against the configured one; 0 while stopped.
    pub speed: f64,
    /// Faults in force, the latest last.
    pub faults: Vec<Fault>,
    /// Requests that came in since the start.
    pub entered: u64,
    /// Requests that were worked on to the end.
    pub served: u64,
    /// Of those, requests whose client had gone.
    pub served_in_vain: u64,
    /// Requests refused or thrown out of the line, all reasons together.
    pub refused: u64,
}

impl Service {
    /// The service `name` of the scenario; `next` is the one it calls.
    ///
    /// # Errors
    /// The system has no thread left.
    ///
    /// # Panics
    /// The scenario has no such service.
    pub fn start(
        scenario: &Scenario,
        name: &str,
        next: Option<Arc<dyn NextService>>,
        timekeeper: Timekeeper,
    ) -> std::io::Result<Self> {
        let seed = scenario.run.seed;
        let section = &scenario.service[name];
        let settings = Settings::new(name, section);
        let next = next.map(|next| Caller::new(next, section.calls.as_ref()));
        let pacer = Pacer::start(Room::new(settings.clone(), seed), timekeeper)?;
        let costs = Endpoint::ALL.map(|endpoint| endpoint.cost(&scenario.endpoint));
        // Requests without luck of their own must not share anybody's.
        let luck = Luck::new(seed ^ 0x6c75_636b_6c65_7373, 0);
        Ok(Self(Arc::new(Inner {
            name: name.to_owned(),
            pacer,
            costs,
            next,
            settings,
            luck,
            luckless: AtomicU64::new(0),
        })))
    }

    /// Its name in the scenario.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Injects a fault; also empties the line when the fault says so.
    pub fn inject(&self, fault: Fault) {
        self.0.pacer.with(|room, now| {
            if fault.purge {
                room.purge(now);
            }
            if fault.stays() {
                room.inject(fault, now);
            }
        });
    }

    /// Empties the line and takes all faults back.
    pub fn reset(&self) {
        self.0.pacer.with(Room::reset);
    }

    /// How it is doing.
    pub fn census(&self) -> Census {
        self.0.pacer.with(|room, now| {
            room.advance(now);
            let counts = room.counts();
            Census {
                service: room.settings().name.clone(),
                workers: room.settings().workers,
                busy: room.busy(),
                waiting: room.waiting(),
                speed: room.faults().speed(),
                faults: room.faults().in_force().cloned().collect(),
                entered: counts.entered,
                served: counts.served,
                served_in_vain: counts.abandoned_served,
                refused: counts.refused_total(),
            }
        })
    }

    /// Requests refused so far, by reason.
    pub(crate) fn refused(&self) -> Vec<(Refusal, u64)> {
        self.0.pacer.with(|room, _| room.counts().refused().collect())
    }

    fn cost(&self, endpoint: Endpoint) -> Cost {
        self.0.costs[endpoint as usize]
    }

    fn now(&self) -> Nanoseconds {
        self.0.pacer.now()
    }

    /// Luck for a request that brought none.
    fn own_luck(&self) -> AttemptLuck {
        AttemptLuck::new(self.0.luck, self.0.luckless.fetch_add(1, Ordering::Relaxed), 1)
    }
}
