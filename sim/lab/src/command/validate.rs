//! `stranded validate FILE`

use crate::calibration::server as calibration;
use crate::crash;
use crate::failure::Failure;
use crate::interruption::Interruption;
use crate::pool::{End, run_in_order};
use crate::source::{self, Assignments};
use crate::terminal::{Progress, Screen, screen};
use crate::validate::report::{self, Compared, Count};
use crate::validate::{Bench, Figures, Outcome, Point, Programs, calibrate, judge, page, plan};
use crate::world;
use serde_json::json;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;
use stranded_scenario::{Loaded, Scenario};

/// Hold the simulator against the reference server: play a scenario on both, and say how far they lie apart.
///
/// `[validate]` of the scenario names offered loads and cases of a collapse. For each, a vendor and an operator are started on loopback,
/// `surge` sends them the scenario's people, and the same people with the same luck are simulated. Shown are goodput, median and
/// 99th percentile, failed attempts and the time to recover: measured / simulated, the difference, and whether it is within
/// the tolerance.
///
/// The programs `reference-server` and `surge` must be there: `cargo build --release -p stranded-server -p stranded-load`.
/// A window whose generator missed its rate is repeated once and then reported as invalid.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  stranded validate scenarios/validate-paced.toml               service times drawn from the scenario: any machine will do
  stranded validate scenarios/validate-real.toml                service times of this machine, calibrated first
  stranded validate scenarios/validate-paced.toml --only load   the loads alone
  stranded validate my-queue.toml --jobs 1 --json

Exit codes: 0 all agree; 10 a point differs; 11 the generator missed its rate; otherwise as for every command.")]
pub(crate) struct Arguments {
    /// The scenario, with `[validate]`.
    #[arg(value_name = "FILE")]
    path: PathBuf,
    #[command(flatten)]
    assignments: Assignments,
    /// Only points that have this in their name or title.
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Seed of all luck, instead of the scenario's.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Whose luck: the replication that both sides play.
    #[arg(long, value_name = "N", default_value_t = 0)]
    replication: u32,
    /// Points that are played at the same time. Real service times need the machine for themselves: with them there is one.
    #[arg(long, value_name = "N", default_value = "2", value_parser = clap::value_parser!(u32).range(1..=64))]
    jobs: u32,
    /// Folder for what was played and for report.html; what is in it is replaced.
    #[arg(long, value_name = "DIR", default_value = "runs/validate")]
    out: PathBuf,
    /// The program `reference-server` [default: beside this one, or on the path].
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,
    /// The program `surge` [default: beside this one, or on the path].
    #[arg(long, value_name = "FILE")]
    surge: Option<PathBuf>,
    /// Print the result as JSON on the standard output; words go to the standard error.
    #[arg(long)]
    json: bool,
}

/// The file with the result.
const RESULT_FILE: &str = "validation.json";
/// The file with the charts.
const REPORT_FILE: &str = "report.html";
const WAY_OUT: &str = "name a folder that you may write to with `--out`";

/// Validates.
///
/// # Errors
/// [`Failure::NotValidated`] when a point differs, [`Failure::Inconclusive`] when the generator missed its rate; those of loading, of
/// the programs and of interruption.
pub(crate) fn run(arguments: &Arguments, quiet: bool) -> Result<(), Failure> {
    let interruption =
        Interruption::watch().map_err(|source| Failure::System { action: "listen for Ctrl-C", source })?;
    let started = Instant::now();
    let mut reading = arguments.assignments.loader();
    if let Some(seed) = arguments.seed {
        reading = reading.set(format!("run.seed={seed}"));
    }
    let loaded = source::load(&arguments.path, &reading)?;
    crash::remember_seed(loaded.value.run.seed);
    // All that can be wrong is said before anything is started.
    plan(&arguments.path, &loaded, arguments.only.as_deref())?;
    let programs = Programs::find(arguments.server.as_deref(), arguments.surge.as_deref())?;
    std::fs::create_dir_all(&arguments.out).map_err(Failure::file("create the folder", &arguments.out, WAY_OUT))?;
    let validation = Validation {
        arguments,
        bench: Bench { programs, out: arguments.out.clone(), interruption },
        screen: Screen { json: arguments.json, quiet },
        quiet,
    };
    let fitted = validation.calibrate(&loaded)?;
    let simulated = fitted.as_ref().map_or(&loaded, |fitted| &fitted.simulated);
    let points = validation.points(&loaded, simulated)?;
    let compared = validation.compare(&points)?;
    validation.finish(&loaded, &compared, fitted.as_ref().map(|fitted| &fitted.server), started)
}

/// A point as it is played and as it is simulated: the same, unless service times had to be measured first.
struct Planned {
    played: Point,
    simulated: Point,
}

struct Validation<'a> {
    arguments: &'a Arguments,
    bench: Bench,
    screen: Screen,
    quiet: bool,
}

impl Validation<'_> {
    /// Measures the services that take as long as the machine needs, if the scenario wants it.
    fn calibrate(&self, loaded: &Loaded<Scenario>) -> Result<Option<calibrate::Fitted>, Failure> {
        let Some(rates) = loaded.value.validate.as_ref().and_then(|validation| validation.calibration.clone()) else {
            return Ok(None);
        };
        let fitted = calibrate::run(&self.arguments.path, loaded, &rates, &self.bench, self.quiet)?;
        self.screen.say(&format!("{}\n", fitted.server.to_text()))?;
        Ok(Some(fitted))
    }

    fn points(&self, played: &Loaded<Scenario>, simulated: &Loaded<Scenario>) -> Result<Vec<Planned>, Failure> {
        let path: &Path = &self.arguments.path;
        let only = self.arguments.only.as_deref();
        let simulated = plan(path, simulated, only)?;
        let mut planned = Vec::new();
        for (mut played, simulated) in plan(path, played, only)?.into_iter().zip(simulated) {
            // Loads are multiples of what the simulated services can do, which is what was measured where something was.
            if (played.offered_per_second - simulated.offered_per_second).abs() > 1e-6 {
                played = played.at_rate(path, simulated.offered_per_second)?;
            }
            planned.push(Planned { played, simulated });
        }
        Ok(planned)
    }

    /// Simulates and plays every point, and compares.
    fn compare(&self, points: &[Planned]) -> Result<Vec<Compared>, Failure> {
        let is_real = points.iter().any(|point| calibrate::is_real(&point.played.scenario.value));
        let jobs = if is_real { 1 } else { self.arguments.jobs };
        let jobs = NonZeroUsize::new(jobs as usize).unwrap_or(NonZeroUsize::MIN);
        // All of it before the first window, or between two: a simulation beside a measurement would disturb it.
        let simulated = points.iter().map(|point| self.simulate(&point.simulated)).collect::<Result<Vec<_>, _>>()?;
        let progress = Progress::new("validate", points.len() as u32, self.quiet);
        let mut compared = Vec::new();
        let end = run_in_order(
            points.len() as u32,
            jobs,
            |job, go_on| self.play(&points[job as usize], &simulated[job as usize], go_on),
            |_, one: Result<Compared, Failure>| {
                let one = one?;
                progress.advance(1.0);
                progress.estimate(&format!("{}: {}", one.point.title, one.judgement.verdict.label()));
                compared.push(one);
                Ok::<_, Failure>(ControlFlow::Continue(()))
            },
        )?;
        if end == End::Interrupted || self.bench.interruption.requested() {
            return Err(Failure::Stopped);
        }
        Ok(compared)
    }

    /// Plays a point and compares. `simulated` is what was simulated before; where service times are real, it is simulated again with
    /// those of the window. `None` when it was interrupted.
    fn play(
        &self,
        planned: &Planned,
        simulated: &Figures,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Result<Compared, Failure>> {
        let outcome = match self.bench.play(&planned.played, self.arguments.replication, go_on)? {
            Ok(outcome) => outcome,
            Err(failure) => return Some(Err(failure)),
        };
        let is_real = calibrate::is_real(&planned.played.scenario.value);
        // The samples of a window that missed its rate are good for nothing, and it is not judged.
        if !is_real || !outcome.window.kept_up() {
            return Some(Ok(Self::judge(&planned.simulated, simulated.clone(), outcome, None)));
        }
        let again = calibrate::by_window(&self.arguments.path, &planned.simulated, &outcome.folder);
        Some(again.and_then(|(point, seconds)| {
            let simulated = self.simulate(&point)?;
            Ok(Self::judge(&point, simulated, outcome, Some(seconds)))
        }))
    }

    fn simulate(&self, point: &Point) -> Result<Figures, Failure> {
        let mut watch = |_: f64| !self.bench.interruption.requested();
        let outcomes = world::simulate(&point.scenario.value, self.arguments.replication, &mut watch);
        Ok(Figures::of_outcomes(point, &outcomes.ok_or(Failure::Stopped)??))
    }

    fn judge(point: &Point, simulated: Figures, outcome: Outcome, service_seconds: Option<f64>) -> Compared {
        let measured = Figures::of_window(point, &outcome.window);
        let scenario = &point.scenario.value;
        let tolerance = scenario.validate.as_ref().map(|validation| validation.tolerance.clone()).unwrap_or_default();
        let down_below = scenario.measure.outage.down_below.value();
        let judgement = judge(point, &measured, &simulated, outcome.window.kept_up(), &tolerance, down_below);
        Compared { point: point.clone(), simulated, measured, outcome, judgement, service_seconds }
    }

    fn finish(
        &self,
        loaded: &Loaded<Scenario>,
        compared: &[Compared],
        fitted: Option<&calibration::Server>,
        started: Instant,
    ) -> Result<(), Failure> {
        let count = Count::of(compared.iter().map(|one| one.judgement.verdict));
        let seed = loaded.value.run.seed;
        let result = json!({
            "schema_version": 1,
            "kind": "validation",
            "scenario": loaded.value.title,
            "scenario_hash": loaded.hash(),
            "program_version": env!("CARGO_PKG_VERSION"),
            "commit": super::run::COMMIT,
            "machine": calibrate::machine(),
            "seed": seed,
            "replication": self.arguments.replication,
            "duration_seconds": started.elapsed().as_secs_f64(),
            "agree": count.agree,
            "differ": count.differ,
            "invalid": count.invalid,
            "calibration": fitted.map(calibration::Server::to_json),
            "points": compared.iter().map(report::json).collect::<Vec<_>>(),
        });
        let text = format!("{result:#}\n");
        self.write(RESULT_FILE, &text)?;
        let reproduction = [
            ("command", self.command(seed)),
            ("machine", calibrate::machine()),
            ("program version", env!("CARGO_PKG_VERSION").to_owned()),
            ("commit", super::run::COMMIT.unwrap_or("unknown").to_owned()),
            ("scenario hash", loaded.hash()),
        ];
        let reproduction = reproduction.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let calibrated_seconds = fitted.map(calibration::Server::service_time_mean_seconds);
        let page = page::page(&loaded.value.title, compared, calibrated_seconds, reproduction).render()?;
        self.write(REPORT_FILE, &page)?;
        if self.arguments.json {
            screen::data(&text)?;
        }
        self.screen.say(&report::table(compared))?;
        self.screen.say(&format!(
            "\n{} (seed {seed}, replication {}, {:.0} s)",
            count.sentence(),
            self.arguments.replication,
            started.elapsed().as_secs_f64()
        ))?;
        for sentence in page::sentences(compared, calibrated_seconds) {
            self.screen.say(&sentence)?;
        }
        self.screen.say(&format!("charts: {}", self.arguments.out.join(REPORT_FILE).display()))?;
        match count {
            Count { differ, .. } if differ > 0 => Err(Failure::NotValidated { differ, count: compared.len() }),
            Count { invalid, .. } if invalid > 0 => Err(Failure::Inconclusive { invalid, count: compared.len() }),
            _ => Ok(()),
        }
    }

    /// The command that does this again.
    fn command(&self, seed: u64) -> String {
        let mut words = vec![format!("stranded validate {}", self.arguments.path.display())];
        words.extend(self.arguments.assignments.flags());
        words.extend(self.arguments.only.iter().map(|only| format!("--only '{only}'")));
        words.push(format!("--seed {seed} --replication {}", self.arguments.replication));
        words.join(" ")
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.arguments.out.join(name);
        std::fs::write(&path, text).map_err(Failure::file("write the file", &path, WAY_OUT))
    }
}
