//! The table of points, for people and for programs.

use super::bench::Outcome;
use super::figures::Figures;
use super::judgement::{Judgement, Pair, Verdict};
use super::plan::{Kind, Point};
use crate::terminal::number::{percent, rounded};
use crate::terminal::table::{Row, plain};
use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A point with everything that is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Compared {
    pub(crate) point: Point,
    pub(crate) simulated: Figures,
    pub(crate) measured: Figures,
    pub(crate) outcome: Outcome,
    pub(crate) judgement: Judgement,
    /// Mean service time of the window, in seconds, where the machine decides how long it is.
    pub(crate) service_seconds: Option<f64>,
}

/// The heads of the table's columns between name and verdict.
pub(crate) const COLUMNS: [&str; 6] =
    ["offered (1/s)", "goodput (1/s)", "p50 (ms)", "p99 (ms)", "errors", "recovers after (s)"];

/// The table for people; each cell is measured / simulated, and the difference.
pub(crate) fn table(points: &[Compared]) -> String {
    let rows = points.iter().map(|compared| Row {
        words: vec![compared.point.title.clone()],
        numbers: cells(compared),
        last: styled(compared),
    });
    plain(&["measured / simulated"], &COLUMNS, "verdict", rows.collect())
}

/// The cells of a row.
pub(crate) fn cells(compared: &Compared) -> Vec<String> {
    let cell = |quantity: &str| {
        let pair = compared.judgement.pairs.iter().find(|pair| pair.quantity == quantity);
        pair.map_or_else(String::new, |pair| text(pair, compared))
    };
    let mut cells = vec![rounded(compared.point.offered_per_second)];
    cells.extend(["goodput", "p50", "p99", "error_share", "recovery"].map(cell));
    cells
}

fn text(pair: &Pair, compared: &Compared) -> String {
    let number = |value: Option<f64>, write: &dyn Fn(f64) -> String| value.map_or_else(|| "-".to_owned(), write);
    let milliseconds = |seconds: f64| rounded(seconds * 1e3);
    let write: &dyn Fn(f64) -> String = match pair.quantity {
        "p50" | "p99" => &milliseconds,
        "error_share" => &|share| percent(share),
        "recovery" => &|seconds| format!("{seconds:.1}"),
        _ => &rounded,
    };
    if pair.quantity == "recovery" {
        return match compared.judgement.stays_down {
            None => String::new(),
            Some((true, true)) => "stays down".to_owned(),
            Some((true, false)) => format!("stays down / {}", number(pair.simulated, write)),
            Some((false, true)) => format!("{} / stays down", number(pair.measured, write)),
            Some((false, false)) => beside(pair, write),
        };
    }
    beside(pair, write)
}

fn beside(pair: &Pair, write: &dyn Fn(f64) -> String) -> String {
    let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), write);
    let both = format!("{} / {}", number(pair.measured), number(pair.simulated));
    // A mark in front of what lies too far off.
    let mark = if pair.verdict == Verdict::Differs { "* " } else { "" };
    match pair.difference {
        Some(difference) => format!("{mark}{both} ({:+.1} %)", difference * 100.0),
        None => format!("{mark}{both}"),
    }
}

/// The verdict in a word or two.
pub(crate) fn verdict(compared: &Compared) -> String {
    match compared.judgement.verdict {
        Verdict::Invalid => "invalid: the generator missed its rate".to_owned(),
        verdict => verdict.label().to_owned(),
    }
}

fn styled(compared: &Compared) -> String {
    let color = match compared.judgement.verdict {
        Verdict::Agrees => AnsiColor::Green,
        Verdict::Differs => AnsiColor::Red,
        Verdict::Invalid => AnsiColor::Yellow,
        Verdict::Shown => return verdict(compared),
    };
    let style = Style::new().fg_color(Some(color.into()));
    format!("{style}{}{style:#}", verdict(compared))
}

/// How many points have each verdict: agree, differ, invalid, shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) agree: usize,
    pub(crate) differ: usize,
    pub(crate) invalid: usize,
    pub(crate) shown: usize,
}

impl Count {
    /// Counts the verdicts.
    pub(crate) fn of(verdicts: impl Iterator<Item = Verdict>) -> Self {
        let mut count = Self::default();
        for verdict in verdicts {
            match verdict {
                Verdict::Agrees => count.agree += 1,
                Verdict::Differs => count.differ += 1,
                Verdict::Invalid => count.invalid += 1,
                Verdict::Shown => count.shown += 1,
            }
        }
        count
    }

    /// The count in a sentence.
    pub(crate) fn sentence(self) -> String {
        let judged = self.agree + self.differ + self.invalid;
        let mut text = format!("{} of {judged} points agree", self.agree);
        for (count, what) in [
            (self.differ, "differ"),
            (self.invalid, "could not be measured: the generator missed its rate"),
            (self.shown, "shown and not judged"),
        ] {
            if count > 0 {
                // Writing to a string does not fail.
                let _ = write!(text, ", {count} {what}");
            }
        }
        text
    }
}

/// A point for programs.
pub(crate) fn json(compared: &Compared) -> Value {
    let Compared { point, outcome, judgement, measured, simulated, service_seconds } = compared;
    let kind = match point.kind {
        Kind::Load { factor, .. } => json!({ "load": factor }),
        Kind::Case { trigger_ends_seconds } => json!({ "case": { "trigger_ends_seconds": trigger_ends_seconds } }),
    };
    let pairs: serde_json::Map<String, Value> = judgement
        .pairs
        .iter()
        .map(|pair| {
            let value = json!({
                "measured": pair.measured,
                "simulated": pair.simulated,
                "difference": pair.difference,
                "tolerance": pair.tolerance,
                "verdict": pair.verdict.label(),
            });
            (name_with_unit(pair.quantity).to_owned(), value)
        })
        .collect();
    let fate = |stays_down: bool| if stays_down { "stays down" } else { "recovers" };
    json!({
        "name": point.name,
        "title": point.title,
        "kind": kind,
        "offered_per_second": point.offered_per_second,
        "scenario_hash": point.scenario.hash(),
        "figures": pairs,
        "after_the_trigger": judgement.stays_down.map(|(measured, simulated)| {
            json!({ "measured": fate(measured), "simulated": fate(simulated) })
        }),
        "answers": { "measured": measured.answers, "simulated": simulated.answers },
        "generator": outcome.window.generator,
        "service_time_mean_seconds": service_seconds,
        "tries": outcome.tries,
        "verdict": judgement.verdict.label(),
    })
}

fn name_with_unit(quantity: &str) -> &str {
    match quantity {
        "goodput" => "goodput_per_second",
        "p50" => "latency_seconds.p50",
        "p99" => "latency_seconds.p99",
        "recovery" => "recovery_seconds",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_says_what_there_is() {
        let count = Count::of([Verdict::Agrees, Verdict::Agrees, Verdict::Differs, Verdict::Shown].into_iter());
        assert_eq!(count.sentence(), "2 of 3 points agree, 1 differ, 1 shown and not judged");
        let all = Count::of([Verdict::Agrees; 3].into_iter());
        assert_eq!(all.sentence(), "3 of 3 points agree");
    }

    #[test]
    fn a_cell_shows_both_sides_and_marks_what_lies_too_far_off() {
        let pair = Pair {
            quantity: "p99",
            measured: Some(0.230),
            simulated: Some(0.200),
            difference: Some(0.15),
            tolerance: 0.1,
            verdict: Verdict::Differs,
        };
        let milliseconds = |seconds: f64| rounded(seconds * 1e3);
        assert_eq!(beside(&pair, &milliseconds), "* 230 / 200 (+15.0 %)");
        let none = Pair { measured: None, difference: None, verdict: Verdict::Shown, ..pair };
        assert_eq!(beside(&none, &milliseconds), "- / 200");
    }
}
