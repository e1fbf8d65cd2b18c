//! The types of `background.json`: what a report tells beside the numbers - where parameters come from, what was reported of the
//! day, and the scenario's own texts in other languages - so that it can be written long after the run.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the layout of `background.json`. Raised when a field changes its meaning or goes away; new fields do not raise it.
pub const BACKGROUND_SCHEMA_VERSION: u32 = 1;

/// What a report tells beside the numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Background {
    /// Always [`BACKGROUND_SCHEMA_VERSION`] when written by this version.
    pub schema_version: u32,
    /// Parameters of the scenario that say where they come from.
    pub parameters: Vec<ParameterRow>,
    /// What was reported of the day, in order of time.
    pub events: Vec<ReportedEvent>,
    /// The scenario's texts in other languages: by code of the language, then by the text as the scenario has it.
    pub translations: BTreeMap<String, BTreeMap<String, String>>,
    /// Length of the window by which the monitor calls the service down, in minutes.
    pub outage_window_minutes: f64,
}

impl Default for Background {
    fn default() -> Self {
        Self {
            schema_version: BACKGROUND_SCHEMA_VERSION,
            parameters: Vec::new(),
            events: Vec::new(),
            translations: BTreeMap::new(),
            outage_window_minutes: 0.0,
        }
    }
}

/// A parameter of the scenario and where its value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// Something that was reported of the day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportedEvent {
    /// When, in hours since the analysed day's midnight.
    pub hours: f64,
    /// Until when reports differ or it lasted, in the same hours; `None` for a moment.
    pub until_hours: Option<f64>,
    /// What happened.
    pub what: String,
    /// Who reported it.
    pub source: String,
}
