//! The tables of the page, cell by cell.

use crate::clock::{ClockEstimate, clock_text};
use crate::estimate::Estimate;
use crate::format::{self, NOTHING};
use crate::summary::{ArmKind, ArmSummary, Quantity, Summary, TargetKind, TargetVerdict, Verdict};

fn whole(value: f64) -> String {
    format::number(value, 0)
}

fn hours(value: f64) -> String {
    format!("{} h", format::measured(value))
}

/// A number to read first.
pub(super) struct Headline {
    pub(super) value: String,
    pub(super) what: &'static str,
    pub(super) interval: String,
}

pub(super) fn headlines(arm: &ArmSummary) -> Vec<Headline> {
    let line = |what, estimate: Option<&Estimate>, format: &dyn Fn(f64) -> String| Headline {
        value: format::mean(estimate, format),
        what,
        // An interval that does not show at this precision says nothing.
        interval: match (format::mean(estimate, format), format::size_interval(estimate, format)) {
            (_, interval) if interval == NOTHING => String::new(),
            (mean, interval) if interval == mean => String::new(),
            (_, interval) => interval,
        },
    };
    vec![
        line("people stranded", Some(&arm.stranded_people), &whole),
        line("stranded person-hours", Some(&arm.stranded_hours), &whole),
        line("median stranded time", arm.stranded_minutes.p50.as_ref(), &format::minutes),
        line("the app was down", Some(&arm.service.down_hours), &hours),
        line("call attempts answered", arm.calls.answered_share.as_ref(), &format::share),
        line("attempts per intent (retries)", arm.retry_amplification.as_ref(), &format::measured),
    ]
}

/// A row of the table of arms.
pub(super) struct ArmLine {
    pub(super) rank: u32,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) kind: &'static str,
    pub(super) is_baseline: bool,
    /// In the order of the columns.
    pub(super) cells: Vec<String>,
}

/// What the table of arms says of each, besides rank and title.
pub(super) const ARM_COLUMNS: &[&str] =
    &["people", "person-hours", "median", "difference to the baseline in person-hours (95 %)", "change"];

pub(super) fn arms(summary: &Summary) -> Vec<ArmLine> {
    let mut arms: Vec<&ArmSummary> = summary.arms.iter().collect();
    arms.sort_by_key(|arm| arm.rank);
    let line = |arm: &ArmSummary| {
        let difference = arm.difference_to_baseline.as_ref();
        ArmLine {
            rank: arm.rank,
            title: arm.title.clone(),
            description: arm.description.clone(),
            kind: arm.kind.label(),
            is_baseline: arm.kind == ArmKind::Baseline,
            cells: vec![
                whole(arm.stranded_people.mean()),
                whole(arm.stranded_hours.mean()),
                format::mean(arm.stranded_minutes.p50.as_ref(), format::minutes),
                difference.map_or_else(
                    || NOTHING.to_owned(),
                    |difference| format::with_interval(&difference.stranded_hours, whole),
                ),
                format::mean(difference.and_then(|d| d.share.as_ref()), format::change),
            ],
        }
    };
    arms.into_iter().map(line).collect()
}

/// A row of the table of targets.
pub(super) struct TargetLine {
    pub(super) id: String,
    pub(super) what: String,
    pub(super) kind: &'static str,
    pub(super) expected: String,
    pub(super) simulated: String,
    pub(super) interval: String,
    pub(super) verdict: &'static str,
    pub(super) sign: &'static str,
    pub(super) notes: Vec<String>,
}

pub(super) fn targets(summary: &Summary) -> Vec<TargetLine> {
    let line = |target: &TargetVerdict| {
        let value = |v| format::quantity(target.quantity, v);
        TargetLine {
            id: target.id.clone(),
            what: target.what.clone(),
            kind: match target.kind {
                TargetKind::Input => "input",
                TargetKind::Target => "target",
            },
            expected: target.expected.text.clone(),
            simulated: format::mean(target.simulated.as_ref(), value),
            interval: match target.quantity {
                // A moment before midnight is one of the day before.
                Quantity::Clock => format::interval(target.simulated.as_ref(), value),
                _ => format::size_interval(target.simulated.as_ref(), value),
            },
            verdict: target.verdict.label(),
            // A sign beside the word, so that the colour is not the only difference.
            sign: match target.verdict {
                Verdict::Pass => "✓",
                Verdict::Fail => "✗",
                Verdict::Inconclusive => "?",
            },
            notes: target.notes.clone(),
        }
    };
    summary.targets.iter().map(line).collect()
}

/// A row of the table of further numbers.
pub(super) struct NumberLine {
    pub(super) what: &'static str,
    pub(super) value: String,
    pub(super) interval: String,
}

pub(super) fn numbers(arm: &ArmSummary) -> Vec<NumberLine> {
    let line = |what, estimate: Option<&Estimate>, format: &dyn Fn(f64) -> String| NumberLine {
        what,
        value: format::mean(estimate, format),
        interval: format::size_interval(estimate, format),
    };
    let clock = |what, event: Option<&ClockEstimate>| NumberLine {
        what,
        value: format::mean(event.map(|event| &event.hours), clock_text),
        interval: format::interval(event.map(|event| &event.hours), clock_text),
    };
    let classes = &arm.stranded_people_by_class;
    let times = &arm.stranded_minutes;
    let minutes = &format::minutes;
    vec![
        line("people locked out mid-trip", Some(&classes.unlock), &whole),
        line("people who could not lock or return", Some(&classes.return_), &whole),
        line("people who could not start", Some(&classes.start), &whole),
        line("stranded time, 90 % at most", times.p90.as_ref(), minutes),
        line("stranded time, 99 % at most", times.p99.as_ref(), minutes),
        line("stranded time, longest", times.max.as_ref(), minutes),
        clock("app down at", arm.service.down_at.as_ref()),
        clock("app back at", arm.service.recovered_at.as_ref()),
        clock("app down again at", arm.service.relapsed_at.as_ref()),
        line("replications in which it went down again", Some(&arm.service.relapsed), &format::share),
        line("first notice after the start", arm.notice_lag_minutes.as_ref(), minutes),
        line("complaint to locksmith decision, median", arm.form_to_locksmith_hours.p50.as_ref(), &hours),
        line("call attempts while the app was down", Some(&arm.calls.attempts), &whole),
        line("people who reached an agent", Some(&arm.calls.people_answered), &whole),
        line("people helped by an agent", Some(&arm.calls.people_helped), &whole),
        line("lost bookings", Some(&arm.lost_bookings), &whole),
        line("rentals that could not start", Some(&arm.failed_starts), &whole),
        line("minutes billed too much", Some(&arm.overbilled_minutes), &whole),
        line("door attempts without permission on the phone", Some(&arm.permission_failures), &whole),
        line("doors opened without a right to it", Some(&arm.false_unlocks), &whole),
        line("compensation claims filed", Some(&arm.claims.filed), &whole),
        line("claims closed by the end", arm.claims.closed_share.as_ref(), &format::share),
        line("filing to closing, median", arm.claims.closure_hours_p50.as_ref(), &hours),
        line("people who leave for good", Some(&arm.churned_people), &whole),
        line("lost revenue", Some(&arm.lost_revenue_krw), &format::won),
        line("compensation paid", Some(&arm.compensation_krw), &format::won),
        line("paid to locksmiths", Some(&arm.locksmith_krw), &format::won),
    ]
}

/// The table of free parameters at their low and high values.
pub(super) struct SensitivityTable {
    /// Targets, a column each.
    pub(super) targets: Vec<String>,
    pub(super) lines: Vec<SensitivityLine>,
}

pub(super) struct SensitivityLine {
    pub(super) parameter: String,
    pub(super) low: String,
    pub(super) high: String,
    /// For each target its value at the low and at the high value of the parameter.
    pub(super) effects: Vec<[SensitivityCell; 2]>,
}

pub(super) struct SensitivityCell {
    pub(super) value: String,
    /// The paired difference and its interval; empty when it is unknown.
    pub(super) difference: String,
    /// Whether the difference is more than luck.
    pub(super) is_clear: bool,
}

fn sensitivity_cell(quantity: Quantity, value: Option<&Estimate>, difference: Option<&Estimate>) -> SensitivityCell {
    let write = |value| format::difference(quantity, value);
    SensitivityCell {
        value: format::mean(value, |v| format::quantity(quantity, v)),
        difference: difference.map(|difference| format::with_interval(difference, write)).unwrap_or_default(),
        is_clear: difference.is_some_and(|difference| !difference.may_be_zero()),
    }
}

pub(super) fn sensitivity(summary: &Summary) -> SensitivityTable {
    // Columns in the order in which targets first appear; a row that lacks one shows that nothing was measured.
    let mut targets: Vec<String> = Vec::new();
    for effect in summary.sensitivity.iter().flat_map(|row| &row.effects) {
        if !targets.contains(&effect.target) {
            targets.push(effect.target.clone());
        }
    }
    let lines = summary.sensitivity.iter().map(|row| {
        let cell = |target: &String| {
            row.effects.iter().find(|effect| effect.target == *target).map_or_else(
                || [(); 2].map(|()| sensitivity_cell(Quantity::Number, None, None)),
                |effect| {
                    [(&effect.at_low, &effect.low_difference), (&effect.at_high, &effect.high_difference)].map(
                        |(value, difference)| sensitivity_cell(effect.quantity, value.as_ref(), difference.as_ref()),
                    )
                },
            )
        };
        SensitivityLine {
            parameter: row.parameter.clone(),
            low: row.low.clone(),
            high: row.high.clone(),
            effects: targets.iter().map(cell).collect(),
        }
    });
    let lines = lines.collect();
    SensitivityTable { targets, lines }
}
