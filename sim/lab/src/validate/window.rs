//! What `surge window --json` prints, as far as it is needed here.

use serde::{Deserialize, Serialize};

/// What the result of a window calls itself.
const KIND: &str = "surge-window";
/// The version that we read.
const SCHEMA: u32 = 1;

/// One window of real load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Window {
    pub(crate) schema_version: u32,
    pub(crate) kind: String,
    pub(crate) measured_seconds: f64,
    pub(crate) intents: u64,
    pub(crate) intents_answered: u64,
    pub(crate) attempts: u64,
    pub(crate) goodput_per_second: f64,
    pub(crate) error_share: f64,
    pub(crate) latency_ms: Latency,
    pub(crate) generator: Generator,
    pub(crate) seconds: Vec<Second>,
}

/// Latencies of the answers, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// Whether the load was what it should have been.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Generator {
    pub(crate) late_share: f64,
    pub(crate) lag_ms_p99: f64,
    pub(crate) neighbour_cpu_share: Option<f64>,
    pub(crate) verdict: String,
}

/// One second of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Second {
    pub(crate) intents: u64,
    pub(crate) attempts: u64,
    pub(crate) good: u64,
}

impl Window {
    /// Reads what the program printed.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let window: Self = serde_json::from_str(text).map_err(|error| format!("it is no window: {error}"))?;
        if window.kind != KIND || window.schema_version != SCHEMA {
            return Err(format!(
                "it is a `{}` of version {}, and a `{KIND}` of version {SCHEMA} was expected",
                window.kind, window.schema_version
            ));
        }
        Ok(window)
    }

    /// Whether requests went out when they were due. Other programs beside it are a reason to look, not to repeat: they show in the
    /// late starts when they matter.
    pub(crate) fn kept_up(&self) -> bool {
        self.generator.verdict != "generator-limited"
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::json;

    pub(crate) fn window() -> serde_json::Value {
        json!({
            "schema_version": 1, "kind": "surge-window", "scenario": "x", "measured_seconds": 10.0, "intents": 800,
            "intents_answered": 790, "attempts": 810, "goodput_per_second": 79.0, "error_share": 0.02,
            "latency_ms": { "mean": 50.0, "p50": 40.0, "p99": 200.0 },
            "generator": { "late_share": 0.001, "lag_ms_p99": 2.0, "neighbour_cpu_share": null, "verdict": "kept-up" },
            "seconds": [{ "at_seconds": 0, "intents": 80, "attempts": 81, "good": 79, "failed": 1, "in_flight": 3 }]
        })
    }

    #[test]
    fn a_window_is_read_and_anything_else_is_not() {
        let read = Window::read(&window().to_string()).unwrap();
        assert!(read.kept_up() && read.seconds.len() == 1);
        let mut other = window();
        other["kind"] = json!("surge-capacity");
        assert!(Window::read(&other.to_string()).unwrap_err().contains("surge-capacity"));
        assert!(Window::read("").is_err());
        let mut limited = window();
        limited["generator"]["verdict"] = json!("generator-limited");
        assert!(!Window::read(&limited.to_string()).unwrap().kept_up());
        limited["generator"]["verdict"] = json!("noisy-neighbour");
        assert!(Window::read(&limited.to_string()).unwrap().kept_up());
    }
}
