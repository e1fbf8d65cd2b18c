//! A made-up run for the tests of this crate.

use crate::aggregate::{Aggregator, Findings};
use crate::charts::marks_of;
use crate::clock::{AnalysedDay, ClockEstimate};
use crate::episode::EpisodeRow;
use crate::estimate::Estimate;
use crate::language::Language;
use crate::manifest::{EventDigest, MANIFEST_SCHEMA_VERSION, Manifest};
use crate::relief::{ReliefChannel, StrandedClass};
use crate::summary::{
    ArmKind, ArmSummary, Calls, Claims, DifferenceToBaseline, Expected, FormToLocksmithHours, PeopleByClass, Quantity,
    SUMMARY_SCHEMA_VERSION, ScenarioName, SensitivityEffect, SensitivityRow, Service, StrandedMinutes, Summary,
    TargetKind, TargetVerdict, Verdict, Window,
};
use crate::table::TableRow;
use crate::timeline::TimelineRow;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Sunday 10 April 2022 in Korea.
pub(crate) const DAY: AnalysedDay = AnalysedDay { midnight_unix_s: 1_649_516_400, utc_offset_s: 32_400 };

pub(crate) fn spread(mean: f64) -> Estimate {
    let half = mean.abs() * 0.05;
    Estimate::new(mean, Some([mean - half, mean + half])).unwrap()
}

pub(crate) fn clock(hours: f64) -> Option<ClockEstimate> {
    ClockEstimate::new(DAY, Estimate::new(hours, Some([hours - 0.25, hours + 0.25])).unwrap(), 1.0)
}

pub(crate) fn arm(name: &str, kind: ArmKind, rank: u32, hours: f64) -> ArmSummary {
    let people = hours / 4.0;
    let quantile = |minutes: f64| (hours > 0.0).then(|| spread(minutes));
    let relief = if hours > 0.0 {
        BTreeMap::from([
            (ReliefChannel::Server, spread(0.42)),
            (ReliefChannel::Advice, spread(0.31)),
            (ReliefChannel::Locksmith, spread(0.17)),
            (ReliefChannel::GaveUp, spread(0.09)),
            (ReliefChannel::Censored, spread(0.01)),
        ])
    } else {
        BTreeMap::new()
    };
    ArmSummary {
        metrics: std::collections::BTreeMap::new(),
        batch_means: std::collections::BTreeMap::new(),
        name: name.to_owned(),
        title: format!("Arm {name}"),
        description: format!("What is different in {name}"),
        kind,
        cost: None,
        stranded_people: spread(people),
        stranded_people_by_class: PeopleByClass {
            unlock: spread(people * 0.4),
            return_: spread(people * 0.35),
            start: spread(people * 0.25),
        },
        stranded_hours: spread(hours),
        stranded_minutes: StrandedMinutes {
            p50: quantile(325.0),
            p90: quantile(470.0),
            p99: quantile(610.0),
            max: quantile(790.0),
        },
        relief,
        notice_lag_minutes: quantile(138.0),
        form_to_locksmith_hours: FormToLocksmithHours { p50: quantile(3.2) },
        calls: Calls {
            attempts: spread(hours * 2.0),
            answered_share: quantile(0.012),
            people_answered: spread(people * 0.05),
            people_helped: spread(people * 0.01),
        },
        service: Service {
            down_at: if hours > 0.0 { clock(12.63) } else { None },
            recovered_at: if hours > 0.0 { clock(24.4) } else { None },
            recovery_minutes: (hours > 0.0).then(|| spread(706.0)),
            relapsed: Estimate::exact(1.0).unwrap(),
            relapsed_at: if hours > 0.0 { clock(37.5) } else { None },
            down_hours: spread(hours.min(12.0)),
        },
        retry_amplification: quantile(5.1),
        lost_bookings: spread(people * 0.8),
        overbilled_minutes: spread(hours * 9.0),
        false_unlocks: Estimate::exact(0.0).unwrap(),
        churned_people: spread(people * 0.1),
        lost_revenue_krw: spread(hours * 41_000.0),
        compensation_krw: spread(hours * 12_000.0),
        locksmith_krw: spread(hours * 4_000.0),
        total_money_krw: Some(spread(hours * 57_000.0)),
        claims: Claims { filed: spread(people * 0.6), closed_share: quantile(0.22), closure_hours_p50: quantile(51.0) },
        permission_failures: spread(people * 0.02),
        failed_starts: spread(people * 0.3),
        difference_to_baseline: (kind != ArmKind::Baseline).then(|| DifferenceToBaseline {
            stranded_hours: spread(hours - 40_000.0),
            share: Some(spread(hours / 40_000.0 - 1.0)),
            goodput_per_second: None,
            money_krw: Some(spread((hours - 40_000.0) * 57_000.0)),
        }),
        rank,
    }
}

pub(crate) fn summary() -> Summary {
    Summary {
        schema_version: SUMMARY_SCHEMA_VERSION,
        program_version: "0.1.0".to_owned(),
        scenario: ScenarioName { name: "sample".to_owned(), title: "A sample & its <title>".to_owned() },
        headline: crate::summary::Headline::default(),
        day: DAY,
        window: Window { from_hours: 12.0, until_hours: 24.0 },
        threshold_minutes: 15.0,
        seed: 7,
        replications: 3,
        events: 41_000_000,
        events_per_second: 3_400_000.0,
        duration_seconds: 12.1,
        arms: vec![
            arm("baseline", ArmKind::Baseline, 3, 40_000.0),
            arm("offline-key", ArmKind::Mitigation, 1, 900.0),
            arm("no-promotion", ArmKind::Attribution, 2, 21_000.0),
        ],
        targets: vec![TargetVerdict {
            id: "2".to_owned(),
            what: "median stranded time".to_owned(),
            kind: TargetKind::Target,
            expected: Expected { text: "5-6 h".to_owned(), low: Some(5.0), high: Some(6.0) },
            quantity: Quantity::Hours,
            simulated: Some(spread(5.4)),
            verdict: Verdict::Pass,
            notes: vec!["share within 5-6 h: 62 %".to_owned()],
            remarks: Vec::new(),
        }],
        sensitivity: vec![SensitivityRow {
            parameter: "service.vendor.capacity".to_owned(),
            low: "1.45 x".to_owned(),
            high: "1.59 x".to_owned(),
            effects: vec![SensitivityEffect {
                target: "2".to_owned(),
                quantity: Quantity::Hours,
                at_low: Some(spread(5.9)),
                at_high: None,
                low_difference: Estimate::new(0.5, Some([0.3, 0.7])),
                high_difference: None,
            }],
        }],
        warnings: vec!["the interval is wider than asked for".to_owned()],
        remarks: Vec::new(),
    }
}

/// What the rows of that run say of the day: a bump of people and load from noon on, in every arm as high as its hours.
pub(crate) fn findings(summary: &Summary, language: Language) -> Findings {
    let mut all = Aggregator::new("baseline", DAY);
    for arm in &summary.arms {
        let people = arm.stranded_people.mean();
        for replication in 0..summary.replications.min(3) {
            let height = people * (1.0 + 0.1 * f64::from(replication));
            all.add_timeline(&arm.name, &minutes(height));
            all.add_episodes(&arm.name, &episodes(if people > 0.0 { 300 } else { 0 }));
        }
    }
    let marks = summary.baseline().map(|arm| marks_of(arm, language)).unwrap_or_default();
    all.finish(marks)
}

fn minutes(people: f64) -> Vec<TimelineRow> {
    let minute = |index: i32| {
        let hours = 5.0 + f64::from(index) / 60.0;
        let part = (-((hours - 15.0) / 3.0).powi(2)).exp();
        let attempts = (people * part / 4.0) as u32;
        TimelineRow {
            minute: index,
            time_unix_s: DAY.midnight_unix_s + 5 * 3_600 + 60 * i64::from(index),
            stranded_unlock: (people * part / 2.0) as u32,
            stranded_return: (people * part / 4.0) as u32,
            stranded_start: (people * part / 8.0) as u32,
            attempts,
            first_attempts: attempts / 4,
            answered_in_time: attempts / 20,
            answered_late: attempts / 5,
            offered_work_seconds: attempts as f32,
            capacity_work_seconds: 60.0,
            queue_length: attempts * 2,
            relief: [attempts / 50, 0, attempts / 200, 0, attempts / 90, attempts / 100, 0, 0],
            ..TimelineRow::default()
        }
    };
    (0..36 * 60).map(minute).collect()
}

fn episodes(count: u32) -> Vec<EpisodeRow> {
    let episode = |index: u32| EpisodeRow {
        episode: index,
        person: index,
        class: StrandedClass::ALL[index as usize % 3],
        place: Cow::Borrowed(["city", "highway", "home"][index as usize % 5 % 3]),
        ended_ms: (16 + index as i32 * 2) * 60_000,
        counted: true,
        relief: if index == 299 { ReliefChannel::Censored } else { ReliefChannel::Server },
        ..EpisodeRow::blank()
    };
    (0..count).map(episode).collect()
}

pub(crate) fn manifest() -> Manifest {
    Manifest {
        schema_version: MANIFEST_SCHEMA_VERSION,
        program_version: "0.1.0".to_owned(),
        commit: Some("2dbd7af".to_owned()),
        scenario_hash: "9f3c".repeat(16),
        calibration_hashes: BTreeMap::from([("calibration/door.toml".to_owned(), "ab".repeat(32))]),
        engine_digest: Some("fedcba9876543210".to_owned()),
        seed: 7,
        digests: vec![EventDigest {
            arm: "baseline".to_owned(),
            replication: 0,
            seed: 11,
            events: 4_100_000,
            digest: "0123456789abcdef".to_owned(),
        }],
        duration_seconds: 12.1,
        command_line: vec!["stranded".to_owned(), "run".to_owned(), "sample.toml".to_owned()],
        files: Vec::new(),
    }
}
