//! `surge capacity`

use crate::admin::Admin;
use crate::bench::{Bench, Played, Show};
use crate::capacity::{Capacity, Measured, report, words};
use crate::cli::CapacityArguments;
use crate::failure::Failure;
use crate::folder;
use crate::generator::Verdict;
use crate::interruption::Interruption;
use crate::plain::{PlainClients, plain_people};
use crate::plain_ask::PlainAsk;
use crate::result::{Document, Origin};
use crate::samples::Samples;
use crate::screen::{note, say};
use crate::search::{Bounds, Finding, Outcome, Phase, Search, Step, Trial};
use crate::source;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use stranded_scenario::section::{Arrivals, Load};
use stranded_scenario::{Probability, Rate, Scenario};

/// Connections are made and caches filled in this time before a window; nothing in it counts.
const LEAD: Duration = Duration::from_millis(500);
/// Windows that explore are this part of the others, and at least so long.
const EXPLORE_PART: u32 = 4;
const EXPLORE_MIN: Duration = Duration::from_secs(2);
/// Misses against those that are allowed: fewer than this part hold, more than this multiple fail for certain.
const DECISIVE_PART: f64 = 0.4;
const DECISIVE_MULTIPLE: f64 = 2.5;
/// Longest wait for a server that cannot be reset to work off what it was left with.
const SETTLE_MAX: Duration = Duration::from_secs(20);

/// Finds the largest rate at which the objective holds.
///
/// # Errors
/// Those of loading, of the server and of the driver; [`Failure::NotMet`] and [`Failure::Inconclusive`] by the outcome.
pub fn run(arguments: &CapacityArguments) -> Result<(), Failure> {
    let common = &arguments.common;
    let loaded = source::load(common)?;
    let load = source::load_section(&loaded.value);
    let admin = Admin::new(&common.admin)?;
    let interruption = Interruption::watch()?;
    let users = common.users.map(|users| users as usize);
    let bench = Bench::new(&common.target, admin, &common.processes, users, interruption, common.quiet)?;
    let origin = source::origin(&loaded);
    let folder = folder::for_result("capacity", common.out.as_deref(), &common.scenario, &origin)?;
    let runtime = folder::runtime()?;
    let mut hunt = Hunt {
        scenario: &loaded.value,
        ask: Arc::new(runtime.block_on(PlainAsk::prepare(&loaded.value, &bench.target))?),
        load: load.clone(),
        bench,
        origin,
        folder,
        quiet: common.quiet,
        samples: Samples::of(&loaded.value),
        measured: Vec::new(),
    };
    let outcome = runtime.block_on(hunt.hunt())?;
    let capacity = Capacity::new(&load, outcome, std::mem::take(&mut hunt.measured));
    let document = Document::new("surge-capacity", hunt.origin.clone(), &capacity);
    folder::write(&hunt.folder, "capacity.json", &document.text())?;
    folder::write(&hunt.folder, "report.html", &report(&hunt.origin, &capacity)?)?;
    if common.json {
        say(&document.text())?;
    } else {
        say(&words(&capacity))?;
    }
    note(&format!("written to {}", hunt.folder.display()));
    conclude(&capacity)
}

fn conclude(capacity: &Capacity) -> Result<(), Failure> {
    let sentence = || words(capacity).lines().next().unwrap_or_default().to_owned();
    match capacity.outcome {
        None => Err(Failure::Interrupted),
        Some(Outcome::Found { .. }) => Ok(()),
        Some(Outcome::NotMet { .. }) => Err(Failure::NotMet(sentence())),
        Some(Outcome::AtLeast { .. } | Outcome::GeneratorLimited { .. } | Outcome::Unclear) => {
            Err(Failure::Inconclusive(sentence()))
        }
    }
}

/// A search under way.
struct Hunt<'a> {
    scenario: &'a Scenario,
    ask: Arc<PlainAsk>,
    load: Load,
    bench: Bench,
    origin: Origin,
    folder: PathBuf,
    quiet: bool,
    samples: Samples,
    measured: Vec<Measured>,
}

impl Hunt<'_> {
    /// Tries rates until the search is over; nothing after Ctrl-C.
    async fn hunt(&mut self) -> Result<Option<Outcome>, Failure> {
        let mut search = Search::new(Bounds {
            from: self.load.from.per_second(),
            up_to: self.load.up_to.per_second(),
            precision: self.load.precision.value(),
        });
        loop {
            let (rate, phase) = match search.next() {
                Step::Done(outcome) => return Ok(Some(outcome)),
                Step::Try { rate, phase } => (rate, phase),
            };
            self.bench.admin.reset().await?;
            let played = self.try_rate(rate, phase).await?;
            if played.is_interrupted {
                return Ok(None);
            }
            let finding = finding(&self.load, &played);
            let goodput_per_second = played.window.goodput_per_second;
            let trial = Trial { rate, phase, finding, goodput_per_second };
            search.note(trial);
            self.keep(trial, &played)?;
            self.settle(&played).await;
        }
    }

    /// One window at a rate, with fresh luck.
    async fn try_rate(&self, rate: f64, phase: Phase) -> Result<Played, Failure> {
        let (window, sustain) = (source::system(self.load.window), source::system(self.load.sustain));
        let window = match phase {
            Phase::Explore => (window / EXPLORE_PART).max(EXPLORE_MIN).min(window),
            Phase::Narrow => window,
            Phase::Sustain => sustain,
        };
        let latency = source::system(self.load.objective.latency);
        let timeout = source::system(self.scenario.app.timeout);
        // Whoever has no answer by then has missed the objective; waiting longer would say nothing more.
        let drain = timeout.min(latency * 2);
        let replication = self.measured.len() as u32;
        let scenario = single_tries(self.scenario, rate, LEAD + window);
        let clients = PlainClients::new(&scenario, Arc::clone(&self.ask));
        let people = plain_people(&scenario, replication, &clients).unwrap_or_default();
        let is_last = phase == Phase::Sustain;
        let show = Show {
            name: format!("{} {rate:.1}/s", name(phase)),
            people,
            timeout,
            tries: 1,
            measured: (LEAD, LEAD + window),
            objective: latency,
            end: LEAD + window + drain,
            faults: Vec::new(),
            replication,
            report: is_last.then(|| self.folder.join(folder::GOOSE_REPORT)),
        };
        let played = self.bench.play(show).await?;
        if is_last {
            played.write_log(&self.folder)?;
        }
        Ok(played)
    }

    /// Keeps a window, on the disk too, so that nothing is lost when the search is stopped.
    fn keep(&mut self, trial: Trial, played: &Played) -> Result<(), Failure> {
        let window = &played.window;
        let within = share_within(played);
        if !self.quiet {
            let neighbour = match window.generator.verdict {
                Verdict::NoisyNeighbour => {
                    format!(", noisy neighbour at {:.0} %", window.generator.neighbour_cpu_share.unwrap_or(0.0) * 100.0)
                }
                Verdict::GeneratorLimited => format!(", {:.1} % late starts", window.generator.late_share * 100.0),
                Verdict::KeptUp => String::new(),
            };
            note(&format!(
                "{:<8} {:>8.1} /s: {}, {:.1} answered a second, p99 {:.1} ms, {:.2} % within the objective{neighbour}",
                name(trial.phase),
                trial.rate,
                finding_name(trial.finding),
                trial.goodput_per_second,
                window.latency_ms.p99,
                within * 100.0,
            ));
        }
        self.samples.add(window, &played.record.service_seconds);
        self.measured.push(Measured { trial, within_share: within, window: window.clone() });
        let document = Document::new("server-samples", self.origin.clone(), &self.samples);
        folder::write(&self.folder, "samples.json", &document.text())
    }

    /// Lets a server that cannot be told to forget work off what it was left with.
    async fn settle(&self, played: &Played) {
        if self.bench.admin.is_known() {
            return;
        }
        let left = played.window.seconds.last().map_or(0, |second| second.in_flight) + played.under_way();
        let rate = played.window.goodput_per_second.max(1.0);
        let wait = Duration::from_secs_f64(left as f64 / rate).min(SETTLE_MAX);
        tokio::time::sleep(wait).await;
    }
}

/// The scenario with plain arrivals at a rate, whose clients try once.
fn single_tries(scenario: &Scenario, rate: f64, lasts: Duration) -> Scenario {
    let mut scenario = scenario.clone();
    let service = scenario.arrivals.as_ref().map_or_else(|| "operator".to_owned(), |arrivals| arrivals.service.clone());
    let lasts = stranded_scenario::Duration::from_seconds(lasts.as_secs_f64());
    scenario.arrivals =
        Some(Arrivals { rate: Rate::from_per_second(rate), service, lasts: Some(lasts), ..Arrivals::default() });
    scenario.app.retry.attempts = 1;
    scenario.app.retry_budget = None;
    scenario.renter.persistence = Probability::new(0.0);
    scenario.calendar.end = scenario.calendar.start.plus(lasts);
    scenario
}

fn share_within(played: &Played) -> f64 {
    let attempts = played.record.attempts;
    if attempts == 0 { 1.0 } else { played.record.within as f64 / attempts as f64 }
}

/// What a window says of the objective.
fn finding(load: &Load, played: &Played) -> Finding {
    if played.window.generator.verdict == Verdict::GeneratorLimited {
        return Finding::Limited;
    }
    let objective = &load.objective;
    let allowed = 1.0 - objective.quantile.value();
    let (misses, errors) = (1.0 - share_within(played), played.window.error_share);
    let errors_allowed = objective.error_share.value();
    // Whichever of the two is nearer to its limit decides.
    let strain = (misses / allowed.max(1e-9)).max(errors / errors_allowed.max(1e-9));
    if strain < DECISIVE_PART {
        Finding::Holds
    } else if misses <= allowed && errors <= errors_allowed {
        Finding::BarelyHolds
    } else if strain < DECISIVE_MULTIPLE {
        Finding::BarelyFails
    } else {
        Finding::Fails
    }
}

/// A phase in a word.
pub fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::Explore => "explore",
        Phase::Narrow => "narrow",
        Phase::Sustain => "sustain",
    }
}

/// A finding in words.
pub fn finding_name(finding: Finding) -> &'static str {
    match finding {
        Finding::Holds => "holds",
        Finding::BarelyHolds => "barely holds",
        Finding::BarelyFails => "barely fails",
        Finding::Fails => "fails",
        Finding::Limited => "driver limited",
    }
}
