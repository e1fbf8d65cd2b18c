//! What `surge` writes into `samples.json`: windows of load and service times.

use serde::Deserialize;
use serde_json::Value;

/// The version of the samples' form that we read.
const SCHEMA: u64 = 1;
/// What the samples must be of.
const KIND: &str = "server-samples";
/// Fewer samples say nothing about a distribution.
const COUNT_MIN: usize = 30;
/// Longer names are none; the output repeats them.
const NAME_LENGTH_MAX: usize = 200;
/// A window in which less of its rate was sent says nothing about the server.
const ACHIEVED_MIN: f64 = 0.95;
/// How to get samples that are right.
const WAY_OUT: &str = "take new ones with `surge capacity --scenario FILE --target http://HOST:PORT --out DIR`";

/// The form of the file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ServerSamples {
    /// Title of the scenario that was played.
    pub(crate) scenario: String,
    /// Version of `surge`.
    pub(crate) program_version: String,
    /// Its commit, if its build knew.
    #[serde(default)]
    pub(crate) commit: Option<String>,
    /// The machine that the measurement ran on.
    pub(crate) machine: String,
    /// The service of the scenario that was measured, if the samples say so.
    #[serde(default)]
    pub(crate) service: Option<String>,
    /// Windows of load, in the order in which they were measured; at least one.
    pub(crate) points: Vec<LoadPoint>,
    /// Time that a worker spent on a request (s), each above zero; at least 30.
    pub(crate) service_seconds: Vec<f64>,
}

/// The server at one load.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct LoadPoint {
    /// Requests that people began per second.
    pub(crate) offered_per_second: f64,
    /// Attempts that were sent per second: retries count too.
    pub(crate) achieved_per_second: f64,
    /// Answers in time per second.
    pub(crate) goodput_per_second: f64,
    /// Attempts in flight, averaged over the window.
    pub(crate) concurrency_mean: f64,
    /// Failed attempts of those that are over.
    pub(crate) error_share: f64,
    /// Latencies of the answers.
    pub(crate) latency_ms: PointLatency,
    /// Whether requests went out when they were due.
    pub(crate) verdict: String,
}

/// Latencies of a window in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct PointLatency {
    /// Median.
    pub(crate) p50: f64,
}

impl ServerSamples {
    /// Reads a file's bytes.
    ///
    /// # Errors
    /// What is wrong, where, and the way out.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let value: Value =
            serde_json::from_slice(bytes).map_err(|error| format!("it is not JSON: {error}\n{WAY_OUT}"))?;
        if !value.is_object() {
            return Err(format!("expected an object with `schema_version`, `kind` and `points`\n{WAY_OUT}"));
        }
        let kind = &value["kind"];
        if kind != KIND {
            return Err(format!(
                "`kind` is {kind}, and a server is calibrated from samples of kind \"{KIND}\"\n{WAY_OUT}"
            ));
        }
        let schema = &value["schema_version"];
        if schema != SCHEMA {
            return Err(format!("`schema_version` is {schema}, and this program reads version {SCHEMA}\n{WAY_OUT}"));
        }
        let samples: Self = serde_json::from_value(value).map_err(|error| format!("{error}\n{WAY_OUT}"))?;
        samples.checked().map_err(|reason| format!("{reason}\n{WAY_OUT}"))
    }

    /// The samples, if they can be used.
    ///
    /// # Errors
    /// What is wrong and where.
    pub(crate) fn checked(self) -> Result<Self, String> {
        for (key, text) in [
            ("scenario", Some(&self.scenario)),
            ("program_version", Some(&self.program_version)),
            ("machine", Some(&self.machine)),
            ("commit", self.commit.as_ref()),
            ("service", self.service.as_ref()),
        ] {
            let Some(text) = text else { continue };
            let length = text.chars().count();
            let is_empty = length == 0 && key != "scenario";
            if is_empty || length > NAME_LENGTH_MAX || text.chars().any(char::is_control) {
                return Err(format!("`{key}` must be 1 to {NAME_LENGTH_MAX} characters on one line, and is {text:?}"));
            }
        }
        if self.points.is_empty() {
            return Err("`points` is empty, and a calibration needs at least one window of load".to_owned());
        }
        self.points.iter().enumerate().try_for_each(|(index, point)| point.check(index))?;
        let count = self.service_seconds.len();
        if count < COUNT_MIN {
            return Err(format!(
                "`service_seconds` has {count} samples, and a distribution needs at least {COUNT_MIN}: \
                 does the server send `Server-Timing`?"
            ));
        }
        if let Some(index) = self.service_seconds.iter().position(|it| !(*it > 0.0 && *it < 3_600.0)) {
            let value = self.service_seconds[index];
            return Err(format!(
                "`service_seconds[{index}]` is {value}, and a service takes more than 0 s and less than an hour"
            ));
        }
        Ok(self)
    }
}

impl LoadPoint {
    fn check(&self, index: usize) -> Result<(), String> {
        for (key, value) in [
            ("offered_per_second", self.offered_per_second),
            ("achieved_per_second", self.achieved_per_second),
            ("goodput_per_second", self.goodput_per_second),
            ("concurrency_mean", self.concurrency_mean),
            ("error_share", self.error_share),
            ("latency_ms.p50", self.latency_ms.p50),
        ] {
            if !(value >= 0.0 && value.is_finite()) {
                return Err(format!("`points[{index}].{key}` is {value}, and not a number of zero or more"));
            }
        }
        let (offered, achieved) = (self.offered_per_second, self.achieved_per_second);
        if self.verdict == "generator-limited" || achieved < ACHIEVED_MIN * offered {
            return Err(format!(
                "the generator missed its rate in `points[{index}]`: {achieved:.0} requests a second were sent where {offered:.0} were \
                 due (verdict \"{}\"), so that it measured the generator and not the server\n\
                 measure lighter loads, or on a machine that does nothing else",
                self.verdict
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::json;

    pub(crate) fn point(offered: f64, goodput: f64, concurrency: f64, errors: f64) -> Value {
        json!({
            "offered_per_second": offered, "achieved_per_second": offered, "goodput_per_second": goodput,
            "concurrency_mean": concurrency, "error_share": errors, "latency_ms": { "p50": 11.0 }, "verdict": "kept-up"
        })
    }

    pub(crate) fn good() -> Value {
        json!({
            "schema_version": 1, "kind": "server-samples", "scenario": "a queue", "scenario_hash": "00", "program_version": "1.2.3",
            "commit": "abc", "machine": "a desk", "seed": 7,
            "points": [point(20.0, 20.0, 0.2, 0.0), point(80.0, 80.0, 1.2, 0.0), point(180.0, 180.0, 4.0, 0.0),
                point(300.0, 200.0, 40.0, 0.33)],
            "service_seconds": vec![0.01; 40]
        })
    }

    fn refusal(change: impl FnOnce(&mut Value)) -> String {
        let mut value = good();
        change(&mut value);
        ServerSamples::read(value.to_string().as_bytes()).expect_err("refused")
    }

    #[test]
    fn good_samples_are_read_and_more_keys_do_not_hurt() {
        let samples = ServerSamples::read(good().to_string().as_bytes()).expect("good");
        assert_eq!((samples.points.len(), samples.service_seconds.len()), (4, 40));
    }

    #[test]
    fn every_mistake_is_named_with_its_place() {
        for (expected, message) in [
            ("`kind` is \"door\"", refusal(|it| it["kind"] = json!("door"))),
            ("`schema_version` is 2", refusal(|it| it["schema_version"] = json!(2))),
            ("missing field `machine`", refusal(|it| drop(it.as_object_mut().map(|it| it.remove("machine"))))),
            ("`machine` must be", refusal(|it| it["machine"] = json!("two\nlines"))),
            ("`points` is empty", refusal(|it| it["points"] = json!([]))),
            ("`points[1].goodput_per_second` is -1", refusal(|it| it["points"][1]["goodput_per_second"] = json!(-1))),
            ("`service_seconds` has 29", refusal(|it| it["service_seconds"] = json!(vec![0.1; 29]))),
            ("`service_seconds[7]` is 0", refusal(|it| it["service_seconds"][7] = json!(0.0))),
            ("missed its rate in `points[2]`", refusal(|it| it["points"][2]["verdict"] = json!("generator-limited"))),
            (
                "90 requests a second were sent where 180 were due",
                refusal(|it| it["points"][2]["achieved_per_second"] = json!(90.0)),
            ),
        ] {
            assert!(message.contains(expected), "{expected}: {message}");
            assert!(message.contains("surge capacity"), "no way out: {message}");
        }
    }
}
