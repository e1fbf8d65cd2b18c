//! How long a service takes and how much it does at a time, from windows of load on one that really ran.

use super::fit::Fit;
use super::server_samples::{LoadPoint, ServerSamples};
use serde_json::{Value, json};
use std::fmt::Write as _;
use stranded_model::scalability::{Law, Observation};
use stranded_scenario::document::quote_key;
use stranded_scenario::section::{Calibrated, Scalability};
use stranded_scenario::{Duration, DurationDistribution, Probability, Rate};

/// A window in which more attempts fail, or less is answered of what is offered, has met the end of the server's powers.
const SATURATED_SHARE: f64 = 0.05;

/// A calibrated server.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    samples: ServerSamples,
    service: String,
    fit: Fit,
    /// The Universal Scalability Law, or why there is none.
    law: Result<Law, String>,
    /// Requests worked on at a time; absent when no window met the end of the server's powers.
    workers: Option<f64>,
}

impl Server {
    /// Fits the service that the samples name, or `service`.
    pub(crate) fn new(samples: ServerSamples, service: Option<&str>) -> Self {
        let service = service.or(samples.service.as_deref()).unwrap_or("server").to_owned();
        let fit = Fit::new(samples.service_seconds.clone());
        let observations: Vec<Observation> = samples.points.iter().filter_map(observation).collect();
        // The utilization law: workers that are always busy are throughput times the mean service time.
        let mean_seconds = mean(&samples.service_seconds);
        let saturated = samples.points.iter().filter(|point| is_saturated(point));
        let workers = saturated.map(|point| point.goodput_per_second * mean_seconds).reduce(f64::max);
        Self { law: Law::fit(&observations), service, fit, workers, samples }
    }

    /// The service's name.
    pub(crate) fn service(&self) -> &str {
        &self.service
    }

    /// How long the service takes.
    pub(crate) fn service_time(&self) -> DurationDistribution {
        self.fit.distribution(1.0)
    }

    /// The mean of how long it took, in seconds.
    pub(crate) fn service_time_mean_seconds(&self) -> f64 {
        mean(&self.samples.service_seconds)
    }

    /// Requests worked on at a time, if a window told.
    pub(crate) fn workers(&self) -> Option<u32> {
        self.workers.map(|workers| workers.round().max(1.0) as u32)
    }

    /// Answers per second at most, if a window told.
    pub(crate) fn throughput_max_per_second(&self) -> Option<f64> {
        let saturated = self.samples.points.iter().filter(|point| is_saturated(point));
        saturated.map(|point| point.goodput_per_second).reduce(f64::max)
    }

    /// What a client waits for beside queue and service, in seconds: the median latency at the lightest load less the median service time.
    pub(crate) fn overhead_seconds(&self) -> f64 {
        let lightest = self.samples.points.iter().min_by(|a, b| a.offered_per_second.total_cmp(&b.offered_per_second));
        let latency = lightest.map_or(0.0, |point| point.latency_ms.p50 / 1e3);
        (latency - self.fit.median_seconds).max(0.0)
    }

    fn range(&self) -> (f64, f64) {
        let offered = || self.samples.points.iter().map(|point| point.offered_per_second);
        (offered().fold(f64::INFINITY, f64::min), offered().fold(0.0, f64::max))
    }

    /// What the service's section of a scenario says about its numbers.
    pub(crate) fn calibrated(&self) -> Calibrated {
        let (low, high) = self.range();
        Calibrated {
            offered_low: one_decimal(low),
            offered_high: one_decimal(high),
            machine: self.samples.machine.clone(),
            commit: self.samples.commit.clone(),
            samples: self.samples.service_seconds.len() as u64,
            windows: self.samples.points.len() as u32,
            kolmogorov_smirnov: Probability::new(decimals(self.fit.kolmogorov_smirnov, 4)),
            scalability: self.law.as_ref().ok().map(|law| self.scalability(*law)),
        }
    }

    fn scalability(&self, law: Law) -> Scalability {
        let observations: Vec<Observation> = self.samples.points.iter().filter_map(observation).collect();
        let deviations = observations.iter().map(|it| law.residual(*it).abs());
        Scalability {
            one_at_a_time: one_decimal(law.gamma),
            contention: decimals(law.sigma, 6),
            crosstalk: decimals(law.kappa, 9),
            r_squared: decimals(law.r_squared(&observations), 4),
            worst_residual: decimals(deviations.fold(0.0, f64::max), 4),
        }
    }

    fn source(&self) -> String {
        let ServerSamples { scenario, program_version, commit, machine, points, service_seconds, .. } = &self.samples;
        let commit = commit.as_deref().map_or_else(String::new, |commit| format!(" (commit {commit})"));
        format!(
            "{} requests in {} windows of \"{scenario}\" on the reference server, surge {program_version}{commit}, measured on {machine}",
            service_seconds.len(),
            points.len(),
        )
    }

    fn note(&self) -> String {
        let (low, high) = self.range();
        let (shortest, longest) = self.fit.range_seconds;
        format!(
            "valid for {low:.0} to {high:.0} requests a second, service times from {} to {}; low and high are the 95 % interval of the \
             median; Kolmogorov-Smirnov distance of the fit {:.3}",
            length(shortest),
            length(longest),
            self.fit.kolmogorov_smirnov
        )
    }

    /// The file that a scenario extends. The same samples give the same bytes.
    pub(crate) fn to_toml(&self) -> String {
        let section = format!("service.{}", quote_key(&self.service));
        let mut text = String::from(
            "# How long the reference server takes and how much it does at a time, for scenarios to extend:\n\
             #   extends = [\"validate-real.toml\", \"calibration/server.toml\"]\n\
             # Written by `stranded calibrate server`. Change the samples, not this file.\n#\n\
             # What was measured (1/s):\n#   offered  goodput  in flight  failed  deviation from the scalability law\n",
        );
        for line in self.lines() {
            // Writing to a string does not fail.
            let _ = writeln!(text, "#   {line}");
        }
        let (low, high) = self.bounds();
        let source = toml::Value::String(self.source());
        let _ = write!(
            text,
            "\n[{section}.service_time]\nvalue = {}\nsource = {source}\nconfidence = \"measured\"\nlow = {}\nhigh = {}\nnote = {}\n",
            in_toml(&self.service_time()),
            in_toml(&low),
            in_toml(&high),
            toml::Value::String(self.note()),
        );
        if let Some(workers) = self.workers {
            let note = format!("throughput where the server can do no more, times the mean service time: {workers:.2}");
            let _ = write!(
                text,
                "\n[{section}.workers]\nvalue = {}\nsource = {source}\nconfidence = \"derived\"\nnote = {}\n",
                self.workers().unwrap_or(1),
                toml::Value::String(note),
            );
        }
        let calibrated = toml::to_string(&self.calibrated()).unwrap_or_default();
        let calibrated = calibrated.replace("[scalability]", &format!("[{section}.calibrated.scalability]"));
        let _ = write!(text, "\n[{section}.calibrated]\n{calibrated}");
        text
    }

    /// A line for each window.
    fn lines(&self) -> Vec<String> {
        let line = |point: &LoadPoint| {
            let residual = self.residual(point);
            format!(
                "{:7.1}  {:7.1}  {:9.2}  {:5.1}%  {}",
                point.offered_per_second,
                point.goodput_per_second,
                point.concurrency_mean,
                point.error_share * 100.0,
                residual.map_or_else(|| "-".to_owned(), |residual| format!("{:+.1}%", residual * 100.0)),
            )
        };
        self.samples.points.iter().map(line).collect()
    }

    /// How far a window is from the law, as a share.
    fn residual(&self, point: &LoadPoint) -> Option<f64> {
        self.law.as_ref().ok().zip(observation(point)).map(|(law, observation)| law.residual(observation))
    }

    fn bounds(&self) -> (DurationDistribution, DurationDistribution) {
        let (low, high) = self.fit.median_interval_seconds;
        (self.fit.distribution(low / self.fit.median_seconds), self.fit.distribution(high / self.fit.median_seconds))
    }

    /// The result for other programs.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "service": self.service,
            "service_time": self.service_time(),
            "service_time_mean_seconds": self.service_time_mean_seconds(),
            "workers": self.workers(),
            "workers_estimate": self.workers,
            "throughput_max_per_second": self.throughput_max_per_second(),
            "overhead_seconds": self.overhead_seconds(),
            "calibrated": self.calibrated(),
            "residuals": self.samples.points.iter().map(|point| self.residual(point)).collect::<Vec<_>>(),
            "confidence": "measured",
            "source": self.source(),
            "note": self.note(),
        })
    }

    /// The result in words.
    pub(crate) fn to_text(&self) -> String {
        let section = format!("service.{}", quote_key(&self.service));
        let mut text = format!(
            "{section}.service_time = {}\n  measured, from {}\n  {}\n",
            in_toml(&self.service_time()),
            self.source(),
            self.note()
        );
        match (self.workers, self.throughput_max_per_second()) {
            (Some(workers), Some(most)) => {
                let _ = writeln!(
                    text,
                    "{section}.workers = {}\n  {most:.0} answers a second at most, times the mean service time: {workers:.2}",
                    self.workers().unwrap_or(1)
                );
            }
            _ => {
                text.push_str(
                    "  no window met the end of the server's powers: its workers stay as the scenario says\n",
                );
            }
        }
        let _ = match self.law.as_ref().map(|law| self.scalability(*law)) {
            Ok(law) => write!(
                text,
                "scalability: {:.1} /s one at a time, contention {:.4}, crosstalk {:.6}; R squared {:.3}, worst residual {:.1} %",
                law.one_at_a_time.per_second(),
                law.contention,
                law.crosstalk,
                law.r_squared,
                law.worst_residual * 100.0
            ),
            Err(reason) => write!(text, "scalability: {reason}"),
        };
        text
    }
}

/// A window as the law sees it; none without an answer.
fn observation(point: &LoadPoint) -> Option<Observation> {
    let observation = Observation { concurrency: point.concurrency_mean, per_second: point.goodput_per_second };
    (observation.concurrency > 0.0 && observation.per_second > 0.0).then_some(observation)
}

fn is_saturated(point: &LoadPoint) -> bool {
    point.error_share > SATURATED_SHARE || point.goodput_per_second < (1.0 - SATURATED_SHARE) * point.offered_per_second
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn one_decimal(per_second: f64) -> Rate {
    Rate::from_per_second(decimals(per_second, 1))
}

fn decimals(value: f64, count: i32) -> f64 {
    let power = 10_f64.powi(count);
    (value * power).round() / power
}

/// A distribution on one line of TOML.
fn in_toml(distribution: &DurationDistribution) -> String {
    // The scenario's own types have a form in TOML.
    toml::Value::try_from(distribution).map(|value| value.to_string()).unwrap_or_default()
}

/// A length of time for people.
fn length(seconds: f64) -> String {
    Duration::from_seconds(decimals(seconds, 6)).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::server_samples::tests::{good, point};
    use super::*;
    use stranded_scenario::{Confidence, Loader, Scenario};

    const QUEUE: &str = include_str!("../../tests/common/queue.toml");

    fn server(change: impl FnOnce(&mut Value)) -> Server {
        let mut value = good();
        change(&mut value);
        Server::new(ServerSamples::read(value.to_string().as_bytes()).expect("good samples"), None)
    }

    #[test]
    fn what_is_written_is_what_a_scenario_takes() {
        let server = server(|_| {});
        let text = format!("{QUEUE}\n{}", server.to_toml());
        let loaded = Loader::new().load_text::<Scenario>("queue-with-server.toml", &drop_section(&text));
        let loaded = loaded.unwrap_or_else(|findings| panic!("{findings}\n{text}"));
        let service = &loaded.value.service["server"];
        // 200 answers a second of 10 ms each keep two workers busy.
        assert_eq!((service.workers, service.service_time.mean()), (2, 0.01));
        let calibrated = service.calibrated.as_ref().expect("calibrated");
        assert_eq!((calibrated.samples, calibrated.windows, calibrated.machine.as_str()), (40, 4, "a desk"));
        assert!((calibrated.offered_high.per_second() - 300.0).abs() < 1e-9);
        assert!(calibrated.scalability.is_some());
        let parameters = loaded.parameters();
        let of = |path: &str| parameters.iter().find(|it| it.path == path).and_then(|it| it.provenance.clone());
        assert_eq!(of("service.server.service_time").expect("provenance").confidence, Some(Confidence::Measured));
        assert_eq!(of("service.server.workers").expect("provenance").confidence, Some(Confidence::Derived));
        assert_eq!(server.to_toml(), super::tests::server(|_| {}).to_toml(), "the same samples, the same bytes");
    }

    /// The queue's own section of the server would be a second one of the same name in the same file.
    fn drop_section(text: &str) -> String {
        let mut kept = Vec::new();
        let mut dropping = false;
        for line in text.lines() {
            if line.starts_with('[') {
                dropping = line == "[service.server]";
            }
            if !dropping {
                kept.push(line);
            }
        }
        kept.join("\n")
    }

    #[test]
    fn workers_are_told_only_by_a_window_that_met_the_end() {
        let light = server(|it| it["points"] = json!([point(20.0, 20.0, 0.2, 0.0), point(90.0, 90.0, 0.9, 0.0)]));
        assert_eq!((light.workers(), light.law.is_err()), (None, true));
        assert!(light.to_text().contains("no window met the end"), "{}", light.to_text());
        assert!(!light.to_toml().contains(".workers]"));
        let full = server(|_| {});
        assert_eq!((full.workers(), full.throughput_max_per_second()), (Some(2), Some(200.0)));
    }

    #[test]
    fn the_overhead_is_what_the_lightest_load_waits_beside_its_service() {
        assert!((server(|_| {}).overhead_seconds() - 0.001).abs() < 1e-9);
    }
}
