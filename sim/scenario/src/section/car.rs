use super::{delayed_lognormal, hours, lognormal, seconds};
use crate::DurationDistribution;
use crate::quantity::{Duration, Probability};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The door, the radio to it, and what the phone must allow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Car {
    /// Time from the app's tap to a connected door over Bluetooth Low Energy.
    pub connect: DurationDistribution,
    /// Time that the door's controller takes to check a key: from the phone's first frame to its command to the bolt. `stranded
    /// calibrate door` measures it; the default of zero leaves it out.
    pub unlock_time: DurationDistribution,
    /// Permission to use Bluetooth.
    pub bluetooth_permission: Permission,
    /// Permission to use the location, without which phones do not scan.
    pub location_permission: Permission,
    /// A key that opens the door without a server.
    pub offline_key: OfflineKey,
    /// The door locks by itself when the phone has gone (beyond about 9 m), without app or server.
    pub walk_away_lock: bool,
    /// How far the car's clock may have drifted since its last contact before it refuses time-limited keys.
    pub clock_uncertainty_max: Duration,
}

impl Default for Car {
    fn default() -> Self {
        Self {
            connect: delayed_lognormal(seconds(0.38), seconds(0.4117), 0.58),
            unlock_time: DurationDistribution::constant(Duration::ZERO),
            bluetooth_permission: Permission { granted: Probability::new(0.97), ..Permission::default() },
            location_permission: Permission { granted: Probability::new(0.95), ..Permission::default() },
            offline_key: OfflineKey::default(),
            walk_away_lock: false,
            clock_uncertainty_max: hours(1.0),
        }
    }
}

/// One of the two gates in front of the radio.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Permission {
    /// Share of phones that have it from the start.
    pub granted: Probability,
    /// Time to find the switch and turn it on when the app asks.
    pub grant_time: DurationDistribution,
}

impl Default for Permission {
    fn default() -> Self {
        Self { granted: Probability::new(0.97), grant_time: lognormal(seconds(30.0), 0.8) }
    }
}

/// A signed key, fetched at booking, that the door checks by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OfflineKey {
    /// Switch.
    pub enabled: bool,
    /// Probability that the phone of a renter holds a key that works when it is needed (fetched, kept, clock fresh).
    pub success: Probability,
}

impl Default for OfflineKey {
    fn default() -> Self {
        Self { enabled: false, success: Probability::new(0.97) }
    }
}
