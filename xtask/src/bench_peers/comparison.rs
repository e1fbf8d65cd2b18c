//! What is compared: a workload of one size and who runs it.

use std::process::Command;

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::agreement::Agreement;
use super::build::Programs;
use super::contestant::Contestant;
use super::measurement::Measurement;
use super::series::Series;
use crate::process;

/// The cases, as `--case` takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Letter {
    /// Hold model: a constant number of pending events.
    A,
    /// M/M/200 with impatience and retrials.
    B,
    /// Retry storm that outlives its trigger.
    C,
    /// The whole world on the main scenario.
    D,
}

/// What a ratio divides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Basis {
    /// CPU time of an event: where all count the same events.
    Event,
    /// CPU time of a run: where one of them counts events of its own.
    Run,
}

/// A workload of one size.
#[derive(Debug)]
pub(crate) struct Comparison {
    pub(crate) letter: Letter,
    /// What it is called on the programs' command line.
    workload: &'static str,
    pub(crate) size: u32,
    pub(crate) title: String,
    pub(crate) basis: Basis,
    /// Who runs it, and how often at most. Ours stands first: ratios are to it.
    pub(crate) contestants: Vec<(Contestant, u32)>,
    /// Results that must be alike.
    agreeing_on: &'static [&'static str],
    /// Whether each program also runs once without the trigger.
    has_calm_twin: bool,
}

/// A comparison that has run.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) comparison: Comparison,
    pub(crate) series: Vec<Series>,
    pub(crate) agreements: Vec<Agreement>,
}

const ANY: u32 = u32::MAX;

/// All comparisons; `quick` leaves out the largest sizes.
pub(crate) fn all(quick: bool) -> Vec<Comparison> {
    let mut comparisons = Vec::new();
    for pending in [1_000, 100_000, 1_000_000] {
        comparisons.push(hold(pending));
    }
    for users in [100_000, 1_000_000] {
        comparisons.push(retrial(users));
    }
    for seconds in [400, 4_000] {
        comparisons.push(storm(seconds));
    }
    for cars in [1_000, 10_000] {
        comparisons.push(day(cars));
    }
    comparisons.retain(|comparison| !(quick && comparison.is_long()));
    comparisons
}

fn hold(pending: u32) -> Comparison {
    use Contestant::{Engine, HandHeap, Nexosim, Simcore, Simpy};
    Comparison {
        letter: Letter::A,
        workload: "hold",
        size: pending,
        title: format!("(a) hold model, {} pending events", grouped(pending)),
        basis: Basis::Event,
        contestants: vec![(Engine, ANY), (HandHeap, ANY), (Nexosim, ANY), (Simcore, ANY), (Simpy, ANY)],
        agreeing_on: &[],
        has_calm_twin: false,
    }
}

fn retrial(users: u32) -> Comparison {
    use Contestant::{Engine, HandHeap, Nexosim, NexosimIdiom, Simcore, SimcoreIdiom, Simpy};
    let contestants = if users < 1_000_000 {
        [Engine, HandHeap, Nexosim, NexosimIdiom, Simcore, SimcoreIdiom, Simpy].map(|name| (name, ANY)).to_vec()
    } else {
        // Thirty million events: seven minutes for SimPy, and half a minute for nexosim.
        vec![(Engine, ANY), (HandHeap, 3), (Nexosim, 3), (Simcore, 3), (Simpy, 1)]
    };
    Comparison {
        letter: Letter::B,
        workload: "retrial",
        size: users,
        title: format!("(b) M/M/200 with impatience and retrials, {} users", grouped(users)),
        basis: Basis::Event,
        contestants,
        agreeing_on: &["retries", "mean_stranded_seconds"],
        has_calm_twin: false,
    }
}

fn storm(seconds: u32) -> Comparison {
    use Contestant::{Descartes, Engine, HandHeap, HandRing, Happysim, World};
    Comparison {
        letter: Letter::C,
        workload: "storm",
        size: seconds,
        title: format!("(c) retry storm, lambda 80, 3 attempts, {} s", grouped(seconds)),
        basis: Basis::Run,
        contestants: [Engine, World, HandHeap, HandRing, Descartes, Happysim].map(|name| (name, ANY)).to_vec(),
        agreeing_on: &["attempts_per_client", "goodput_per_second"],
        has_calm_twin: true,
    }
}

fn day(cars: u32) -> Comparison {
    Comparison {
        letter: Letter::D,
        workload: "day",
        size: cars,
        title: format!("(d) the whole world on the day, {} cars, all metrics", grouped(cars)),
        basis: Basis::Event,
        contestants: vec![(Contestant::World, ANY)],
        agreeing_on: &[],
        has_calm_twin: false,
    }
}

impl Comparison {
    fn is_long(&self) -> bool {
        match self.letter {
            Letter::A | Letter::B => self.size >= 1_000_000,
            Letter::C => self.size > 400,
            Letter::D => false,
        }
    }

    /// Runs every contestant `repetitions` times, in turn.
    ///
    /// # Errors
    /// A program fails or answers in a wrong form.
    pub(crate) fn run(self, programs: &Programs, repetitions: u32) -> Result<Outcome> {
        eprintln!("\n== {}", self.title);
        let mut series: Vec<_> = self.contestants.iter().map(|&(contestant, _)| Series::new(contestant)).collect();
        for repetition in 1..=repetitions {
            for (&(contestant, repetitions_max), series) in self.contestants.iter().zip(&mut series) {
                if repetition <= repetitions_max {
                    series.measurements.push(self.measure(programs, contestant, "", repetition, repetitions)?);
                }
            }
        }
        if self.has_calm_twin {
            for series in &mut series {
                series.calm = Some(self.measure(programs, series.contestant, "calm-", 1, 1)?);
            }
        }
        let agreements =
            self.agreeing_on.iter().map(|what| Agreement::of(what, &series, repetitions)).collect::<Vec<_>>();
        for agreement in &agreements {
            eprintln!("{}", agreement.sentence());
        }
        Ok(Outcome { comparison: self, series, agreements })
    }

    /// Starts one program and reads its answer. The repetition is the seed.
    fn measure(
        &self,
        programs: &Programs,
        contestant: Contestant,
        twin: &str,
        repetition: u32,
        repetitions: u32,
    ) -> Result<Measurement> {
        // Case d has one form only.
        let other = if contestant.is_other_form() && self.letter != Letter::D { "other-" } else { "" };
        let case = format!("{other}{twin}{}", self.workload);
        let mut command: Command = programs.command(contestant)?;
        command.args([&case, &self.size.to_string(), &repetition.to_string()]);
        let output = process::capture(&mut command)?;
        let measurement = Measurement::parse(&output).with_context(|| format!("{} ({case})", contestant.name()))?;
        eprintln!(
            "{repetition}/{repetitions} {} {case}: {:.1} ns/event, {:.3} s",
            contestant.name(),
            measurement.nanoseconds_per_event(),
            measurement.cpu_seconds
        );
        Ok(measurement)
    }
}

/// A number with commas between thousands.
pub(crate) fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_stands_first_everywhere() {
        for comparison in all(false) {
            let (first, _) = comparison.contestants[0];
            assert!(matches!(first, Contestant::Engine | Contestant::World), "{}", comparison.title);
        }
    }

    #[test]
    fn quick_keeps_every_case() {
        let (quick, whole) = (all(true), all(false));
        assert!(quick.len() < whole.len());
        for letter in [Letter::A, Letter::B, Letter::C, Letter::D] {
            assert!(quick.iter().any(|comparison| comparison.letter == letter), "{letter:?}");
        }
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([1, 999, 1_000, 1_000_000].map(grouped), ["1", "999", "1,000", "1,000,000"]);
    }
}
