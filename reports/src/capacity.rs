//! What a load driver found out about the capacity of a real server: the part of its `capacity.json` that a report shows.
//!
//! The driver is `surge`; it fits Neil Gunther's Universal Scalability Law ("Guerrilla Capacity Planning", Springer 2007, chapter 4) to
//! its windows. With N requests in flight the server answers
//!
//! ```text
//! X(N) = gamma N / (1 + sigma (N - 1) + kappa N (N - 1))
//! ```
//!
//! requests a second. Nothing is fitted here: the file has the coefficients and how far they are off.

use crate::error::ReportError;
use serde::Deserialize;
use std::path::Path;

/// Version of the driver's files that we read.
pub const CAPACITY_SCHEMA_VERSION: u32 = 1;

/// What the driver calls the result of a search.
const KIND: &str = "surge-capacity";

/// The result of a capacity search.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Capacity {
    /// Title of the scenario that the server had.
    pub scenario: String,
    /// SHA-256 of that scenario, resolved.
    pub scenario_hash: String,
    /// Version of the driver.
    pub program_version: String,
    /// The commit the driver was built from, if its build knew.
    pub commit: Option<String>,
    /// The machine it ran on.
    pub machine: String,
    /// Seed of all luck.
    pub seed: u64,
    /// What had to hold.
    pub objective: Objective,
    /// What was found; nothing when the search was interrupted.
    pub outcome: Option<Outcome>,
    /// Whether others used the processors: the capacity is the server's beside them.
    pub is_noisy: bool,
    /// The law; nothing when the windows have no shape.
    pub scalability: Option<Law>,
    /// Why there is no law, in the driver's words.
    pub scalability_note: Option<String>,
    /// Every window of the search, in the order in which they were measured.
    #[serde(rename = "trials")]
    pub windows: Vec<Window>,
}

/// What had to hold for a rate to be within the capacity.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Objective {
    /// This share of the attempts, 0 to 1, ...
    pub quantile: f64,
    /// ... must be answered within this time; with its unit, as in a scenario.
    pub latency: String,
    /// Largest share of attempts that may fail, 0 to 1.
    pub error_share: f64,
}

/// What a search has come to. Rates are requests a second.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Outcome {
    /// The objective holds at `low`, for longer than a window, and fails at `high`.
    Found {
        /// Largest rate at which it holds.
        low: f64,
        /// Smallest rate at which it does not.
        high: f64,
    },
    /// It holds up to the largest rate that was allowed.
    AtLeast {
        /// That rate.
        low: f64,
    },
    /// Beyond `low`, the driver was the bottleneck.
    GeneratorLimited {
        /// Largest rate at which the objective holds; nothing when the driver was the bottleneck from the start.
        low: Option<f64>,
        /// Rate at which the driver did not keep up.
        limit: f64,
    },
    /// It holds at no rate that was tried.
    NotMet {
        /// Smallest rate that was tried.
        high: f64,
    },
    /// The windows contradict one another.
    Unclear,
}

/// The Universal Scalability Law of a server.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Law {
    /// Throughput of one request at a time, per second.
    pub gamma: f64,
    /// Contention: the share of the work that only one request can do at a time.
    pub sigma: f64,
    /// Coherency: what requests cost one another.
    pub kappa: f64,
    /// Requests in flight at which throughput is largest; nothing when it never falls.
    pub peak_concurrency: Option<f64>,
    /// Throughput there, per second; without a peak what it comes near to.
    pub peak_per_second: Option<f64>,
    /// Share of the throughput's variance that the law explains.
    pub r_squared: f64,
    /// Every point and how far the law is off.
    pub residuals: Vec<Residual>,
}

/// How far a law is off at a point.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Residual {
    /// Requests in flight, averaged over a window.
    pub concurrency: f64,
    /// Answers in time per second, measured.
    pub measured_per_second: f64,
    /// The same by the law.
    pub fitted_per_second: f64,
    /// Measured minus fitted.
    pub residual_per_second: f64,
}

/// A window of the search.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Window {
    /// What it has shown.
    pub finding: Finding,
    /// What was measured in it.
    #[serde(rename = "window")]
    pub measured: Measured,
}

/// What a window has shown of the objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// It held, with room to spare.
    Holds,
    /// It held by a little.
    BarelyHolds,
    /// It failed by a little.
    BarelyFails,
    /// It failed.
    Fails,
    /// Nothing: the driver was the bottleneck.
    Limited,
}

/// What was measured in a window.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Measured {
    /// Requests in flight, averaged.
    pub concurrency_mean: f64,
    /// Answers in time per second.
    pub goodput_per_second: f64,
}

impl Capacity {
    /// Reads the result of a search.
    ///
    /// # Errors
    /// [`ReportError::NotACapacity`] when the file is something else or has numbers that cannot be, [`ReportError::NewerSchema`] when a newer
    /// driver wrote it, [`ReportError::Io`] when it cannot be read.
    pub fn read(path: &Path) -> Result<Self, ReportError> {
        let text = std::fs::read_to_string(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::InvalidData => refused(path, "it is no text"),
            _ => ReportError::io("read the file", path)(source),
        })?;
        let value: serde_json::Value =
            serde_json::from_str(&text).map_err(|error| refused(path, format!("it is no JSON: {error}")))?;
        match value["kind"].as_str() {
            Some(KIND) => {}
            Some(kind) => return Err(refused(path, format!("its `kind` is \"{kind}\", not \"{KIND}\""))),
            None => return Err(refused(path, format!("it has no `kind`, which would be \"{KIND}\""))),
        }
        // The version before the rest: a newer layout need not have this version's fields.
        match value["schema_version"].as_u64() {
            Some(found) if found > u64::from(CAPACITY_SCHEMA_VERSION) => {
                let path = path.to_owned();
                return Err(ReportError::NewerSchema { path, found, known: CAPACITY_SCHEMA_VERSION });
            }
            Some(_) => {}
            None => return Err(refused(path, "it has no `schema_version`")),
        }
        let capacity: Self = serde_json::from_str(&text)
            .map_err(|error| refused(path, format!("{error} (a number that was not measured is written as `null`)")))?;
        match capacity.impossible() {
            Some(what) => Err(refused(path, what)),
            None => Ok(capacity),
        }
    }

    /// Largest rate at which the objective held, in requests a second; nothing when none is known.
    pub fn rate(&self) -> Option<f64> {
        match self.outcome? {
            Outcome::Found { low, .. } | Outcome::AtLeast { low } => Some(low),
            Outcome::GeneratorLimited { low, .. } => low,
            Outcome::NotMet { .. } | Outcome::Unclear => None,
        }
    }

    /// The windows that say something about the server: requests in flight, answers in time per second, and whether the objective held.
    pub fn points(&self) -> impl Iterator<Item = (f64, f64, bool)> {
        let known = self.windows.iter().filter(|window| window.finding != Finding::Limited);
        known.map(|Window { finding, measured }| {
            let held = matches!(finding, Finding::Holds | Finding::BarelyHolds);
            (measured.concurrency_mean, measured.goodput_per_second, held)
        })
    }

    /// A number that no measurement gives. JSON has no number that is none, so all of them are finite.
    fn impossible(&self) -> Option<String> {
        let rates = match self.outcome {
            Some(Outcome::Found { low, high }) => vec![low, high],
            Some(Outcome::AtLeast { low }) => vec![low],
            Some(Outcome::GeneratorLimited { low, limit }) => low.into_iter().chain([limit]).collect(),
            Some(Outcome::NotMet { high }) => vec![high],
            Some(Outcome::Unclear) | None => Vec::new(),
        };
        if let Some(rate) = rates.into_iter().find(|rate| *rate <= 0.0) {
            return Some(format!("a rate of {rate} requests a second is impossible"));
        }
        let measured = self.windows.iter().map(|window| window.measured);
        if let Some(number) = measured.flat_map(|it| [it.concurrency_mean, it.goodput_per_second]).find(|it| *it < 0.0)
        {
            return Some(format!("a window with {number} requests is impossible"));
        }
        let shares = [self.objective.quantile, self.objective.error_share];
        if let Some(share) = shares.into_iter().find(|share| !(0.0..=1.0).contains(share)) {
            return Some(format!("a share of {share} in the objective is impossible"));
        }
        let law = self.scalability.as_ref()?;
        if law.gamma <= 0.0 || law.sigma < 0.0 || law.kappa < 0.0 {
            let Law { gamma, sigma, kappa, .. } = law;
            return Some(format!("a law with gamma {gamma}, sigma {sigma} and kappa {kappa} is impossible"));
        }
        None
    }
}

impl Law {
    /// Answers per second with so many requests in flight, by the law.
    pub fn per_second(&self, concurrency: f64) -> f64 {
        let n = concurrency;
        let below = (self.kappa * n).mul_add(n - 1.0, self.sigma.mul_add(n - 1.0, 1.0));
        self.gamma * n / below
    }
}

fn refused(path: &Path, reason: impl Into<String>) -> ReportError {
    ReportError::NotACapacity { path: path.to_owned(), reason: reason.into() }
}

#[cfg(test)]
#[path = "capacity_tests.rs"]
pub(crate) mod tests;
