//! The types of a sweep's `summary.json`. Field names are a contract: other programs read them.

use crate::estimate::Estimate;
use crate::summary::ScenarioName;
use serde::{Deserialize, Serialize};

/// Version of the layout of a sweep's `summary.json`. Raised when a field changes its meaning or goes away.
pub const SWEEP_SCHEMA_VERSION: u32 = 1;

/// What a sweep found out. It says nothing about the machine, so that the same study gives the same bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SweepSummary {
    /// Always [`SWEEP_SCHEMA_VERSION`] when written by this version.
    pub schema_version: u32,
    /// Version of the program that wrote it.
    pub program_version: String,
    /// The scenario that was varied.
    pub scenario: ScenarioName,
    /// SHA-256 of the resolved scenario with its sweep, hexadecimal.
    pub scenario_hash: String,
    /// How the points were made (`grid`).
    pub design: String,
    /// What was varied.
    pub parameters: Vec<SweptParameter>,
    /// What points are compared by.
    pub objective: String,
    /// Whether a large objective is good; otherwise a small one is.
    pub more_is_better: bool,
    /// Master seed.
    pub seed: u64,
    /// Whether all points had the same people with the same luck.
    pub common_seeds: bool,
    /// Points that were run.
    pub points: u32,
    /// Points that the constraints excluded.
    pub excluded: u32,
    /// Replications of all points together.
    pub replications: u64,
    /// The point with the best mean; `null` when no replication has an objective.
    pub best: Option<PointSummary>,
    /// Other points that may be as good: their difference to the best one is within what luck can do.
    pub contenders: Vec<PointSummary>,
    /// The objective over the two parameters that move it most; `null` for designs without such a table.
    pub heat_map: Option<HeatMap>,
    /// What each parameter does to the objective on average over all others; empty for designs that do not tell.
    pub effects: Vec<MainEffect>,
    /// Shares of the objective's variance that each parameter causes; empty for designs that do not tell.
    pub indices: Vec<SobolIndices>,
    /// How much of the objective each factor of demand is to blame for; empty for designs that do not tell.
    pub attribution: Vec<Blame>,
    /// What a reader should know before believing the numbers.
    pub warnings: Vec<String>,
}

/// Something that was varied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweptParameter {
    /// Short name, as in the tables.
    pub name: String,
    /// Path in the scenario.
    pub path: String,
    /// Unit of the numbers in the tables; empty for none.
    pub unit: String,
}

/// A point and what came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PointSummary {
    /// Its number, from 0.
    pub point: u32,
    /// The values of the parameters, in their order, as in a scenario; `null` where it is the scenario's own.
    pub values: Vec<Option<String>>,
    /// Replications.
    pub replications: u32,
    /// The objective; `null` when no replication has one.
    pub objective: Option<Estimate>,
    /// Its objective minus the best point's, replication by replication.
    pub difference_to_best: Option<Estimate>,
}

/// The mean objective for each pair of values of two parameters, over all values of the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeatMap {
    /// The parameter of the columns.
    pub x: String,
    /// Its values.
    pub x_labels: Vec<String>,
    /// The parameter of the rows.
    pub y: String,
    /// Its values.
    pub y_labels: Vec<String>,
    /// What the cells hold.
    pub objective: String,
    /// Whether a large value is good.
    pub more_is_better: bool,
    /// A row for each value of `y`, with a cell for each value of `x`; `null` where no point was run.
    pub cells: Vec<Vec<Option<f64>>>,
    /// Column and row of the best cell.
    pub best: Option<[usize; 2]>,
}

/// What a parameter does to the objective on average over all others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MainEffect {
    /// Name of the parameter.
    pub parameter: String,
    /// The mean objective at each of its values, in their order.
    pub levels: Vec<LevelEffect>,
    /// The value with the lowest mean objective: its place in `levels`.
    pub lowest: usize,
    /// The value with the highest mean objective.
    pub highest: usize,
    /// Mean objective at the one minus that at the other.
    pub swing: Estimate,
}

/// The mean objective at a value of a parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelEffect {
    /// The value, as in a scenario.
    pub value: String,
    /// The mean objective over all points with this value.
    pub objective: Estimate,
}

/// The share of the objective's variance that a parameter causes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SobolIndices {
    /// Name of the parameter.
    pub parameter: String,
    /// By itself.
    pub first: Estimate,
    /// By itself and together with others.
    pub total: Estimate,
}

/// How much of the objective a factor is to blame for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Blame {
    /// Name of the factor.
    pub factor: String,
    /// Its Shapley value: what it adds on average over all orders in which the factors could be switched on.
    pub shapley: Estimate,
    /// The same as a share of what all factors add together; `null` when they add nothing.
    pub share: Option<f64>,
    /// What goes away when this factor alone is switched off.
    pub switched_off: Estimate,
    /// What comes when this factor alone is on.
    pub alone: Estimate,
}
