//! What `stranded calibrate server` reads: how the server did at each load, and how long it says it worked.

use crate::generator::Verdict;
use crate::record::Latency;
use crate::result::Window;
use serde::{Deserialize, Serialize};
use stranded_scenario::Scenario;

/// Samples of a server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Samples {
    /// Name of the service that requests enter at, in the scenario.
    pub service: String,
    /// One point for each window, in the order in which they were measured.
    pub points: Vec<Point>,
    /// Service times that the entry service reported (`Server-Timing: work`), in seconds.
    pub service_seconds: Vec<f64>,
}

/// The server at one load.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Requests that people began per second.
    pub offered_per_second: f64,
    /// Attempts that were sent per second.
    pub achieved_per_second: f64,
    /// Answers in time per second.
    pub goodput_per_second: f64,
    /// Attempts in flight, averaged over the window.
    pub concurrency_mean: f64,
    /// Failed attempts of those that are over.
    pub error_share: f64,
    /// Latencies of the answers.
    pub latency_ms: Latency,
    /// Length of the window.
    pub measured_seconds: f64,
    /// Whether the point can be believed.
    pub verdict: Verdict,
}

impl Samples {
    /// No samples yet, of the service at which this scenario's requests enter.
    pub fn of(scenario: &Scenario) -> Self {
        let service = scenario.arrivals.as_ref().map_or("operator", |arrivals| arrivals.service.as_str());
        Self { service: service.to_owned(), ..Self::default() }
    }

    /// Adds a window and the service times of its requests.
    pub fn add(&mut self, window: &Window, service_seconds: &[f64]) {
        self.points.push(Point {
            offered_per_second: window.offered_per_second,
            achieved_per_second: window.generator.achieved_per_second,
            goodput_per_second: window.goodput_per_second,
            concurrency_mean: window.concurrency_mean,
            error_share: window.error_share,
            latency_ms: window.latency_ms,
            measured_seconds: window.measured_seconds,
            verdict: window.generator.verdict,
        });
        let room = SERVICE_TIMES_MAX.saturating_sub(self.service_seconds.len());
        self.service_seconds.extend(service_seconds.iter().take(room));
    }
}

/// Service times kept at most.
const SERVICE_TIMES_MAX: usize = 50_000;
