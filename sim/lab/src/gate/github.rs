//! The result of a gate for GitHub Actions: annotations, the summary of the job, and the outputs of the step.

use super::judgement::Verdict;
use super::report::Report;
use super::table::{interval, value};
use std::fmt::Write as _;

/// GitHub shows ten annotations of a kind and step and drops the rest.
const ANNOTATIONS_MAX: usize = 10;

/// GitHub refuses a summary from a mebibyte on; some room is left for what other programs write in the same step.
const SUMMARY_BYTES_MAX: usize = 900 * 1024;

/// Longer texts are cut, so that a line of the log stays one.
const MESSAGE_LETTERS_MAX: usize = 1_000;

/// Annotations as workflow commands, a line each: what is invalid and what fails as errors, what is inconclusive as warnings.
pub(crate) fn annotations(report: &Report) -> String {
    let doubts = report.doubts.iter().map(|doubt| ("error", "invalid".to_owned(), doubt.clone()));
    let complaints = report.complaints().into_iter().map(|condition| {
        let kind = if condition.verdict == Verdict::Inconclusive { "warning" } else { "error" };
        let title = format!("{}: {}", condition.verdict.label(), condition.condition);
        let message = format!(
            "{}: found {}, 95 % interval {}, {} replications; {}",
            condition.arm,
            value(condition),
            interval(condition),
            condition.replications,
            condition.reason
        );
        (kind, title, message)
    });
    let all: Vec<_> = doubts.chain(complaints).collect();
    let shown = if all.len() > ANNOTATIONS_MAX { ANNOTATIONS_MAX - 1 } else { all.len() };
    let mut text = String::new();
    for (kind, title, message) in &all[..shown] {
        let message: String = message.chars().take(MESSAGE_LETTERS_MAX).collect();
        // Writing to a string does not fail.
        let _ = writeln!(text, "::{kind} title={}::{}", property(title), escape(&message));
    }
    if shown < all.len() {
        let rest = all.len() - shown;
        let _ = writeln!(text, "::error title=stranded gate::and {rest} more; the summary of the job has them all");
    }
    text
}

/// The summary of the job, Markdown.
pub(crate) fn summary(report: &Report) -> String {
    let mark = match report.verdict {
        Verdict::Pass => "✅",
        Verdict::Inconclusive => "⚠️",
        Verdict::Fail | Verdict::Invalid => "❌",
    };
    let mut text =
        format!("### {mark} stranded gate: {}\n\n{}\n\n", cell(report.subject_name()), cell(&report.sentence()));
    for doubt in &report.doubts {
        let _ = writeln!(text, "> {}\n", cell(doubt));
    }
    if let Some(baseline) = &report.baseline {
        let word = if report.paired == Some(true) { "replication by replication" } else { "not paired" };
        let _ = writeln!(text, "Compared with `{}`, {word}.\n", baseline.path.replace('`', ""));
    }
    if !report.conditions.is_empty() {
        text.push_str("| arm | condition | found | 95 % interval | replications | verdict | why |\n|---|---|--:|--:|--:|---|---|\n");
    }
    // What did not pass comes first, so that it is there whatever is cut.
    let passed = report.conditions.iter().filter(|condition| condition.verdict == Verdict::Pass);
    let rows = report.complaints().into_iter().chain(passed);
    for (index, condition) in rows.enumerate() {
        let row = format!(
            "| {} | `{}` | {} | {} | {} | {} | {} |\n",
            cell(&condition.arm),
            condition.condition.replace('|', "\\|").replace('`', ""),
            cell(&value(condition)),
            cell(&interval(condition)),
            condition.replications,
            condition.verdict.label(),
            cell(&condition.reason),
        );
        if text.len() + row.len() > SUMMARY_BYTES_MAX {
            let _ = writeln!(text, "\n... and {} more", report.conditions.len() - index);
            break;
        }
        text.push_str(&row);
    }
    for note in &report.notes {
        let line = format!("\n{}\n", cell(note));
        if text.len() + line.len() <= SUMMARY_BYTES_MAX {
            text.push_str(&line);
        }
    }
    text.push('\n');
    text
}

/// The outputs of the step: `verdict` and `exit-code`.
pub(crate) fn outputs(report: &Report) -> String {
    format!("verdict={}\nexit-code={}\n", report.verdict.label(), report.exit_code)
}

/// Data of a workflow command.
fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    escape(text).replace(':', "%3A").replace(',', "%2C")
}

/// Text for a cell of a Markdown table: one line, nothing that is Markdown or HTML, and not without end.
fn cell(text: &str) -> String {
    let mut cell = String::new();
    for letter in text.chars().take(MESSAGE_LETTERS_MAX) {
        match letter {
            '\n' | '\r' => cell.push(' '),
            '|' => cell.push_str("\\|"),
            '<' => cell.push_str("&lt;"),
            '>' => cell.push_str("&gt;"),
            _ => cell.push(letter),
        }
    }
    cell
}
