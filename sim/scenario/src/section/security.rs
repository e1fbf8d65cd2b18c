use crate::quantity::Rate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Intruders who try parked cars. The number of doors they open must be zero.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Security {
    /// Trials in the whole fleet, by kind of credential.
    pub trials: KeyTrials,
}

/// Rates of trials in the whole fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KeyTrials {
    /// A key nobody signed.
    pub forged: Rate,
    /// A real key whose time has passed.
    pub stale: Rate,
    /// A real key copied from its owner's phone, without the phone's own secret.
    pub stolen: Rate,
    /// A recorded exchange played again.
    pub replayed: Rate,
}

impl Default for KeyTrials {
    fn default() -> Self {
        let rate = Rate::from_per_day(25.0);
        Self { forged: rate, stale: rate, stolen: rate, replayed: rate }
    }
}
