//! The table of oracles, for people and for programs.

use super::interval::CONFIDENCE;
use super::judgement::{Judgement, Verdict};
use crate::terminal::number::percent;
use crate::terminal::table::{Row, plain};
use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};
use stranded_model::metric;
use stranded_scenario::section::Statistic;

/// Digits that are shown: a known value is compared, not rounded to what a simulation knows.
const DIGITS: i32 = 5;

/// The table for people.
pub(crate) fn table(judgements: &[Judgement]) -> String {
    let interval = format!("{} interval", percent(CONFIDENCE));
    let rows = judgements.iter().map(|judgement| {
        let measured = judgement.measured;
        let oracle = &judgement.oracle;
        let width = measured.filter(|_| oracle.expected != 0.0).map(|it| it.half_width / oracle.expected.abs());
        Row {
            words: vec![oracle.name.clone(), what(judgement)],
            numbers: vec![
                expected(judgement),
                measured.map_or_else(|| "-".to_owned(), |it| digits(it.value)),
                measured.map_or_else(|| "-".to_owned(), |it| it.interval().map(digits).join(" to ")),
                width.map_or_else(|| "-".to_owned(), |width| format!("{:.2} %", width * 100.0)),
                judgement.replications.to_string(),
            ],
            last: verdict(judgement.verdict),
        }
    });
    plain(&["oracle", "what"], &["expected", "measured", &interval, "+-", "runs"], "verdict", rows.collect())
}

fn what(judgement: &Judgement) -> String {
    let oracle = &judgement.oracle;
    let unit = metric::find(&oracle.metric).map_or("", |metric| metric.unit);
    let unit = if matches!(unit, "share" | "0/1" | "") { String::new() } else { format!(" ({unit})") };
    let statistic = match oracle.statistic {
        Statistic::Mean => String::new(),
        Statistic::StandardDeviation => format!(", {}", oracle.statistic.label()),
    };
    let words = if oracle.what.is_empty() { &oracle.metric } else { &oracle.what };
    format!("{words}{statistic}{unit}")
}

fn expected(judgement: &Judgement) -> String {
    let oracle = &judgement.oracle;
    if oracle.tolerance > 0.0 {
        format!("{} +- {}", digits(oracle.expected), digits(oracle.tolerance))
    } else {
        digits(oracle.expected)
    }
}

fn verdict(verdict: Verdict) -> String {
    let color = match verdict {
        Verdict::Holds => AnsiColor::Green,
        Verdict::Missed | Verdict::NoValue => AnsiColor::Red,
        Verdict::TooWide => AnsiColor::Yellow,
    };
    let style = Style::new().fg_color(Some(color.into()));
    format!("{style}{}{style:#}", verdict.label())
}

/// A number to five digits, without noughts that say nothing.
fn digits(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor() as i32;
    let decimals = (DIGITS - 1 - magnitude).clamp(0, 12) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// The same for programs.
pub(crate) fn json(judgements: &[Judgement], seed: Option<u64>) -> Value {
    let rows: Vec<Value> = judgements
        .iter()
        .map(|judgement| {
            let oracle = &judgement.oracle;
            json!({
                "name": oracle.name,
                "what": oracle.what,
                "file": judgement.file.display().to_string(),
                "metric": oracle.metric,
                "statistic": oracle.statistic.label(),
                "expected": oracle.expected,
                "tolerance": oracle.tolerance,
                "precision": oracle.precision.value(),
                "source": oracle.source,
                "measured": judgement.measured.map(|it| it.value),
                "interval": judgement.measured.map(super::interval::Measured::interval),
                "replications": judgement.replications,
                "verdict": judgement.verdict.label(),
            })
        })
        .collect();
    let held = judgements.iter().filter(|judgement| judgement.verdict == Verdict::Holds).count();
    json!({
        "schema_version": 1,
        "program_version": env!("CARGO_PKG_VERSION"),
        "seed": seed,
        "confidence": CONFIDENCE,
        "held": held,
        "oracles": rows,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_five_digits_and_no_idle_noughts() {
        let texts = [1.777_777_78, 30.871_171_1, 0.018_384_570_3, 4.0, 0.0, 1_000.0, 240.5, -0.25].map(digits);
        assert_eq!(texts, ["1.7778", "30.871", "0.018385", "4", "0", "1000", "240.5", "-0.25"]);
    }
}
