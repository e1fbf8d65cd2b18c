//! Assumptions, and how to make the numbers again.

use super::{Block, Cell, Column, Context, Row, Section, Table};
use crate::format::{measured, whole};

pub(super) fn sections(context: &Context<'_>) -> [Section; 2] {
    [assumptions(context), reproduction(context)]
}

fn assumptions(context: &Context<'_>) -> Section {
    let (language, labels) = (context.language, context.labels);
    let parameters = &context.report.background.parameters;
    let mut blocks = Vec::new();
    if !parameters.is_empty() {
        let columns = || {
            vec![
                Column::words(labels.parameter),
                Column::words(labels.value),
                Column::words(labels.source),
                Column::words(labels.confidence),
            ]
        };
        let row = |parameter: &crate::background::ParameterRow| {
            let fitted_to = parameter.fitted_to.as_ref().map(|target| context.words.fitted_to(target));
            Row::new(vec![
                Cell::head(&parameter.path),
                Cell::Plain(parameter.value.clone()),
                Cell::Noted { text: parameter.source.clone(), note: fitted_to.unwrap_or_default(), is_strong: false },
                Cell::Plain(language.confidence(&parameter.confidence).to_owned()),
            ])
        };
        // What was fitted decides most and is believed least: it stands on paper, the rest is for looking up.
        let fitted: Vec<Row> = parameters.iter().filter(|parameter| parameter.fitted_to.is_some()).map(row).collect();
        if !fitted.is_empty() {
            blocks.push(Block::Table(Table::new(
                format!("{} - {}", labels.assumptions, language.confidence("fitted")),
                columns(),
                fitted,
            )));
        }
        let all = Table::new(labels.assumptions, columns(), parameters.iter().map(row).collect());
        let count = format!("{} ({})", labels.show_all, parameters.len());
        blocks.push(Block::Quiet(format!(
            "{} {}",
            context.words.parameters_elsewhere(parameters.len()),
            labels.parameters_note
        )));
        blocks.push(Block::Table(all.folded(count)));
    }
    Section { id: "assumptions", title: labels.assumptions, blocks }
}

fn reproduction(context: &Context<'_>) -> Section {
    let labels = context.labels;
    let (summary, manifest) = (context.report.summary, context.report.manifest);
    let row = |name: &str, value: String| Row::new(vec![Cell::head(name), Cell::Code(value)]);
    let commit = manifest.commit.clone().unwrap_or_else(|| labels.unknown.to_owned());
    let mut rows = vec![
        row(labels.program_version, manifest.program_version.clone()),
        row(labels.commit, commit),
        row(labels.seed, manifest.seed.to_string()),
        row(labels.replications, summary.replications.to_string()),
        row(labels.scenario_hash, manifest.scenario_hash.clone()),
    ];
    let calibrations = manifest.calibration_hashes.iter();
    rows.extend(calibrations.map(|(path, hash)| row(labels.calibration, format!("{path}: {hash}"))));
    let speed = context.words.speed(
        &whole(summary.events as f64),
        &measured(summary.duration_seconds),
        &whole(summary.events_per_second),
    );
    rows.push(row(labels.speed, speed));
    let mut blocks = vec![
        Block::Code(shell(&reproducing(&manifest.command_line))),
        Block::Quiet(labels.reproduction_note.to_owned()),
        Block::Table(Table::new(
            labels.reproduction,
            vec![Column::words(labels.what), Column::words(labels.value)],
            rows,
        )),
    ];
    if !manifest.digests.is_empty() {
        let columns = vec![
            Column::words(labels.arm),
            Column::number(labels.replication),
            Column::number(labels.seed),
            Column::number(labels.events),
            Column::words(labels.digest),
        ];
        let rows = manifest.digests.iter().map(|digest| {
            let numbers = [digest.replication.to_string(), digest.seed.to_string(), digest.events.to_string()];
            let mut row = Row::of(&digest.arm, numbers);
            row.cells.push(Cell::Code(digest.digest.clone()));
            row
        });
        let title = context.words.digests(manifest.digests.len());
        blocks.push(Block::Table(Table::new(title.clone(), columns, rows.collect()).folded(title)));
    }
    Section { id: "reproduction", title: labels.reproduction, blocks }
}

/// Flags that take a value and change no number: where the folder goes, how fast it is made, how it is shown.
const VALUES_WITHOUT_EFFECT: [&str; 3] = ["--out", "--threads", "--color"];
/// Flags that do so and take none.
const SWITCHES_WITHOUT_EFFECT: [&str; 3] = ["--quiet", "-q", "--json"];

/// The words of a command line that decide what comes out. The others are about the machine on which it was made, and a path of that
/// machine has no place in what is published.
fn reproducing(words: &[String]) -> Vec<&str> {
    let mut kept = Vec::with_capacity(words.len());
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        if word == "--" {
            // What follows are names, whatever they look like.
            kept.push(word);
            kept.extend(words.by_ref());
        } else if VALUES_WITHOUT_EFFECT.contains(&word) {
            words.next();
        } else if !is_without_effect(word) {
            kept.push(word);
        }
    }
    kept
}

/// Whether a word is a flag that changes no number, with its value in the same word or without one.
fn is_without_effect(word: &str) -> bool {
    let flag = word.split_once('=').map_or(word, |(flag, _)| flag);
    SWITCHES_WITHOUT_EFFECT.contains(&word) || VALUES_WITHOUT_EFFECT.contains(&flag)
}

/// Words as a shell would take them.
fn shell(words: &[&str]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    let quoted = |word: &&str| {
        if !word.is_empty() && word.chars().all(plain) {
            (*word).to_owned()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    };
    words.iter().map(quoted).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(words: &[&str]) -> String {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        shell(&reproducing(&words))
    }

    #[test]
    fn a_command_can_be_pasted_into_a_shell() {
        let words = ["stranded", "run", "my file.toml", "--set", "a=it's", ""];
        assert_eq!(shown(&words), r"stranded run 'my file.toml' --set 'a=it'\''s' ''");
    }

    #[test]
    fn what_changes_no_number_is_left_out() {
        let kept = "stranded run day.toml --replications 5";
        for flags in [
            &["--out", "/home/somebody/runs"][..],
            &["--out=/home/somebody/runs"],
            &["--out", "runs", "--quiet", "--json"],
            &["-q", "--threads", "2", "--color=never"],
            &["--threads=2", "--color", "always"],
        ] {
            let before = [&["stranded"], flags, &["run", "day.toml", "--replications", "5"]].concat();
            let between = [&["stranded", "run"], flags, &["day.toml", "--replications", "5"]].concat();
            let after = [&["stranded", "run", "day.toml", "--replications", "5"], flags].concat();
            for words in [before, between, after] {
                assert_eq!(shown(&words), kept, "{words:?}");
            }
        }
    }

    #[test]
    fn what_only_looks_like_such_a_flag_stays() {
        for words in [
            "stranded run day.toml --set support.form.readers=3 --seed 7 --sensitivity",
            "stranded run day.toml --set title=--out --arms none",
            "stranded run --seed 7 -- --out",
            "stranded run --outer day.toml",
        ] {
            assert_eq!(shown(&words.split(' ').collect::<Vec<_>>()), words);
        }
        assert_eq!(shown(&["stranded", "run", "day.toml", "--out"]), "stranded run day.toml", "cut off");
    }
}
