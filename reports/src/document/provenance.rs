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
        Block::Code(command(&manifest.command_line)),
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

/// The command line as a shell would take it.
pub(super) fn command(words: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    let quoted = |word: &String| {
        if !word.is_empty() && word.chars().all(plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    };
    words.iter().map(quoted).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_can_be_pasted_into_a_shell() {
        let words = ["stranded", "run", "my file.toml", "--set", "a=it's", ""].map(str::to_owned);
        assert_eq!(command(&words), r"stranded run 'my file.toml' --set 'a=it'\''s' ''");
    }
}
