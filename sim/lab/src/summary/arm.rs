//! One arm over all of its replications.

use crate::replication::{Replication, estimate, samples};
use crate::statistics::{self, mean_interval, paired_difference, relative_difference};
use std::collections::{BTreeMap, BTreeSet};
use stranded_model::metric;
use stranded_reports::clock::{AnalysedDay, ClockEstimate};
use stranded_reports::estimate::Estimate;
use stranded_reports::relief::ReliefChannel;
use stranded_reports::summary::{
    ArmCost, ArmKind, ArmSummary, BatchMeans, Calls, Claims, DifferenceToBaseline, FormToLocksmithHours, Headline,
    PeopleByClass, Service, StrandedMinutes,
};
use stranded_scenario::Scenario;

/// The headline: what arms are compared and ranked by.
pub(crate) const HEADLINE: &str = "stranded_hours";

/// Metrics of money, in Korean won.
const MONEY: [&str; 3] = ["compensation_krw", "locksmith_krw", "lost_revenue_krw"];

/// What arms without cars are compared and ranked by.
pub(crate) const GOODPUT: &str = "goodput_per_second";

/// What a scenario's arms are compared and ranked by.
pub(crate) const fn headline(scenario: &Scenario) -> Headline {
    if scenario.fleet.is_some() { Headline::StrandedHours } else { Headline::Goodput }
}

/// An arm and what its replications left behind.
#[derive(Clone, Debug)]
pub(crate) struct ArmRuns {
    /// Short name.
    pub(crate) name: String,
    /// Title for people.
    pub(crate) title: String,
    /// What is different in this arm.
    pub(crate) description: String,
    /// What the arm is for.
    pub(crate) kind: ArmKind,
    /// What it costs, where the scenario says so.
    pub(crate) cost: Option<ArmCost>,
    /// Replications, in order.
    pub(crate) replications: Vec<Replication>,
}

/// Sums an arm up; `baseline` is `None` for the baseline itself.
pub(crate) fn summarize(arm: &ArmRuns, baseline: Option<&ArmRuns>, day: AnalysedDay) -> ArmSummary {
    let replications = &arm.replications;
    let maybe = |metric: &str| estimate(replications, metric);
    // A scenario without cars has no episodes to count: nobody is stranded in it, exactly.
    let counted = |metric: &str| maybe(metric).unwrap_or(zero());
    let relief = ReliefChannel::ALL
        .into_iter()
        .filter_map(|channel| Some((channel, maybe(&format!("relief.{}", channel.name()))?)))
        .collect();
    ArmSummary {
        name: arm.name.clone(),
        title: arm.title.clone(),
        description: arm.description.clone(),
        kind: arm.kind,
        cost: arm.cost,
        stranded_people: counted("stranded_people"),
        stranded_people_by_class: PeopleByClass {
            unlock: counted("stranded_people.unlock"),
            return_: counted("stranded_people.return"),
            start: counted("stranded_people.start"),
        },
        stranded_hours: counted(HEADLINE),
        stranded_minutes: StrandedMinutes {
            p50: maybe("stranded_minutes.p50"),
            p90: maybe("stranded_minutes.p90"),
            p99: maybe("stranded_minutes.p99"),
            max: maybe("stranded_minutes.max"),
        },
        relief,
        notice_lag_minutes: maybe("notice_lag_minutes"),
        form_to_locksmith_hours: FormToLocksmithHours { p50: maybe("form_to_locksmith_hours.p50") },
        calls: Calls {
            attempts: counted("calls.attempts"),
            answered_share: maybe("calls.answered_share"),
            people_answered: counted("calls.people_answered"),
            people_helped: counted("calls.people_helped"),
        },
        service: service(replications, day),
        retry_amplification: maybe("retry_amplification"),
        lost_bookings: counted("lost_bookings"),
        overbilled_minutes: counted("overbilled_minutes"),
        false_unlocks: counted("false_unlocks"),
        churned_people: counted("churned_people"),
        lost_revenue_krw: counted("lost_revenue_krw"),
        compensation_krw: counted("compensation_krw"),
        locksmith_krw: counted("locksmith_krw"),
        total_money_krw: mean_interval(&money(replications)),
        claims: Claims {
            filed: counted("claims.filed"),
            closed_share: maybe("claims.closed_share"),
            closure_hours_p50: maybe("claims.closure_hours.p50"),
        },
        permission_failures: counted("permission_failures"),
        failed_starts: counted("failed_starts"),
        metrics: all_metrics(replications),
        batch_means: batch_means(replications),
        difference_to_baseline: baseline.map(|baseline| difference(arm, baseline)),
        rank: 1,
    }
}

/// Zero, exactly.
fn zero() -> Estimate {
    Estimate::exact(0.0).expect("zero is finite")
}

fn all_metrics(replications: &[Replication]) -> BTreeMap<String, Estimate> {
    let names: BTreeSet<&metric::Name> =
        replications.iter().flat_map(|replication| replication.metrics.keys()).collect();
    names.into_iter().filter_map(|name| Some((name.to_string(), estimate(replications, name)?))).collect()
}

/// The batches of a single replication: several speak for themselves.
fn batch_means(replications: &[Replication]) -> BTreeMap<String, BatchMeans> {
    let [replication] = replications else { return BTreeMap::new() };
    let describe = |means: &statistics::BatchMeans| BatchMeans {
        batches: means.batches as u32,
        // A row of the timeline is a minute.
        batch_minutes: means.batch_length as u32,
        lag_one_correlation: means.lag_one_correlation,
        correlated: means.correlated,
    };
    replication.batch_means.iter().map(|(metric, means)| ((*metric).to_owned(), describe(means))).collect()
}

fn service(replications: &[Replication], day: AnalysedDay) -> Service {
    let clock = |metric: &str, day_offset_hours: f64| {
        let hours: Vec<f64> = samples(replications, metric).into_iter().map(|hour| hour + day_offset_hours).collect();
        clock_estimate(day, &hours, replications.len())
    };
    // Absent where there was nothing to relapse from.
    let relapsed: Vec<f64> = replications
        .iter()
        .map(|replication| replication.metrics.get("service.relapsed").copied().unwrap_or(0.0))
        .collect();
    Service {
        down_at: clock("service.down_hour", 0.0),
        recovered_at: clock("service.recovered_hour", 0.0),
        recovery_minutes: mean_interval(&recoveries(replications)),
        relapsed: mean_interval(&relapsed).unwrap_or(zero()),
        // The metric counts from midnight of the next day.
        relapsed_at: clock("service.relapse_hour", 24.0),
        down_hours: estimate(replications, "service.down_hours").unwrap_or(zero()),
    }
}

/// How long the service was down for the first time, in minutes: one value for each replication in which it was and came back.
fn recoveries(replications: &[Replication]) -> Vec<f64> {
    let hour = |replication: &Replication, metric: &str| replication.metrics.get(metric).copied();
    let minutes = |replication: &Replication| {
        let (down, back) = (hour(replication, "service.down_hour")?, hour(replication, "service.recovered_hour")?);
        Some((back - down) * 60.0)
    };
    replications.iter().filter_map(minutes).collect()
}

/// A time of day over the replications in which the event happened.
fn clock_estimate(day: AnalysedDay, hours: &[f64], replications: usize) -> Option<ClockEstimate> {
    ClockEstimate::new(day, mean_interval(hours)?, hours.len() as f64 / replications as f64)
}

fn difference(arm: &ArmRuns, baseline: &ArmRuns) -> DifferenceToBaseline {
    let hours = |runs: &ArmRuns| -> Vec<f64> {
        runs.replications.iter().map(|replication| replication.metrics.get(HEADLINE).copied().unwrap_or(0.0)).collect()
    };
    let goodput = |runs: &ArmRuns| samples(&runs.replications, GOODPUT);
    // Where there are people, they are what counts; only a stream of requests has a queue.
    let is_about_services = arm.replications.iter().any(|run| run.metrics.contains_key("queue.arrivals"));
    let goodput_per_second =
        if is_about_services { paired_difference(&goodput(arm), &goodput(baseline)) } else { None };
    let money_krw = paired_difference(&money(&arm.replications), &money(&baseline.replications));
    let (arm, baseline) = (hours(arm), hours(baseline));
    DifferenceToBaseline {
        stranded_hours: paired_difference(&arm, &baseline).unwrap_or(zero()),
        share: relative_difference(&arm, &baseline),
        goodput_per_second,
        money_krw: money_krw.filter(|_| !is_about_services),
    }
}

/// What each replication cost in money, in Korean won; nothing of replications in which no money is counted.
fn money(replications: &[Replication]) -> Vec<f64> {
    let of_one = |replication: &Replication| {
        let amounts = MONEY.iter().filter_map(|metric| replication.metrics.get(*metric));
        amounts.copied().reduce(std::ops::Add::add)
    };
    replications.iter().filter_map(of_one).collect()
}

/// Ranks the arms: 1 = fewest stranded person-hours, or most answers in time; arms that tie share a rank.
pub(crate) fn rank(arms: &mut [ArmSummary], headline: Headline) {
    let cost = |arm: &ArmSummary| match headline {
        Headline::StrandedHours => arm.stranded_hours.mean(),
        Headline::Goodput => -arm.metrics.get(GOODPUT).map_or(0.0, Estimate::mean),
    };
    let costs: Vec<f64> = arms.iter().map(cost).collect();
    for arm in arms {
        let own = cost(arm);
        arm.rank = 1 + costs.iter().filter(|&&other| other < own).count() as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replication::tests::replication;

    const SUNDAY: AnalysedDay = AnalysedDay { midnight_unix_s: 1_649_516_400, utc_offset_s: 32_400 };

    fn runs(name: &str, replications: Vec<Replication>) -> ArmRuns {
        ArmRuns {
            name: name.to_owned(),
            title: name.to_owned(),
            description: String::new(),
            kind: ArmKind::Mitigation,
            cost: None,
            replications,
        }
    }

    #[test]
    fn an_arm_that_changes_nothing_has_a_difference_of_exactly_zero() {
        let day = || runs("day", [41_000.3, 39_000.1].map(|hours| replication(&[(HEADLINE, hours)])).to_vec());
        let summary = summarize(&day(), Some(&day()), SUNDAY);
        let difference = summary.difference_to_baseline.unwrap();
        assert_eq!(difference.stranded_hours, Estimate::exact(0.0).unwrap());
        assert_eq!(difference.share, Estimate::exact(0.0));
    }

    #[test]
    fn an_outage_in_half_of_the_replications_says_so() {
        let down =
            replication(&[("service.down_hour", 12.5), ("service.relapsed", 1.0), ("service.relapse_hour", 13.0)]);
        let summary = summarize(&runs("day", vec![down, replication(&[])]), None, SUNDAY);
        let down_at = summary.service.down_at.unwrap();
        assert_eq!(down_at.at, "2022-04-10T12:30:00+09:00");
        assert!((down_at.share - 0.5).abs() < 1e-12);
        assert_eq!(summary.service.relapsed_at.unwrap().at, "2022-04-11T13:00:00+09:00");
        assert!((summary.service.relapsed.mean() - 0.5).abs() < 1e-12);
        assert_eq!(summary.service.recovered_at, None);
        assert_eq!(summary.service.down_hours, Estimate::exact(0.0).unwrap());
    }

    /// Student's t for two values is 12.706 standard errors: 12.706 times half their distance.
    fn ends_of_two(low: f64, high: f64) -> [f64; 2] {
        let half = 12.706_204_736 * (high - low) / 2.0;
        [f64::midpoint(low, high) - half, f64::midpoint(low, high) + half]
    }

    #[test]
    fn recovery_is_a_length_of_each_replication() {
        let day = |down: f64, back: f64| replication(&[("service.down_hour", down), ("service.recovered_hour", back)]);
        // Down at moments two hours apart and back as far apart: the lengths differ by minutes only.
        let never_back = replication(&[("service.down_hour", 9.0)]);
        let all = vec![day(12.0, 24.0), day(14.0, 26.1), never_back, replication(&[])];
        let recovery = summarize(&runs("day", all), None, SUNDAY).service.recovery_minutes.unwrap();
        assert!((recovery.mean() - 723.0).abs() < 1e-9, "{recovery:?}");
        let expected = ends_of_two(720.0, 726.0);
        assert!(recovery.ci95().unwrap().iter().zip(expected).all(|(end, it)| (end - it).abs() < 1e-4), "{recovery:?}");
        assert_eq!(summarize(&runs("quiet", vec![replication(&[])]), None, SUNDAY).service.recovery_minutes, None);
    }

    #[test]
    fn money_is_summed_in_each_replication() {
        // What one part loses the other gains: each has a wide interval and their sum almost none.
        let day = |compensation: f64, locksmiths: f64| {
            replication(&[("compensation_krw", compensation), ("locksmith_krw", locksmiths), ("lost_revenue_krw", 1e6)])
        };
        let arm = runs("day", vec![day(5e6, 1e6), day(2e6, 4.1e6)]);
        let total = summarize(&arm, None, SUNDAY).total_money_krw.unwrap();
        assert!((total.mean() - 7.05e6).abs() < 1e-3, "{total:?}");
        let expected = ends_of_two(7.0e6, 7.1e6);
        assert!(total.ci95().unwrap().iter().zip(expected).all(|(end, it)| (end - it).abs() < 1.0), "{total:?}");
        let queue = runs("queue", vec![replication(&[("queue.blocked_share", 0.25)])]);
        assert_eq!(summarize(&queue, None, SUNDAY).total_money_krw, None);
    }

    #[test]
    fn every_metric_is_there_by_name() {
        let summary = summarize(&runs("queue", vec![replication(&[("queue.blocked_share", 0.25)])]), None, SUNDAY);
        assert_eq!(summary.metrics["queue.blocked_share"].mean().to_bits(), 0.25_f64.to_bits());
        assert_eq!(summary.metrics.len(), 1);
        assert!(summary.relief.is_empty());
    }

    #[test]
    fn arms_that_tie_share_a_rank() {
        let mut arms = [300.0, 100.0, 300.0, 200.0]
            .map(|hours| summarize(&runs("arm", vec![replication(&[(HEADLINE, hours)])]), None, SUNDAY));
        rank(&mut arms, Headline::StrandedHours);
        assert_eq!(arms.map(|arm| arm.rank), [3, 1, 3, 2]);
    }

    #[test]
    fn arms_without_cars_are_compared_by_goodput() {
        let queue = |name: &str, goodput: [f64; 2]| {
            runs(name, goodput.map(|it| replication(&[(GOODPUT, it), ("queue.arrivals", 9.0)])).to_vec())
        };
        let (baseline, arm) = (queue("day", [0.0, 0.0]), queue("lifo", [80.0, 79.0]));
        let mut arms = [summarize(&baseline, None, SUNDAY), summarize(&arm, Some(&baseline), SUNDAY)];
        let difference = arms[1].difference_to_baseline.unwrap();
        assert!((difference.goodput_per_second.unwrap().mean() - 79.5).abs() < 1e-12);
        rank(&mut arms, Headline::Goodput);
        assert_eq!(arms.map(|arm| arm.rank), [2, 1]);
    }
}
