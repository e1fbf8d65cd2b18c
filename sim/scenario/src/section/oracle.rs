use crate::quantity::Probability;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A number that is known from elsewhere - a formula, a numerical solution, somebody else's experiment - and that this scenario
/// must come out with. `stranded verify FILE` runs it.
///
/// Oracles belong to the file they stand in: a file that extends it does not inherit them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Oracle {
    /// Short name, as in the table and for `--filter`.
    pub name: String,
    /// What is compared, in words.
    pub what: String,
    /// Name of the metric; `stranded explain metrics` lists them.
    pub metric: String,
    /// What is taken of the metric's values, one for each replication.
    pub statistic: Statistic,
    /// The known value, in the metric's unit.
    pub expected: f64,
    /// How far the known value itself may be off (rounded, or measured by somebody else), in its unit.
    pub tolerance: f64,
    /// Half width of the interval, relative to the known value, at which repeating stops: the scenario is repeated between
    /// `run.replications.min` and `.max` times. An interval that is still wider at the end says too little, and the oracle does not hold.
    pub precision: Probability,
    /// Which arm it is read from; empty for the baseline.
    pub arm: String,
    /// Changes for this oracle alone: dotted path of a parameter to its value, as in an arm.
    pub set: BTreeMap<String, serde_json::Value>,
    /// Where the known value comes from: the formula, or who measured it.
    pub source: String,
}

impl Default for Oracle {
    fn default() -> Self {
        Self {
            name: "oracle".to_owned(),
            what: String::new(),
            metric: String::new(),
            statistic: Statistic::Mean,
            expected: 0.0,
            tolerance: 0.0,
            precision: Probability::new(0.01),
            arm: String::new(),
            set: BTreeMap::new(),
            source: String::new(),
        }
    }
}

/// What is taken of a metric's values over the replications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Statistic {
    /// Their mean.
    #[default]
    Mean,
    /// Their standard deviation from one replication to the next.
    StandardDeviation,
}

impl Statistic {
    /// The word for tables.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::StandardDeviation => "standard deviation",
        }
    }
}
