//! Results as they are written: the same words as in the simulator's summary, and one version for all of them.

use crate::generator::Generator;
use crate::record::{Latency, Record, Second, quantiles};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the files that this program writes.
pub const SCHEMA_VERSION: u32 = 1;

/// What made a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// Title of the scenario.
    pub scenario: String,
    /// SHA-256 of the resolved scenario, as the simulator has it.
    pub scenario_hash: String,
    /// Version of this program.
    pub program_version: String,
    /// The commit it was built from, if the build knew.
    pub commit: Option<String>,
    /// The machine it ran on.
    pub machine: String,
    /// Seed of all luck.
    pub seed: u64,
}

/// One window of load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Which luck.
    pub replication: u32,
    /// Requests that people began per second of the measured window.
    pub offered_per_second: f64,
    /// Length of the measured window.
    pub measured_seconds: f64,
    /// Intents that began in it.
    pub intents: u64,
    /// ... of which were answered.
    pub intents_answered: u64,
    /// Attempts of these intents.
    pub attempts: u64,
    /// ... answered in time.
    pub answered_in_time: u64,
    /// Work that the servers did for clients that had gone, if their admin listeners are known.
    pub answered_late: Option<u64>,
    /// ... refused or failed.
    pub refused: u64,
    /// ... whose client stopped waiting.
    pub timed_out: u64,
    /// Answers in time per second, whenever their intent began.
    pub goodput_per_second: f64,
    /// Failed attempts of those that are over.
    pub error_share: f64,
    /// Attempts per intent.
    pub retry_amplification: f64,
    /// Attempts in flight, averaged over the window.
    pub concurrency_mean: f64,
    /// Latencies of the answers in the window, from the intended instant.
    pub latency_ms: Latency,
    /// The same by endpoint, over the whole run and with failures.
    pub endpoints: BTreeMap<String, EndpointLatency>,
    /// What came back, by status, and what went wrong on the way.
    pub answers: BTreeMap<String, u64>,
    /// Whether the load was what it should have been.
    pub generator: Generator,
    /// The run, second by second.
    pub seconds: Vec<Second>,
}

/// Attempts at one endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndpointLatency {
    /// Attempts that are over.
    pub attempts: u64,
    /// Their latencies.
    pub latency_ms: Latency,
}

impl Window {
    /// The result of a record.
    pub fn new(record: &Record, generator: Generator, replication: u32, answered_late: Option<u64>) -> Self {
        let seconds = record.measured_seconds();
        let per_second = |count: u64| if seconds > 0.0 { count as f64 / seconds } else { 0.0 };
        let endpoints = record.log.endpoints().map(|(name, histogram)| {
            (name.to_owned(), EndpointLatency { attempts: histogram.len(), latency_ms: quantiles(histogram) })
        });
        Self {
            replication,
            offered_per_second: per_second(record.intents),
            measured_seconds: seconds,
            intents: record.intents,
            intents_answered: record.intents_answered,
            attempts: record.attempts,
            answered_in_time: record.answered_in_time,
            answered_late,
            refused: record.refused,
            timed_out: record.timed_out,
            goodput_per_second: per_second(record.answered_in_window),
            error_share: record.error_share(),
            retry_amplification: if record.intents == 0 { 0.0 } else { record.attempts as f64 / record.intents as f64 },
            concurrency_mean: record.concurrency_mean(),
            latency_ms: quantiles(&record.latency),
            endpoints: endpoints.collect(),
            answers: record.answers.clone(),
            generator,
            seconds: record.seconds(),
        }
    }
}

/// A result as it stands in a file: what kind it is, what made it, and the result itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document<T> {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `surge-window`, `surge-capacity`, `surge-replay`, `server-samples`.
    pub kind: String,
    /// What made it.
    #[serde(flatten)]
    pub origin: Origin,
    /// The result.
    #[serde(flatten)]
    pub result: T,
}

impl<T: Serialize> Document<T> {
    /// A document of this version.
    pub fn new(kind: &str, origin: Origin, result: T) -> Self {
        Self { schema_version: SCHEMA_VERSION, kind: kind.to_owned(), origin, result }
    }

    /// As it is written.
    pub fn text(&self) -> String {
        // Numbers that are none (NaN) become null; nothing else can fail in plain structures.
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        format!("{text}\n")
    }
}
