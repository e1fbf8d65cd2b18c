//! Measuring a server of real service times before it is compared: the same session, the same machine.

use super::bench::Bench;
use super::plan::{Kind, Point, at_rate, entry};
use crate::calibration::ServerSamples;
use crate::calibration::server::Server;
use crate::failure::Failure;
use crate::source;
use crate::terminal::Progress;
use std::path::Path;
use stranded_scenario::section::{CalibrationPlan, Pace};
use stranded_scenario::{Assignment, Duration, Loaded, Scenario};

/// What the windows have told.
#[derive(Clone, Debug)]
pub(crate) struct Fitted {
    /// The calibration.
    pub(crate) server: Server,
    /// The scenario with it, for the simulator.
    pub(crate) simulated: Loaded<Scenario>,
}

/// Whether a service takes as long as the machine needs.
pub(crate) fn is_real(scenario: &Scenario) -> bool {
    scenario.service.values().any(|service| service.pace == Pace::Real)
}

/// Plays the windows of the plan, one after the other, fits the entry service, and puts what was found into the scenario.
///
/// # Errors
/// Those of playing; [`Failure::UnusableSamples`] when the generator missed its rate, or the server says nothing about its times.
pub(crate) fn run(
    path: &Path,
    loaded: &Loaded<Scenario>,
    plan: &CalibrationPlan,
    bench: &Bench,
    quiet: bool,
) -> Result<Fitted, Failure> {
    let progress = Progress::new("calibrate", plan.rates.len() as u32, quiet);
    let mut all: Option<ServerSamples> = None;
    let base = loads_scenario(path, loaded)?;
    for rate in &plan.rates {
        let offered_per_second = rate.per_second();
        let point = Point {
            name: format!("calibration-{offered_per_second:.0}"),
            title: format!("calibration at {offered_per_second:.0}/s"),
            kind: Kind::Load { factor: 1.0, is_judged: false },
            offered_per_second,
            scenario: at_rate(path, &base, offered_per_second)?,
        };
        let outcome = bench.play(&point, plan.replication, &|| true).ok_or(Failure::Stopped)??;
        let samples = samples(&outcome.folder)?;
        progress.advance(1.0);
        progress.estimate(&format!("{}: {:.0} answers a second", point.title, outcome.window.goodput_per_second));
        match &mut all {
            None => all = Some(samples),
            Some(all) => {
                all.points.extend(samples.points);
                all.service_seconds.extend(samples.service_seconds);
            }
        }
    }
    let samples = all.ok_or_else(|| Failure::Usage("`validate.calibration.rates` is empty".to_owned()))?;
    let server = Server::new(samples, Some(entry(&loaded.value)));
    let file = bench.out.join("server.toml");
    std::fs::write(&file, server.to_toml()).map_err(Failure::file(
        "write the file",
        &file,
        "name a folder that you may write to with `--out`",
    ))?;
    let simulated = with(path, loaded, &server)?;
    Ok(Fitted { server, simulated })
}

/// A point as the simulator needs it after its window: with the service times that the server reported in this very window. `folder` is
/// where the window was written. Also says the mean of them, in seconds.
///
/// A shared machine is a fifth faster or slower from one minute to the next, and near its capacity that doubles a waiting time. So the
/// calibration says what the loads are multiples of, and each window how long its own requests were worked on; what is compared is what
/// the simulator makes of it: waiting, refusals, and what clients see.
///
/// # Errors
/// The window says nothing about its times.
pub(crate) fn by_window(path: &Path, point: &Point, folder: &Path) -> Result<(Point, f64), Failure> {
    let server = Server::new(samples(folder)?, Some(entry(&point.scenario.value)));
    let scenario = changed(path, &point.scenario, &[service_time(&server)])?;
    Ok((Point { scenario, ..point.clone() }, server.service_time_mean_seconds()))
}

fn samples(folder: &Path) -> Result<ServerSamples, Failure> {
    let file = folder.join("samples.json");
    let unusable = |reason| Failure::UnusableSamples { path: file.clone(), reason };
    let bytes = std::fs::read(&file).map_err(|error| unusable(error.to_string()))?;
    ServerSamples::read(&bytes).map_err(unusable)
}

/// The scenario that loads are played with.
fn loads_scenario(path: &Path, loaded: &Loaded<Scenario>) -> Result<Loaded<Scenario>, Failure> {
    let arm = loaded.value.validate.as_ref().map(|validation| validation.load_arm.clone()).unwrap_or_default();
    if arm.is_empty() || arm == crate::experiment::BASELINE {
        return Ok(loaded.clone());
    }
    loaded.arm(&arm).map_err(|findings| source::invalid(path, &findings))
}

/// The scenario as the simulator needs it: with the measured service time, and with what a request waits on its way beside it.
fn with(path: &Path, loaded: &Loaded<Scenario>, server: &Server) -> Result<Loaded<Scenario>, Failure> {
    let overhead = Duration::from_seconds((server.overhead_seconds() * 1e7).round() / 1e7);
    let mut changes = vec![service_time(server)];
    // A way of no constant length is the scenario's own business.
    if let stranded_scenario::DurationDistribution::Constant(latency) = loaded.value.app.network_latency {
        let latency = Duration::from_nanoseconds(latency.as_nanoseconds() + overhead.as_nanoseconds());
        changes.push(("app.network_latency".to_owned(), format!("\"{latency}\"")));
    }
    changed(path, loaded, &changes)
}

/// Where a scenario says how long the server takes, and what it shall say.
fn service_time(server: &Server) -> (String, String) {
    let service = format!("service.{}", stranded_scenario::document::quote_key(server.service()));
    let time = toml::Value::try_from(server.service_time()).map(|value| value.to_string()).unwrap_or_default();
    (format!("{service}.service_time"), time)
}

fn changed(path: &Path, loaded: &Loaded<Scenario>, changes: &[(String, String)]) -> Result<Loaded<Scenario>, Failure> {
    let assignments: Result<Vec<Assignment>, _> =
        changes.iter().map(|(path, value)| Assignment::new(path, value, "the calibration")).collect();
    let assignments = assignments.map_err(|finding| source::invalid(path, &finding.into()))?;
    loaded.variant(&assignments).map_err(|findings| source::invalid(path, &findings))
}

/// This machine in a line: what a measurement must say of where it was made.
pub(crate) fn machine() -> String {
    let mut system = sysinfo::System::new();
    system.refresh_cpu_all();
    system.refresh_memory();
    let processor = system.cpus().first().map(|cpu| cpu.brand().trim().to_owned()).filter(|brand| !brand.is_empty());
    let name = sysinfo::System::long_os_version().unwrap_or_else(|| std::env::consts::OS.to_owned());
    format!(
        "{} x {}, {} GiB, {name}",
        system.cpus().len(),
        processor.unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
        system.total_memory() >> 30
    )
}
