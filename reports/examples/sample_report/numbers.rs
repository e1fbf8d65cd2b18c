//! The numbers of the made-up rows, and made-up numbers beside them.

use crate::rows::luck;
use crate::{ARMS, DAY, REPLICATIONS};
use stranded_reports::aggregate::quantile;
use stranded_reports::background::ParameterRow;
use stranded_reports::clock::ClockEstimate;
use stranded_reports::episode::EpisodeRow;
use stranded_reports::estimate::Estimate;
use stranded_reports::relief::ReliefChannel;
use stranded_reports::summary::{
    ArmKind, ArmSummary, Calls, Claims, DifferenceToBaseline, Expected, FormToLocksmithHours, PeopleByClass, Quantity,
    SUMMARY_SCHEMA_VERSION, ScenarioName, SensitivityEffect, SensitivityRow, Service, StrandedMinutes, Summary,
    TargetKind, TargetVerdict, Verdict, Window,
};

/// The numbers of one replication.
pub(crate) struct Replication {
    classes: [f64; 3],
    hours: f64,
    minutes: [Option<f64>; 4],
    relief: [f64; 8],
}

impl Replication {
    pub(crate) fn of(episodes: &[EpisodeRow]) -> Self {
        let counted: Vec<&EpisodeRow> = episodes.iter().filter(|episode| episode.counted).collect();
        let mut minutes: Vec<f64> = counted.iter().map(|episode| episode.minutes()).collect();
        let mut relief = [0.0; 8];
        let mut classes = [0.0; 3];
        for episode in &counted {
            relief[episode.relief.index()] += 1.0 / counted.len() as f64;
            classes[episode.class.index()] += 1.0;
        }
        let hours = minutes.iter().sum::<f64>() / 60.0;
        let minutes = [0.5, 0.9, 0.99, 1.0].map(|part| quantile(&mut minutes, part));
        Self { classes, hours, minutes, relief }
    }
}

/// The mean of made-up values, and two standard errors around it: as good an interval as made-up numbers deserve.
fn around(values: &[f64]) -> Option<Estimate> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let half_width = 2.0 * (squares / (count - 1.0) / count).sqrt();
    Estimate::new(mean, Some([mean - half_width, mean + half_width]))
}

pub(crate) fn over(replications: &[Replication], value: impl Fn(&Replication) -> f64) -> Estimate {
    let values: Vec<f64> = replications.iter().map(value).collect();
    around(&values).expect("there are replications and their numbers are finite")
}

pub(crate) fn times(index: usize, replications: &[Replication]) -> Option<Estimate> {
    let values: Vec<f64> = replications.iter().filter_map(|one| one.minutes[index]).collect();
    around(&values)
}

pub(crate) fn clock(hours: f64) -> Option<ClockEstimate> {
    let hours: Vec<f64> = (0..REPLICATIONS).map(|r| hours + (luck(u64::from(r), 9, 9) - 0.5) * 0.5).collect();
    ClockEstimate::new(DAY, around(&hours)?, 1.0)
}

pub(crate) fn arm_summary(index: usize, replications: &[Replication], baseline: &[Replication]) -> ArmSummary {
    let (name, title, description, kind, left) = ARMS[index];
    let people = |one: &Replication| one.classes.iter().sum::<f64>();
    let per_person = |factor: f64| over(replications, |one| people(one) * factor);
    let down = left > 0.3;
    let differences: Vec<f64> =
        replications.iter().zip(baseline).map(|(one, baseline)| one.hours - baseline.hours).collect();
    let stranded_hours = around(&differences).expect("the same replications");
    ArmSummary {
        name: name.to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        kind,
        cost: None,
        stranded_people: over(replications, people),
        stranded_people_by_class: PeopleByClass {
            unlock: over(replications, |one| one.classes[0]),
            return_: over(replications, |one| one.classes[1]),
            start: over(replications, |one| one.classes[2]),
        },
        stranded_hours: over(replications, |one| one.hours),
        stranded_minutes: StrandedMinutes {
            p50: times(0, replications),
            p90: times(1, replications),
            p99: times(2, replications),
            max: times(3, replications),
        },
        relief: ReliefChannel::ALL
            .into_iter()
            .map(|channel| (channel, over(replications, |one| one.relief[channel.index()])))
            .collect(),
        notice_lag_minutes: Estimate::exact(131.0),
        form_to_locksmith_hours: FormToLocksmithHours { p50: Estimate::exact(3.3) },
        calls: Calls {
            attempts: per_person(5.1),
            answered_share: Some(over(replications, |one| 0.011 + one.hours * 1e-8)),
            people_answered: per_person(0.04),
            people_helped: per_person(0.03),
        },
        service: Service {
            down_at: if down { clock(12.62) } else { None },
            recovered_at: if down { clock(24.4) } else { None },
            recovery_minutes: None,
            relapsed: over(replications, |_| f64::from(u8::from(down))),
            relapsed_at: if down { clock(37.5) } else { None },
            down_hours: over(replications, |one| if down { 11.7 + one.hours * 1e-6 } else { 0.0 }),
        },
        retry_amplification: Some(over(replications, |one| if down { 4.6 + one.hours * 1e-6 } else { 1.04 })),
        lost_bookings: per_person(0.9),
        overbilled_minutes: per_person(140.0),
        false_unlocks: over(replications, |_| 0.0),
        churned_people: per_person(0.07),
        lost_revenue_krw: per_person(92_000.0),
        compensation_krw: per_person(61_000.0),
        locksmith_krw: per_person(13_000.0),
        total_money_krw: Some(per_person(92_000.0 + 61_000.0 + 13_000.0)),
        claims: Claims {
            filed: per_person(0.5),
            closed_share: Estimate::exact(0.18),
            closure_hours_p50: Estimate::exact(26.0),
        },
        metrics: std::collections::BTreeMap::new(),
        batch_means: std::collections::BTreeMap::new(),
        permission_failures: per_person(0.02),
        failed_starts: per_person(0.2),
        difference_to_baseline: (kind != ArmKind::Baseline).then(|| DifferenceToBaseline {
            stranded_hours,
            share: around(&replications.iter().zip(baseline).map(|(a, b)| a.hours / b.hours - 1.0).collect::<Vec<_>>()),
            goodput_per_second: None,
            money_krw: None,
        }),
        rank: 0,
    }
}

pub(crate) fn targets(baseline: &ArmSummary) -> Vec<TargetVerdict> {
    let target = |id: &str, what: &str, text: &str, quantity, simulated, verdict, note: &str| TargetVerdict {
        id: id.to_owned(),
        what: what.to_owned(),
        kind: if id == "1" { TargetKind::Input } else { TargetKind::Target },
        expected: Expected { text: text.to_owned(), low: None, high: None },
        quantity,
        simulated,
        verdict,
        notes: if note.is_empty() { Vec::new() } else { vec![note.to_owned()] },
        remarks: Vec::new(),
    };
    let down_at = baseline.service.down_at.as_ref().map(|event| event.hours);
    let median = baseline.stranded_minutes.p50.map(|minutes| minutes.scaled(1.0 / 60.0));
    vec![
        target(
            "1",
            "first notice after the start",
            "2.0-2.7 h",
            Quantity::Hours,
            Estimate::exact(2.2),
            Verdict::Pass,
            "",
        ),
        target(
            "2",
            "median stranded time of holders of cars who began between 12:30 and 16:00",
            "5-6 h",
            Quantity::Hours,
            median,
            Verdict::Fail,
            "share within 5 to 6 h: 41 %; people with a booking separately: 1.7 h",
        ),
        target(
            "4",
            "call attempts answered while the app is down",
            "under 2 %",
            Quantity::Share,
            baseline.calls.answered_share,
            Verdict::Pass,
            "",
        ),
        target(
            "5",
            "people stranded",
            "6,000-13,000",
            Quantity::People,
            Some(baseline.stranded_people),
            Verdict::Pass,
            "",
        ),
        target(
            "7",
            "relapse the next midday",
            "in nearly all replications",
            Quantity::Share,
            None,
            Verdict::Inconclusive,
            "",
        ),
        target("8", "start of the outage", "12:10-13:05", Quantity::Clock, down_at, Verdict::Pass, ""),
    ]
}

pub(crate) fn sensitivity() -> Vec<SensitivityRow> {
    let row = |parameter: &str, low: &str, high: &str, hours: [f64; 2], people: [f64; 2]| {
        let effect = |target: &str, quantity, [low, high]: [f64; 2]| SensitivityEffect {
            target: target.to_owned(),
            quantity,
            at_low: Estimate::exact(low),
            at_high: Estimate::exact(high),
            low_difference: Estimate::new(low - 5.0, Some([low - 5.5, low - 4.5])),
            high_difference: Estimate::new(high - 5.0, Some([high - 5.5, high - 4.5])),
        };
        SensitivityRow {
            parameter: parameter.to_owned(),
            low: low.to_owned(),
            high: high.to_owned(),
            effects: vec![effect("2", Quantity::Hours, hours), effect("5", Quantity::People, people)],
        }
    };
    vec![
        row("service.vendor.capacity", "1.45 x", "1.59 x", [5.8, 4.9], [11_200.0, 7_300.0]),
        row("phone.persistence", "0.7", "0.9", [4.1, 6.7], [8_900.0, 9_800.0]),
    ]
}

pub(crate) fn parameters() -> Vec<ParameterRow> {
    let row = |path: &str, value: &str, source: &str, confidence: &str, fitted_to: Option<&str>| ParameterRow {
        path: path.to_owned(),
        value: value.to_owned(),
        source: source.to_owned(),
        confidence: confidence.to_owned(),
        fitted_to: fitted_to.map(str::to_owned),
    };
    vec![
        row("fleet.cars", "10,000", "Hankyoreh, April 2022", "high", None),
        row("service.vendor.capacity", "1.52 x", "", "low", Some("start of the outage, target 8")),
        row("support.notice.first", "2.2 h", "wowtv; imaeil", "medium", None),
    ]
}

/// The summary of all arms; the first is the baseline.
pub(crate) fn summary(arms: &[Vec<Replication>]) -> Summary {
    let mut arms: Vec<ArmSummary> = (0..ARMS.len()).map(|index| arm_summary(index, &arms[index], &arms[0])).collect();
    let mut hours: Vec<f64> = arms.iter().map(|arm| arm.stranded_hours.mean()).collect();
    hours.sort_by(f64::total_cmp);
    for arm in &mut arms {
        arm.rank = 1 + hours.iter().filter(|other| **other < arm.stranded_hours.mean()).count() as u32;
    }
    Summary {
        schema_version: SUMMARY_SCHEMA_VERSION,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario: ScenarioName {
            name: "sample".to_owned(),
            title: "A made-up Sunday in spring (nothing here was simulated)".to_owned(),
        },
        headline: stranded_reports::summary::Headline::default(),
        day: DAY,
        window: Window { from_hours: 0.0, until_hours: 24.0 },
        threshold_minutes: 15.0,
        seed: 20_220_410,
        replications: REPLICATIONS,
        events: 792_000_000,
        events_per_second: 6_600_000.0,
        duration_seconds: 120.0,
        targets: targets(&arms[0]),
        arms,
        sensitivity: sensitivity(),
        warnings: vec!["these numbers are made up to show what a report looks like".to_owned()],
        remarks: Vec::new(),
    }
}
