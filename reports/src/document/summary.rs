//! The answer in four sentences, and the numbers to read first.

use super::{Block, Card, Context, Section};
use crate::aggregate::Findings;
use crate::estimate::Estimate;
use crate::format::{self, NOTHING, measured, whole};
use crate::language::{Amplified, Happening, Totals};
use crate::relief::ReliefChannel;
use crate::summary::{ArmKind, ArmSummary, Service};

pub(super) fn subtitle(context: &Context<'_>) -> String {
    let summary = context.report.summary;
    let language = context.language;
    let window = summary.window;
    // The end of a span: midnight at its end is 24:00.
    let is_midnight = (window.until_hours - 24.0).abs() < 1e-9;
    let until = if is_midnight { "24:00".to_owned() } else { language.clock(window.until_hours) };
    let date = language.date(summary.day).unwrap_or_default();
    context.words.subtitle(&date, &language.clock(window.from_hours), &until, summary.replications, summary.arms.len())
}

pub(super) fn section(context: &Context<'_>) -> Section {
    let mut blocks = Vec::new();
    if let Some(arm) = context.baseline() {
        blocks.push(Block::Answer(answer(context, arm)));
        blocks.extend(warnings(context));
        blocks.push(Block::Cards(cards(context, arm)));
        blocks.push(Block::Quiet(replications(context)));
    } else {
        blocks.push(Block::Text(context.labels.no_arm.to_owned()));
    }
    Section { id: "summary", title: context.labels.summary, blocks }
}

/// What a reader should know before believing the numbers.
pub(super) fn warnings(context: &Context<'_>) -> Vec<Block> {
    let summary = context.report.summary;
    let said: Vec<String> = if summary.remarks.is_empty() {
        summary.warnings.clone()
    } else {
        summary.remarks.iter().map(|remark| remark.text(context.language)).collect()
    };
    said.into_iter().map(Block::Warning).collect()
}

/// Where intervals come from.
pub(super) fn replications(context: &Context<'_>) -> String {
    let batches = context.baseline().and_then(|arm| arm.batch_means.values().next());
    match (context.report.summary.replications, batches) {
        (1, None) => context.labels.one_replication.to_owned(),
        (1, Some(means)) => {
            context.words.batches(means.batches, &context.language.minutes(f64::from(means.batch_minutes)))
        }
        (count, _) => context.words.replications(count),
    }
}

/// Who was stranded and for how long, when, why it lasted, and what would have helped.
fn answer(context: &Context<'_>, arm: &ArmSummary) -> Vec<String> {
    let (language, words) = (context.language, context.words);
    let threshold = language.minutes(context.report.summary.threshold_minutes);
    let minutes = |value| language.minutes(value);
    let mut said = Vec::new();
    if arm.stranded_people.mean() > 0.0 {
        let times = &arm.stranded_minutes;
        let median_and_p90 = times.p50.as_ref().zip(times.p90.as_ref());
        said.push(words.stranded(&Totals {
            people: context.size(&arm.stranded_people, |people| language.people(people)),
            hours: context.size(&arm.stranded_hours, whole),
            threshold,
            median_and_p90: median_and_p90.map(|(p50, p90)| (context.size(p50, minutes), minutes(p90.mean()))),
        }));
    } else {
        said.push(words.nobody(&threshold));
    }
    said.push(outage(context, &arm.service));
    if let (Some(_), Some(attempts)) = (&arm.service.down_at, &arm.retry_amplification) {
        said.push(words.why(&Amplified {
            attempts: context.size(attempts, measured),
            late: late_share(context.report.findings, &arm.service).map(|share| language.share(share)),
        }));
    }
    said.extend(prevention(context));
    if let Some(censored) = arm.relief.get(&ReliefChannel::Censored).filter(|share| share.mean() > 0.0) {
        said.push(words.censored(&language.share(censored.mean())));
    }
    said
}

fn outage(context: &Context<'_>, service: &Service) -> String {
    let language = context.language;
    let Some(down) = &service.down_at else { return context.labels.never_down.to_owned() };
    context.words.outage(&Happening {
        date: language.date(context.report.summary.day).unwrap_or_default(),
        down: language.clock_with_interval(&down.hours),
        often: (down.share < 1.0).then(|| language.share(down.share)),
        back: service.recovered_at.as_ref().map(|back| language.clock_with_interval(&back.hours)),
        again: service
            .relapsed_at
            .as_ref()
            .map(|again| (language.clock_with_interval(&again.hours), language.share(service.relapsed.mean()))),
    })
}

/// Of the answers given while the app was down, the share that came too late; `None` without an outage or answers.
pub(super) fn late_share(findings: &Findings, service: &Service) -> Option<f64> {
    let down = service.down_at.as_ref()?.hours.mean();
    let back = service.recovered_at.as_ref().map_or(f64::INFINITY, |back| back.hours.mean());
    let load = &findings.load;
    let inside = |bucket: &usize| (down..back).contains(&load.axis.hours(*bucket));
    let (late, in_time) = (0..load.axis.buckets)
        .filter(inside)
        .fold((0.0, 0.0), |(late, in_time), b| (late + load.late_per_second[b], in_time + load.in_time_per_second[b]));
    (late + in_time > 0.0).then(|| late / (late + in_time))
}

/// What the operator could have done, if anything certainly helps; `None` when nothing was tried.
fn prevention(context: &Context<'_>) -> Option<String> {
    let language = context.language;
    let certainly_helps = |difference: &Estimate| match difference.ci95() {
        Some([_, high]) => high < 0.0,
        None => difference.mean() < 0.0,
    };
    let tried: Vec<_> = context
        .report
        .summary
        .arms
        .iter()
        .filter(|arm| matches!(arm.kind, ArmKind::Mitigation | ArmKind::OperatorAction))
        .filter_map(|arm| Some((arm, arm.difference_to_baseline?)))
        .collect();
    if tried.is_empty() || context.baseline()?.stranded_hours.mean() <= 0.0 {
        return None;
    }
    let count = tried.len();
    let mut helping: Vec<_> = tried.into_iter().filter(|(_, it)| certainly_helps(&it.stranded_hours)).collect();
    helping.sort_by(|a, b| a.1.stranded_hours.mean().total_cmp(&b.1.stranded_hours.mean()));
    let Some((best, difference)) = helping.first() else { return Some(context.words.nothing_helps(count)) };
    let less = |share: Option<Estimate>| share.map(|share| share.scaled(-1.0));
    let share = less(difference.share).map_or_else(|| NOTHING.to_owned(), |share| share_with_interval(context, &share));
    let hours = language.with_interval(&difference.stranded_hours.scaled(-1.0), whole);
    let second = helping.get(1).map(|(arm, difference)| {
        (context.arm_title(arm), format::mean(less(difference.share).as_ref(), |share| language.share(share)))
    });
    let second = second.as_ref().map(|(title, share)| (*title, share.as_str()));
    Some(context.words.prevented(context.arm_title(best), &hours, &share, second))
}

/// `96 %; 95 % to 97 %`, for where brackets stand already.
fn share_with_interval(context: &Context<'_>, share: &Estimate) -> String {
    let write = |value| context.language.share(value);
    let mean = write(share.mean());
    match context.language.interval(Some(share), write) {
        interval if interval == mean || interval == NOTHING => mean,
        interval => format!("{mean}; {interval}"),
    }
}

/// A number to read first; an interval that does not show at this precision says nothing.
pub(super) fn card(
    context: &Context<'_>,
    what: &'static str,
    estimate: Option<&Estimate>,
    write: &dyn Fn(f64) -> String,
) -> Card {
    let (value, interval) = context.mean_and_interval(estimate, write);
    let says_nothing = interval == NOTHING || interval == value;
    Card { value, what, interval: if says_nothing { String::new() } else { interval } }
}

fn cards(context: &Context<'_>, arm: &ArmSummary) -> Vec<Card> {
    let (language, labels) = (context.language, context.labels);
    let minutes = |value| language.minutes(value);
    let share = |value| language.share(value);
    vec![
        card(context, labels.people_stranded, Some(&arm.stranded_people), &whole),
        card(context, labels.person_hours, Some(&arm.stranded_hours), &whole),
        card(context, labels.median_time, arm.stranded_minutes.p50.as_ref(), &minutes),
        card(context, labels.app_was_down, Some(&arm.service.down_hours), &|value| language.hours(value)),
        card(context, labels.calls_answered, arm.calls.answered_share.as_ref(), &share),
        card(context, labels.attempts_per_intent, arm.retry_amplification.as_ref(), &measured),
    ]
}
