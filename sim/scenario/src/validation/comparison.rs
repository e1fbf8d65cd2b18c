//! What is repeated and compared exists.

use super::{at_least_one, item};
use crate::diagnostic::Code;
use crate::nearest::suggestion;
use crate::section::{Scenario, Target};
use crate::validate::Reporter;

/// The name that a run gives to the scenario without any arm.
const BASELINE: &str = "baseline";

pub(super) fn check(scenario: &Scenario, report: &mut Reporter<'_>) {
    let replications = &scenario.run.replications;
    at_least_one(report, "run.replications.min", u64::from(replications.min), "a replication");
    if replications.max < replications.min {
        report.error(
            "run.replications.max",
            Code::OUT_OF_RANGE,
            format!("at most {} replications, but at least {}", replications.max, replications.min),
            "let `run.replications.max` be at least `run.replications.min`",
        );
    }
    for (index, arm) in scenario.arm.iter().enumerate() {
        if matches!(arm.name.as_str(), BASELINE | "all" | "none") || arm.name.is_empty() || arm.name.contains(',') {
            report.error(
                &format!("{}.name", item("arm", &arm.name, index)),
                Code::RESERVED_NAME,
                format!("an arm cannot be called `{}`", arm.name),
                "use a short name such as `offline-key`; `baseline`, `all` and `none` have a meaning, commas separate names",
            );
        }
    }
    for (index, target) in scenario.target.iter().enumerate() {
        check_target(scenario, report, &item("target", &target.name, index), target);
    }
}

fn check_target(scenario: &Scenario, report: &mut Reporter<'_>, path: &str, target: &Target) {
    let is_known = target.arm.is_empty() || scenario.arm.iter().any(|arm| arm.name == target.arm);
    if !is_known {
        let names: Vec<&str> = scenario.arm.iter().map(|arm| arm.name.as_str()).collect();
        let help = suggestion(&target.arm, &names, "there are");
        let help = help.unwrap_or_else(|| "leave `arm` away to mean the baseline".to_owned());
        report.error(&format!("{path}.arm"), Code::UNKNOWN_ARM, format!("there is no arm `{}`", target.arm), help);
    }
    if let (Some(low), Some(high)) = (target.low, target.high)
        && low > high
    {
        let message = format!("the target `{}` must be at least {low} and at most {high}", target.name);
        report.error(&format!("{path}.high"), Code::OUT_OF_RANGE, message, "exchange `low` and `high`");
    }
}
