//! What a run says in the terminal.

use crate::failure::Failure;
use crate::replication::samples;
use crate::statistics::SequentialStopping;
use crate::summary::{ArmRuns, HEADLINE, stopping_metric};
use crate::terminal::number::{percent, rounded};
use crate::terminal::{Screen, screen, sentence, table};
use std::path::Path;
use stranded_reports::folder::REPORT_FILE;
use stranded_reports::summary::{ArmKind, ArmSummary, Headline, Summary};
use stranded_scenario::Scenario;

/// Prints what happened in the baseline.
pub(super) fn baseline(screen: Screen, scenario: &Scenario, arm: &ArmSummary) -> Result<(), Failure> {
    if !scenario.title.is_empty() {
        screen.heading(&scenario.title)?;
    }
    if scenario.fleet.is_none() {
        // Services and a plain stream of requests: there are no people to tell of.
        screen.say(&format!("{}\n", sentence::services(arm)))?;
        return screen.say(&table::metrics(arm));
    }
    screen.say(&sentence::baseline(arm, scenario.measure.stranded_after.as_seconds() / 60.0))
}

/// Prints the arms, the targets, the sensitivity and the warnings.
pub(super) fn comparison(screen: Screen, summary: &Summary) -> Result<(), Failure> {
    let arms = summary.arms.iter();
    let mut mitigations: Vec<&ArmSummary> = arms.filter(|arm| arm.kind == ArmKind::Mitigation).collect();
    mitigations.sort_by_key(|arm| arm.rank);
    if !mitigations.is_empty() {
        screen.heading("What the operator could have had in place")?;
        for arm in mitigations {
            screen.say(&format!("  {}", sentence::difference(arm)))?;
        }
    }
    if summary.arms.len() > 1 {
        screen.heading("Arms, on the same people and the same luck")?;
        screen.say(&match summary.headline {
            Headline::StrandedHours => table::arms(&summary.arms),
            Headline::Goodput => table::service_arms(&summary.arms),
        })?;
    }
    if !summary.targets.is_empty() {
        screen.heading("Targets")?;
        screen.say(&table::targets(&summary.targets))?;
    }
    if !summary.sensitivity.is_empty() {
        screen.heading("Sensitivity: each parameter at its low and at its high value")?;
        screen.say(&table::sensitivity(&summary.sensitivity, &summary.targets))?;
    }
    summary.warnings.iter().for_each(|warning| screen::warning(warning));
    Ok(())
}

/// Prints where everything is and how to make it again.
pub(super) fn whereabouts(screen: Screen, folder: &Path, command: &str, digest: &str) -> Result<(), Failure> {
    screen.say(&format!(
        "\nReport: {}\nAgain:  {command}\n        events digest {digest}",
        folder.join(REPORT_FILE).display(),
    ))
}

/// What a reader should know before believing the numbers: said once each, by whichever arm said it first.
pub(super) fn warnings(scenario: &Scenario, runs: &[ArmRuns]) -> Vec<String> {
    let mut warnings = Vec::new();
    warnings.extend(imprecise(scenario, &samples(&runs[0].replications, stopping_metric(scenario))));
    warnings.extend(scattered(&samples(&runs[0].replications, HEADLINE)));
    for (arm, replication) in runs.iter().flat_map(|arm| arm.replications.iter().map(move |run| (arm, run))) {
        for warning in &replication.warnings {
            if !warnings.iter().any(|said: &String| said.ends_with(warning.as_str())) {
                warnings.push(format!("{}: {warning}", arm.name));
            }
        }
    }
    warnings
}

/// The interval is wider than the scenario asks for.
fn imprecise(scenario: &Scenario, hours: &[f64]) -> Option<String> {
    let settings = &scenario.run.replications;
    let stopping = SequentialStopping { min: 1, max: u32::MAX, precision: settings.precision.value() };
    (hours.len() > 1 && !stopping.satisfied(hours)).then(|| {
        format!(
            "after {} replications the interval of `{}` is still wider than +-{}; raise \
             `run.replications.max` (or `--replications`) for a narrower one",
            hours.len(),
            stopping_metric(scenario),
            percent(stopping.precision),
        )
    })
}

/// Near the critical capacity a day either collapses or does not: then the mean describes no day at all.
fn scattered(hours: &[f64]) -> Option<String> {
    let least = hours.iter().copied().fold(f64::INFINITY, f64::min);
    let most = hours.iter().copied().fold(0.0, f64::max);
    (most > 100.0 && most > 5.0 * least).then(|| {
        format!(
            "replications differ widely, from {} to {} person-hours: the mean describes few of them; see the shares",
            rounded(least),
            rounded(most),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replication::tests::replication;

    #[test]
    fn a_warning_is_said_once() {
        let mut run = replication(&[(HEADLINE, 5.0)]);
        run.warnings = vec!["the queue grew without bound".to_owned()];
        let arm = |name: &str| ArmRuns {
            name: name.to_owned(),
            title: String::new(),
            description: String::new(),
            kind: ArmKind::Mitigation,
            replications: vec![run.clone(), run.clone()],
        };
        let warnings = warnings(&Scenario::default(), &[arm("baseline"), arm("offline-key")]);
        assert_eq!(warnings, ["baseline: the queue grew without bound"]);
    }

    #[test]
    fn days_that_either_collapse_or_do_not_are_called_so() {
        assert!(scattered(&[0.0, 41_000.0, 39_000.0]).is_some());
        assert!(scattered(&[38_000.0, 41_000.0]).is_none());
        assert!(scattered(&[0.0, 3.0]).is_none());
    }

    #[test]
    fn a_wide_interval_is_called_wide() {
        let scenario = Scenario::default();
        assert!(imprecise(&scenario, &[10.0, 20.0, 30.0]).unwrap().contains("+-5.0 %"));
        assert!(imprecise(&scenario, &[20.0, 20.0]).is_none());
        assert!(imprecise(&scenario, &[20.0]).is_none());
    }
}
