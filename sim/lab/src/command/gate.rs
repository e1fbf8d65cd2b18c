//! `stranded gate RUN`

use crate::failure::Failure;
use crate::gate::judgement::{self, Against, Verdict};
use crate::gate::plan::{self, Obstacle};
use crate::gate::report::{Condition, Party, Report, SCHEMA_VERSION};
use crate::gate::subject::{self, Kind, Subject};
use crate::gate::{github, junit, pairing, table};
use crate::terminal::{Screen, screen};
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use stranded_scenario::Probability;
use stranded_scenario::section::Slo;

/// Judge a finished run by its thresholds and against a baseline.
///
/// Thresholds stand in the scenario, in `[slo]`, and in `--threshold`. Each is held against the 95 % interval of its metric over the
/// replications: it passes when the whole interval holds the limit, fails when none of it does, and is inconclusive otherwise, or when
/// there are too few replications.
///
/// With `--baseline` the headline is compared replication by replication (same seed, same people, same luck), by a bootstrap over
/// replications: the gate fails only when the interval's better end is worse than the tolerance.
///
/// A system that answers nobody fails whatever its latencies are. Numbers that prove nothing are invalid: a folder that was changed, a
/// baseline of another engine, a load generator that missed its rate.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, after_help = "Examples and more: stranded gate --help")]
pub(crate) struct Arguments {
    /// A run folder; or one or more results of `surge` (folders or files), or samples of `devkit bench`.
    #[arg(value_name = "RUN", required = true)]
    paths: Vec<PathBuf>,
    /// What to compare with: a file of `stranded baseline update`, the folder that it lies in, or another run.
    #[arg(long, value_name = "RUN|FILE|DIR")]
    baseline: Option<PathBuf>,
    /// A condition besides the scenario's, such as `stranded_hours.mean < 500 h`. Can be repeated.
    #[arg(long = "threshold", value_name = "EXPR")]
    thresholds: Vec<String>,
    /// How much worse than the baseline the headline may be, instead of `slo.tolerance` (2 % by default).
    #[arg(long, value_name = "SHARE")]
    tolerance: Option<Probability>,
    /// Fewer replications are inconclusive, instead of `slo.replications_min` (5 by default); with 1 a single one is taken as it is.
    #[arg(long, value_name = "N")]
    replications_min: Option<NonZeroUsize>,
    /// Write the result as JUnit XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Print the result as JSON on the standard output; words go to the standard error.
    #[arg(long)]
    json: bool,
    /// Speak to GitHub Actions: annotations, the job's summary (`GITHUB_STEP_SUMMARY`) and the step's outputs (`GITHUB_OUTPUT`).
    #[arg(long)]
    github: bool,
}

const EXAMPLES: &str = "\
Examples:
  stranded gate runs/small-town-1a2b3c4d                                     by the scenario's own [slo]
  stranded gate RUN --threshold 'stranded_hours.mean < 500 h' --threshold 'service.goodput_share >= 99 %'
  stranded gate RUN --threshold 'offline-key: stranded_minutes.p90 < 60 min' of an arm
  stranded baseline update RUN --to baselines/                               keep it as it should be
  stranded gate RUN --baseline baselines/small-town.json --junit gate.xml    not more than 2 % worse
  stranded gate window-0 window-1 window-2 window-3 window-4 --threshold 'latency_ms.p99 < 500 ms'
  stranded gate samples.json --threshold 'unlock_total.p90 < 2_000_000'      of `devkit bench`

Exit codes: 0 pass; 10 fail; 11 inconclusive; 3 invalid (numbers that prove nothing, or a scenario's threshold that makes no sense);
2 a wrong command line. `stranded explain thresholds` tells what a condition may say; `stranded schema gate` is the schema of --json.";

/// Judges.
///
/// # Errors
/// Any verdict but a pass, and conditions that make no sense.
pub(crate) fn run(arguments: &Arguments, quiet: bool) -> Result<(), Failure> {
    let report = match read(arguments) {
        Ok((subject, baseline)) => judge(arguments, &subject, baseline.as_ref())?,
        Err(doubt) => invalid(arguments, doubt),
    };
    write(arguments, &report, quiet)?;
    match report.verdict {
        Verdict::Pass => Ok(()),
        verdict => Err(Failure::NotPassed { verdict, sentence: report.sentence() }),
    }
}

fn read(arguments: &Arguments) -> Result<(Subject, Option<Subject>), String> {
    let subject = subject::read(&arguments.paths)?;
    if subject.is_baseline {
        return Err(format!(
            "`{}` is a baseline, which is what runs are compared with; name a run, and the baseline with `--baseline`",
            subject.path.display()
        ));
    }
    let baseline = arguments.baseline.as_deref().map(|path| subject::read_baseline(path, &subject)).transpose()?;
    Ok((subject, baseline))
}

fn judge(arguments: &Arguments, subject: &Subject, baseline: Option<&Subject>) -> Result<Report, Failure> {
    let slo = subject.slo.clone().unwrap_or_default();
    let tolerance = arguments.tolerance.unwrap_or(slo.tolerance).value();
    let replications_min = replications_min(arguments, &slo);
    let plan =
        plan::plan(subject, &arguments.thresholds, baseline.is_some(), tolerance).map_err(
            |obstacle| match obstacle {
                Obstacle::CommandLine(message) => Failure::Usage(message),
                Obstacle::Scenario(findings) => Failure::InvalidScenario {
                    summary: format!(
                        "the thresholds of `{}` make no sense: {} wrong",
                        subject.path.display(),
                        findings.len()
                    ),
                    findings: findings.join("\n"),
                },
            },
        )?;
    let mut report = blank(replications_min);
    report.subject = Some(Party::of(subject));
    report.baseline = baseline.map(Party::of);
    report.doubts.clone_from(&subject.doubts);
    report.notes = notes(subject, &plan.set_aside);
    let mut against = None;
    if let Some(baseline) = baseline {
        report.doubts.extend(baseline.doubts.iter().map(|doubt| format!("baseline: {doubt}")));
        match pairing::pair(subject, baseline) {
            Err(doubt) => report.doubts.push(format!("`{}`: {doubt}", baseline.path.display())),
            Ok(pairing) => {
                report.paired = Some(pairing.is_paired);
                report.notes.extend(pairing.notes);
                against = Some(Against { baseline, is_paired: pairing.is_paired });
            }
        }
    }
    if report.doubts.is_empty() {
        let judged = plan.conditions.iter();
        let judged =
            judged.map(|(threshold, source)| judgement::judge(threshold, *source, subject, against, replications_min));
        report.conditions = judged.map(Condition::from).collect();
        if subject.origin.kind != Kind::Bench {
            let arms: BTreeSet<Option<&str>> =
                plan.conditions.iter().map(|(threshold, _)| threshold.arm.as_deref()).collect();
            let alive = arms.into_iter().filter_map(|name| subject.arm(name));
            report.conditions.extend(alive.map(|arm| judgement::judge_alive(subject, arm).into()));
        }
        report.verdict = report.conditions.iter().map(|condition| condition.verdict).max().unwrap_or(Verdict::Invalid);
    }
    report.exit_code = Failure::verdict_code(report.verdict);
    Ok(report)
}

/// Unlocks of a door cost nothing: a quantile needs as many as it needs, and five would do for none.
fn replications_min(arguments: &Arguments, slo: &Slo) -> usize {
    arguments.replications_min.map_or(slo.replications_min as usize, NonZeroUsize::get)
}

fn notes(subject: &Subject, set_aside: &[String]) -> Vec<String> {
    let aside = set_aside.iter().map(|text| format!("not judged without a `--baseline`: {text}"));
    let single = subject.origin.kind == Kind::Load && subject.arms.iter().all(|arm| arm.replications.len() == 1);
    let single = single.then(|| {
        "one window of load has no interval: play some with `surge window --replication 0`, `1`, ... and name all of their results".to_owned()
    });
    aside.chain(single).collect()
}

fn blank(replications_min: usize) -> Report {
    Report {
        schema_version: SCHEMA_VERSION,
        kind: "gate".to_owned(),
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        verdict: Verdict::Invalid,
        exit_code: Failure::verdict_code(Verdict::Invalid),
        confidence: 0.95,
        replications_min,
        subject: None,
        baseline: None,
        paired: None,
        conditions: Vec::new(),
        doubts: Vec::new(),
        notes: Vec::new(),
    }
}

/// The report on something that cannot be judged at all.
fn invalid(arguments: &Arguments, doubt: String) -> Report {
    Report { doubts: vec![doubt], ..blank(replications_min(arguments, &Slo::default())) }
}

/// Puts the report wherever it is wanted. Files first, so that they are there whoever closes the output.
fn write(arguments: &Arguments, report: &Report, quiet: bool) -> Result<(), Failure> {
    if let Some(path) = &arguments.junit {
        let text = junit::text(report).map_err(|error| Failure::Output(std::io::Error::other(error)))?;
        let failed = Failure::file("write the file", path, "name a file in a folder that is there with `--junit`");
        std::fs::write(path, text).map_err(failed)?;
    }
    if arguments.github {
        append("GITHUB_STEP_SUMMARY", &github::summary(report))?;
        append("GITHUB_OUTPUT", &github::outputs(report))?;
    }
    let output = Screen { json: arguments.json, quiet };
    if arguments.json {
        let json = serde_json::to_string_pretty(report).map_err(|error| Failure::Output(error.into()))?;
        screen::data(&format!("{json}\n"))?;
    }
    if !report.conditions.is_empty() {
        output.say(&table::conditions(report))?;
    }
    report.doubts.iter().for_each(|doubt| screen::error(doubt));
    report.notes.iter().filter(|_| !quiet).for_each(|note| screen::note(&format!("note: {note}")));
    if report.verdict == Verdict::Pass {
        output.say(&format!("\n{}", report.sentence().replacen("pass", &table::colored(Verdict::Pass), 1)))?;
    }
    if arguments.github {
        let annotations = github::annotations(report);
        // GitHub reads them in either output.
        if arguments.json { screen::note(annotations.trim_end()) } else { screen::data(&annotations)? }
    }
    Ok(())
}

/// Appends to a file that the environment names; does nothing where it names none, which is so outside of GitHub.
fn append(variable: &str, text: &str) -> Result<(), Failure> {
    let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) else { return Ok(()) };
    let path = Path::new(&path);
    let failed =
        || Failure::file("append to the file", path, "leave `--github` away where GitHub does not run the program");
    let mut file = OpenOptions::new().create(true).append(true).open(path).map_err(failed())?;
    file.write_all(text.as_bytes()).map_err(failed())
}
