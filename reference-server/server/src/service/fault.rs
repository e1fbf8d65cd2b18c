//! Faults that are injected into a service.

use serde::{Deserialize, Serialize};
use stranded_engine::Stream;
use stranded_policy::Nanoseconds;
use utoipa::ToSchema;

/// Tells faults apart.
pub(crate) type FaultId = u32;

/// A fault to inject, or an end to the waiting of all who wait.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// Multiplies the service's speed: 0.5 halves its capacity. The last change in force rules, as in `[[action]]`.
    #[schema(minimum = 0.0, maximum = 1000.0)]
    pub capacity: Option<f64>,
    /// Multiplies service times: 2 takes twice as long. Comes on top of `capacity`.
    #[schema(minimum = 0.001, maximum = 1000.0)]
    pub slow: Option<f64>,
    /// Share of served requests that are answered with an error all the same.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub fail_share: Option<f64>,
    /// Takes up no work at all until the fault ends.
    pub stop: bool,
    /// Throws away all requests that wait now.
    pub purge: bool,
    /// The fault ends after this long; without it, it stays until the next reset.
    #[schema(minimum = 0.0, maximum = 1_000_000.0)]
    pub lasts_seconds: Option<f64>,
    /// This long after its end it comes back once, for as long as before.
    #[schema(minimum = 0.0, maximum = 1_000_000.0)]
    pub relapse_after_seconds: Option<f64>,
}

impl Fault {
    /// What is wrong with it, in words for whoever asked for it.
    pub(crate) fn mistake(&self) -> Option<String> {
        let range = |name: &str, value: Option<f64>, low: f64, high: f64| {
            value
                .filter(|value| !(low..=high).contains(value))
                .map(|value| format!("`{name}` is {value}; it must be within {low} to {high}"))
        };
        range("capacity", self.capacity, 0.0, 1000.0)
            .or_else(|| range("slow", self.slow, 0.001, 1000.0))
            .or_else(|| range("fail_share", self.fail_share, 0.0, 1.0))
            .or_else(|| range("lasts_seconds", self.lasts_seconds, 0.0, 1e6))
            .or_else(|| range("relapse_after_seconds", self.relapse_after_seconds, 0.0, 1e6))
            .or_else(|| {
                (self.relapse_after_seconds.is_some() && self.lasts_seconds.is_none()).then(|| {
                    "`relapse_after_seconds` needs `lasts_seconds`: what never ends cannot come back".to_owned()
                })
            })
    }

    /// Whether it changes anything beyond the present moment.
    pub(crate) fn stays(&self) -> bool {
        self.capacity.is_some() || self.slow.is_some() || self.fail_share.is_some() || self.stop
    }

    /// When it ends, comes back, and ends again.
    pub(crate) fn instants(&self, now: Nanoseconds) -> (Option<Nanoseconds>, Option<Nanoseconds>, Option<Nanoseconds>) {
        let after = |at: Nanoseconds, seconds: f64| at.saturating_add(Nanoseconds::from_seconds_f64(seconds));
        let ends = self.lasts_seconds.map(|seconds| after(now, seconds));
        let again = ends.zip(self.relapse_after_seconds).map(|(at, seconds)| after(at, seconds));
        let ends_again = again.zip(self.lasts_seconds).map(|(at, seconds)| after(at, seconds));
        (ends, again, ends_again)
    }
}

/// The faults of a service; those in force, in the order in which they came into force.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    known: Vec<(FaultId, Fault)>,
    in_force: Vec<FaultId>,
    next: FaultId,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) -> FaultId {
        let id = self.next;
        self.next += 1;
        self.known.push((id, fault));
        self.in_force.push(id);
        id
    }

    pub(crate) fn begin(&mut self, id: FaultId) {
        self.in_force.push(id);
    }

    pub(crate) fn end(&mut self, id: FaultId) {
        self.in_force.retain(|&other| other != id);
    }

    /// The faults in force.
    pub(crate) fn in_force(&self) -> impl DoubleEndedIterator<Item = &Fault> {
        self.in_force.iter().filter_map(|id| self.known.iter().find(|(known, _)| known == id)).map(|(_, fault)| fault)
    }

    /// Speed against the configured one; zero while stopped.
    pub(crate) fn speed(&self) -> f64 {
        if self.in_force.is_empty() {
            return 1.0;
        }
        if self.in_force().any(|fault| fault.stop) {
            return 0.0;
        }
        let capacity = self.in_force().rev().find_map(|fault| fault.capacity).unwrap_or(1.0);
        let slow = self.in_force().rev().find_map(|fault| fault.slow).unwrap_or(1.0);
        capacity / slow
    }

    /// Whether a request that was just served fails all the same.
    pub(crate) fn fails(&self, luck: &mut Stream) -> bool {
        self.in_force().rev().find_map(|fault| fault.fail_share).is_some_and(|share| luck.chance(share))
    }
}
