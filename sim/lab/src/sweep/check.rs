//! What only this program can say about a `[sweep]`: whether its expressions name what there is, and whether there are points.

use super::design::{Design, NoDesign};
use super::expression::Expression;
use stranded_scenario::section::{Scenario, Sweep, SweepDesign};
use stranded_scenario::{Code, Reporter};

/// Reports what is wrong with the scenario's sweep; `metrics` are the names of its results.
pub(crate) fn check(scenario: &Scenario, metrics: &[&str], report: &mut Reporter<'_>) {
    let Some(sweep) = &scenario.sweep else { return };
    let parameters: Vec<&str> = sweep.parameter.iter().map(|parameter| parameter.name.as_str()).collect();
    for name in &parameters {
        if metrics.contains(name) {
            let message = format!("`{name}` is the name of a metric");
            report.error(
                &format!("sweep.parameter.{name}.name"),
                Code::SWEEP_PARAMETER,
                message,
                "choose another name",
            );
        }
    }
    let constraints: Vec<Option<Expression>> = sweep
        .constraints
        .iter()
        .enumerate()
        .map(|(index, text)| parse(text, &format!("sweep.constraints.{index}"), &parameters, "parameters", report))
        .collect();
    if let Some(text) = &sweep.objective {
        let names: Vec<&str> = parameters.iter().chain(metrics).copied().collect();
        parse(text, "sweep.objective", &names, "metrics and parameters", report);
    }
    let Some(constraints) = constraints.into_iter().collect::<Option<Vec<Expression>>>() else { return };
    if !is_designable(sweep) {
        // Said already, in the words of the file's own checks.
        return;
    }
    if let Err(NoDesign { path, message, help }) = Design::new(scenario, sweep, &constraints) {
        let code = if path.starts_with("sweep.parameter") { Code::SWEEP_PARAMETER } else { Code::SWEEP_EMPTY };
        report.error(&path, code, message, help);
    }
}

/// Whether the file's own checks have found nothing that would keep it from having a design.
fn is_designable(sweep: &Sweep) -> bool {
    let counts = match sweep.design {
        SweepDesign::LatinHypercube { points } | SweepDesign::Sobol { points } => points > 0,
        SweepDesign::SobolIndices { samples } => samples > 0,
        SweepDesign::Attribution => return sweep.parameter.is_empty(),
        _ => true,
    };
    let fills_space = !matches!(sweep.design, SweepDesign::Grid | SweepDesign::Zip | SweepDesign::OneAtATime);
    let has_values = sweep.parameter.iter().all(|parameter| {
        let kinds = [
            parameter.list.as_ref().map(|list| !list.is_empty()),
            parameter.range.as_ref().map(|range| range.steps > 1),
            parameter.log_range.as_ref().map(|range| range.steps > 1),
            parameter.between.as_ref().map(|_| fills_space),
        ];
        let given: Vec<bool> = kinds.into_iter().flatten().collect();
        given == [true]
    });
    counts && has_values && !sweep.parameter.is_empty()
}

fn parse(text: &str, path: &str, known: &[&str], what: &str, report: &mut Reporter<'_>) -> Option<Expression> {
    let expression = match Expression::parse(text) {
        Ok(expression) => expression,
        Err(reason) => {
            let message = format!("`{text}` is no expression: {reason}");
            report.error(
                path,
                Code::SWEEP_EXPRESSION,
                message,
                "write it as in `agents + 2 * crews <= 20`; names with dots stand in braces",
            );
            return None;
        }
    };
    let unknown = expression.names().iter().find(|name| !known.contains(&name.as_str()));
    if let Some(name) = unknown {
        // `stranded_minutes.p90` without braces is read as a name and the rest.
        let dotted = known.iter().find(|known| known.split('.').next() == Some(name) && known.contains('.'));
        let near = known.iter().min_by_key(|known| strsim::damerau_levenshtein(known, name));
        let help = match (dotted, near) {
            (Some(dotted), _) if text.contains('.') => format!("names with dots stand in braces: {{{dotted}}}"),
            (_, Some(near)) => format!("did you mean `{near}`? it may name {what}"),
            (_, None) => format!("it may name {what}"),
        };
        report.error(path, Code::SWEEP_EXPRESSION, format!("`{text}` names `{name}`, which is not there"), help);
        return None;
    }
    Some(expression)
}
