//! Sentences and tables of a run about services and requests, without cars or people.

use super::tables::{ArmLine, Headline};
use crate::estimate::Estimate;
use crate::format::{self, NOTHING};
use crate::summary::{ArmKind, ArmSummary, Summary};

/// What the table of arms says of each, besides rank and title.
pub(super) const ARM_COLUMNS: &[&str] = &[
    "answers in time (1/s)",
    "of what was wanted",
    "attempts per intent",
    "difference to the baseline (1/s, 95 %)",
    "after the trigger",
];

fn metric<'arm>(arm: &'arm ArmSummary, name: &str) -> Option<&'arm Estimate> {
    arm.metrics.get(name)
}

/// The answer: what was answered in time, whether a collapse outlived its trigger, and what would have helped.
pub(super) fn summary(summary: &Summary) -> Vec<String> {
    let Some(arm) = summary.baseline() else {
        return vec!["No arm was run.".to_owned()];
    };
    let Some(goodput) = metric(arm, "goodput_per_second") else {
        return vec!["Nothing was measured.".to_owned()];
    };
    let mut said = vec![format!(
        "{} requests a second were answered in time, {} of what was wanted; each was tried {} times.",
        format::with_interval(goodput, format::measured),
        format::mean(metric(arm, "service.goodput_share"), format::share),
        format::mean(arm.retry_amplification.as_ref(), format::measured),
    )];
    said.extend(collapse(arm));
    said.extend(best(summary));
    said
}

/// Whether the collapse outlives its trigger.
fn collapse(arm: &ArmSummary) -> Option<String> {
    let metastable = metric(arm, "collapse.metastable")?.mean();
    let overloaded = metric(arm, "collapse.overloaded").map_or(0.0, Estimate::mean);
    let without = format::mean(metric(arm, "collapse.goodput_without_trigger_per_second"), format::measured);
    let paired = format!("the paired runs without the trigger answer {without} a second");
    Some(if metastable > 0.0 {
        format!(
            "The collapse outlives its trigger (metastable) in {} of the replications; {paired}.",
            format::share(metastable)
        )
    } else if overloaded > 0.0 {
        format!("Not metastable but overloaded in {} of the replications: {paired}.", format::share(overloaded))
    } else {
        format!("The trigger leaves no collapse behind: {paired}.")
    })
}

/// What helps most, if anything certainly helps.
fn best(summary: &Summary) -> Option<String> {
    let certainly = |difference: &Estimate| difference.ci95().map_or(difference.mean(), |[low, _]| low) > 0.0;
    let (arm, difference) = summary
        .arms
        .iter()
        .filter(|arm| matches!(arm.kind, ArmKind::Mitigation | ArmKind::OperatorAction))
        .filter_map(|arm| Some((arm, arm.difference_to_baseline?.goodput_per_second?)))
        .filter(|(_, difference)| certainly(difference))
        .max_by(|a, b| a.1.mean().total_cmp(&b.1.mean()))?;
    Some(format!(
        "What would have helped most: {}, with {} more answers in time a second.",
        arm.title,
        format::with_interval(&difference, format::measured),
    ))
}

/// The numbers to read first.
pub(super) fn headlines(arm: &ArmSummary) -> Vec<Headline> {
    let line = |what, name: &str, write: &dyn Fn(f64) -> String| Headline {
        value: format::mean(metric(arm, name), write),
        what,
        interval: match (format::mean(metric(arm, name), write), format::interval(metric(arm, name), write)) {
            (_, interval) if interval == NOTHING => String::new(),
            (mean, interval) if interval == mean => String::new(),
            (_, interval) => interval,
        },
    };
    vec![
        line("answers in time (1/s)", "goodput_per_second", &format::measured),
        line("of what was wanted", "service.goodput_share", &format::share),
        line("attempts per intent (retries)", "retry_amplification", &format::measured),
        line("requests in system", "queue.mean_in_system", &format::measured),
        line("mean wait in line (s)", "queue.wait_mean_seconds", &format::measured),
    ]
}

/// The table of arms.
pub(super) fn arms(summary: &Summary) -> Vec<ArmLine> {
    let mut arms: Vec<&ArmSummary> = summary.arms.iter().collect();
    arms.sort_by_key(|arm| arm.rank);
    let line = |arm: &ArmSummary| {
        let difference = arm.difference_to_baseline.and_then(|difference| difference.goodput_per_second);
        ArmLine {
            rank: arm.rank,
            title: arm.title.clone(),
            description: arm.description.clone(),
            kind: arm.kind.label(),
            is_baseline: arm.kind == ArmKind::Baseline,
            cells: vec![
                format::mean(metric(arm, "goodput_per_second"), format::measured),
                format::mean(metric(arm, "service.goodput_share"), format::share),
                format::mean(arm.retry_amplification.as_ref(), format::measured),
                difference.map_or_else(
                    || NOTHING.to_owned(),
                    |difference| format::with_interval(&difference, format::measured),
                ),
                fate(arm).to_owned(),
            ],
        }
    };
    arms.into_iter().map(line).collect()
}

/// What becomes of the arm after its trigger, in a word.
fn fate(arm: &ArmSummary) -> &'static str {
    let share = |name: &str| metric(arm, name).map(Estimate::mean);
    match (share("collapse.metastable"), share("collapse.overloaded")) {
        (None, _) => NOTHING,
        (Some(metastable), _) if metastable >= 1.0 => "metastable",
        (Some(metastable), _) if metastable > 0.0 => "sometimes metastable",
        (_, Some(overloaded)) if overloaded > 0.0 => "overloaded",
        _ => "recovers",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn estimate(mean: f64) -> Estimate {
        Estimate::new(mean, Some([mean - 0.5, mean + 0.5])).expect("an interval around its mean")
    }

    fn services() -> Summary {
        let mut summary = sample::summary();
        for (arm, (goodput, metastable)) in summary.arms.iter_mut().zip([(0.0, 1.0), (79.0, 0.0), (5.0, 0.6)]) {
            let metrics = [
                ("goodput_per_second", goodput),
                ("service.goodput_share", goodput / 80.0),
                ("collapse.metastable", metastable),
                ("collapse.overloaded", 0.0),
                ("collapse.goodput_without_trigger_per_second", 80.0),
            ];
            arm.metrics = metrics.map(|(name, value)| (name.to_owned(), estimate(value))).into();
            if let Some(difference) = &mut arm.difference_to_baseline {
                difference.goodput_per_second = Some(estimate(goodput));
            }
        }
        summary
    }

    #[test]
    fn goodput_is_what_is_told_and_what_helps_is_more_of_it() {
        let said = summary(&services());
        assert!(said[0].contains("answered in time"), "{said:?}");
        assert!(said[1].contains("outlives its trigger (metastable) in 100 %"), "{said:?}");
        assert!(said[2].starts_with("What would have helped most: Arm offline-key"), "{said:?}");
        assert!(said.iter().all(|sentence| !sentence.contains("person")), "{said:?}");
    }

    #[test]
    fn every_arm_has_a_cell_for_every_column_and_its_fate() {
        let lines = arms(&services());
        assert!(lines.iter().all(|line| line.cells.len() == ARM_COLUMNS.len()));
        let fates: Vec<&str> = lines.iter().filter_map(|line| line.cells.last()).map(String::as_str).collect();
        assert_eq!(fates, ["recovers", "sometimes metastable", "metastable"]);
    }
}
