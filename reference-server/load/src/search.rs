//! The search for the largest rate at which an objective holds: what to try next, and what the trials come to.
//!
//! Three phases. *Explore*: rates double (or halve) in short windows until one holds and the next does not. *Narrow*: the interval
//! between is cut until it is narrow enough; a server that was offered too much has told by its throughput where to cut. Close results
//! are repeated with fresh luck and decided by the majority. *Sustain*: at the lower end the objective must hold for a longer time; when
//! it does not, that is a new upper end, and what shorter windows said above it is void.
//!
//! Pure: it is told what was measured and says what to measure.

use serde::{Deserialize, Serialize};

/// Windows at one rate at most, when they disagree.
const WINDOWS_AT_A_RATE_MAX: usize = 3;
/// Longer checks that may fail before nothing can be said.
const SUSTAIN_MAX: usize = 5;
/// Windows in which the driver may be the bottleneck at one rate before that is taken for the limit.
const LIMITED_MAX: usize = 2;
/// The first rate may be halved so often.
const HALVINGS_MAX: i32 = 6;
/// All windows of a search.
const TRIALS_MAX: usize = 60;

/// What is searched, and how closely.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// First rate, per second.
    pub from: f64,
    /// Largest rate.
    pub up_to: f64,
    /// Width of the interval at the end, as a share of the rate.
    pub precision: f64,
}

/// What a window is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// To find the order of magnitude.
    Explore,
    /// To cut the interval.
    Narrow,
    /// To see whether the objective holds for longer.
    Sustain,
}

/// What a window has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// The objective held, with room to spare.
    Holds,
    /// It held, but not by much: another window may say otherwise.
    BarelyHolds,
    /// It failed by a little.
    BarelyFails,
    /// It failed.
    Fails,
    /// The driver was the bottleneck.
    Limited,
}

impl Finding {
    fn holds(self) -> bool {
        matches!(self, Self::Holds | Self::BarelyHolds)
    }

    fn is_decisive(self) -> bool {
        matches!(self, Self::Holds | Self::Fails)
    }
}

/// A window that was measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Rate that was asked for, per second.
    pub rate: f64,
    /// What it was for.
    pub phase: Phase,
    /// What it has shown.
    pub finding: Finding,
    /// Answers in time per second.
    pub goodput_per_second: f64,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Measure a window.
    Try {
        /// Rate, per second.
        rate: f64,
        /// What for.
        phase: Phase,
    },
    /// The search is over.
    Done(Outcome),
}

/// What the search has come to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Outcome {
    /// The objective holds at `low`, for long, and fails at `high`.
    Found {
        /// Largest rate at which it holds.
        low: f64,
        /// Smallest rate at which it does not.
        high: f64,
    },
    /// It holds up to the largest rate that may be tried.
    AtLeast {
        /// That rate.
        low: f64,
    },
    /// It holds at `low`; beyond, the driver is the bottleneck.
    GeneratorLimited {
        /// Largest rate at which it holds; nothing when the driver was the bottleneck from the start.
        low: Option<f64>,
        /// Rate at which the driver did not keep up.
        limit: f64,
    },
    /// It holds at no rate that was tried.
    NotMet {
        /// Smallest rate that was tried.
        high: f64,
    },
    /// The windows contradict one another.
    Unclear,
}

/// A search under way.
#[derive(Clone, Debug)]
pub struct Search {
    bounds: Bounds,
    trials: Vec<Trial>,
}

impl Search {
    /// A search that has not tried anything yet.
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, trials: Vec::new() }
    }

    /// What was tried.
    pub fn trials(&self) -> &[Trial] {
        &self.trials
    }

    /// A window was measured.
    pub fn note(&mut self, trial: Trial) {
        self.trials.push(trial);
    }

    /// What to do next.
    pub fn next(&self) -> Step {
        if self.trials.len() >= TRIALS_MAX {
            return Step::Done(Outcome::Unclear);
        }
        if let Some(repeat) = self.repeat() {
            return repeat;
        }
        let (low, high) = (self.low(), self.high());
        match (low, high) {
            (None, None) => match self.limit(0.0) {
                Some(limit) => Step::Done(Outcome::GeneratorLimited { low: None, limit }),
                None => Step::Try { rate: self.bounds.from, phase: Phase::Explore },
            },
            (Some(low), None) => self.up(low),
            (None, Some(high)) => self.down(high),
            (Some(low), Some(high)) => self.between(low, high),
        }
    }

    /// The last rate once more, if what was seen there is not clear yet.
    fn repeat(&self) -> Option<Step> {
        let last = self.trials.last()?;
        let here: Vec<&Trial> = self.at(last.rate, last.phase).collect();
        let limited = here.iter().filter(|trial| trial.finding == Finding::Limited).count();
        let again = Some(Step::Try { rate: last.rate, phase: last.phase });
        if limited == here.len() {
            return if limited < LIMITED_MAX { again } else { None };
        }
        if last.phase == Phase::Explore || here.iter().any(|trial| trial.finding.is_decisive()) {
            return None;
        }
        let holding = here.iter().filter(|trial| trial.finding.holds()).count();
        let failing = here.len() - limited - holding;
        let is_decided = holding.max(failing) * 2 > WINDOWS_AT_A_RATE_MAX || here.len() >= WINDOWS_AT_A_RATE_MAX;
        if is_decided || last.phase == Phase::Sustain { None } else { again }
    }

    fn at(&self, rate: f64, phase: Phase) -> impl Iterator<Item = &Trial> {
        self.trials.iter().filter(move |trial| trial.phase == phase && same(trial.rate, rate))
    }

    /// Whether the objective holds at a rate by the windows of one phase; nothing when that is not known.
    fn verdict(&self, rate: f64, phase: Phase) -> Option<bool> {
        let known: Vec<&Trial> = self.at(rate, phase).filter(|trial| trial.finding != Finding::Limited).collect();
        if let Some(decisive) = known.iter().rev().find(|trial| trial.finding.is_decisive()) {
            return Some(decisive.finding.holds());
        }
        let holding = known.iter().filter(|trial| trial.finding.holds()).count();
        (!known.is_empty()).then_some(holding * 2 > known.len())
    }

    /// Smallest rate at which the objective fails.
    fn high(&self) -> Option<f64> {
        let fails = self.trials.iter().filter(|trial| {
            // A longer window outranks a shorter one at the same rate.
            let longest = [Phase::Sustain, Phase::Narrow, Phase::Explore];
            longest.into_iter().find_map(|phase| self.verdict(trial.rate, phase)) == Some(false)
        });
        fails.map(|trial| self.fails_from(trial)).min_by(f64::total_cmp)
    }

    /// From which rate on a failed trial says that the objective fails. A longer check tells by its throughput what the server keeps up,
    /// and shorter windows that held above it are void; unless it collapsed, which says nothing of what it could do.
    fn fails_from(&self, trial: &Trial) -> f64 {
        let kept_up = trial.goodput_per_second * (1.0 + self.bounds.precision / 3.0);
        let tells = trial.phase == Phase::Sustain && trial.finding != Finding::Limited && kept_up > trial.rate / 2.0;
        if tells { trial.rate.min(kept_up) } else { trial.rate }
    }

    /// Largest rate at which it holds, below the smallest at which it fails.
    fn low(&self) -> Option<f64> {
        let high = self.high().unwrap_or(f64::INFINITY);
        let holds = self.trials.iter().filter(|trial| {
            trial.rate < high
                && [Phase::Sustain, Phase::Narrow, Phase::Explore]
                    .into_iter()
                    .find_map(|phase| self.verdict(trial.rate, phase))
                    == Some(true)
        });
        holds.map(|trial| trial.rate).max_by(f64::total_cmp)
    }

    /// Smallest rate above `low` at which the driver did not keep up.
    fn limit(&self, low: f64) -> Option<f64> {
        let limited = self.trials.iter().filter(|trial| {
            trial.rate > low && self.at(trial.rate, trial.phase).all(|trial| trial.finding == Finding::Limited)
        });
        limited.map(|trial| trial.rate).min_by(f64::total_cmp)
    }

    fn up(&self, low: f64) -> Step {
        if let Some(limit) = self.limit(low) {
            return Step::Done(Outcome::GeneratorLimited { low: Some(low), limit });
        }
        if low >= self.bounds.up_to {
            return match self.verdict(low, Phase::Sustain) {
                Some(_) => Step::Done(Outcome::AtLeast { low }),
                None => Step::Try { rate: low, phase: Phase::Sustain },
            };
        }
        Step::Try { rate: (low * 2.0).min(self.bounds.up_to), phase: Phase::Explore }
    }

    fn down(&self, high: f64) -> Step {
        if high <= self.bounds.from * 0.5_f64.powi(HALVINGS_MAX) {
            return Step::Done(Outcome::NotMet { high });
        }
        Step::Try { rate: high / 2.0, phase: Phase::Explore }
    }

    fn between(&self, low: f64, high: f64) -> Step {
        if let Some(limit) = self.limit(low).filter(|limit| *limit < high) {
            return Step::Done(Outcome::GeneratorLimited { low: Some(low), limit });
        }
        let precision = self.bounds.precision;
        if high - low > precision * high * 1.000_001 {
            return Step::Try { rate: self.cut(low, high), phase: Phase::Narrow };
        }
        let failures =
            self.trials.iter().filter(|trial| trial.phase == Phase::Sustain && !trial.finding.holds()).count();
        match self.verdict(low, Phase::Sustain) {
            Some(true) => Step::Done(Outcome::Found { low, high }),
            _ if failures >= SUSTAIN_MAX => Step::Done(Outcome::Unclear),
            _ => Step::Try { rate: low, phase: Phase::Sustain },
        }
    }

    /// Where to cut the interval: beside the throughput of a server that was offered too much, or in the middle.
    fn cut(&self, low: f64, high: f64) -> f64 {
        let margin = self.bounds.precision / 3.0;
        let overloaded =
            self.trials.iter().rev().find(|trial| !trial.finding.holds() && trial.finding != Finding::Limited);
        if let Some(throughput) = overloaded.map(|trial| trial.goodput_per_second) {
            for candidate in [throughput * (1.0 - margin), throughput * (1.0 + margin)] {
                // Only where it cuts off something worth a window.
                if candidate > low * (1.0 + margin) && candidate < high * (1.0 - margin) {
                    return candidate;
                }
            }
        }
        (low * high).sqrt()
    }
}

fn same(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { from: 20.0, up_to: 20_000.0, precision: 0.03 };

    /// A server with a capacity: beyond it, it falls behind, and short windows see that less.
    fn server(capacity: f64, rate: f64, phase: Phase) -> (Finding, f64) {
        let blur = match phase {
            Phase::Explore => 0.12,
            Phase::Narrow => 0.04,
            Phase::Sustain => 0.01,
        };
        let over = rate / capacity - 1.0;
        let finding = if over < -blur / 2.0 {
            Finding::Holds
        } else if over < blur {
            Finding::BarelyHolds
        } else if over < blur * 1.5 {
            Finding::BarelyFails
        } else {
            Finding::Fails
        };
        (finding, rate.min(capacity))
    }

    fn search(mut answer: impl FnMut(f64, Phase) -> (Finding, f64)) -> (Outcome, Vec<Trial>) {
        let mut search = Search::new(BOUNDS);
        loop {
            match search.next() {
                Step::Done(outcome) => return (outcome, search.trials().to_vec()),
                Step::Try { rate, phase } => {
                    let (finding, goodput_per_second) = answer(rate, phase);
                    search.note(Trial { rate, phase, finding, goodput_per_second });
                }
            }
        }
    }

    #[test]
    fn any_capacity_is_found_within_its_precision_and_in_few_windows() {
        for capacity in [1.0, 7.3, 20.0, 21.0, 39.9, 40.1, 100.0, 317.0, 1000.0, 4321.0, 18_000.0] {
            let (outcome, trials) = search(|rate, phase| server(capacity, rate, phase));
            let Outcome::Found { low, high } = outcome else { panic!("{capacity}: {outcome:?} after {trials:?}") };
            assert!((low / capacity - 1.0).abs() < 0.045, "{capacity}: {low} to {high}");
            assert!(high - low <= 0.031 * high, "{capacity}: {low} to {high}");
            let long = trials.iter().filter(|trial| trial.phase != Phase::Explore).count();
            assert!(long <= 14, "{capacity}: {long} windows: {trials:?}");
        }
    }

    #[test]
    fn a_longer_check_that_fails_voids_what_shorter_ones_said() {
        // A server that tires: after half a minute it does only nine tenths.
        let (outcome, _) = search(|rate, phase| {
            let capacity = if phase == Phase::Sustain { 90.0 } else { 100.0 };
            server(capacity, rate, phase)
        });
        let Outcome::Found { low, .. } = outcome else { panic!("{outcome:?}") };
        assert!(low < 92.0 && low > 80.0, "{low}");
    }

    #[test]
    fn close_results_are_decided_by_the_majority() {
        let mut luck = 0;
        let (outcome, trials) = search(|rate, phase| {
            let (finding, goodput) = server(100.0, rate, phase);
            if finding.is_decisive() {
                return (finding, goodput);
            }
            luck += 1;
            (if luck % 3 == 0 { Finding::BarelyFails } else { Finding::BarelyHolds }, goodput)
        });
        assert!(matches!(outcome, Outcome::Found { .. }), "{outcome:?}");
        let narrow: Vec<f64> =
            trials.iter().filter(|trial| trial.phase == Phase::Narrow).map(|trial| trial.rate).collect();
        assert!(narrow.windows(2).any(|pair| same(pair[0], pair[1])), "{narrow:?}");
    }

    #[test]
    fn the_drivers_limit_is_no_capacity() {
        let limited = |rate: f64, phase| if rate > 300.0 { (Finding::Limited, rate) } else { server(1e9, rate, phase) };
        let (outcome, trials) = search(limited);
        assert_eq!(outcome, Outcome::GeneratorLimited { low: Some(160.0), limit: 320.0 });
        assert_eq!(trials.iter().filter(|trial| trial.finding == Finding::Limited).count(), LIMITED_MAX);
        // Limited once is no limit yet.
        let mut is_first = true;
        let (outcome, _) = search(|rate, phase| {
            if rate > 30.0 && std::mem::take(&mut is_first) {
                (Finding::Limited, rate)
            } else {
                server(100.0, rate, phase)
            }
        });
        assert!(matches!(outcome, Outcome::Found { .. }), "{outcome:?}");
    }

    #[test]
    fn too_slow_and_too_fast_servers_are_said_to_be_that() {
        let (outcome, _) = search(|_, _| (Finding::Fails, 0.0));
        assert_eq!(outcome, Outcome::NotMet { high: 0.3125 });
        let (outcome, trials) = search(|rate, phase| server(1e9, rate, phase));
        assert_eq!(outcome, Outcome::AtLeast { low: 20_000.0 });
        assert_eq!(trials.last().unwrap().phase, Phase::Sustain);
        let (outcome, _) = search(|rate, _| (Finding::Limited, rate));
        assert_eq!(outcome, Outcome::GeneratorLimited { low: None, limit: 20.0 });
    }

    #[test]
    fn a_server_of_moods_ends_the_search_all_the_same() {
        let mut luck = 12_345_u64;
        let (_, trials) = search(|rate, _| {
            luck = luck.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let findings = [Finding::Holds, Finding::BarelyHolds, Finding::BarelyFails, Finding::Fails];
            (findings[(luck >> 60) as usize % 4], rate)
        });
        assert!(trials.len() <= TRIALS_MAX);
    }
}
