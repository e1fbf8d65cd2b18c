use crate::quantity::Money;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A set of changes, run on the same people with the same luck as the baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Arm {
    /// Short name, as on the command line.
    pub name: String,
    /// One line for tables.
    pub title: String,
    /// What kind of comparison this is.
    pub kind: ArmKind,
    /// Run it.
    pub enabled: bool,
    /// What it costs to have the changes, over the time that their cost is to be compared for; the report holds it against what one
    /// such day saves, and the simulation does not read it. Nothing where nobody has said so: the report leaves a blank then.
    pub cost: Option<Money>,
    /// The changes: dotted path of a parameter to its value.
    pub set: BTreeMap<String, serde_json::Value>,
}

impl Default for Arm {
    fn default() -> Self {
        Self {
            name: "arm".to_owned(),
            title: String::new(),
            kind: ArmKind::Mitigation,
            enabled: true,
            cost: None,
            set: BTreeMap::new(),
        }
    }
}

/// What kind of comparison an arm is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ArmKind {
    /// Something the operator could have had in place.
    #[default]
    Mitigation,
    /// Something the operator could have done on the day.
    Action,
    /// A factor of the surge taken away.
    Attribution,
    /// A counterfactual that tests the model, never a proposal.
    Experiment,
}
