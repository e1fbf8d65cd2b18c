//! What is printed.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result};
use comfy_table::presets::{ASCII_MARKDOWN, UTF8_FULL_CONDENSED};
use comfy_table::{CellAlignment, Table};
use serde_json::{Value, json};

use super::agreement::Agreement;
use super::claim::{self, Claim};
use super::comparison::{Basis, Letter, Outcome};
use super::contestant::Contestant;
use super::machine::{Machine, version};
use super::series::{Series, Spread};
use crate::workspace;

/// All comparisons, and what they say together.
#[derive(Debug)]
pub(crate) struct Report {
    machine: Machine,
    outcomes: Vec<Outcome>,
    claims: Vec<Claim>,
    memory: Vec<String>,
    repetitions: u32,
    /// Text of the files that pin the peers' versions.
    pins: [String; 2],
}

impl Report {
    /// Of comparisons that have run.
    ///
    /// # Errors
    /// The files that pin the peers' versions cannot be read.
    pub(crate) fn new(machine: Machine, outcomes: Vec<Outcome>, repetitions: u32) -> Result<Self> {
        let folder = workspace::root().join("xtask/peers");
        let read = |name: &str| fs::read_to_string(folder.join(name)).with_context(|| format!("cannot read {name}"));
        Ok(Self {
            machine,
            claims: claim::all(&outcomes),
            memory: memory_sentences(&outcomes),
            outcomes,
            repetitions,
            pins: [read("Cargo.lock")?, read("python/requirements.txt")?],
        })
    }

    /// Whether no two engines disagree, on a result or on the collapse.
    pub(crate) fn engines_agree(&self) -> bool {
        self.outcomes.iter().all(|outcome| {
            !outcome.agreements.iter().any(Agreement::is_disagreement)
                && collapse(outcome).is_none_or(|all| all.is_ok())
        })
    }

    fn name(&self, contestant: Contestant) -> String {
        let [lock, requirements] = &self.pins;
        let version = contestant.dependency().and_then(|package| version(&[lock, requirements], package));
        version.map_or_else(|| contestant.name().to_owned(), |version| format!("{} {version}", contestant.name()))
    }

    /// For people, as tables for a terminal or in Markdown.
    pub(crate) fn text(&self, markdown: bool) -> String {
        let Machine { processor, cores, date, commit, compiler } = &self.machine;
        let mut text = format!("{processor}, {cores} cores, {date}, commit {commit}, {compiler}\n");
        text.push_str("CPU time of the run itself; median (lowest-highest); ratio to the first line.\n");
        for outcome in &self.outcomes {
            let heading = if markdown { "### " } else { "" };
            let _ = write!(text, "\n{heading}{}\n\n{}\n", outcome.comparison.title, self.table(outcome, markdown));
            let bounded = outcome.series.iter().filter(|series| (series.measurements.len() as u32) < self.repetitions);
            let mut notes: Vec<String> = bounded.map(|series| bounded_sentence(series, self.repetitions)).collect();
            if has(outcome, Contestant::World) && outcome.series.len() > 1 {
                notes.push(
                    "the whole world counts its own events; the others count attempts, answers and time-outs"
                        .to_owned(),
                );
            }
            notes.extend(outcome.agreements.iter().map(Agreement::sentence));
            notes.extend(collapse(outcome).map(|all| match all {
                Ok(()) => "verdict: all collapse, and none does without the trigger".to_owned(),
                Err(healthy) => format!("verdict: DISAGREE: {} does not collapse", healthy.name()),
            }));
            push_lines(&mut text, &notes);
        }
        if !self.memory.is_empty() {
            text.push_str(if markdown { "\n### Memory\n" } else { "\nMemory\n" });
            push_lines(&mut text, &self.memory);
        }
        if !self.claims.is_empty() {
            text.push_str(if markdown { "\n### What it should show\n" } else { "\nWhat it should show\n" });
            push_lines(&mut text, &self.claims.iter().map(Claim::sentence).collect::<Vec<_>>());
        }
        text
    }

    fn table(&self, outcome: &Outcome, markdown: bool) -> Table {
        let has_verdict = outcome.comparison.letter == Letter::C;
        let mut table = Table::new();
        table.load_preset(if markdown { ASCII_MARKDOWN } else { UTF8_FULL_CONDENSED });
        let mut header = vec!["engine", "form", "runs", "events", "ns/event", "CPU s/run", "ratio", "peak MB"];
        if has_verdict {
            header.extend(["goodput/s", "verdict"]);
        }
        table.set_header(&header);
        for (index, column) in table.column_iter_mut().enumerate() {
            let is_number = (2..=7).contains(&index) || header[index] == "goodput/s";
            column.set_cell_alignment(if is_number { CellAlignment::Right } else { CellAlignment::Left });
        }
        for series in &outcome.series {
            let mut row = vec![
                self.name(series.contestant),
                series.contestant.form().to_owned(),
                series.measurements.len().to_string(),
                series.events().map_or_else(String::new, |events| format!("{events:.0}")),
                series.nanoseconds_per_event().map_or_else(String::new, |spread| shown(spread, 1)),
                series
                    .cpu_seconds()
                    .map_or_else(String::new, |spread| shown(spread, if spread.max < 0.1 { 4 } else { 3 })),
                ratio(outcome, series).map_or_else(String::new, |ratio| format!("{ratio:.2}")),
                series.peak_memory_bytes().map_or_else(String::new, |bytes| format!("{:.1}", bytes as f64 / 1e6)),
            ];
            if has_verdict {
                row.push(
                    series.result("goodput_per_second").map_or_else(String::new, |goodput| format!("{goodput:.1}")),
                );
                let verdict = series.collapsed().map(|collapsed| if collapsed { "collapsed" } else { "recovered" });
                row.push(verdict.unwrap_or_default().to_owned());
            }
            table.add_row(row);
        }
        table
    }

    /// For programs.
    ///
    /// # Errors
    /// Never: all of it has a JSON form.
    pub(crate) fn json(&self) -> Result<String> {
        let comparisons: Vec<Value> = self
            .outcomes
            .iter()
            .map(|outcome| {
                let comparison = &outcome.comparison;
                json!({
                    "case": comparison.letter,
                    "title": comparison.title,
                    "size": comparison.size,
                    "ratio_of": comparison.basis,
                    "agreements": outcome.agreements,
                    "rows": outcome.series.iter().map(|series| self.row(outcome, series)).collect::<Vec<_>>(),
                })
            })
            .collect();
        let whole = json!({
            "machine": self.machine,
            "repetitions": self.repetitions,
            "comparisons": comparisons,
            "memory": self.memory,
            "claims": self.claims,
            "engines_agree": self.engines_agree(),
        });
        Ok(serde_json::to_string_pretty(&whole)?)
    }

    fn row(&self, outcome: &Outcome, series: &Series) -> Value {
        let mut results = serde_json::Map::new();
        if let Some(first) = series.measurements.first() {
            for name in first.results.keys() {
                results.insert(name.clone(), json!(series.result(name)));
            }
        }
        json!({
            "engine": self.name(series.contestant),
            "form": series.contestant.form(),
            "repetitions": series.measurements.len(),
            "events": series.events(),
            "nanoseconds_per_event": series.nanoseconds_per_event(),
            "cpu_seconds": series.cpu_seconds(),
            "ratio": ratio(outcome, series),
            "peak_memory_bytes": series.peak_memory_bytes(),
            "results": results,
            "collapsed": series.collapsed(),
        })
    }
}

fn has(outcome: &Outcome, contestant: Contestant) -> bool {
    outcome.series.iter().any(|series| series.contestant == contestant)
}

fn push_lines(text: &mut String, lines: &[String]) {
    if !lines.is_empty() {
        text.push('\n');
    }
    for line in lines {
        let _ = writeln!(text, "- {line}");
    }
}

fn bounded_sentence(series: &Series, repetitions: u32) -> String {
    format!(
        "{} ran {} of {repetitions} times, because its runs are long",
        series.contestant.name(),
        series.measurements.len()
    )
}

/// Median (lowest-highest).
fn shown(spread: Spread, decimals: usize) -> String {
    let Spread { median, min, max } = spread;
    format!("{median:.decimals$} ({min:.decimals$}-{max:.decimals$})")
}

/// Cost in multiples of the first contestant's.
fn ratio(outcome: &Outcome, series: &Series) -> Option<f64> {
    let cost = |series: &Series| match outcome.comparison.basis {
        Basis::Event => series.nanoseconds_per_event(),
        Basis::Run => series.cpu_seconds(),
    };
    Some(cost(series)?.median / cost(outcome.series.first()?)?.median)
}

/// Whether all collapse; the first that does not. `None` where there is no trigger.
fn collapse(outcome: &Outcome) -> Option<Result<(), Contestant>> {
    if outcome.comparison.letter != Letter::C {
        return None;
    }
    let healthy = outcome.series.iter().find(|series| series.collapsed() != Some(true));
    Some(healthy.map_or(Ok(()), |series| Err(series.contestant)))
}

/// What one more pending event or user costs: the difference between the largest and the smallest size.
fn memory_sentences(outcomes: &[Outcome]) -> Vec<String> {
    let mut sentences = Vec::new();
    for (letter, unit) in [(Letter::A, "pending event"), (Letter::B, "user, all that waits for them included")] {
        let sizes: Vec<_> = outcomes.iter().filter(|outcome| outcome.comparison.letter == letter).collect();
        let (Some(small), Some(large)) = (sizes.first(), sizes.last()) else { continue };
        let more = f64::from(large.comparison.size) - f64::from(small.comparison.size);
        if more <= 0.0 {
            continue;
        }
        let of_each: Vec<String> = small
            .series
            .iter()
            .zip(&large.series)
            .filter_map(|(small, large)| {
                let bytes = large.peak_memory_bytes()? as f64 - small.peak_memory_bytes()? as f64;
                Some(format!("{} {:.0}", small.contestant.name(), bytes / more))
            })
            .collect();
        sentences.push(format!("bytes for a {unit}: {}", of_each.join(", ")));
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::super::comparison;
    use super::super::series::tests::series;
    use super::*;

    /// The outcome of a comparison in which ours takes 10 ns and 1000 bytes more with each further contestant.
    fn outcome(letter: Letter, size: u32, memory: u64) -> Outcome {
        let comparison = comparison::all(false)
            .into_iter()
            .find(|comparison| comparison.letter == letter && comparison.size == size)
            .expect("there is such a comparison");
        let series: Vec<Series> = comparison
            .contestants
            .iter()
            .enumerate()
            .map(|(index, &(contestant, _))| {
                let mut series = series(contestant, &[10.0 * (index + 1) as f64; 3], "goodput_per_second", &[0.0; 3]);
                let mut calm = series.measurements[0].clone();
                calm.results.insert("goodput_per_second".to_owned(), 80.0);
                series.calm = Some(calm);
                for measurement in &mut series.measurements {
                    measurement.peak_memory_bytes = memory * (index as u64 + 1);
                }
                series
            })
            .collect();
        let agreements = vec![Agreement::of("goodput_per_second", &series, 3)];
        Outcome { comparison, series, agreements }
    }

    fn report(outcomes: Vec<Outcome>) -> Report {
        let machine = Machine {
            processor: "a processor".to_owned(),
            cores: 2,
            date: "2026-11-23".to_owned(),
            commit: "abc".to_owned(),
            compiler: "rustc".to_owned(),
        };
        let pins = ["name = \"descartes-core\"\nversion = \"0.1.1\"\n".to_owned(), "happysim==0.2.5\n".to_owned()];
        let (claims, memory) = (claim::all(&outcomes), memory_sentences(&outcomes));
        Report { machine, claims, memory, outcomes, repetitions: 5, pins }
    }

    #[test]
    fn a_table_has_a_line_an_engine_with_version_ratio_and_verdict() {
        let text = report(vec![outcome(Letter::C, 4_000, 1_000_000)]).text(true);
        let line = text.lines().find(|line| line.contains("DesCartes")).expect("DesCartes takes part");
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells[0], "DesCartes 0.1.1");
        // Fifth in line: five times ours, 50 ns for each of a thousand events.
        assert_eq!([cells[4], cells[6], cells[7]], ["50.0 (50.0-50.0)", "5.00", "5.0"]);
        assert_eq!(cells[8..], ["0.0", "collapsed"]);
        assert!(text.contains("ran 3 of 5 times"), "{text}");
        assert!(text.contains("(c) 4,000 s: DesCartes / ours: wanted at least 3, measured 5.00: holds"), "{text}");
    }

    #[test]
    fn an_engine_that_does_not_collapse_disagrees() {
        assert!(report(vec![outcome(Letter::C, 400, 1)]).engines_agree());
        let mut healthy = outcome(Letter::C, 400, 1);
        healthy.series[4].measurements[0].results.insert("goodput_per_second".to_owned(), 80.0);
        let report = report(vec![healthy]);
        assert!(!report.engines_agree());
        assert!(report.text(false).contains("DISAGREE: DesCartes does not collapse"));
    }

    #[test]
    fn a_result_apart_is_a_disagreement_of_the_whole() {
        let mut apart = outcome(Letter::B, 100_000, 1);
        apart.series[1].measurements[0].results.insert("goodput_per_second".to_owned(), 3.0);
        apart.agreements = vec![Agreement::of("goodput_per_second", &apart.series, 3)];
        assert!(!report(vec![apart]).engines_agree());
    }

    #[test]
    fn memory_is_stated_for_one_more_pending_event() {
        let outcomes = vec![outcome(Letter::A, 1_000, 0), outcome(Letter::A, 1_000_000, 99_900_000)];
        let sentences = memory_sentences(&outcomes);
        assert!(
            sentences[0].starts_with("bytes for a pending event: stranded 100, hand-written loop 200"),
            "{sentences:?}"
        );
        assert!(memory_sentences(&outcomes[..1]).is_empty(), "one size tells nothing");
    }

    #[test]
    fn the_json_holds_every_row_and_the_verdict() -> Result<()> {
        let text = report(vec![outcome(Letter::C, 400, 1), outcome(Letter::D, 10_000, 1)]).json()?;
        let whole: Value = serde_json::from_str(&text)?;
        assert_eq!(whole["engines_agree"], true);
        assert_eq!(whole["comparisons"][0]["rows"].as_array().map(Vec::len), Some(6));
        assert_eq!(whole["comparisons"][0]["rows"][0]["collapsed"], true);
        assert_eq!(whole["comparisons"][1]["case"], "d");
        Ok(())
    }
}
