//! One run of one program.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

/// What a program says of a run: the one line that it prints.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Measurement {
    /// Events of the workload.
    pub(crate) events: u64,
    /// CPU time of the run itself \[s\].
    pub(crate) cpu_seconds: f64,
    /// The most memory that the process ever held \[bytes\].
    pub(crate) peak_memory_bytes: u64,
    /// What the engines must agree on.
    pub(crate) results: BTreeMap<String, f64>,
}

impl Measurement {
    /// Reads a program's output.
    ///
    /// # Errors
    /// It is not one such line, or says what cannot be.
    pub(crate) fn parse(output: &str) -> Result<Self> {
        let measurement: Self =
            serde_json::from_str(output).with_context(|| format!("`{output}` is no measurement"))?;
        ensure!(measurement.events > 0, "the program handled no event");
        ensure!(measurement.cpu_seconds > 0.0, "the program took no time");
        Ok(measurement)
    }

    /// CPU time of an event \[ns\].
    pub(crate) fn nanoseconds_per_event(&self) -> f64 {
        self.cpu_seconds * 1e9 / self.events as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_json_is_a_measurement() -> Result<()> {
        let line = r#"{"events":4,"cpu_seconds":2e-6,"peak_memory_bytes":1024,"results":{"retries":3.0}}"#;
        let measurement = Measurement::parse(line)?;
        assert!((measurement.nanoseconds_per_event() - 500.0).abs() < 1e-9);
        assert_eq!(measurement.peak_memory_bytes, 1024);
        assert_eq!(measurement.results.into_iter().collect::<Vec<_>>(), [("retries".to_owned(), 3.0)]);
        Ok(())
    }

    #[test]
    fn what_is_no_measurement_is_refused_and_shown() {
        for wrong in [
            "",
            "done",
            r#"{"events":4,"cpu_seconds":1.0,"peak_memory_bytes":1}"#,
            r#"{"events":0,"cpu_seconds":1.0,"peak_memory_bytes":1,"results":{}}"#,
            r#"{"events":4,"cpu_seconds":0.0,"peak_memory_bytes":1,"results":{}}"#,
        ] {
            assert!(Measurement::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Measurement::parse("done").expect_err("no JSON").to_string().contains("`done`"));
    }
}
