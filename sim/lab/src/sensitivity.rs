//! What each free parameter does to the targets at its low and at its high value.

use crate::failure::Failure;
use crate::replication::{Replication, difference, estimate};
use crate::runner::Runner;
use crate::source;
use crate::summary::quantity_of;
use std::path::Path;
use stranded_reports::summary::{SensitivityEffect, SensitivityRow};
use stranded_scenario::section::{Target, TargetKind};
use stranded_scenario::{Assignment, Loaded, Scenario};

/// A free parameter: one that says how far it may lie off.
struct Free {
    path: String,
    low: String,
    high: String,
}

/// What a sensitivity analysis is going to run.
pub(crate) struct Plan {
    parameters: Vec<Free>,
    targets: Vec<Target>,
    /// Two for each parameter: at its low and at its high value.
    scenarios: Vec<Scenario>,
}

/// Plans to run the scenario at the low and at the high value of every parameter that has them, one at a time. The targets
/// looked at are those of the baseline that must come out.
///
/// # Errors
/// [`Failure::Usage`] when the scenario has nothing to vary; [`Failure::InvalidScenario`] when a value makes no sense.
pub(crate) fn plan(path: &Path, loaded: &Loaded<Scenario>) -> Result<Plan, Failure> {
    let parameters = free_parameters(loaded);
    let targets: Vec<Target> = loaded
        .value
        .target
        .iter()
        .filter(|target| target.kind == TargetKind::Target && target.arm.is_empty())
        .cloned()
        .collect();
    if parameters.is_empty() || targets.is_empty() {
        return Err(Failure::Usage(format!(
            "`{}` has nothing to vary: `--sensitivity` needs parameters with `low` and `high`, and targets of the baseline\n\
             write them as {{ value = ..., low = ..., high = ... }}, or leave `--sensitivity` away",
            path.display(),
        )));
    }
    let mut scenarios = Vec::with_capacity(parameters.len() * 2);
    for parameter in &parameters {
        for value in [&parameter.low, &parameter.high] {
            let change = Assignment::new(&parameter.path, value, "--sensitivity")
                .map_err(|finding| source::invalid(path, &finding.into()))?;
            let variant = loaded.variant(&[change]).map_err(|findings| source::invalid(path, &findings))?;
            scenarios.push(variant.value);
        }
    }
    Ok(Plan { parameters, targets, scenarios })
}

/// Runs the plan with the luck of `baseline`, replications of the scenario as it is: as many of them, and what each value changes
/// is their paired difference.
///
/// # Errors
/// [`Failure::Interrupted`].
pub(crate) fn analyse(plan: Plan, runner: &Runner, baseline: &[Replication]) -> Result<Vec<SensitivityRow>, Failure> {
    let Plan { parameters, targets, scenarios } = plan;
    let runs = runner.replicate_all(
        "sensitivity",
        &scenarios,
        baseline.len() as u32,
        &mut |_, _, _| Ok(()),
        &mut |index, _, progress| {
            progress.estimate(&parameters[index / 2].path);
            Ok(())
        },
    )?;
    let rows = parameters.into_iter().zip(runs.chunks_exact(2));
    Ok(rows.map(|(parameter, runs)| row(parameter, runs, baseline, &targets)).collect())
}

fn row(parameter: Free, runs: &[Vec<Replication>], baseline: &[Replication], targets: &[Target]) -> SensitivityRow {
    SensitivityRow {
        effects: targets
            .iter()
            .map(|target| SensitivityEffect {
                target: target.name.clone(),
                quantity: quantity_of(&target.metric),
                at_low: estimate(&runs[0], &target.metric),
                at_high: estimate(&runs[1], &target.metric),
                low_difference: difference(&runs[0], baseline, &target.metric),
                high_difference: difference(&runs[1], baseline, &target.metric),
            })
            .collect(),
        parameter: parameter.path,
        low: parameter.low,
        high: parameter.high,
    }
}

fn free_parameters(loaded: &Loaded<Scenario>) -> Vec<Free> {
    let parameters = loaded.provenance().into_iter();
    parameters
        // What belongs to an arm, such as its cost, does not touch the baseline, whose targets are looked at.
        .filter(|(path, _)| !path.starts_with("arm."))
        .filter_map(|(path, provenance)| {
            Some(Free { path, low: provenance.low.clone()?, high: provenance.high.clone()? })
        })
        .collect()
}
