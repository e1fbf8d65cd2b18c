//! The one place where the model is called.

use crate::failure::Failure;
use stranded_model::{Outcomes, Unfinished};
use stranded_scenario::Scenario;

/// Simulates one replication. `watch` hears now and then which share is done, and says whether to go on; `None` when it said no.
pub(crate) fn simulate(
    scenario: &Scenario,
    replication: u32,
    watch: &mut dyn FnMut(f64) -> bool,
) -> Option<Result<Outcomes, Failure>> {
    match stranded_model::simulate(scenario, replication, watch) {
        Ok(outcomes) => Some(Ok(outcomes)),
        Err(Unfinished::Interrupted) => None,
        Err(Unfinished::Stalled { at }) => Some(Err(Failure::Stalled { at })),
    }
}

/// Memory that one replication takes, in bytes.
pub(crate) fn memory_estimate_bytes(scenario: &Scenario) -> u64 {
    stranded_model::memory_estimate_bytes(scenario)
}
