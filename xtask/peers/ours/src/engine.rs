//! Cases b and c through the engine's public API: its own examples.

use peer_workload::storm::{Measured, measurement};
use peer_workload::{Measurement, Stopwatch};

use crate::{retrial, retry_storm};

/// Case b.
pub(crate) fn retrial(users: u32, seed: u64) -> Measurement {
    let stopwatch = Stopwatch::start();
    let simulation = retrial::run(users, seed);
    let elapsed = stopwatch.elapsed();
    let model = simulation.model();
    assert_eq!(model.served, u64::from(users), "everybody is served in the end");
    Measurement::new(
        u64::from(users) + model.retries + model.abandoned + model.served,
        elapsed,
        [("retries", model.retries as f64), ("mean_stranded_seconds", model.stranded_mean_seconds())],
    )
}

/// Case c.
pub(crate) fn storm(seconds: u32, seed: u64, triggered: bool) -> Measurement {
    let stopwatch = Stopwatch::start();
    let simulation = retry_storm::run(seconds, seed, triggered);
    let elapsed = stopwatch.elapsed();
    let counts = simulation.model().counts();
    let measured = Measured { clients: counts.clients, attempts: counts.attempts, in_time: counts.served_in_time };
    measurement(simulation.model().events(), measured, seconds, elapsed)
}
