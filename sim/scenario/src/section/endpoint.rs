use crate::quantity::Factor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What each request costs the services and how important it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Endpoints {
    /// Log in.
    pub log_in: Endpoint,
    /// Search for a car.
    pub search: Endpoint,
    /// Reserve it.
    pub reserve: Endpoint,
    /// Fetch the key at the start of a rental.
    pub fetch_key: Endpoint,
    /// Open the door.
    pub unlock: Endpoint,
    /// Lock the door.
    pub lock: Endpoint,
    /// End the rental.
    pub return_car: Endpoint,
}

impl Default for Endpoints {
    fn default() -> Self {
        let endpoint = |work, class| Endpoint { work: Factor::new(work), class };
        Self {
            log_in: endpoint(2.0, 1),
            search: endpoint(1.0, 2),
            reserve: endpoint(1.5, 2),
            fetch_key: endpoint(1.0, 0),
            unlock: endpoint(1.0, 0),
            lock: endpoint(1.0, 0),
            return_car: endpoint(2.0, 0),
        }
    }
}

/// One request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Endpoint {
    /// Service time against the service's own.
    pub work: Factor,
    /// Priority class, 0 first, where a service heeds priorities.
    pub class: u8,
}

impl Default for Endpoint {
    fn default() -> Self {
        Self { work: Factor::new(1.0), class: 0 }
    }
}
