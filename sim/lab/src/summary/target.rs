//! Targets and their verdicts.

use crate::replication::{Replication, estimate, samples};
use crate::terminal::quantity;
use stranded_model::metric;
use stranded_reports::estimate::Estimate;
use stranded_reports::language::Language;
use stranded_reports::remark::Remark;
use stranded_reports::summary::{Expected, Quantity, TargetKind, TargetVerdict, Verdict};
use stranded_scenario::section::{Target, TargetKind as ScenarioTargetKind};

/// Metrics that are read together with another one, because alone it would say too little.
const COMPANIONS: &[(&str, &[&str])] = &[
    ("afternoon_holders_hours.p50", &["afternoon_holders_hours.share_5_to_6", "afternoon_starters_hours.p50"]),
    ("calls.answered_share", &["calls.people_answered", "calls.people_helped"]),
    ("stranded_people", &["stranded_people.unlock", "stranded_people.return", "stranded_people.start"]),
];

/// Judges a target by the replications of its arm; `None` when the arm was not run.
///
/// Pass when the mean lies within the bounds. Inconclusive when it does not but its interval reaches over the bound (or the
/// arm was not run): more replications may tell. Fail otherwise, also when what must come out never happened.
pub(crate) fn judge(target: &Target, replications: Option<&[Replication]>) -> TargetVerdict {
    let quantity = quantity_of(&target.metric);
    let mut remarks = Vec::new();
    let (simulated, verdict) = match replications {
        None => {
            remarks.push(Remark::ArmNotRun { arm: target.arm.clone() });
            (None, Verdict::Inconclusive)
        }
        Some(replications) => {
            let simulated = estimate(replications, &target.metric);
            remarks.extend(remarks_on(&target.metric, replications));
            (simulated, verdict(target.low, target.high, simulated.as_ref()))
        }
    };
    TargetVerdict {
        id: target.name.clone(),
        what: target.what.clone(),
        kind: match target.kind {
            ScenarioTargetKind::Input => TargetKind::Input,
            ScenarioTargetKind::Target => TargetKind::Target,
        },
        expected: Expected { text: expected_text(target, quantity), low: target.low, high: target.high },
        quantity,
        simulated,
        verdict,
        notes: remarks.iter().map(|remark| remark.text(Language::English)).collect(),
        remarks,
    }
}

fn verdict(low: Option<f64>, high: Option<f64>, simulated: Option<&Estimate>) -> Verdict {
    let Some(simulated) = simulated else { return Verdict::Fail };
    let within = |value: f64| low.is_none_or(|low| value >= low) && high.is_none_or(|high| value <= high);
    if within(simulated.mean()) {
        return Verdict::Pass;
    }
    // The mean is outside, so the interval reaches a bound exactly when one of its ends lies within, or when it spans both.
    let reaches = simulated
        .ci95()
        .is_some_and(|[least, most]| low.is_none_or(|low| most >= low) && high.is_none_or(|high| least <= high));
    if reaches { Verdict::Inconclusive } else { Verdict::Fail }
}

fn remarks_on(metric: &str, replications: &[Replication]) -> Vec<Remark> {
    let happened = samples(replications, metric).len();
    let mut remarks = Vec::new();
    if happened == 0 {
        remarks.push(Remark::InNoReplication);
    } else if happened < replications.len() {
        let (happened, all) = (happened as u32, replications.len() as u32);
        remarks.push(Remark::InReplications { happened, all });
    }
    let companions = COMPANIONS.iter().find(|(name, _)| *name == metric).map_or(&[][..], |(_, companions)| companions);
    for name in companions {
        if let Some(companion) = estimate(replications, name) {
            remarks.push(Remark::Companion {
                metric: (*name).to_owned(),
                quantity: quantity_of(name),
                value: companion.mean(),
            });
        }
    }
    remarks
}

fn expected_text(target: &Target, quantity: Quantity) -> String {
    let write = |value: f64| quantity::write(quantity, value);
    match (target.low, target.high) {
        (Some(low), Some(high)) if low.to_bits() == high.to_bits() => write(low),
        (Some(low), Some(high)) => format!("{} to {}", write(low), write(high)),
        (Some(low), None) => format!("at least {}", write(low)),
        (None, Some(high)) => format!("at most {}", write(high)),
        (None, None) => "any".to_owned(),
    }
}

/// What the numbers of a metric are.
pub(crate) fn quantity_of(name: &str) -> Quantity {
    if name.starts_with("service.") && name.ends_with("_hour") {
        return Quantity::Clock;
    }
    match metric::find(name).map(|metric| metric.unit) {
        Some("people") => Quantity::People,
        Some("h") => Quantity::Hours,
        Some("min") => Quantity::Minutes,
        // Over replications, yes and no become a share.
        Some("share" | "0/1") => Quantity::Share,
        _ => Quantity::Number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replication::tests::replication;

    fn target(metric: &str, low: Option<f64>, high: Option<f64>) -> Target {
        Target { metric: metric.to_owned(), low, high, ..Target::default() }
    }

    fn people(values: &[f64]) -> Vec<Replication> {
        values.iter().map(|&value| replication(&[("stranded_people", value)])).collect()
    }

    #[test]
    fn a_mean_within_the_bounds_passes_even_if_its_interval_is_wide() {
        let judged = judge(&target("stranded_people", Some(90.0), Some(110.0)), Some(&people(&[60.0, 140.0])));
        assert_eq!(judged.verdict, Verdict::Pass);
        assert_eq!(judged.expected.text, "90 to 110");
    }

    #[test]
    fn a_mean_outside_is_inconclusive_as_long_as_its_interval_reaches_in() {
        let target = target("stranded_people", Some(90.0), Some(110.0));
        assert_eq!(judge(&target, Some(&people(&[70.0, 100.0]))).verdict, Verdict::Inconclusive);
        assert_eq!(judge(&target, Some(&people(&[80.0, 80.1, 79.9]))).verdict, Verdict::Fail);
        // One replication has no interval to reach anywhere.
        assert_eq!(judge(&target, Some(&people(&[80.0]))).verdict, Verdict::Fail);
    }

    #[test]
    fn open_bounds_bind_on_one_side_only() {
        let at_most = target("calls.answered_share", None, Some(0.02));
        let runs = [replication(&[("calls.answered_share", 0.012), ("calls.people_answered", 310.0)])];
        let judged = judge(&at_most, Some(&runs));
        assert_eq!(judged.verdict, Verdict::Pass);
        assert_eq!(judged.expected.text, "at most 2.0 %");
        assert_eq!(judged.notes, ["people answered: 310"]);
    }

    #[test]
    fn what_never_happened_fails_and_says_so() {
        let judged = judge(&target("service.down_hour", Some(12.0), Some(13.0)), Some(&people(&[5.0, 6.0])));
        assert_eq!(judged.verdict, Verdict::Fail);
        assert_eq!(judged.notes, ["in no replication"]);
        assert_eq!(judged.expected.text, "12:00 to 13:00");
    }

    #[test]
    fn an_arm_that_was_not_run_leaves_its_target_open() {
        let mut open = target("service.down", Some(1.0), Some(1.0));
        open.arm = "no-retries".to_owned();
        let judged = judge(&open, None);
        assert_eq!(judged.verdict, Verdict::Inconclusive);
        assert_eq!(judged.notes, ["arm `no-retries` was not run"]);
    }

    #[test]
    fn every_metric_knows_what_it_is() {
        assert_eq!(quantity_of("service.relapse_hour"), Quantity::Clock);
        assert_eq!(quantity_of("service.relapsed"), Quantity::Share);
        assert_eq!(quantity_of("afternoon_holders_hours.p50"), Quantity::Hours);
        assert_eq!(quantity_of("retry_amplification"), Quantity::Number);
    }
}
