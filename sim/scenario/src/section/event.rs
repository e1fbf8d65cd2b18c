use crate::quantity::Moment;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that was reported of the day. The report shows it beside what was simulated; the simulation does not read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Event {
    /// Short name.
    pub name: String,
    /// When it happened, or the earliest time that is reported.
    pub at: Moment,
    /// Until when it lasted, or the latest time that is reported.
    pub until: Option<Moment>,
    /// What happened, in a line.
    pub what: String,
    /// Who reported it.
    pub source: String,
}

impl Default for Event {
    fn default() -> Self {
        Self {
            name: "event".to_owned(),
            at: super::Calendar::default().start,
            until: None,
            what: String::new(),
            source: String::new(),
        }
    }
}
