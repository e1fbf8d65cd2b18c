//! `stranded explain [CODE]`

use crate::failure::Failure;
use crate::terminal::{screen, table};
use std::fmt::Write as _;
use stranded_scenario::{Code, explain};

/// The topics that are no codes.
const METRICS: &str = "metrics";
const STATISTICS: &str = "statistics";
const THRESHOLDS: &str = "thresholds";
const VALIDATION: &str = "validation";

/// What there is to say about intervals.
const ON_STATISTICS: &str = include_str!("statistics.txt");

/// What a gate's conditions may say.
const ON_THRESHOLDS: &str = include_str!("thresholds.txt");
/// What there is to say about the comparison with a real server.
const ON_VALIDATION: &str = include_str!("validation.txt");

/// Explain an error code, what every number means, or how it is come by.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  stranded explain            all codes
  stranded explain S010       what is wrong and how to mend it
  stranded explain metrics    every number of a run: name, unit, meaning
  stranded explain statistics intervals, when to stop, warm-up, batch means
  stranded explain thresholds what a gate may ask for, and how it decides
  stranded explain validation how `stranded validate` compares")]
pub(crate) struct Arguments {
    /// A code such as S010, `metrics`, `statistics`, `thresholds` or `validation`; without it, all codes are listed.
    code: Option<String>,
}

/// Prints the explanation.
///
/// # Errors
/// When there is no such code, or nobody takes the output.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match arguments.code.as_deref() {
        None => screen::data(&list()),
        Some(METRICS) => screen::data(&format!("{}\n", table::catalogue())),
        Some(STATISTICS) => screen::data(ON_STATISTICS),
        Some(THRESHOLDS) => screen::data(ON_THRESHOLDS),
        Some(VALIDATION) => screen::data(ON_VALIDATION),
        Some(code) => match explain(code) {
            Some(text) => screen::data(&format!("{}\n", text.trim_end())),
            None => Err(Failure::Usage(unknown(code))),
        },
    }
}

fn list() -> String {
    let mut text = String::new();
    for code in Code::ALL {
        let summary = explain(code.as_str()).and_then(|text| text.lines().next()).unwrap_or_default();
        // Writing to a string does not fail.
        let _ = writeln!(text, "{summary}");
    }
    let _ = writeln!(text, "{METRICS}: every number of a run, with unit and meaning");
    let _ = writeln!(text, "{STATISTICS}: intervals, when to stop, warm-up, batch means");
    let _ = writeln!(text, "{THRESHOLDS}: what a gate may ask for, and how it decides");
    let _ = writeln!(text, "{VALIDATION}: how the simulator is held against a server that really runs");
    text
}

fn unknown(code: &str) -> String {
    let known = Code::ALL.iter().map(|code| code.as_str()).chain([METRICS, STATISTICS, THRESHOLDS, VALIDATION]);
    let upper = code.to_uppercase();
    let nearest = known.min_by_key(|known| strsim::damerau_levenshtein(&known.to_uppercase(), &upper));
    let nearest = nearest.map(|nearest| format!("did you mean `{nearest}`? ")).unwrap_or_default();
    format!("there is no code `{code}`\n{nearest}`stranded explain` lists them all")
}
