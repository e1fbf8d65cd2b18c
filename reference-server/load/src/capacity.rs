//! The result of a capacity search: what was found, and how far it can be believed.

use crate::chart::{BLUE, GREEN, GREY, Series, VERMILLION, draw};
use crate::command::capacity::{finding_name, name};
use crate::failure::Failure;
use crate::generator::{Generator, Verdict};
use crate::record::Latency;
use crate::report::{Figure, Page, Table, endpoints, over_time, short};
use crate::result::{Origin, Window};
use crate::scalability::Scalability;
use crate::search::{Finding, Outcome, Phase, Trial};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use stranded_model::scalability::Observation;
use stranded_scenario::section::{Load, Objective};

/// Points of a drawn curve.
const CURVE_POINTS: u32 = 100;

/// A window of the search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// What was tried, and what it showed.
    #[serde(flatten)]
    pub trial: Trial,
    /// Share of the attempts that were answered within the objective's latency.
    pub within_share: f64,
    /// What was measured.
    pub window: Window,
}

/// What a search has come to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Capacity {
    /// The objective.
    pub objective: Objective,
    /// What was found; nothing when the search was interrupted.
    pub outcome: Option<Outcome>,
    /// Largest rate at which the objective held for the longer check, per second.
    pub capacity_per_second: Option<f64>,
    /// The interval that holds the largest such rate.
    pub interval_per_second: Option<[f64; 2]>,
    /// Others used the processors in some window: the capacity is the server's beside them.
    pub is_noisy: bool,
    /// Largest share of all processors that others used in a window.
    pub neighbour_cpu_share_max: Option<f64>,
    /// Answers in time per second of the longer check; of the last window without one. So are the following.
    pub goodput_per_second: f64,
    /// Latencies of the answers.
    pub latency_ms: Latency,
    /// Failed attempts.
    pub error_share: f64,
    /// Whether the load was what it should have been.
    pub generator: Option<Generator>,
    /// The Universal Scalability Law of the server.
    pub scalability: Option<Scalability>,
    /// Why there is none.
    pub scalability_note: Option<String>,
    /// All windows, in the order in which they were measured.
    pub trials: Vec<Measured>,
}

impl Capacity {
    /// The result of a search.
    pub fn new(load: &Load, outcome: Option<Outcome>, trials: Vec<Measured>) -> Self {
        let observations: Vec<Observation> = trials
            .iter()
            .filter(|measured| measured.window.generator.verdict != Verdict::GeneratorLimited)
            .map(|measured| Observation {
                concurrency: measured.window.concurrency_mean,
                per_second: measured.window.goodput_per_second,
            })
            .collect();
        let (scalability, scalability_note) = match Scalability::of(&observations) {
            Ok(law) => (Some(law), None),
            Err(reason) => (None, Some(reason)),
        };
        let neighbours = trials.iter().filter_map(|measured| measured.window.generator.neighbour_cpu_share);
        let held = trials.iter().rev().find(|measured| {
            measured.trial.phase == Phase::Sustain
                && !matches!(measured.trial.finding, Finding::Limited | Finding::Fails)
        });
        let shown = held.or(trials.last()).map(|measured| &measured.window);
        let (capacity, interval) = match outcome {
            Some(Outcome::Found { low, high }) => (Some(low), Some([low, high])),
            Some(Outcome::AtLeast { low }) => (Some(low), None),
            Some(Outcome::GeneratorLimited { low, .. }) => (low, None),
            Some(Outcome::NotMet { .. } | Outcome::Unclear) | None => (None, None),
        };
        Self {
            objective: load.objective,
            outcome,
            capacity_per_second: capacity,
            interval_per_second: interval,
            is_noisy: trials.iter().any(|measured| measured.window.generator.verdict == Verdict::NoisyNeighbour),
            neighbour_cpu_share_max: neighbours.reduce(f64::max),
            goodput_per_second: shown.map_or(0.0, |window| window.goodput_per_second),
            latency_ms: shown.map_or_else(Latency::default, |window| window.latency_ms),
            error_share: shown.map_or(0.0, |window| window.error_share),
            generator: shown.map(|window| window.generator.clone()),
            scalability,
            scalability_note,
            trials,
        }
    }
}

/// The result in words.
pub fn words(capacity: &Capacity) -> String {
    let Objective { quantile, latency, error_share } = &capacity.objective;
    let objective = format!(
        "{:.4} % of the requests answered within {latency}, at most {:.4} % failures",
        quantile.value() * 100.0,
        error_share.value() * 100.0
    );
    // 99.0000 % reads badly.
    let objective = objective.replace(".0000 %", " %");
    let mut text = match capacity.outcome {
        Some(Outcome::Found { low, high }) => {
            format!("capacity {low:.1} requests a second (holds at {low:.1}, fails at {high:.1}): {objective}")
        }
        Some(Outcome::AtLeast { low }) => format!(
            "capacity at least {low:.1} requests a second, the largest rate that may be tried: raise `load.up_to` to know more"
        ),
        Some(Outcome::GeneratorLimited { low: Some(low), limit }) => format!(
            "generator-limited: the objective holds at {low:.1} requests a second, and at {limit:.1} this driver was the bottleneck"
        ),
        Some(Outcome::GeneratorLimited { low: None, limit }) => format!(
            "generator-limited: this driver did not even keep up with {limit:.1} requests a second; nothing is known of the server"
        ),
        Some(Outcome::NotMet { high }) => {
            format!("the objective is not met, not even at {high:.2} requests a second: {objective}")
        }
        Some(Outcome::Unclear) => {
            "the windows contradict one another: no rate held again for longer; nothing is concluded".to_owned()
        }
        None => "interrupted: no capacity was found".to_owned(),
    };
    // Writing to a string does not fail.
    if let Some(share) = capacity.neighbour_cpu_share_max.filter(|_| capacity.is_noisy) {
        let _ = write!(
            text,
            "\nnoisy neighbour: others used up to {:.0} % of the processors; the driver kept up all the same in the windows that count, \
             and the figure is the server's beside them",
            share * 100.0
        );
    }
    let _ = match (&capacity.scalability, &capacity.scalability_note) {
        (Some(law), _) => {
            let peak = law.peak_concurrency.zip(law.peak_per_second);
            let peak = peak.map_or_else(String::new, |(at, peak)| format!(", peak {peak:.1} /s at {at:.0} in flight"));
            write!(
                text,
                "\nUniversal Scalability Law: gamma {:.2} /s, sigma {:.4}, kappa {:.2e}, R squared {:.3}{peak}",
                law.gamma, law.sigma, law.kappa, law.r_squared,
            )
        }
        (None, Some(reason)) => write!(text, "\nno Universal Scalability Law: {reason}"),
        (None, None) => Ok(()),
    };
    text
}

/// The report of a search.
///
/// # Errors
/// [`Failure::Drawing`].
pub fn report(origin: &Origin, capacity: &Capacity) -> Result<String, Failure> {
    let mut lines = words(capacity).lines().map(str::to_owned).collect::<Vec<_>>();
    let warnings = lines.extract_if(.., |line| line.starts_with("noisy neighbour")).collect();
    let mut figures = vec![over_load(capacity)?];
    figures.extend(law_figure(capacity).transpose()?);
    let last = capacity.trials.iter().rev().find(|measured| measured.trial.phase == Phase::Sustain);
    let mut tables = vec![trials(capacity)];
    if let Some(last) = last {
        figures.push(over_time(&last.window)?);
        tables.push(endpoints(&last.window));
    }
    tables.extend(capacity.scalability.as_ref().map(residuals));
    let page = Page {
        title: "The capacity of a server",
        origin,
        hash: short(&origin.scenario_hash),
        sentences: lines,
        warnings,
        figures,
        tables,
    };
    page.html()
}

fn over_load(capacity: &Capacity) -> Result<Figure, Failure> {
    let of = |held: bool| {
        let chosen = capacity
            .trials
            .iter()
            .filter(move |measured| matches!(measured.trial.finding, Finding::Holds | Finding::BarelyHolds) == held);
        chosen.map(|measured| (measured.window.offered_per_second, measured.window.goodput_per_second)).collect()
    };
    let most = capacity.trials.iter().map(|measured| measured.window.offered_per_second).fold(0.0, f64::max);
    let image = draw(
        "requests offered per second",
        "answered in time per second",
        &[
            Series { name: "all answered", colour: GREY, is_line: true, points: vec![(0.0, 0.0), (most, most)] },
            Series { name: "objective held", colour: GREEN, is_line: false, points: of(true) },
            Series { name: "objective failed", colour: VERMILLION, is_line: false, points: of(false) },
        ],
    )?;
    let caption =
        "Every window of the search: below the line, the server did not answer all that was asked.".to_owned();
    Ok(Figure { image, caption })
}

fn law_figure(capacity: &Capacity) -> Option<Result<Figure, Failure>> {
    let law = capacity.scalability.as_ref()?;
    let most = law.residuals.iter().map(|residual| residual.concurrency).fold(0.0, f64::max);
    let curve = (0..=CURVE_POINTS).map(|step| {
        let concurrency = most * f64::from(step) / f64::from(CURVE_POINTS);
        (concurrency, law.law().throughput(concurrency))
    });
    let points = law.residuals.iter().map(|residual| (residual.concurrency, residual.measured_per_second));
    let image = draw(
        "requests in flight, averaged",
        "answered in time per second",
        &[
            Series { name: "the law", colour: BLUE, is_line: true, points: curve.collect() },
            Series { name: "windows", colour: VERMILLION, is_line: false, points: points.collect() },
        ],
    );
    let caption = "The Universal Scalability Law (Gunther) and the windows that it was fitted to.".to_owned();
    Some(image.map(|image| Figure { image, caption }))
}

fn trials(capacity: &Capacity) -> Table {
    let rows = capacity.trials.iter().map(|Measured { trial, within_share, window }| {
        vec![
            name(trial.phase).to_owned(),
            format!("{:.1}", trial.rate),
            finding_name(trial.finding).to_owned(),
            format!("{:.1}", window.goodput_per_second),
            format!("{:.2} %", within_share * 100.0),
            format!("{:.2} %", window.error_share * 100.0),
            format!("{:.1}", window.latency_ms.p50),
            format!("{:.1}", window.latency_ms.p99),
            format!("{:.1}", window.concurrency_mean),
            format!("{:.2} %", window.generator.late_share * 100.0),
            window.generator.neighbour_cpu_share.map_or_else(String::new, |share| format!("{:.0} %", share * 100.0)),
        ]
    });
    Table {
        title: "Windows".to_owned(),
        heads: vec![
            "phase",
            "rate /s",
            "objective",
            "answered /s",
            "within",
            "failed",
            "p50 ms",
            "p99 ms",
            "in flight",
            "late",
            "others' CPU",
        ],
        rows: rows.collect(),
    }
}

fn residuals(law: &Scalability) -> Table {
    let rows = law.residuals.iter().map(|residual| {
        vec![
            format!("{:.2}", residual.concurrency),
            format!("{:.1}", residual.measured_per_second),
            format!("{:.1}", residual.fitted_per_second),
            format!("{:+.1}", residual.residual_per_second),
        ]
    });
    Table {
        title: "The law and its residuals".to_owned(),
        heads: vec!["in flight", "measured /s", "fitted /s", "residual /s"],
        rows: rows.collect(),
    }
}
