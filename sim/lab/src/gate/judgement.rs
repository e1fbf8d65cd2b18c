//! Pass, fail or inconclusive, from an interval and a limit.

use super::bootstrap::{self, Values};
use super::catalogue::{Contrast, Statistic, Threshold};
use super::plan::Source;
use super::subject::{Arm, Kind, Subject};
use super::threshold::Comparison;
use crate::statistics::mean_interval;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use statrs::distribution::{Binomial, DiscreteCDF as _};

/// Outcome of a gate or of one of its conditions, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// The whole interval holds the limit.
    Pass,
    /// The interval reaches over the limit, or there are too few replications for one.
    Inconclusive,
    /// The whole interval is beyond the limit.
    Fail,
    /// The numbers prove nothing.
    Invalid,
}

impl Verdict {
    /// The word for people.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Inconclusive => "inconclusive",
            Self::Fail => "fail",
            Self::Invalid => "invalid",
        }
    }
}

/// A condition and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judgement {
    /// The condition as text.
    pub(crate) text: String,
    /// Who asked for it.
    pub(crate) source: Source,
    /// The arm it is about.
    pub(crate) arm: String,
    /// The metric.
    pub(crate) metric: String,
    /// Unit of value, interval and limit.
    pub(crate) unit: String,
    /// The limit.
    pub(crate) limit: f64,
    /// What was found; `None` when nothing was measured.
    pub(crate) value: Option<f64>,
    /// Its 95 % interval; ends may be infinite. `None` when it is unknown.
    pub(crate) interval: Option<[f64; 2]>,
    /// Replications that it comes from.
    pub(crate) replications: usize,
    /// Outcome.
    pub(crate) verdict: Verdict,
    /// Why, in a sentence.
    pub(crate) reason: String,
}

/// What is compared with, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Against<'subject> {
    /// The baseline.
    pub(crate) baseline: &'subject Subject,
    /// Whether replications pair.
    pub(crate) is_paired: bool,
}

/// What was found of a condition's left side.
struct Found {
    value: f64,
    interval: Option<[f64; 2]>,
    replications: usize,
    /// Whether the interval needs no further replications: that of the batches of one long run.
    is_enough: bool,
    note: String,
}

/// Judges one condition.
pub(crate) fn judge(
    threshold: &Threshold,
    source: Source,
    subject: &Subject,
    against: Option<Against<'_>>,
    replications_min: usize,
) -> Judgement {
    let mut judgement = Judgement {
        text: threshold.text.clone(),
        source,
        arm: threshold.arm.clone().or_else(|| subject.arms.first().map(|arm| arm.name.clone())).unwrap_or_default(),
        metric: threshold.metric.clone(),
        unit: threshold.unit.clone(),
        limit: threshold.limit,
        value: None,
        interval: None,
        replications: 0,
        verdict: Verdict::Inconclusive,
        reason: String::new(),
    };
    let Some(arm) = subject.arm(threshold.arm.as_deref()) else {
        "this arm was not run".clone_into(&mut judgement.reason);
        return judgement;
    };
    let found = match (threshold.contrast, against) {
        (Contrast::None, _) => measured(threshold, subject, arm),
        (_, Some(against)) => compared(threshold, arm, against),
        (_, None) => Err("there is no baseline to compare with".to_owned()),
    };
    let found = match found {
        Ok(found) => found,
        Err(reason) => {
            if dead_replications(subject, arm) > 0 {
                judgement.verdict = Verdict::Fail;
                "nothing was answered in time, so that there is nothing to measure".clone_into(&mut judgement.reason);
            } else {
                judgement.reason = reason;
            }
            return judgement;
        }
    };
    judgement.value = Some(found.value);
    judgement.replications = found.replications;
    judgement.interval = found.interval;
    if found.replications < replications_min && !found.is_enough {
        judgement.reason = format!("{} of at least {replications_min} replications{}", found.replications, found.note);
        return judgement;
    }
    let interval = found.interval.unwrap_or([found.value; 2]);
    judgement.verdict = verdict(threshold.comparison, interval, threshold.limit);
    judgement.reason = match judgement.verdict {
        _ if found.interval.is_none() => format!("one replication, taken as it is{}", found.note),
        Verdict::Inconclusive => {
            format!("the interval reaches over the limit: more replications may tell{}", found.note)
        }
        Verdict::Pass => format!("the whole interval holds the limit{}", found.note),
        _ => format!("the whole interval is beyond the limit{}", found.note),
    };
    judgement
}

/// What an interval says of a limit: all of it holds, none of it does, or neither.
fn verdict(comparison: Comparison, [low, high]: [f64; 2], limit: f64) -> Verdict {
    let (holds_low, holds_high) = (comparison.holds(low, limit), comparison.holds(high, limit));
    let reaches = comparison == Comparison::Equal && low <= limit && limit <= high;
    match (holds_low, holds_high) {
        (true, true) => Verdict::Pass,
        (false, false) if !reaches => Verdict::Fail,
        _ => Verdict::Inconclusive,
    }
}

fn measured(threshold: &Threshold, subject: &Subject, arm: &Arm) -> Result<Found, String> {
    let values: Vec<f64> = arm.values(&threshold.metric).into_values().collect();
    let all = arm.replications.len();
    let note = match values.len() {
        0 => return Err("was not measured in any replication".to_owned()),
        count if count < all => format!("; measured in {count} of {all} replications"),
        _ => String::new(),
    };
    let replications = values.len();
    let (value, interval, is_enough) = match threshold.statistic {
        Statistic::Mean => {
            let of_batches = subject.batch_means.get(&(arm.name.clone(), threshold.metric.clone()));
            let of_batches = of_batches.filter(|estimate| replications == 1 && estimate.ci95().is_some());
            let estimate = of_batches.copied().or_else(|| mean_interval(&values));
            let estimate = estimate.ok_or_else(|| "is not a finite number".to_owned())?;
            (estimate.mean(), estimate.ci95(), of_batches.is_some())
        }
        Statistic::Quantile(share) => (quantile(&mut values.clone(), share), quantile_interval(&values, share), false),
    };
    Ok(Found { value, interval, replications, is_enough, note })
}

fn compared(threshold: &Threshold, arm: &Arm, against: Against<'_>) -> Result<Found, String> {
    let other = against
        .baseline
        .arm(threshold.arm.as_deref())
        .ok_or_else(|| format!("the baseline has no arm `{}`", arm.name))?;
    let (here, there) = (arm.values(&threshold.metric), other.values(&threshold.metric));
    let statistic = |values: &mut [f64]| match threshold.statistic {
        Statistic::Mean => values.iter().sum::<f64>() / values.len() as f64,
        Statistic::Quantile(share) => quantile(values, share),
    };
    let effect = |here: &mut [f64], there: &mut [f64]| {
        let (here, there) = (statistic(here), statistic(there));
        match threshold.contrast {
            Contrast::Change => change(here, there),
            _ => here - there,
        }
    };
    if against.is_paired {
        let pairs: Vec<(f64, f64)> =
            here.iter().filter_map(|(replication, value)| Some((*value, *there.get(replication)?))).collect();
        if pairs.is_empty() {
            return Err("no replication has it in both".to_owned());
        }
        let (mut here, mut there): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        return Ok(Found {
            value: effect(&mut here, &mut there),
            interval: bootstrap::interval(Values::Paired(&pairs), effect),
            replications: pairs.len(),
            is_enough: false,
            note: "; paired".to_owned(),
        });
    }
    let (mut here, mut there): (Vec<f64>, Vec<f64>) = (here.into_values().collect(), there.into_values().collect());
    let replications = here.len().min(there.len());
    if replications == 0 {
        return Err("was not measured in both".to_owned());
    }
    let interval = bootstrap::interval(Values::Apart { subject: &here, baseline: &there }, effect);
    Ok(Found {
        value: effect(&mut here, &mut there),
        interval,
        replications,
        is_enough: false,
        note: "; not paired".to_owned(),
    })
}

/// What is more than the baseline, as a share of it. More than nothing is infinitely more; nothing against nothing is no change.
fn change(here: f64, there: f64) -> f64 {
    if here.to_bits() == there.to_bits() { 0.0 } else { (here - there) / there.abs() }
}

/// The smallest value that at least that share of the values does not exceed.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let rank = (share * values.len() as f64).ceil() as usize;
    values[rank.clamp(1, values.len()) - 1]
}

/// The 95 % interval of a quantile by order statistics (Hahn and Meeker, *Statistical Intervals*, section 5.2): it assumes nothing of
/// the distribution. An end is infinite where there are too few values to bound it.
fn quantile_interval(values: &[f64], share: f64) -> Option<[f64; 2]> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let below = Binomial::new(share, sorted.len() as u64).ok()?;
    let low = below.inverse_cdf(0.025) as usize;
    let high = below.inverse_cdf(0.975) as usize + 1;
    let at = |rank: usize| sorted.get(rank.wrapping_sub(1)).copied();
    Some([at(low).unwrap_or(f64::NEG_INFINITY), at(high).unwrap_or(f64::INFINITY)])
}

/// Replications in which nobody was answered in time at all, by a server or by a door.
pub(crate) fn dead_replications(subject: &Subject, arm: &Arm) -> usize {
    if subject.origin.kind == Kind::Bench {
        return 0;
    }
    let goodput = |replication: &&super::subject::Replication| {
        let metrics = &replication.metrics;
        metrics.get("service.goodput_share").or_else(|| metrics.get("goodput_per_second")).copied()
    };
    arm.replications.iter().filter(|replication| goodput(replication).is_some_and(|goodput| goodput <= 0.0)).count()
}

/// The condition that every gate has of its own: the system answers at all. A dead one has no latencies to complain of.
pub(crate) fn judge_alive(subject: &Subject, arm: &Arm) -> Judgement {
    let (dead, all) = (dead_replications(subject, arm), arm.replications.len());
    Judgement {
        text: "service.goodput_share > 0 in every replication".to_owned(),
        source: Source::BuiltIn,
        arm: arm.name.clone(),
        metric: "service.goodput_share".to_owned(),
        unit: "share".to_owned(),
        limit: 0.0,
        value: None,
        interval: None,
        replications: all,
        verdict: if dead == 0 { Verdict::Pass } else { Verdict::Fail },
        reason: if dead == 0 {
            "somebody was answered in time in every replication".to_owned()
        } else {
            format!(
                "nobody was answered in time in {dead} of {all} replications: whatever was fast then, it was not the service"
            )
        },
    }
}
