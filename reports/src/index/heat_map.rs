//! The heat map of a sweep: its objective over the two parameters that move it most, as a table whose cells have colours.

use crate::error::ReportError;
use crate::folder::SUMMARY_FILE;
use crate::format::{NOTHING, measured};
use crate::summary::ScenarioName;
use serde::Deserialize;
use std::fs;
use std::path::Path;

/// What a sweep's `summary.json` says, as far as the front page shows it. Its other fields are passed over.
#[derive(Debug, Deserialize)]
struct SweepSummary {
    scenario: ScenarioName,
    points: u32,
    heat_map: Option<HeatMap>,
}

#[derive(Debug, Deserialize)]
struct HeatMap {
    x: String,
    x_labels: Vec<String>,
    y: String,
    y_labels: Vec<String>,
    objective: String,
    more_is_better: bool,
    cells: Vec<Vec<Option<f64>>>,
    best: Option<[usize; 2]>,
}

/// A sweep on the front page.
pub(super) struct Sweep {
    pub(super) folder: String,
    pub(super) title: String,
    pub(super) points: String,
    pub(super) objective: String,
    /// The parameters of the rows and of the columns.
    pub(super) axes: String,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<(String, Vec<HeatCell>)>,
}

/// A cell with its colours.
pub(super) struct HeatCell {
    pub(super) text: String,
    /// CSS; empty for a cell that nothing was measured for.
    pub(super) style: String,
    pub(super) is_best: bool,
}

/// Reads a folder that a sweep has finished; `None` when it is something else.
///
/// # Errors
/// [`ReportError::Json`] when it is a sweep and cannot be read.
pub(super) fn read(path: &Path) -> Result<Option<Sweep>, ReportError> {
    let file = path.join(SUMMARY_FILE);
    let Ok(text) = fs::read_to_string(&file) else { return Ok(None) };
    let is_sweep = serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|value| value.get("heat_map").is_some());
    if !is_sweep {
        return Ok(None);
    }
    let summary: SweepSummary =
        serde_json::from_str(&text).map_err(|source| ReportError::Json { path: file, source })?;
    let folder = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Some(sweep(folder, summary)))
}

fn sweep(folder: String, summary: SweepSummary) -> Sweep {
    let SweepSummary { scenario, points, heat_map } = summary;
    let mut sweep = Sweep {
        folder,
        title: scenario.title,
        points: points.to_string(),
        objective: String::new(),
        axes: String::new(),
        columns: Vec::new(),
        rows: Vec::new(),
    };
    if let Some(map) = heat_map {
        let values = || map.cells.iter().flatten().flatten().copied();
        let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        let cell = |row: usize, column: usize, value: Option<f64>| HeatCell {
            text: value.map_or_else(|| NOTHING.to_owned(), measured),
            style: value.map_or_else(String::new, |value| {
                let part = if most > least { (value - least) / (most - least) } else { 0.0 };
                // Dark is what one wants less of.
                colours(if map.more_is_better { 1.0 - part } else { part })
            }),
            is_best: map.best == Some([column, row]),
        };
        let cells = |(row, values): (usize, &Vec<Option<f64>>)| {
            values.iter().enumerate().map(|(column, value)| cell(row, column, *value)).collect::<Vec<_>>()
        };
        sweep.rows = map.y_labels.iter().cloned().zip(map.cells.iter().enumerate().map(cells)).collect();
        sweep.objective.clone_from(&map.objective);
        sweep.axes = format!("{} \\ {}", map.y, map.x);
        sweep.columns = map.x_labels;
    }
    sweep
}

/// From white to the blue of Okabe and Ito: one hue, so that lightness alone tells more from less, and letters that can be read on it.
fn colours(part: f64) -> String {
    const BLUE: [f64; 3] = [0.0, 114.0, 178.0];
    let part = part.clamp(0.0, 1.0);
    let [red, green, blue] = BLUE.map(|channel| (255.0 - (255.0 - channel) * part).round() as u8);
    // White on the full blue has a contrast of 5.2, black on the blue of half strength one of 10.
    let ink = if part > 0.9 { "#ffffff" } else { "#000000" };
    format!("background:#{red:02x}{green:02x}{blue:02x};color:{ink}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMMARY: &str = r#"{
      "schema_version": 1, "scenario": { "name": "town", "title": "A town" }, "points": 4, "design": "grid",
      "heat_map": { "x": "agents", "x_labels": ["10", "20"], "y": "delay", "y_labels": ["1 h", "2 h"], "objective": "stranded_hours",
        "more_is_better": false, "cells": [[10.0, 20.0], [30.0, null]], "best": [0, 0] }
    }"#;

    #[test]
    fn a_sweep_becomes_a_table_with_colours() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path()).unwrap().is_none(), "no summary");
        fs::write(folder.path().join(SUMMARY_FILE), SUMMARY).unwrap();
        let sweep = read(folder.path()).unwrap().unwrap();
        assert_eq!((sweep.axes.as_str(), sweep.objective.as_str()), ("delay \\ agents", "stranded_hours"));
        let (label, cells) = &sweep.rows[0];
        assert_eq!(label, "1 h");
        assert!(cells[0].is_best && cells[0].style.contains("#ffffff") && cells[0].text == "10.0");
        assert!(sweep.rows[1].1[0].style.contains("#0072b2"), "the most");
        assert!(sweep.rows[1].1[1].style.is_empty() && sweep.rows[1].1[1].text == NOTHING);
    }

    #[test]
    fn a_run_is_no_sweep_and_a_broken_sweep_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(SUMMARY_FILE);
        fs::write(&file, r#"{ "schema_version": 1, "arms": [] }"#).unwrap();
        assert!(read(folder.path()).unwrap().is_none());
        fs::write(&file, r#"{ "heat_map": 7 }"#).unwrap();
        assert!(matches!(read(folder.path()), Err(ReportError::Json { .. })));
    }
}
