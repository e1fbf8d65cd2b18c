//! `stranded run FILE`

use crate::collapse;
use crate::crash;
use crate::experiment::{self, ArmChoice, BASELINE, PlannedArm};
use crate::failure::Failure;
use crate::interruption::Interruption;
use crate::memory;
use crate::record::{self, Recorder};
use crate::replication::Replication;
use crate::runner::Runner;
use crate::sensitivity;
use crate::source::{self, Assignments};
use crate::summary::{self, ArmRuns, StoppingRule};
use crate::terminal::{Screen, screen, sentence};
use crate::warm_up::{self, WarmUp};
use crate::world;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Instant;
use stranded_reports::aggregate::Aggregator;
use stranded_reports::charts::marks_of;
use stranded_reports::document::Report;
use stranded_reports::folder::{REPORT_FILE, RunFolder, SCENARIO_FILE, UnfinishedRun};
use stranded_reports::html;
use stranded_reports::language::Language;
use stranded_reports::remark::Remark;
use stranded_reports::summary::{ArmKind, SensitivityRow, Summary};
use stranded_scenario::{Extent, Loaded, Scenario};

mod answer;
mod provenance;

pub(crate) use provenance::COMMIT;

/// Simulate a scenario and its arms; print the answer and keep everything in a run folder.
///
/// First the baseline is repeated until its 95 % interval is narrow enough (`run.replications` in the scenario), and its
/// answer is printed. Then every enabled arm runs the same replications: the same people with the same luck, so that a
/// difference is the arm's doing and nothing else's.
///
/// Intervals of what cannot be negative are shown from 0 on; `summary.json` has them as computed.
///
/// Targets: a target passes when the mean lies within its bounds; it is inconclusive when the mean lies outside but its
/// interval reaches a bound (more replications may tell) or when its arm was not run; otherwise it fails.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES, after_help = "Examples and more: stranded run --help")]
pub(crate) struct Arguments {
    /// The scenario.
    #[arg(value_name = "FILE")]
    path: PathBuf,
    #[command(flatten)]
    assignments: Assignments,
    /// Which arms to run: `all` that the scenario enables, `none`, or names with commas between them.
    #[arg(long, value_name = "ARMS", default_value = "all")]
    arms: ArmChoice,
    /// Repeat exactly this often instead of until the interval is narrow enough.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    replications: Option<u32>,
    /// Seed of all luck, instead of the scenario's.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Measure a scenario of services from when on: a length of time, or `auto` to find the end of the transient.
    ///
    /// `auto` averages the minutes of a few pilot replications, and cuts where MSER-5 says (White 1997). It is for services that
    /// run as they are; where an `[[action]]` changes them, say it yourself. All arms are measured over the same time.
    #[arg(long, value_name = "auto|TIME")]
    warm_up: Option<WarmUp>,
    /// Also run every parameter that has a range at its low and at its high value, and show what that does to the targets.
    #[arg(long)]
    sensitivity: bool,
    /// Folder for run folders; it is created if it is not there.
    #[arg(long, value_name = "DIR", default_value = "runs")]
    out: PathBuf,
    /// Threads to use; the results do not depend on it [default: all cores].
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Print the summary as JSON on the standard output; words go to the standard error.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  stranded run scenarios/small-town.toml
  stranded run scenarios/small-town.toml --arms none --replications 3      a quick look
  stranded run scenarios/small-town.toml --arms offline-key                one arm only
  stranded run scenarios/small-town.toml --set app.retry.attempts=1        another app
  stranded run scenarios/small-town.toml --json | jq '.arms[0].stranded_hours'
  stranded run scenarios/2022-04-10-greencar.toml --sensitivity            how much do the guesses matter?
  stranded run scenarios/queueing/mm1.toml --warm-up auto                  services only, measured once they have settled

The run folder holds manifest.json, scenario.toml, summary.json, background.json, replications.parquet, episodes.parquet,
timeline.parquet and report.html. The Parquet files open in DuckDB, Polars and pandas. `stranded report` writes the report
anew: in Korean, as PDF, as Markdown.";

/// Replications of the sensitivity analysis, at most, where the user does not say how many.
const SENSITIVITY_REPLICATIONS: u32 = 5;

/// Runs the scenario.
///
/// # Errors
/// When the scenario is invalid, the folder cannot be written, or the run was interrupted.
pub(crate) fn run(arguments: &Arguments, quiet: bool) -> Result<(), Failure> {
    let out_is_new = !arguments.out.exists();
    let result = execute(arguments, quiet);
    if result.is_err() && out_is_new {
        // Made for a run that did not come about; it stays when somebody else has put something into it.
        let _ = std::fs::remove_dir(&arguments.out);
    }
    result
}

fn execute(arguments: &Arguments, quiet: bool) -> Result<(), Failure> {
    let interruption =
        Interruption::watch().map_err(|source| Failure::System { action: "listen for Ctrl-C", source })?;
    let started = Instant::now();
    let loaded = load(arguments)?;
    crash::remember_seed(loaded.value.run.seed);
    let arms = experiment::plan(&arguments.path, &loaded)?;
    let runner = Runner { threads: threads(arguments, &loaded.value, &arms)?, interruption, quiet };
    let output = Screen { json: arguments.json, quiet };
    let (loaded, arms) = match &arguments.warm_up {
        None => (loaded, arms),
        Some(choice) => {
            let (loaded, chosen) = warm_up::apply(choice, &arguments.path, &loaded, &runner)?;
            output.say(&chosen)?;
            let arms = experiment::plan(&arguments.path, &loaded)?;
            (loaded, arms)
        }
    };
    let plan = arguments.sensitivity.then(|| sensitivity::plan(&arguments.path, &loaded)).transpose()?;
    let name = scenario_name(arguments);
    let run = Run {
        arguments,
        screen: output,
        // Before anything but a pilot is simulated: nobody wants to learn after four minutes that the folder cannot be written.
        folder: RunFolder::create(&arguments.out, &name, &loaded.hash()[..8])?,
        name,
        loaded,
        runner,
        started,
    };
    for abandoned in run.folder.abandoned().iter().filter(|_| !quiet) {
        screen::note(&format!("removed `{}`, left by a run that was killed", abandoned.display()));
    }
    let (runs, findings) = run.simulate(&arms)?;
    let sensitivity = match plan {
        Some(plan) => {
            let baseline = &runs[0].replications;
            let count = arguments.replications.unwrap_or(SENSITIVITY_REPLICATIONS) as usize;
            sensitivity::analyse(plan, &run.runner, &baseline[..count.min(baseline.len())])?
        }
        None => Vec::new(),
    };
    run.finish(&runs, findings, sensitivity)
}

/// The scenario with everything that the command line says about it.
fn load(arguments: &Arguments) -> Result<Loaded<Scenario>, Failure> {
    let mut loader = arguments.assignments.loader();
    if let Some(seed) = arguments.seed {
        loader = loader.set(format!("run.seed={seed}"));
    }
    if let Some(count) = arguments.replications {
        loader = loader.set(format!("run.replications.min={count}")).set(format!("run.replications.max={count}"));
    }
    let scenario = source::load(&arguments.path, &loader)?;
    experiment::choose(&arguments.path, scenario, &arguments.arms)
}

/// As many threads as asked for, or as there are cores, or as memory allows.
fn threads(arguments: &Arguments, baseline: &Scenario, arms: &[PlannedArm]) -> Result<NonZeroUsize, Failure> {
    let wanted = arguments.threads.unwrap_or_else(|| std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN));
    let scenarios = arms.iter().map(|arm| &arm.scenario).chain([baseline]);
    let bytes = scenarios.map(world::memory_estimate_bytes).max().unwrap_or_default();
    memory::threads_that_fit(wanted, bytes)
}

/// The file's name, in letters that every file system takes.
fn scenario_name(arguments: &Arguments) -> String {
    let stem = arguments.path.file_stem().unwrap_or_default().to_string_lossy();
    let sound = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let name: String = stem.chars().take(60).map(|letter| if sound(letter) { letter } else { '-' }).collect();
    if name.is_empty() { "scenario".to_owned() } else { name }
}

/// A run under way; dropped, it removes what it has written so far.
struct Run<'a> {
    arguments: &'a Arguments,
    screen: Screen,
    folder: UnfinishedRun,
    name: String,
    loaded: Loaded<Scenario>,
    runner: Runner,
    started: Instant,
}

impl Run<'_> {
    /// Runs the baseline and then the arms; prints what is known as soon as it is.
    fn simulate(&self, arms: &[PlannedArm]) -> Result<(Vec<ArmRuns>, Aggregator), Failure> {
        let scenario = &self.loaded.value;
        let mut recorder = Recorder::create(&self.folder, scenario, BASELINE)?;
        let rule = StoppingRule::of(scenario);
        let replications = self.runner.repeat(BASELINE, scenario, &rule, &mut |_, replication, outcomes| {
            Ok(recorder.write(BASELINE, replication, outcomes)?)
        })?;
        let mut replications = vec![replications];
        self.pair(&[scenario], &mut replications)?;
        let mut runs = vec![ArmRuns {
            name: BASELINE.to_owned(),
            title: "The day as it was".to_owned(),
            description: String::new(),
            kind: ArmKind::Baseline,
            cost: None,
            replications: replications.remove(0),
        }];
        let count = runs[0].replications.len() as u32;
        answer::baseline(self.screen, scenario, &self.summarize(&runs)[0], count)?;

        let scenarios: Vec<Scenario> = arms.iter().map(|arm| arm.scenario.clone()).collect();
        let baseline = &runs[0];
        let arm_runs = |index: usize, replications: &[Replication]| ArmRuns {
            name: arms[index].name.clone(),
            title: arms[index].title.clone(),
            description: arms[index].description.clone(),
            kind: arms[index].kind,
            cost: arms[index].cost,
            replications: replications.to_vec(),
        };
        let mut finished = self.runner.replicate_all(
            "arms",
            &scenarios,
            count,
            &mut |index, replication, outcomes| Ok(recorder.write(&arms[index].name, replication, outcomes)?),
            &mut |index, replications, progress| {
                let pair = [baseline.clone(), arm_runs(index, replications)];
                progress.estimate(&sentence::difference(&self.summarize(&pair)[1]));
                Ok(())
            },
        )?;
        self.pair(&scenarios.iter().collect::<Vec<_>>(), &mut finished)?;
        runs.extend(finished.iter().enumerate().map(|(index, replications)| arm_runs(index, replications)));
        Ok((runs, recorder.finish()?))
    }

    /// Runs those of the scenarios that have a trigger once more without it, with the same people and the same luck, and notes whether
    /// a collapse outlives the trigger.
    fn pair(&self, scenarios: &[&Scenario], runs: &mut [Vec<Replication>]) -> Result<(), Failure> {
        let paired: Vec<(usize, Scenario)> = scenarios
            .iter()
            .enumerate()
            .filter_map(|(index, scenario)| Some((index, collapse::without_trigger(scenario)?)))
            .collect();
        let Some(&(first, _)) = paired.first() else { return Ok(()) };
        let count = runs[first].len() as u32;
        let (indices, worlds): (Vec<usize>, Vec<Scenario>) = paired.into_iter().unzip();
        let without =
            self.runner
                .replicate_all("without trigger", &worlds, count, &mut |_, _, _| Ok(()), &mut |_, _, _| Ok(()))?;
        for (index, without) in indices.into_iter().zip(without) {
            let down_below = scenarios[index].measure.outage.down_below.value();
            for (with, without) in runs[index].iter_mut().zip(&without) {
                collapse::note(with, without, down_below);
            }
        }
        Ok(())
    }

    /// Sums the arms up; the first one is the baseline.
    fn summarize(&self, runs: &[ArmRuns]) -> Vec<stranded_reports::summary::ArmSummary> {
        let scenario = &self.loaded.value;
        let day = summary::analysed_day(scenario);
        let mut arms: Vec<_> = runs
            .iter()
            .enumerate()
            .map(|(index, arm)| summary::summarize(arm, (index > 0).then_some(&runs[0]), day))
            .collect();
        summary::rank(&mut arms, summary::headline(scenario));
        arms
    }

    /// Writes the folder and prints the answer.
    fn finish(self, runs: &[ArmRuns], findings: Aggregator, sensitivity: Vec<SensitivityRow>) -> Result<(), Failure> {
        let summary = self.summary(runs, sensitivity);
        self.folder.write_text(SCENARIO_FILE, &self.loaded.show(Extent::All))?;
        record::replications(&self.folder, runs)?;
        self.folder.write_summary(&summary)?;
        let manifest = provenance::manifest(&self.loaded, runs, summary.duration_seconds)?;
        let background = provenance::background(&self.loaded);
        self.folder.write_background(&background)?;
        // The same page that `stranded report` writes from the folder.
        let language = Language::English;
        let page = html::render(&Report {
            summary: &summary,
            manifest: &manifest,
            findings: &findings.finish(marks_of(&summary.arms[0], language)),
            background: &background,
            capacity: None,
            language,
        })?;
        self.folder.write_text(REPORT_FILE, &page)?;
        let (digest, again) = (provenance::combined_digest(&manifest), self.reproduction(&summary));
        // The last moment at which Ctrl-C leaves nothing behind.
        if self.runner.interruption.requested() {
            return Err(Failure::Interrupted);
        }
        let path = self.folder.finish(manifest)?;
        if self.arguments.json {
            let json = serde_json::to_string_pretty(&summary).map_err(|error| Failure::Output(error.into()))?;
            screen::data(&format!("{json}\n"))?;
        }
        answer::comparison(self.screen, &summary)?;
        answer::whereabouts(self.screen, &path, &again, &digest)
    }

    fn summary(&self, runs: &[ArmRuns], sensitivity: Vec<SensitivityRow>) -> Summary {
        let scenario = &self.loaded.value;
        let duration_seconds = self.started.elapsed().as_secs_f64();
        let events = runs.iter().flat_map(|arm| &arm.replications).map(|replication| replication.events).sum::<u64>();
        let replications_of = |arm: &str| {
            let name = if arm.is_empty() { BASELINE } else { arm };
            runs.iter().find(|run| run.name == name).map(|run| &run.replications[..])
        };
        let remarks: Vec<Remark> = answer::remarks(scenario, runs);
        Summary {
            schema_version: stranded_reports::summary::SUMMARY_SCHEMA_VERSION,
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: stranded_reports::summary::ScenarioName {
                name: self.name.clone(),
                title: scenario.title.clone(),
            },
            headline: summary::headline(scenario),
            day: summary::analysed_day(scenario),
            window: summary::window(scenario),
            threshold_minutes: scenario.measure.stranded_after.as_seconds() / 60.0,
            seed: scenario.run.seed,
            replications: runs[0].replications.len() as u32,
            events,
            events_per_second: events as f64 / duration_seconds,
            duration_seconds,
            arms: self.summarize(runs),
            targets: scenario
                .target
                .iter()
                .map(|target| summary::judge(target, replications_of(&target.arm)))
                .collect(),
            sensitivity,
            warnings: remarks.iter().map(|remark| remark.text(Language::English)).collect(),
            remarks,
        }
    }

    /// The command that makes this run again.
    fn reproduction(&self, summary: &Summary) -> String {
        let arguments = self.arguments;
        let mut words = vec!["stranded run".to_owned(), arguments.path.display().to_string()];
        words.extend(arguments.assignments.flags());
        words.push(format!("--seed {} --replications {}", summary.seed, summary.replications));
        // What a pilot found, so that it need not be run again.
        let warm_up = self.loaded.value.arrivals.as_ref().filter(|_| arguments.warm_up.is_some());
        words.extend(warm_up.map(|arrivals| format!("--warm-up '{}'", arrivals.warm_up)));
        words.extend(match &arguments.arms {
            ArmChoice::Enabled => None,
            ArmChoice::None => Some("--arms none".to_owned()),
            ArmChoice::Named(names) => Some(format!("--arms {}", names.join(","))),
        });
        words.extend(arguments.sensitivity.then(|| "--sensitivity".to_owned()));
        words.join(" ")
    }
}
