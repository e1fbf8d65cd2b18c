//! A sweep varies something, and says clearly what.

use super::{at_least_one, item};
use crate::diagnostic::Code;
use crate::section::{Scenario, Sweep, SweepDesign, SweepParameter};
use crate::validate::Reporter;

/// Points of a scrambled Sobol sequence, at most.
const SOBOL_POINTS_MAX: u32 = 1 << 16;

/// Columns of the results that are no parameters and no metrics.
const COLUMNS: [&str; 6] = ["point", "replication", "seed", "objective", "events", "digest"];

/// Sections that say how a scenario is run and judged, not what it is.
const NOT_VARIED: [&str; 6] = ["sweep", "run", "arm", "target", "oracle", "title"];

pub(super) fn check(scenario: &Scenario, report: &mut Reporter<'_>) {
    let Some(sweep) = &scenario.sweep else { return };
    check_design(scenario, sweep, report);
    for (index, parameter) in sweep.parameter.iter().enumerate() {
        let path = item("sweep.parameter", &parameter.name, index);
        check_name(&sweep.parameter[..index], parameter, &path, report);
        check_path(parameter, &path, report);
        check_values(sweep.design, parameter, &path, report);
    }
    if let Some(replications) = &sweep.replications {
        at_least_one(report, "sweep.replications.min", u64::from(replications.min), "a replication");
        if replications.max < replications.min {
            report.error(
                "sweep.replications.max",
                Code::OUT_OF_RANGE,
                format!("at most {} replications, but at least {}", replications.max, replications.min),
                "let `sweep.replications.max` be at least `sweep.replications.min`",
            );
        }
        if replications.decide && replications.min < 2 {
            let message = "one replication of each point decides nothing: it says nothing about luck";
            report.error("sweep.replications.min", Code::OUT_OF_RANGE, message, "use 2 or more; 5 is a good start");
        }
    }
}

fn check_design(scenario: &Scenario, sweep: &Sweep, report: &mut Reporter<'_>) {
    let points = match sweep.design {
        SweepDesign::LatinHypercube { points } | SweepDesign::Sobol { points } => Some(("points", points)),
        SweepDesign::SobolIndices { samples } => Some(("samples", samples)),
        _ => None,
    };
    if let Some((what, 0)) = points {
        report.error("sweep.design", Code::SWEEP_EMPTY, format!("a design of 0 {what}"), "ask for some, say 64");
    }
    let is_sobol = matches!(sweep.design, SweepDesign::Sobol { .. } | SweepDesign::SobolIndices { .. });
    if let (true, Some((what, count))) = (is_sobol, points)
        && count > SOBOL_POINTS_MAX
    {
        let message = format!("a Sobol sequence of {count} {what} is longer than {SOBOL_POINTS_MAX}");
        report.error("sweep.design", Code::OUT_OF_RANGE, message, "use at most 65536, or a Latin hypercube");
    }
    if sweep.design == SweepDesign::Attribution {
        // That they are on is asked of the sweep itself: its points are scenarios too, and one of them has all of them off.
        if scenario.demand.factor.is_empty() {
            let message = "an attribution switches factors of demand off, and the scenario has none";
            report.error(
                "sweep.design",
                Code::SWEEP_EMPTY,
                message,
                "add a `[[demand.factor]]`, or use another design",
            );
        }
        if !sweep.parameter.is_empty() {
            let message = "an attribution varies the factors of demand and nothing else";
            report.error(
                "sweep.parameter",
                Code::CONTRADICTION,
                message,
                "take the parameters away, or use `design = \"grid\"`",
            );
        }
    }
}

fn check_name(earlier: &[SweepParameter], parameter: &SweepParameter, path: &str, report: &mut Reporter<'_>) {
    let path = format!("{path}.name");
    let name = parameter.name.as_str();
    let mut letters = name.chars();
    let is_sound = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if !is_sound {
        let message = format!("a parameter of a sweep cannot be called `{name}`");
        let help =
            "use letters, digits and `_`, beginning with a letter, such as `agents`: it is a column and a variable";
        report.error(&path, Code::SWEEP_PARAMETER, message, help);
    } else if COLUMNS.contains(&name) {
        let message = format!("`{name}` is a column of the results already");
        report.error(&path, Code::SWEEP_PARAMETER, message, "choose another name");
    } else if earlier.iter().any(|other| other.path == parameter.path) {
        let message = format!("`{}` is varied by two parameters", parameter.path);
        report.error(&path, Code::SWEEP_PARAMETER, message, "leave one of them away");
    }
}

fn check_path(parameter: &SweepParameter, path: &str, report: &mut Reporter<'_>) {
    let path = format!("{path}.path");
    let first = parameter.path.split('.').next().unwrap_or_default();
    if parameter.path.is_empty() {
        let message = format!("the parameter `{}` has no `path`", parameter.name);
        report.error(
            &path,
            Code::SWEEP_PARAMETER,
            message,
            "name what it varies, such as `support.call_centre.agents`",
        );
    } else if NOT_VARIED.contains(&first) {
        let message = format!("`{}` cannot be varied: it says how a scenario is run and judged", parameter.path);
        report.error(&path, Code::SWEEP_PARAMETER, message, "vary something of the world");
    }
}

fn check_values(design: SweepDesign, parameter: &SweepParameter, path: &str, report: &mut Reporter<'_>) {
    let kinds = [
        ("list", parameter.list.is_some()),
        ("range", parameter.range.is_some()),
        ("log_range", parameter.log_range.is_some()),
        ("between", parameter.between.is_some()),
    ];
    let given: Vec<&str> = kinds.iter().filter(|(_, is_given)| *is_given).map(|(kind, _)| *kind).collect();
    let name = &parameter.name;
    match given[..] {
        [kind] => check_kind(design, parameter, kind, path, report),
        [] => {
            let message = format!("the parameter `{name}` has no values");
            report.error(path, Code::SWEEP_PARAMETER, message, "add `list`, `range`, `log_range` or `between`");
        }
        _ => {
            let message = format!("the parameter `{name}` has {}", given.join(" and "));
            report.error(path, Code::SWEEP_PARAMETER, message, "keep one of them");
        }
    }
}

fn check_kind(design: SweepDesign, parameter: &SweepParameter, kind: &str, path: &str, report: &mut Reporter<'_>) {
    let fills_space = matches!(
        design,
        SweepDesign::LatinHypercube { .. } | SweepDesign::Sobol { .. } | SweepDesign::SobolIndices { .. }
    );
    let name = &parameter.name;
    if kind == "between" && !fills_space {
        let message = format!("`{name}` may be anything between two ends, but this design needs single values");
        let help = "use `range` with `steps`, or a design such as { latin-hypercube = { points = 50 } }";
        report.error(&format!("{path}.between"), Code::SWEEP_PARAMETER, message, help);
    }
    if parameter.list.as_ref().is_some_and(Vec::is_empty) {
        let message = format!("the parameter `{name}` has an empty list of values");
        report.error(&format!("{path}.list"), Code::SWEEP_EMPTY, message, "list at least one value");
    }
    for (kind, range) in [("range", &parameter.range), ("log_range", &parameter.log_range)] {
        if range.as_ref().is_some_and(|range| range.steps < 2) {
            let message = format!("the range of `{name}` has fewer than two values");
            report.error(
                &format!("{path}.{kind}.steps"),
                Code::SWEEP_EMPTY,
                message,
                "use 2 or more `steps`, or `list`",
            );
        }
    }
}
