//! From a path and the user's assignments to a scenario that can be played.

use crate::cli::Common;
use crate::failure::Failure;
use crate::processor::machine;
use crate::result::Origin;
use std::path::Path;
use std::time::Duration;
use stranded_scenario::section::{Load, Objective};
use stranded_scenario::{Loaded, Loader, Moment, Scenario};

/// The commit this program was built from.
const COMMIT: Option<&str> = option_env!("STRANDED_COMMIT");

/// Loads the scenario that the flags name and change.
///
/// # Errors
/// [`Failure::InvalidScenario`] with everything that is wrong.
pub fn load(common: &Common) -> Result<Loaded<Scenario>, Failure> {
    let mut loader = common.set.iter().fold(Loader::new(), |loader, assignment| loader.set(assignment.as_str()));
    if let Some(seed) = common.seed {
        loader = loader.set(format!("run.seed={seed}"));
    }
    loader
        .load::<Scenario>(&common.scenario)
        .map_err(|findings| Failure::InvalidScenario { path: common.scenario.clone(), findings: Box::new(findings) })
}

/// What made a result of this scenario.
pub fn origin(loaded: &Loaded<Scenario>) -> Origin {
    Origin {
        scenario: loaded.value.title.clone(),
        scenario_hash: loaded.hash(),
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: COMMIT.map(str::to_owned),
        machine: machine(),
        seed: loaded.value.run.seed,
    }
}

/// A scenario that has not what a command needs.
pub fn unfit(path: &Path, lacks: &str) -> Failure {
    Failure::UnfitScenario { path: path.to_owned(), lacks: lacks.to_owned() }
}

/// What the scenario says about loading a server, or what is usual.
pub fn load_section(scenario: &Scenario) -> Load {
    scenario.load.clone().unwrap_or_default()
}

/// The scenario's objective.
pub fn objective(scenario: &Scenario) -> Objective {
    load_section(scenario).objective
}

/// Time from the calendar's start to a moment; zero before it.
pub fn since_start(scenario: &Scenario, moment: Moment) -> Duration {
    system(moment.since(scenario.calendar.start).unwrap_or_default())
}

/// A scenario's duration as the system's.
pub fn system(duration: stranded_scenario::Duration) -> Duration {
    Duration::from_nanos(duration.as_nanoseconds())
}
