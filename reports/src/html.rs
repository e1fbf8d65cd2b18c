//! The report for people: one HTML file that fetches nothing.

pub mod comparison;
mod sentences;
mod services;
mod tables;

use crate::aggregate::ChartData;
use crate::charts::{
    ArmDifference, Layout, arm_differences, load_over_day, relief_shares, stranded_over_day, stranded_time,
};
use crate::error::ReportError;
use crate::manifest::Manifest;
use crate::summary::{Headline, Summary};
use askama::Template;
use std::collections::BTreeMap;

/// A parameter of the scenario and where its value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterRow {
    /// Path in the scenario (`service.vendor.capacity`).
    pub path: String,
    /// The value as written in a scenario, with its unit.
    pub value: String,
    /// Where the value comes from; empty when the scenario does not say.
    pub source: String,
    /// How much to trust it; empty when the scenario does not say.
    pub confidence: String,
    /// What a fitted value was fitted to; `None` when it was not fitted.
    pub fitted_to: Option<String>,
}

/// Everything the report shows.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The numbers.
    pub summary: &'a Summary,
    /// What made them.
    pub manifest: &'a Manifest,
    /// The data of the charts.
    pub charts: &'a ChartData,
    /// The parameters of the scenario.
    pub parameters: &'a [ParameterRow],
}

/// A chart in both layouts, and the sentence that says what to see.
struct Figure {
    title: &'static str,
    wide: String,
    narrow: String,
    caption: String,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    title: &'a str,
    subtitle: String,
    sentences: Vec<String>,
    warnings: &'a [String],
    headlines: Vec<tables::Headline>,
    figures: Vec<Figure>,
    arm_columns: &'static [&'static str],
    arms: Vec<tables::ArmLine>,
    replications: String,
    targets: Vec<tables::TargetLine>,
    targets_sentence: String,
    numbers: Vec<tables::NumberLine>,
    sensitivity: tables::SensitivityTable,
    parameters: &'a [ParameterRow],
    command: String,
    reproduction: Vec<(&'static str, String)>,
    manifest: &'a Manifest,
}

/// Draws the page.
///
/// # Errors
/// [`ReportError::Drawing`] when a chart or the page cannot be drawn.
pub fn render(report: &Report<'_>) -> Result<String, ReportError> {
    let summary = report.summary;
    let is_about_services = summary.headline == Headline::Goodput;
    let page = Page {
        title: &summary.scenario.title,
        subtitle: sentences::subtitle(summary),
        sentences: if is_about_services { services::summary(summary) } else { sentences::summary(summary) },
        warnings: &summary.warnings,
        headlines: summary
            .baseline()
            .map(if is_about_services { services::headlines } else { tables::headlines })
            .unwrap_or_default(),
        figures: if is_about_services { vec![load(report)?] } else { figures(report)? },
        arm_columns: if is_about_services { services::ARM_COLUMNS } else { tables::ARM_COLUMNS },
        arms: if is_about_services { services::arms(summary) } else { tables::arms(summary) },
        replications: sentences::replications(summary),
        targets: tables::targets(summary),
        targets_sentence: sentences::targets(&summary.targets),
        // All of them are about people and cars.
        numbers: summary.baseline().filter(|_| !is_about_services).map(tables::numbers).unwrap_or_default(),
        sensitivity: tables::sensitivity(summary),
        parameters: report.parameters,
        command: command(&report.manifest.command_line),
        reproduction: reproduction(report),
        manifest: report.manifest,
    };
    page.render().map_err(|error| ReportError::Drawing(error.to_string()))
}

fn figure(
    title: &'static str,
    caption: String,
    draw: &dyn Fn(Layout) -> Result<String, ReportError>,
) -> Result<Figure, ReportError> {
    Ok(Figure { title, wide: draw(Layout::Wide)?, narrow: draw(Layout::Narrow)?, caption })
}

fn load(report: &Report<'_>) -> Result<Figure, ReportError> {
    let charts = report.charts;
    figure("Load on the service", sentences::load(charts), &|layout| load_over_day(&charts.load, layout))
}

fn figures(report: &Report<'_>) -> Result<Vec<Figure>, ReportError> {
    let Report { summary, charts, .. } = *report;
    let baseline = summary.baseline();
    let relief = baseline.map_or_else(BTreeMap::new, |arm| arm.relief.clone());
    let arms = ArmDifference::ranked(summary);
    Ok(vec![
        figure("People stranded over the day", sentences::stranded_over_day(charts), &|layout| {
            stranded_over_day(&charts.stranded, layout)
        })?,
        figure("How long people were stranded", sentences::stranded_time(charts, baseline), &|layout| {
            stranded_time(&charts.time, layout)
        })?,
        load(report)?,
        figure("What ended it", sentences::relief(&relief), &|layout| relief_shares(&relief, layout))?,
        figure("What would have changed it", sentences::arms(&arms), &|layout| arm_differences(&arms, layout))?,
    ])
}

/// The command line as a shell would take it.
fn command(words: &[String]) -> String {
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

fn reproduction(report: &Report<'_>) -> Vec<(&'static str, String)> {
    let Report { summary, manifest, .. } = *report;
    let mut lines = vec![
        ("program version", manifest.program_version.clone()),
        ("commit", manifest.commit.clone().unwrap_or_else(|| "unknown".to_owned())),
        ("seed", manifest.seed.to_string()),
        ("replications", summary.replications.to_string()),
        ("scenario hash", manifest.scenario_hash.clone()),
    ];
    for (path, hash) in &manifest.calibration_hashes {
        lines.push(("calibration", format!("{path}: {hash}")));
    }
    lines.push(("simulated", sentences::simulated(summary)));
    lines
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
