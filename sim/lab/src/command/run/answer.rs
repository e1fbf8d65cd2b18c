//! What a run says in the terminal.

use crate::failure::Failure;
use crate::replication::samples;
use crate::statistics::SequentialStopping;
use crate::summary::{ArmRuns, HEADLINE, StoppingRule};
use crate::terminal::{Screen, screen, sentence, table};
use std::path::Path;
use stranded_reports::folder::REPORT_FILE;
use stranded_reports::remark::Remark;
use stranded_reports::summary::{ArmKind, ArmSummary, Headline, Summary};
use stranded_scenario::Scenario;

/// Prints what happened in the baseline.
pub(super) fn baseline(
    screen: Screen,
    scenario: &Scenario,
    arm: &ArmSummary,
    replications: u32,
) -> Result<(), Failure> {
    if !scenario.title.is_empty() {
        screen.heading(&scenario.title)?;
    }
    if scenario.fleet.is_none() {
        // Services and a plain stream of requests: there are no people to tell of.
        screen.say(&format!("{}\n", sentence::services(arm)))?;
        screen.say(&table::metrics(arm))?;
        return sentence::batch_means(arm, replications).map_or(Ok(()), |text| screen.say(&text));
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
        screen.say(&format!(
            "{} differs from the scenario as it is by more than luck: the 95 % interval of the paired difference leaves out zero",
            table::CLEAR_DIFFERENCE,
        ))?;
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
pub(super) fn remarks(scenario: &Scenario, runs: &[ArmRuns]) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let rule = StoppingRule::of(scenario);
    let replications = &runs[0].replications;
    remarks
        .extend(rule.metrics.iter().filter_map(|metric| imprecise(scenario, metric, &samples(replications, metric))));
    remarks.extend(too_short(&runs[0]));
    remarks.extend(scattered(&samples(&runs[0].replications, HEADLINE)));
    for (arm, replication) in runs.iter().flat_map(|arm| arm.replications.iter().map(move |run| (arm, run))) {
        for warning in &replication.warnings {
            let is_said = |said: &Remark| matches!(said, Remark::Other { text } if text.ends_with(warning.as_str()));
            if !remarks.iter().any(is_said) {
                remarks.push(Remark::Other { text: format!("{}: {warning}", arm.name) });
            }
        }
    }
    remarks
}

/// The interval of a metric that decides when to stop is wider than the scenario asks for.
fn imprecise(scenario: &Scenario, metric: &str, values: &[f64]) -> Option<Remark> {
    let settings = &scenario.run.replications;
    if values.is_empty() {
        return Some(Remark::NoValue { metric: metric.to_owned() });
    }
    let stopping = SequentialStopping { min: 1, max: u32::MAX, precision: settings.precision.value() };
    (values.len() > 1 && !stopping.satisfied(values)).then(|| Remark::TooWide {
        replications: values.len() as u32,
        metric: metric.to_owned(),
        precision: stopping.precision,
    })
}

/// A single run that remembers for too long to have an interval.
fn too_short(arm: &ArmRuns) -> Option<Remark> {
    let [replication] = &arm.replications[..] else { return None };
    let correlated = replication.batch_means.iter().filter(|(_, means)| means.correlated);
    let metrics: Vec<(String, f64)> =
        correlated.map(|(metric, means)| ((*metric).to_owned(), means.lag_one_correlation)).collect();
    (!metrics.is_empty()).then_some(Remark::Correlated { metrics })
}

/// Near the critical capacity a day either collapses or does not: then the mean describes no day at all.
fn scattered(hours: &[f64]) -> Option<Remark> {
    let least = hours.iter().copied().fold(f64::INFINITY, f64::min);
    let most = hours.iter().copied().fold(0.0, f64::max);
    (most > 100.0 && most > 5.0 * least).then_some(Remark::Scattered { least, most })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replication::tests::replication;
    use stranded_reports::language::Language;
    use stranded_scenario::section::Fleet;

    #[test]
    fn a_warning_is_said_once() {
        let mut run = replication(&[(HEADLINE, 5.0)]);
        run.warnings = vec!["the queue grew without bound".to_owned()];
        let arm = |name: &str| ArmRuns {
            name: name.to_owned(),
            title: String::new(),
            description: String::new(),
            kind: ArmKind::Mitigation,
            cost: None,
            replications: vec![run.clone(), run.clone()],
        };
        let scenario = Scenario { fleet: Some(Fleet::default()), ..Scenario::default() };
        let said: Vec<String> = remarks(&scenario, &[arm("baseline"), arm("offline-key")])
            .iter()
            .map(|remark| remark.text(Language::English))
            .collect();
        assert_eq!(said, ["baseline: the queue grew without bound"]);
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
        assert!(
            imprecise(&scenario, HEADLINE, &[10.0, 20.0, 30.0]).unwrap().text(Language::English).contains("+-5.0 %")
        );
        assert!(imprecise(&scenario, HEADLINE, &[20.0, 20.0]).is_none());
        assert!(imprecise(&scenario, HEADLINE, &[20.0]).is_none());
        assert!(
            imprecise(&scenario, HEADLINE, &[]).unwrap().text(Language::English).contains("run.replications.metric")
        );
    }
}
