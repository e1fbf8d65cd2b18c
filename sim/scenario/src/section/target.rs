use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A number that must come out (or, as an input, be honoured).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Target {
    /// Short name, such as "2" or "6a".
    pub name: String,
    /// What is compared, in words.
    pub what: String,
    /// Input or target.
    pub kind: TargetKind,
    /// Which arm it is read from; empty for the baseline.
    pub arm: String,
    /// Name of the metric; `stranded explain metrics` lists them.
    pub metric: String,
    /// Unit, for the table.
    pub unit: String,
    /// Least allowed mean over replications.
    pub low: Option<f64>,
    /// Largest allowed mean over replications.
    pub high: Option<f64>,
    /// Where the number comes from.
    pub source: String,
}

impl Default for Target {
    fn default() -> Self {
        Self {
            name: "target".to_owned(),
            what: String::new(),
            kind: TargetKind::Target,
            arm: String::new(),
            metric: String::new(),
            unit: String::new(),
            low: None,
            high: None,
            source: String::new(),
        }
    }
}

/// Whether a number was put in or must come out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TargetKind {
    /// Put in; only checked to be honoured.
    Input,
    /// Must come out.
    #[default]
    Target,
}
