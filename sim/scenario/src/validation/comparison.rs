//! What is repeated and compared exists.

use super::{at_least_one, item, within};
use crate::diagnostic::Code;
use crate::nearest::suggestion;
use crate::section::{Oracle, Scenario, Target};
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
    at_least_one(report, "slo.replications_min", u64::from(scenario.slo.replications_min), "a replication");
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
    for (index, oracle) in scenario.oracle.iter().enumerate() {
        check_oracle(scenario, report, &item("oracle", &oracle.name, index), oracle);
    }
}

fn check_oracle(scenario: &Scenario, report: &mut Reporter<'_>, path: &str, oracle: &Oracle) {
    check_arm(scenario, report, path, &oracle.arm);
    within(report, &format!("{path}.expected"), oracle.expected, f64::MIN, f64::MAX);
    within(report, &format!("{path}.tolerance"), oracle.tolerance, 0.0, f64::MAX);
    if oracle.precision.value() <= 0.0 {
        let path = format!("{path}.precision");
        let message = "no number of replications gives an interval of no width";
        report.error(&path, Code::NONE_AT_ALL, message, "use `\"1 %\"` or so");
    }
}

fn check_target(scenario: &Scenario, report: &mut Reporter<'_>, path: &str, target: &Target) {
    check_arm(scenario, report, path, &target.arm);
    if let (Some(low), Some(high)) = (target.low, target.high)
        && low > high
    {
        let message = format!("the target `{}` must be at least {low} and at most {high}", target.name);
        report.error(&format!("{path}.high"), Code::OUT_OF_RANGE, message, "exchange `low` and `high`");
    }
}

/// What a target or an oracle is read from.
fn check_arm(scenario: &Scenario, report: &mut Reporter<'_>, path: &str, name: &str) {
    let is_known = name.is_empty() || scenario.arm.iter().any(|arm| arm.name == name);
    if !is_known {
        let names: Vec<&str> = scenario.arm.iter().map(|arm| arm.name.as_str()).collect();
        let help = suggestion(name, &names, "there are");
        let help = help.unwrap_or_else(|| "leave `arm` away to mean the baseline".to_owned());
        report.error(&format!("{path}.arm"), Code::UNKNOWN_ARM, format!("there is no arm `{name}`"), help);
    }
}
