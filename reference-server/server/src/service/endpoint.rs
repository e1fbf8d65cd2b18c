//! What can be asked of the services, and what it costs them.

use stranded_scenario::section::{self, Endpoints};

/// One kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// A plain request of `[arrivals]`.
    Request,
    /// Log in.
    LogIn,
    /// Search for a car.
    Search,
    /// Reserve it; also looking at a reservation and cancelling it.
    Reserve,
    /// Fetch the key.
    FetchKey,
    /// Open the door.
    Unlock,
    /// Lock it.
    Lock,
    /// End the rental.
    ReturnCar,
}

/// What a request brings to every service on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cost {
    /// Service time against the service's own.
    pub(crate) work: f64,
    /// Priority class, 0 first.
    pub(crate) class: u8,
}

impl Endpoint {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Request,
        Self::LogIn,
        Self::Search,
        Self::Reserve,
        Self::FetchKey,
        Self::Unlock,
        Self::Lock,
        Self::ReturnCar,
    ];

    /// Its name: that of the section `[endpoint.*]`, and `request` for the plain one.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::LogIn => "log_in",
            Self::Search => "search",
            Self::Reserve => "reserve",
            Self::FetchKey => "fetch_key",
            Self::Unlock => "unlock",
            Self::Lock => "lock",
            Self::ReturnCar => "return_car",
        }
    }

    /// The one with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|endpoint| endpoint.name() == name)
    }

    /// What it costs by the scenario. The work goes through the same narrow float as in the simulator.
    pub(crate) fn cost(self, endpoints: &Endpoints) -> Cost {
        let of = |endpoint: &section::Endpoint| Cost {
            work: f64::from(endpoint.work.value() as f32),
            class: endpoint.class,
        };
        match self {
            Self::Request => Cost { work: 1.0, class: 0 },
            Self::LogIn => of(&endpoints.log_in),
            Self::Search => of(&endpoints.search),
            Self::Reserve => of(&endpoints.reserve),
            Self::FetchKey => of(&endpoints.fetch_key),
            Self::Unlock => of(&endpoints.unlock),
            Self::Lock => of(&endpoints.lock),
            Self::ReturnCar => of(&endpoints.return_car),
        }
    }
}
