//! Which conditions a gate has: the scenario's, the command line's, and the headline against the baseline.

use super::catalogue::{self, Contrast, Metric, Statistic, Threshold};
use super::subject::{Kind, Subject};
use super::threshold::{self, Comparison, Mistake};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stranded_scenario::section::Slo;
use stranded_scenario::{Code, Reporter, Scenario};

/// Who asked for a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    /// `[slo]` of the scenario.
    Scenario,
    /// `--threshold`.
    CommandLine,
    /// A baseline was given: its headline must not have become worse.
    Baseline,
    /// Every gate: a dead system never passes.
    BuiltIn,
}

/// The conditions of a gate.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Plan {
    /// The conditions, in order.
    pub(crate) conditions: Vec<(Threshold, Source)>,
    /// Conditions of the scenario that need a baseline where none was given.
    pub(crate) set_aside: Vec<String>,
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Obstacle {
    /// A condition of the command line.
    CommandLine(String),
    /// Conditions of the scenario.
    Scenario(Vec<String>),
}

/// Makes the plan.
///
/// # Errors
/// Conditions that make no sense for the subject, and a gate without any.
pub(crate) fn plan(
    subject: &Subject,
    written: &[String],
    has_baseline: bool,
    tolerance: f64,
) -> Result<Plan, Obstacle> {
    let mut plan = Plan::default();
    let of_scenario = subject.slo.as_ref().map_or(&[][..], |slo| &slo.thresholds);
    let mut wrong = Vec::new();
    for (index, text) in of_scenario.iter().enumerate() {
        match bound(text, &subject.metrics) {
            Err(mistake) => wrong.push(format!("slo.thresholds.{index}: {mistake}")),
            Ok(threshold) if threshold.contrast != Contrast::None && !has_baseline => {
                plan.set_aside.push(threshold.text);
            }
            Ok(threshold) => plan.conditions.push((threshold, Source::Scenario)),
        }
    }
    if !wrong.is_empty() {
        return Err(Obstacle::Scenario(wrong));
    }
    for text in written {
        let refuse = |reason: String| Obstacle::CommandLine(format!("--threshold '{text}': {reason}"));
        let threshold = bound(text, &subject.metrics).map_err(|mistake| refuse(mistake.to_string()))?;
        if let Some(name) = &threshold.arm
            && subject.arm(Some(name)).is_none()
        {
            let arms: Vec<String> = subject.arms.iter().map(|arm| format!("`{}`", arm.name)).collect();
            return Err(refuse(format!(
                "there is no arm `{name}` in `{}`; it has {}",
                subject.path.display(),
                arms.join(", ")
            )));
        }
        if threshold.contrast != Contrast::None && !has_baseline {
            return Err(refuse(
                "a `.change` or `.difference` is one from a baseline: name it with `--baseline`".to_owned(),
            ));
        }
        plan.conditions.push((threshold, Source::CommandLine));
    }
    if has_baseline {
        let headline = headline(subject, tolerance);
        let is_asked_for = plan.conditions.iter().any(|(condition, _)| {
            condition.contrast != Contrast::None && condition.arm.is_none() && condition.metric == headline.metric
        });
        if !is_asked_for {
            plan.conditions.push((headline, Source::Baseline));
        }
    }
    if plan.conditions.is_empty() {
        let aside = if plan.set_aside.is_empty() { "" } else { " (those of the scenario need a `--baseline`)" };
        return Err(Obstacle::CommandLine(format!(
            "there is nothing to judge{aside}: a gate without conditions would pass everything\ngive the scenario an `[slo]` with \
             `thresholds`, or use `--threshold 'METRIC < NUMBER'` or `--baseline`"
        )));
    }
    Ok(plan)
}

/// The headline may be that much worse than the baseline's.
fn headline(subject: &Subject, tolerance: f64) -> Threshold {
    let is_about_people = subject.origin.meaning.get("headline").is_some_and(|headline| headline == "StrandedHours");
    let (metric, comparison, limit) = match subject.origin.kind {
        Kind::Bench => (crate::calibration::WHOLE_UNLOCK, Comparison::LessOrEqual, tolerance),
        Kind::Run if is_about_people => (crate::summary::HEADLINE, Comparison::LessOrEqual, tolerance),
        Kind::Run | Kind::Load => (crate::summary::GOODPUT, Comparison::GreaterOrEqual, -tolerance),
    };
    Threshold {
        text: format!("{metric}.change {} {} %", comparison.sign(), limit * 100.0),
        arm: None,
        metric: metric.to_owned(),
        unit: "share".to_owned(),
        statistic: Statistic::Mean,
        contrast: Contrast::Change,
        comparison,
        limit,
    }
}

fn bound(text: &str, known: &[Metric]) -> Result<Threshold, Mistake> {
    catalogue::bind(&threshold::parse(text)?, known)
}

/// Reports every threshold of a scenario that makes no sense, before anything is run.
pub(crate) fn check(scenario: &Scenario, report: &mut Reporter<'_>) {
    let Slo { thresholds, .. } = &scenario.slo;
    if thresholds.is_empty() {
        return;
    }
    let known = catalogue::of_scenario(scenario);
    for (index, text) in thresholds.iter().enumerate() {
        let path = format!("slo.thresholds.{index}");
        match bound(text, &known) {
            Err(mistake) => {
                let is_unknown = mistake.message.starts_with("there is no metric");
                let code = if is_unknown { Code::UNKNOWN_METRIC } else { Code::THRESHOLD };
                let message = format!("column {} of `{text}`: {}", mistake.column(), mistake.message);
                report.error(&path, code, message, mistake.help);
            }
            Ok(Threshold { arm: Some(arm), .. }) if !scenario.arm.iter().any(|known| known.name == arm) => {
                let names: Vec<String> = scenario.arm.iter().map(|arm| format!("`{}`", arm.name)).collect();
                let help = if names.is_empty() {
                    "leave the arm away to mean the baseline".to_owned()
                } else {
                    format!("there are {}", names.join(", "))
                };
                report.error(&path, Code::UNKNOWN_ARM, format!("there is no arm `{arm}`"), help);
            }
            Ok(_) => {}
        }
    }
}
