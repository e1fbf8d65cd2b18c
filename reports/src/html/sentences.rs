//! What the numbers say, in sentences.

use crate::aggregate::ChartData;
use crate::charts::ArmDifference;
use crate::clock::{ClockEstimate, clock_text};
use crate::estimate::Estimate;
use crate::format::{self, NOTHING};
use crate::relief::ReliefChannel;
use crate::summary::{ArmKind, ArmSummary, Summary, TargetVerdict, Verdict};
use std::collections::BTreeMap;

fn whole(value: f64) -> String {
    format::number(value, 0)
}

/// A time of day in words: `00:21 the next day (00:14 to 00:28)`.
fn clock(event: &ClockEstimate) -> String {
    let hours = event.hours.mean();
    let day = ((hours * 60.0).round() / 1_440.0).floor();
    let on_that_day = |v: f64| clock_text(24.0_f64.mul_add(-day, v));
    let when = match day as i64 {
        0 => String::new(),
        1 => " the next day".to_owned(),
        days => format!(" ({days:+} d)"),
    };
    match format::interval(Some(&event.hours), on_that_day) {
        interval if event.hours.ci95().is_some() && interval != on_that_day(hours) => {
            format!("{}{when} ({interval})", on_that_day(hours))
        }
        _ => format!("{}{when}", on_that_day(hours)),
    }
}

/// The end of a span: midnight at its end is 24:00.
fn end_of_span(hours: f64) -> String {
    if (hours - 24.0).abs() < 1e-9 { "24:00".to_owned() } else { clock_text(hours) }
}

/// In how many replications something happened.
fn how_often(share: f64) -> String {
    if share >= 1.0 {
        "in every replication".to_owned()
    } else {
        format!("in {} of the replications", format::share(share))
    }
}

/// Whether the estimate is above zero at all.
fn is_some_people(people: &Estimate) -> bool {
    people.mean() > 0.0
}

pub(super) fn replications(summary: &Summary) -> String {
    let batches = summary.baseline().and_then(|arm| arm.batch_means.values().next());
    match (summary.replications, batches) {
        (1, None) => "One replication only: the numbers carry no interval.".to_owned(),
        (1, Some(means)) => format!(
            "One long run: a 95 % interval is that of {} batch means, {} each; where there is none, none can be told.",
            means.batches,
            format::minutes(f64::from(means.batch_minutes)),
        ),
        (count, _) => format!(
            "Means over {count} replications; in brackets the 95 % interval of the mean. Differences are paired: every \
             arm has the same people and the same luck. Where an interval reaches below zero and its number cannot, it is \
             shown from 0 on; `summary.json` has it as computed."
        ),
    }
}

pub(super) fn subtitle(summary: &Summary) -> String {
    let date = summary.day.date().unwrap_or_else(|| "a day beyond the calendar".to_owned());
    format!(
        "Simulated: {date}, {} to {}, {} in {}",
        clock_text(summary.window.from_hours),
        end_of_span(summary.window.until_hours),
        counted(summary.replications.into(), "replication"),
        counted(summary.arms.len() as u64, "arm"),
    )
}

pub(super) fn simulated(summary: &Summary) -> String {
    format!(
        "{} events in {} s, {} events per second",
        whole(summary.events as f64),
        format::measured(summary.duration_seconds),
        whole(summary.events_per_second),
    )
}

fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", whole(count as f64))
}

/// The answer: who was stranded, for how long, why it lasted, and what would have helped.
pub(super) fn summary(summary: &Summary) -> Vec<String> {
    let Some(arm) = summary.baseline() else {
        return vec!["No arm was run.".to_owned()];
    };
    let threshold = format::minutes(summary.threshold_minutes);
    let mut said = Vec::new();
    if is_some_people(&arm.stranded_people) {
        said.push(format!(
            "{} people were stranded for longer than {threshold}: {} person-hours in all.",
            format::with_interval(&arm.stranded_people.not_below_zero(), whole),
            format::with_interval(&arm.stranded_hours.not_below_zero(), whole),
        ));
        said.extend(lengths(arm));
    } else {
        said.push(format!("Nobody was stranded for longer than {threshold}."));
    }
    said.extend(service(arm));
    if let Some(share) = arm.calls.answered_share {
        said.push(format!(
            "The customer centre answered {} of {} call attempts; {} people got help that way.",
            format::share(share.mean()),
            whole(arm.calls.attempts.mean()),
            whole(arm.calls.people_helped.mean()),
        ));
    }
    said.extend(best(summary));
    if let Some(censored) = arm.relief.get(&ReliefChannel::Censored).filter(|share| share.mean() > 0.0) {
        said.push(format!(
            "{} of the episodes had not ended when the simulation did: they are counted with the time until then.",
            format::share(censored.mean()),
        ));
    }
    said
}

fn lengths(arm: &ArmSummary) -> Option<String> {
    let times = &arm.stranded_minutes;
    let (median, ninety, longest) = (times.p50?, times.p90?, times.max?);
    Some(format!(
        "Half of the episodes lasted longer than {}, one in ten longer than {}, the longest {}.",
        format::minutes(median.mean()),
        format::minutes(ninety.mean()),
        format::minutes(longest.mean()),
    ))
}

fn service(arm: &ArmSummary) -> Vec<String> {
    let service = &arm.service;
    let Some(down) = &service.down_at else {
        return vec!["The app never went down.".to_owned()];
    };
    let often = if down.share < 1.0 { format!(" ({})", how_often(down.share)) } else { String::new() };
    let back = match &service.recovered_at {
        Some(back) => format!("was back at {}", clock(back)),
        None => "never came back".to_owned(),
    };
    let mut said = vec![format!("The app went down at {}{often} and {back}.", clock(down))];
    if let Some(amplification) = arm.retry_amplification {
        said.push(format!(
            "For everything people wanted from the app, it was asked {} times, retries included.",
            format::measured(amplification.mean()),
        ));
    }
    if let Some(again) = &service.relapsed_at {
        said.push(format!("It went down again at {}, {}.", clock(again), how_often(service.relapsed.mean())));
    }
    said
}

/// The most helpful thing the operator could have done, if anything certainly helps.
fn best(summary: &Summary) -> Option<String> {
    let certainly_helps = |difference: &Estimate| match difference.ci95() {
        Some([_, high]) => high < 0.0,
        None => difference.mean() < 0.0,
    };
    let (arm, difference) = summary
        .arms
        .iter()
        .filter(|arm| matches!(arm.kind, ArmKind::Mitigation | ArmKind::OperatorAction))
        .filter_map(|arm| Some((arm, arm.difference_to_baseline?)))
        .filter(|(_, difference)| certainly_helps(&difference.stranded_hours))
        .min_by(|a, b| a.1.stranded_hours.mean().total_cmp(&b.1.stranded_hours.mean()))?;
    Some(format!(
        "What would have helped most: {}, {}.",
        arm.title,
        less(&difference.stranded_hours, difference.share.as_ref())
    ))
}

/// `36,740 person-hours less (96 %; 95 % to 97 %)`: sizes without a sign, because the word has it.
fn less(person_hours: &Estimate, share: Option<&Estimate>) -> String {
    let size = share.map(|share| share.scaled(-1.0));
    let mean = format::mean(size.as_ref(), format::share);
    let part = match format::interval(size.as_ref(), format::share) {
        _ if size.is_none() => String::new(),
        interval if interval == mean || interval == NOTHING => format!(" ({mean})"),
        interval => format!(" ({mean}; {interval})"),
    };
    format!("{} person-hours less{part}", whole(-person_hours.mean()))
}

pub(super) fn targets(targets: &[TargetVerdict]) -> String {
    let count = |verdict| targets.iter().filter(|target| target.verdict == verdict).count();
    format!(
        "{} of {} pass; fail: {}; inconclusive: {}. An input is put in and only checked to be honoured; a target must come out by itself.",
        count(Verdict::Pass),
        targets.len(),
        count(Verdict::Fail),
        count(Verdict::Inconclusive),
    )
}

pub(super) fn stranded_over_day(charts: &ChartData) -> String {
    match charts.stranded.peak() {
        Some((bucket, people)) => format!(
            "Most people are stranded at about {}: {} at the same time. The height is the mean over replications{}.",
            clock_text(charts.stranded.axis.begin_hours(bucket)),
            whole(people),
            if charts.stranded.total_p95.is_empty() {
                ""
            } else {
                "; nine replications in ten lie between the dashed lines"
            },
        ),
        None => "Nobody is stranded at any time of the day.".to_owned(),
    }
}

pub(super) fn stranded_time(charts: &ChartData, baseline: Option<&ArmSummary>) -> String {
    let Some(median) = baseline.and_then(|arm| arm.stranded_minutes.p50) else {
        return "There is no episode to show.".to_owned();
    };
    let mut said = format!(
        "Each bar counts the episodes of one length; the median is {}.",
        format::with_interval(&median.not_below_zero(), format::minutes),
    );
    let (longer, drawn_minutes) = charts.time.beyond();
    if longer > 0.0 {
        said.push_str(" Not drawn: ");
        said.push_str(&format::measured(longer));
        said.push_str(" episodes of more than ");
        said.push_str(&format::minutes(drawn_minutes));
        said.push('.');
    }
    if charts.time.censored > 0.0 {
        said.push_str(" Episodes that had not ended with the simulation  have the length until then.");
    }
    said
}

pub(super) fn load(charts: &ChartData) -> String {
    let Some((bucket, attempts)) = charts.load.peak() else {
        return "The service is asked for nothing.".to_owned();
    };
    let first = charts.load.first_attempts_per_second[bucket];
    format!(
        "At about {} the service is asked {} times a second, {} of them for the first time: the shaded gap between the two \
         lines is retries. Where the offered load stays above the dashed capacity, answers come too late to count.",
        clock_text(charts.load.axis.begin_hours(bucket)),
        format::measured(attempts),
        format::measured(first),
    )
}

pub(super) fn relief(shares: &BTreeMap<ReliefChannel, Estimate>) -> String {
    let mut ranked: Vec<_> = shares.iter().collect();
    ranked.sort_by(|a, b| b.1.mean().total_cmp(&a.1.mean()));
    match ranked.as_slice() {
        [] => "There is no episode to end.".to_owned(),
        [(first, share), rest @ ..] => {
            let then = rest.first().map_or_else(String::new, |(second, share)| {
                format!(", then {} ({})", second.label(), format::share(share.mean()))
            });
            format!(
                "Share of all episodes by what ended them. Most often: {} ({}){then}.",
                first.label(),
                format::share(share.mean()),
            )
        }
    }
}

pub(super) fn arms(arms: &[ArmDifference]) -> String {
    match arms {
        [] => "Only the baseline was run.".to_owned(),
        _ => "Each dot is an arm, its line the 95 % interval of the difference. The further left, the fewer hours people \
              are stranded; a line that crosses zero is no certain change."
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_helps_is_told_without_a_double_negative() {
        let hours = Estimate::new(-36_740.0, Some([-37_800.0, -35_700.0])).unwrap();
        let share = |mean, low, high| Estimate::new(mean, Some([low, high])).unwrap();
        let some = share(-0.961, -0.97, -0.953);
        assert_eq!(less(&hours, Some(&some)), "36,740 person-hours less (96 %; 95 % to 97 %)");
        assert_eq!(less(&hours, Some(&share(-1.0, -1.0, -1.0))), "36,740 person-hours less (100 %)");
        assert_eq!(less(&hours, Estimate::new(-0.5, None).as_ref()), "36,740 person-hours less (50 %)");
        assert_eq!(less(&hours, None), "36,740 person-hours less");
    }
}
