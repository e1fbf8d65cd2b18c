//! Plays points on real servers.

use super::plan::{Point, entry};
use super::process::Process;
use super::programs::Programs;
use super::server::Server;
use super::window::Window;
use crate::failure::Failure;
use crate::interruption::Interruption;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use stranded_scenario::{Extent, Scenario};

/// How much longer than its scenario a window may take, for starting and for counting.
const MARGIN: Duration = Duration::from_mins(2);
/// Windows of a point at most: one, and one more when the generator was the limit.
const TRIES_MAX: u32 = 2;

/// What plays points.
#[derive(Clone, Debug)]
pub(crate) struct Bench {
    pub(crate) programs: Programs,
    /// Where each point gets a folder of its own.
    pub(crate) out: PathBuf,
    pub(crate) interruption: Interruption,
}

/// A point that was played.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) window: Window,
    /// Windows that it took.
    pub(crate) tries: u32,
    /// What `surge` wrote, with `samples.json`.
    pub(crate) folder: PathBuf,
}

impl Bench {
    /// Plays a point, once more if the generator was the limit. `None` when it was interrupted.
    ///
    /// # Errors
    /// When a program is missing, ends early, or says what cannot be read.
    pub(crate) fn play(
        &self,
        point: &Point,
        replication: u32,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Result<Outcome, Failure>> {
        let mut tries = 0;
        loop {
            tries += 1;
            let go_on = || go_on() && !self.interruption.requested();
            let folder = self.out.join(if tries == 1 { point.name.clone() } else { format!("{}-again", point.name) });
            match self.window(point, replication, &folder, &go_on) {
                _ if !go_on() => return None,
                Err(failure) => return Some(Err(failure)),
                Ok(window) if window.kept_up() || tries == TRIES_MAX => {
                    return Some(Ok(Outcome { window, tries, folder }));
                }
                Ok(_) => {}
            }
        }
    }

    fn window(
        &self,
        point: &Point,
        replication: u32,
        folder: &Path,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Window, Failure> {
        const WAY_OUT: &str = "name a folder that you may write to with `--out`";
        std::fs::create_dir_all(folder).map_err(Failure::file("create the folder", folder, WAY_OUT))?;
        let file = folder.join("scenario.toml");
        // The resolved scenario: what was played can be played again without this program.
        std::fs::write(&file, point.scenario.show(Extent::All)).map_err(Failure::file("write", &file, WAY_OUT))?;
        let servers = self.servers(&point.scenario.value, &file, folder, go_on)?;
        let Some(front) = servers.last() else { unreachable!("an entry service is always started") };
        let mut command = Command::new(&self.programs.surge);
        command.arg("window").arg("--scenario").arg(&file);
        command.arg("--target").arg(format!("http://{}", front.ready.listen));
        for server in &servers {
            command.arg("--admin").arg(format!("{}=http://{}", server.ready.service, server.ready.admin));
        }
        command.args(["--replication", &replication.to_string(), "--json", "--quiet", "--out"]).arg(folder);
        let mut surge = Process::start("surge window", &mut command, folder.join("surge.log"))?;
        // Read beside, so that a full pipe does not hold the program.
        let output = surge.child().stdout.take().map(|mut output| {
            std::thread::spawn(move || {
                let mut text = String::new();
                output.read_to_string(&mut text).map(|_| text)
            })
        });
        let status = surge.wait(length(&point.scenario.value) + MARGIN, go_on)?;
        if !go_on() {
            return Err(Failure::Interrupted);
        }
        let Some(status) = status else { return Err(surge.failed("did not end in time")) };
        let text = output.and_then(|thread| thread.join().ok()).and_then(Result::ok).unwrap_or_default();
        // It has an exit code of its own for a generator that was the limit: the window is whole, and judged here.
        match Window::read(&text) {
            Ok(window) => Ok(window),
            Err(_) if !status.success() => Err(surge.failed(&format!("ended with {status}"))),
            Err(reason) => Err(surge.failed(&format!("printed what cannot be used: {reason}"))),
        }
    }

    /// The servers of a chain, the last one first: each is told where the next one listens.
    fn servers(
        &self,
        scenario: &Scenario,
        file: &Path,
        folder: &Path,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Vec<Server>, Failure> {
        let first = entry(scenario);
        let called = scenario.service.get(first).and_then(|service| service.calls.as_ref());
        let start = |role, more: &[String]| Server::start(&self.programs.server, role, file, more, folder, go_on);
        let mut servers = Vec::new();
        let mut more = Vec::new();
        if called.is_some() {
            let vendor = start("vendor", &[])?;
            more = vec!["--vendor".to_owned(), format!("http://{}", vendor.ready.listen)];
            servers.push(vendor);
        }
        servers.push(start("operator", &more)?);
        Ok(servers)
    }
}

/// The simulated time of a scenario, which is the real time of its window.
pub(crate) fn length(scenario: &Scenario) -> Duration {
    let seconds =
        scenario.calendar.end.since(scenario.calendar.start).map_or(0.0, stranded_scenario::Duration::as_seconds);
    Duration::from_secs_f64(seconds)
}
