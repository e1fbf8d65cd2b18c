use crate::quantity::Moment;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The simulated stretch of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Calendar {
    /// First simulated moment. Leave two days before the day you measure: long rentals must already be out when it begins.
    pub start: Moment,
    /// Last simulated moment; open episodes are censored there.
    pub end: Moment,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            start: "2022-04-08T00:00:00+09:00".parse().expect("a literal date"),
            end: "2022-04-12T00:00:00+09:00".parse().expect("a literal date"),
        }
    }
}
