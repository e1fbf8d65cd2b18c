//! The answer in plain words. (Writing to a string does not fail, so the results of `write!` are let go.)

use super::number::{hours, interval, percent, rounded, size_interval};
use crate::statistics::mean_interval;
use crate::summary::{GOODPUT, HEADLINE};
use std::fmt::Write as _;
use stranded_reports::clock::{ClockEstimate, clock_text};
use stranded_reports::estimate::Estimate;
use stranded_reports::relief::ReliefChannel;
use stranded_reports::summary::{ArmSummary, DifferenceToBaseline};

/// Shares of relief below this are not worth a word.
const WORTH_A_WORD: f64 = 0.005;

/// What happened in the baseline. `threshold_minutes` is how long an episode must last to count.
pub(crate) fn baseline(arm: &ArmSummary, threshold_minutes: f64) -> String {
    let sentences = [
        Some(stranded(arm, threshold_minutes)),
        Some(outage(arm)),
        relief(arm),
        calls(arm),
        arm.notice_lag_minutes
            .map(|lag| format!("The first notice came {} after the service went down.", hours(lag.mean() / 60.0))),
    ];
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Where the intervals of a single long run come from; nothing after several replications.
pub(crate) fn batch_means(arm: &ArmSummary, replications: u32) -> Option<String> {
    if replications > 1 {
        return None;
    }
    let Some(means) = arm.batch_means.values().next() else {
        return Some(
            "One replication, and no interval: batch means need 20 minutes that are measured and in which nothing changes."
                .to_owned(),
        );
    };
    let most = arm.batch_means.values().map(|means| means.lag_one_correlation).fold(-1.0, f64::max);
    Some(format!(
        "Intervals are those of {} batch means of one run, {} each (correlation of neighbouring halves at most {most:.2}).",
        means.batches,
        hours(f64::from(means.batch_minutes) / 60.0),
    ))
}

/// What the services did in the baseline of a scenario without cars.
pub(crate) fn services(arm: &ArmSummary) -> String {
    let Some(goodput) = arm.metrics.get(GOODPUT) else { return "Nothing was measured.".to_owned() };
    let mut text =
        format!("{} requests a second{} were answered in time", rounded(goodput.mean()), in_brackets(goodput));
    if let Some(share) = arm.metrics.get("service.goodput_share") {
        let _ = write!(text, ", {} of what was wanted", percent(share.mean()));
    }
    if let Some(amplification) = arm.retry_amplification {
        let _ = write!(text, "; each was tried {} times", rounded(amplification.mean()));
    }
    text.push('.');
    if let Some(collapse) = collapse(arm) {
        let _ = write!(text, " {collapse}");
    }
    text
}

/// Whether a collapse outlives its trigger; `None` without a trigger.
fn collapse(arm: &ArmSummary) -> Option<String> {
    let share = |name: &str| arm.metrics.get(name).map(Estimate::mean);
    let without = rounded(share("collapse.goodput_without_trigger_per_second")?);
    let paired = format!("the paired runs without it, same requests and same luck, answer {without} a second");
    let (metastable, overloaded) = (share("collapse.metastable")?, share("collapse.overloaded")?);
    let mut text = if metastable > 0.0 {
        format!("The collapse outlives its trigger (metastable){}: {paired}.", in_part_of(metastable))
    } else {
        format!("The trigger leaves no collapse behind: {paired}.")
    };
    if overloaded > 0.0 {
        let _ = write!(text, " Even without it there is too much load{}.", in_part_of(overloaded));
    }
    Some(text)
}

/// What becomes of an arm after its trigger, in a word; `None` without a trigger.
pub(crate) fn fate(arm: &ArmSummary) -> Option<&'static str> {
    let share = |name: &str| arm.metrics.get(name).map_or(0.0, Estimate::mean);
    arm.metrics.get("collapse.metastable").map(|metastable| match metastable.mean() {
        share if share >= 1.0 => "metastable",
        share if share > 0.0 => "sometimes metastable",
        _ if share("collapse.overloaded") > 0.0 => "overloaded",
        _ => "recovers",
    })
}

/// What an arm without cars would have changed.
fn difference_in_goodput(difference: &Estimate) -> String {
    if is_exactly_zero(difference) {
        return "no difference at all".to_owned();
    }
    let limits = interval(difference, rounded);
    if includes_zero(difference) {
        return format!("no clear difference ({limits} answers in time a second)");
    }
    let (word, sign) = if difference.mean() < 0.0 { ("fewer", -1.0) } else { ("more", 1.0) };
    let size = difference.scaled(sign);
    format!("{} {word} answers in time a second{}", rounded(size.mean()), in_brackets(&size))
}

/// One line for a first guess, while more replications run: the headline `metric` with its values so far, and the people.
pub(crate) fn estimate(metric: &str, values: &[f64], people: Option<&Estimate>) -> String {
    let runs = if values.len() == 1 { "1 replication".to_owned() } else { format!("{} replications", values.len()) };
    let Some(headline) = mean_interval(values) else { return runs };
    let number = format!("{}{}", rounded(headline.mean()), in_brackets(&headline));
    match people {
        Some(people) if metric == HEADLINE => {
            format!("{runs}: about {} people stranded, {number} person-hours", rounded(people.mean()))
        }
        _ => format!("{runs}: {metric} {number}"),
    }
}

/// What an arm would have changed.
pub(crate) fn difference(arm: &ArmSummary) -> String {
    let effect = match arm.difference_to_baseline {
        None => "is what the others are compared with".to_owned(),
        Some(DifferenceToBaseline { goodput_per_second: Some(goodput), .. }) => difference_in_goodput(&goodput),
        Some(difference) => match difference.share {
            _ if is_exactly_zero(&difference.stranded_hours) => "no difference at all".to_owned(),
            Some(share) if includes_zero(&share) => {
                format!("no clear difference ({})", signed_interval(&share))
            }
            Some(share) => change(&difference.stranded_hours, &share),
            None => {
                format!("{} person-hours more, where the baseline has none", rounded(difference.stranded_hours.mean()))
            }
        },
    };
    let effect = fate(arm).map_or(effect.clone(), |fate| format!("{effect}; {fate}"));
    format!("{}: {effect}", if arm.title.is_empty() { &arm.name } else { &arm.title })
}

fn stranded(arm: &ArmSummary, threshold_minutes: f64) -> String {
    let threshold = hours(threshold_minutes / 60.0);
    if arm.stranded_people.mean() == 0.0 {
        return format!(
            "Nobody was stranded: nobody stood beside a car they could not use for longer than {threshold}."
        );
    }
    let mut text = format!(
        "About {} people{} stood beside a car they could not use for longer than {threshold}, together {} person-hours{}",
        rounded(arm.stranded_people.mean()),
        with_interval(&arm.stranded_people),
        rounded(arm.stranded_hours.mean()),
        in_brackets(&arm.stranded_hours),
    );
    if let Some(median) = arm.stranded_minutes.p50 {
        let _ = write!(text, "; half of them longer than {}", hours(median.mean() / 60.0));
    }
    if let Some(p90) = arm.stranded_minutes.p90 {
        let _ = write!(text, ", one in ten longer than {}", hours(p90.mean() / 60.0));
    }
    text + "."
}

fn outage(arm: &ArmSummary) -> String {
    let Some(down) = &arm.service.down_at else { return "The service did not go down.".to_owned() };
    let mut text = format!("The service went down at {}{}", moment(down), in_part_of(down.share));
    match &arm.service.recovered_at {
        Some(back) => {
            let _ = write!(text, " and came back at {}", moment(back));
            // Against the outages, not against all replications: where it never went down it did not come back either.
            if back.share < down.share {
                let _ = write!(text, " (in {} of the outages)", percent(back.share / down.share));
            }
        }
        None => text.push_str(" and did not come back before the end"),
    }
    text.push('.');
    if let Some(again) = &arm.service.relapsed_at {
        let _ = write!(text, " The next day it went down again at {}{}.", moment(again), in_part_of(again.share));
    }
    text
}

fn relief(arm: &ArmSummary) -> Option<String> {
    let mut channels: Vec<(ReliefChannel, f64)> = arm
        .relief
        .iter()
        .map(|(&channel, share)| (channel, share.mean()))
        .filter(|(channel, share)| *channel != ReliefChannel::Censored && *share >= WORTH_A_WORD)
        .collect();
    if channels.is_empty() {
        return None;
    }
    channels.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let channels: Vec<String> =
        channels.into_iter().map(|(channel, share)| format!("{} ({})", way(channel), percent(share))).collect();
    let mut text = format!("Relief came from {}", channels.join(", "));
    if let Some(left) = arm.relief.get(&ReliefChannel::Censored).filter(|left| left.mean() >= WORTH_A_WORD) {
        let _ = write!(text, "; {} were still stranded at the end", percent(left.mean()));
    }
    Some(text + ".")
}

fn calls(arm: &ArmSummary) -> Option<String> {
    let answered = arm.calls.answered_share?;
    Some(format!(
        "Of {} calls to the customer centre, {} of those made while the app was down were answered.",
        rounded(arm.calls.attempts.mean()),
        percent(answered.mean()),
    ))
}

const fn way(channel: ReliefChannel) -> &'static str {
    match channel {
        ReliefChannel::Server => "the app working again",
        ReliefChannel::OfflineKey => "an offline key",
        ReliefChannel::CallCentre => "the customer centre",
        ReliefChannel::Staff => "staff on the spot",
        ReliefChannel::Advice => "advice and own hands",
        ReliefChannel::Locksmith => "locksmiths",
        ReliefChannel::GaveUp => "leaving by other transport",
        ReliefChannel::Censored => "the end of the simulation",
    }
}

fn moment(at: &ClockEstimate) -> String {
    let clock = clock_text(at.hours.mean());
    match at.hours.ci95() {
        Some([low, high]) if clock_text(low) != clock_text(high) => {
            format!("{clock} ({} to {})", clock_text(low), clock_text(high))
        }
        _ => clock,
    }
}

/// ` in 70 % of the replications`, unless it is all of them.
fn in_part_of(share: f64) -> String {
    if share < 1.0 { format!(" in {} of the replications", percent(share)) } else { String::new() }
}

fn with_interval(estimate: &Estimate) -> String {
    match estimate.ci95() {
        Some(_) => format!(" (95 % interval {})", size_interval(estimate, rounded)),
        None => String::new(),
    }
}

fn in_brackets(estimate: &Estimate) -> String {
    match estimate.ci95() {
        Some(_) => format!(" ({})", size_interval(estimate, rounded)),
        None => String::new(),
    }
}

/// `36,700 person-hours less (96 %; 95 % to 97 %)`: sizes without a sign, because the word has it.
fn change(person_hours: &Estimate, share: &Estimate) -> String {
    let (word, sign) = if share.mean() < 0.0 { ("less", -1.0) } else { ("more", 1.0) };
    let size = share.scaled(sign);
    let (mean, interval) = (percent(size.mean()), interval(&size, percent));
    // An interval that says no more than the mean, or nothing, is not worth its place.
    let interval = if interval == mean || size.ci95().is_none() { String::new() } else { format!("; {interval}") };
    format!("{} person-hours {word} ({mean}{interval})", rounded(person_hours.mean().abs()))
}

/// `-3.1 % to 4.0 %`.
fn signed_interval(share: &Estimate) -> String {
    interval(share, percent)
}

fn includes_zero(share: &Estimate) -> bool {
    share.ci95().is_some_and(|[low, high]| low <= 0.0 && 0.0 <= high)
}

fn is_exactly_zero(difference: &Estimate) -> bool {
    difference.mean() == 0.0 && difference.ci95().is_none_or(|interval| interval == [0.0, 0.0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(mean: f64, low: f64, high: f64) -> Estimate {
        Estimate::new(mean, Some([low, high])).unwrap()
    }

    #[test]
    fn changes_are_worded_by_their_direction() {
        let hours = |mean| Estimate::new(mean, None).unwrap();
        assert_eq!(
            change(&hours(-36_740.0), &share(-0.96, -0.97, -0.95)),
            "36,700 person-hours less (96 %; 95 % to 97 %)"
        );
        assert_eq!(change(&hours(71.0), &share(0.2, 0.14, 0.26)), "71 person-hours more (20 %; 14 % to 26 %)");
        assert_eq!(change(&hours(-40.0), &share(-1.0, -1.0, -1.0)), "40 person-hours less (100 %)");
        assert_eq!(change(&hours(-20.0), &Estimate::new(-0.5, None).unwrap()), "20 person-hours less (50 %)");
    }

    #[test]
    fn goodput_is_told_by_its_direction() {
        assert_eq!(difference_in_goodput(&share(79.9, 79.0, 80.8)), "79.9 more answers in time a second (79-80.8)");
        assert_eq!(difference_in_goodput(&share(-5.0, -6.0, -4.0)), "5 fewer answers in time a second (4-6)");
        assert_eq!(
            difference_in_goodput(&share(0.5, -1.0, 2.0)),
            "no clear difference (-1 to 2 answers in time a second)"
        );
        assert_eq!(difference_in_goodput(&Estimate::exact(0.0).unwrap()), "no difference at all");
    }

    #[test]
    fn a_first_guess_says_how_much_it_rests_on() {
        let people = share(9_812.0, 9_000.0, 10_600.0);
        let text = estimate(HEADLINE, &[41_000.0, 41_000.0], Some(&people));
        assert_eq!(text, "2 replications: about 9,810 people stranded, 41,000 (41,000) person-hours");
        assert_eq!(estimate("queue.sojourn_mean_seconds", &[5.0], None), "1 replication: queue.sojourn_mean_seconds 5");
        assert_eq!(estimate(HEADLINE, &[], None), "0 replications");
    }
}
