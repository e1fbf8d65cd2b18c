//! A front page for the runs of a folder: a list, any two of them side by side, and the heat maps of sweeps.

mod heat_map;

use crate::error::ReportError;
use crate::estimate::Estimate;
use crate::folder::{REPORT_FILE, RunFolder, SUMMARY_FILE};
use crate::format::{self, measured, whole};
use crate::html::{STYLE, embedded, script_hash};
use crate::language::{Labels, Language};
use crate::summary::{ArmSummary, Headline, Verdict};
use askama::Template;
use heat_map::Sweep;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const SCRIPT: &str = include_str!("../templates/index.js");

/// Folders that were left out, and why.
pub type LeftOut = Vec<(PathBuf, ReportError)>;

/// A run in the list.
struct Line {
    /// Name of its folder.
    folder: String,
    /// Where its report is, seen from the front page.
    link: String,
    title: String,
    date: String,
    replications: String,
    arms: String,
    people: String,
    hours: String,
    targets: String,
}

#[derive(Template)]
#[template(path = "index.html")]
struct Page {
    labels: &'static Labels,
    language: &'static str,
    version: &'static str,
    style: &'static str,
    script: &'static str,
    script_hash: String,
    data: String,
    count: String,
    lines: Vec<Line>,
    sweeps: Vec<Sweep>,
}

/// The front page for the finished runs of a folder, and the folders that were left out because they cannot be read.
///
/// # Errors
/// When the folder cannot be listed.
pub fn page(runs: &Path, language: Language) -> Result<(String, LeftOut), ReportError> {
    let (mut found, mut sweeps, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    for path in folders(runs)? {
        match heat_map::read(&path) {
            Ok(None) => {}
            Ok(Some(sweep)) => {
                sweeps.push(sweep);
                continue;
            }
            Err(error) => {
                left_out.push((path, error));
                continue;
            }
        }
        match read(&path) {
            Ok(run) => found.push(run),
            // Not everything in a folder must be a run.
            Err(ReportError::NotARun { .. }) => {}
            Err(error) => left_out.push((path, error)),
        }
    }
    let labels = language.labels();
    let compared: Vec<_> = found.iter().map(|run| compared(run, language)).collect();
    let page = Page {
        labels,
        language: language.code(),
        version: env!("CARGO_PKG_VERSION"),
        style: STYLE,
        script: SCRIPT,
        script_hash: script_hash(SCRIPT),
        data: embedded(&json!({ "rows": row_titles(&found, language), "runs": compared })),
        count: language.words().runs(found.len()),
        lines: found.iter().map(|run| line(run, language)).collect(),
        sweeps,
    };
    let page = page.render().map_err(|error| ReportError::Drawing(error.to_string()))?;
    Ok((page, left_out))
}

/// The folders in a folder, sorted; hidden ones are unfinished.
fn folders(runs: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let failed = || ReportError::io("read the folder", runs);
    let mut folders = BTreeSet::new();
    for entry in fs::read_dir(runs).map_err(failed())? {
        let entry = entry.map_err(failed())?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !is_hidden && entry.path().is_dir() {
            folders.insert(entry.path());
        }
    }
    Ok(folders.into_iter().collect())
}

fn read(path: &Path) -> Result<RunFolder, ReportError> {
    let run = RunFolder::open(path)?;
    // The numbers that are shown; the rows of all runs together can be gigabytes.
    run.require_unchanged(SUMMARY_FILE)?;
    Ok(run)
}

fn folder_name(run: &RunFolder) -> String {
    run.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn line(run: &RunFolder, language: Language) -> Line {
    let summary = &run.summary;
    let folder = folder_name(run);
    let pass = summary.targets.iter().filter(|target| target.verdict == Verdict::Pass).count();
    let of_baseline = |estimate: fn(&ArmSummary) -> &Estimate| {
        let arm = summary.baseline().filter(|_| summary.headline == Headline::StrandedHours);
        arm.map_or_else(
            || format::NOTHING.to_owned(),
            |arm| language.with_interval(&estimate(arm).not_below_zero(), whole),
        )
    };
    // The report in the reader's language, where there is one.
    let own = format!("post-mortem.{language}.html");
    let file = if run.path.join(&own).is_file() { own } else { REPORT_FILE.to_owned() };
    Line {
        link: format!("{}/{file}", percent_encoded(&folder)),
        folder,
        title: summary.scenario.title.clone(),
        date: language.date(summary.day).unwrap_or_default(),
        replications: summary.replications.to_string(),
        arms: summary.arms.len().to_string(),
        people: of_baseline(|arm| &arm.stranded_people),
        hours: of_baseline(|arm| &arm.stranded_hours),
        targets: if summary.targets.is_empty() {
            format::NOTHING.to_owned()
        } else {
            format!("{pass}/{}", summary.targets.len())
        },
    }
}

/// What two runs are compared by: a title, and how to read it of an arm.
type Compared = (&'static str, fn(&ArmSummary) -> Option<Estimate>, fn(Language, f64) -> String);

fn comparisons(language: Language) -> Vec<Compared> {
    let labels = language.labels();
    vec![
        (labels.people_stranded, |arm| Some(arm.stranded_people), |_, v| whole(v)),
        (labels.person_hours, |arm| Some(arm.stranded_hours), |_, v| whole(v)),
        (labels.median_time, |arm| arm.stranded_minutes.p50, Language::minutes),
        (labels.p90, |arm| arm.stranded_minutes.p90, Language::minutes),
        (labels.app_was_down, |arm| Some(arm.service.down_hours), Language::hours),
        (labels.calls_answered, |arm| arm.calls.answered_share, Language::share),
        (labels.attempts_per_intent, |arm| arm.retry_amplification, |_, v| measured(v)),
        (labels.answers_in_time, |arm| arm.metrics.get("goodput_per_second").copied(), |_, v| measured(v)),
        (labels.goodput_share, |arm| arm.metrics.get("service.goodput_share").copied(), Language::share),
        (labels.compensation, |arm| Some(arm.compensation_krw), Language::won),
        (labels.locksmiths_paid, |arm| Some(arm.locksmith_krw), Language::won),
        (labels.lost_revenue, |arm| Some(arm.lost_revenue_krw), Language::won),
    ]
}

/// The titles of the rows of the comparison: numbers of the baseline, then one for every arm of any run.
fn row_titles(runs: &[RunFolder], language: Language) -> Vec<String> {
    let mut titles: Vec<String> = comparisons(language).iter().map(|(title, ..)| (*title).to_owned()).collect();
    titles.extend(arm_names(runs).into_iter().map(|name| format!("{}: {name}", language.labels().arm)));
    titles
}

fn arm_names(runs: &[RunFolder]) -> BTreeSet<String> {
    let arms = runs.iter().flat_map(|run| &run.summary.arms).filter(|arm| arm.difference_to_baseline.is_some());
    arms.map(|arm| arm.name.clone()).collect()
}

/// A run's column of the comparison.
fn compared(run: &RunFolder, language: Language) -> serde_json::Value {
    let baseline = run.summary.baseline();
    let of_baseline = comparisons(language).into_iter().map(|(_, read, write)| {
        let estimate = baseline.and_then(read);
        estimate.map(|estimate| language.with_interval(&estimate.not_below_zero(), |v| write(language, v)))
    });
    let arms = run.summary.arms.iter().filter_map(|arm| {
        let difference = arm.difference_to_baseline?;
        let hours = language.with_interval(&difference.stranded_hours, whole);
        let text = match run.summary.headline {
            Headline::StrandedHours => hours,
            Headline::Goodput => language.with_interval(&difference.goodput_per_second?, measured),
        };
        Some((arm.name.clone(), text))
    });
    json!({
        "name": folder_name(run),
        "values": of_baseline.collect::<Vec<_>>(),
        "arms": arms.collect::<std::collections::BTreeMap<_, _>>(),
    })
}

/// A name as part of a link.
fn percent_encoded(name: &str) -> String {
    use std::fmt::Write as _;
    name.bytes().fold(String::new(), |mut link, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            link.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(link, "%{byte:02X}");
        }
        link
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn runs(names: &[&str]) -> tempfile::TempDir {
        let out = tempfile::tempdir().unwrap();
        for name in names {
            let run = RunFolder::create(out.path(), name, "00c0ffee").unwrap();
            run.write_summary(&sample::summary()).unwrap();
            run.finish(sample::manifest()).unwrap();
        }
        out
    }

    #[test]
    fn every_finished_run_is_listed_and_what_is_none_is_not() {
        let out = runs(&["first", "second"]);
        fs::create_dir(out.path().join("notes")).unwrap();
        fs::create_dir(out.path().join(".third.partial-1")).unwrap();
        let damaged = out.path().join("second-00c0ffee").join(SUMMARY_FILE);
        let (page, left_out) = page(out.path(), Language::English).unwrap();
        assert!(left_out.is_empty());
        assert!(page.contains("first-00c0ffee/report.html") && page.contains("second-00c0ffee"), "{page}");
        assert!(page.contains("2 runs") && page.contains("40,000 (38,000 to 42,000)"));
        assert!(!page.contains("third") && !page.contains("notes"));
        roxmltree::Document::parse_with_options(
            &page,
            roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() },
        )
        .unwrap();

        let text = fs::read_to_string(&damaged).unwrap().replace("40000", "40001");
        fs::write(&damaged, text).unwrap();
        let (page, left_out) = super::page(out.path(), Language::Korean).unwrap();
        assert!(!page.contains("second-00c0ffee") && page.contains("실행 1개"), "{page}");
        assert!(matches!(&left_out[..], [(_, ReportError::Damaged { .. })]), "{left_out:?}");
    }

    #[test]
    fn no_run_is_still_a_page() {
        let out = tempfile::tempdir().unwrap();
        let (page, _) = page(out.path(), Language::English).unwrap();
        assert!(page.contains("There is no finished run here."));
        assert!(super::page(&out.path().join("absent"), Language::English).is_err());
    }

    #[test]
    fn a_name_cannot_leave_its_link() {
        assert_eq!(percent_encoded("a b\"<-1.x"), "a%20b%22%3C-1.x");
    }
}
