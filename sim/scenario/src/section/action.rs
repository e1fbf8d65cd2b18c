use crate::quantity::{Duration, Factor, Moment};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something done to a service at a given time: by its operator (purge, more capacity) or by fate (a trigger).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Action {
    /// Name, as in reports and in arms.
    pub name: String,
    /// Switch.
    pub enabled: bool,
    /// When.
    pub at: Moment,
    /// Which service.
    pub service: String,
    /// Throw away all waiting requests.
    pub purge: bool,
    /// Multiply the service's speed by this, against its configured one; 0.5 x halves it.
    pub capacity: Option<Factor>,
    /// Undo the change of capacity after this long; without it the change stays.
    pub lasts: Option<Duration>,
    /// This is the trigger of a collapse: a run is repeated without it, with the same people and the same luck, to tell whether
    /// the collapse outlives it (`collapse.metastable`). It must be over before the measured window begins.
    pub trigger: bool,
}

impl Default for Action {
    fn default() -> Self {
        Self {
            name: "action".to_owned(),
            enabled: true,
            at: super::Calendar::default().start,
            service: "vendor".to_owned(),
            purge: false,
            capacity: None,
            lasts: None,
            trigger: false,
        }
    }
}
