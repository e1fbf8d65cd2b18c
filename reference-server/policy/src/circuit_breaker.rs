//! Stops calling a service that fails, and tries it now and then.

use crate::Nanoseconds;
use crate::sliding_window::SlidingWindow;

/// When a breaker opens, and how it closes again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CircuitBreakerConfig {
    /// Share of failed calls in the window, 0 to 1, at which it opens.
    pub failure_share: f64,
    /// With fewer calls in the window than this it stays closed.
    pub calls_min: u32,
    /// How far back it looks. It forgets in tenths of this.
    pub window: Nanoseconds,
    /// How long it stays open before it lets trial calls through.
    pub open_for: Nanoseconds,
    /// Trial calls it then lets through; it closes when all have succeeded. Zero counts as one.
    pub trials: u32,
}

/// A circuit breaker: closed, it lets calls through and watches them; open, it lets none through; half open, a few as a trial, of which
/// one failure opens it again.
///
/// M. Nygard, *Release It!* (Pragmatic Bookshelf, 2007; 2nd edition 2018), "Circuit Breaker", which counts failures; that a share of a
/// sliding window decides, and a minimum of calls, is how later libraries (Hystrix, resilience4j) do it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CircuitBreaker {
    state: State,
    window: SlidingWindow,
    /// Moves on with every change of state.
    epoch: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Closed,
    Open {
        until: Nanoseconds,
    },
    HalfOpen {
        since: Nanoseconds,
        let_through: u32,
        succeeded: u32,
    },
}

/// Allows one call, and belongs to its result: what a call says that began in an earlier state of the breaker is not heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "the result of the call must be recorded with it"]
pub struct Permit(u32);

/// What a breaker does with calls at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// Lets all through.
    Closed,
    /// Lets none through.
    Open,
    /// Lets a few through as a trial.
    HalfOpen,
}

impl CircuitBreaker {
    /// A closed breaker that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks to make a call at `now`; `None` while the breaker is open, and for all but the trials while it is half open.
    ///
    /// Trials whose results have not come after another `open_for` are given up for lost, and new ones are let through.
    #[must_use]
    pub fn admit(&mut self, config: &CircuitBreakerConfig, now: Nanoseconds) -> Option<Permit> {
        match &mut self.state {
            State::Closed => return Some(Permit(self.epoch)),
            State::Open { until } if now < *until => return None,
            State::HalfOpen { let_through, .. } if *let_through < config.trials => {
                *let_through += 1;
                return Some(Permit(self.epoch));
            }
            State::HalfOpen { since, .. } if now.saturating_sub(*since) < config.open_for => return None,
            State::Open { .. } | State::HalfOpen { .. } => {}
        }
        self.turn(State::HalfOpen { since: now, let_through: 1, succeeded: 0 });
        Some(Permit(self.epoch))
    }

    /// Tells the result of a call. A call that was neither answered in time nor failed need not be told of.
    pub fn record(&mut self, config: &CircuitBreakerConfig, permit: Permit, now: Nanoseconds, has_succeeded: bool) {
        if permit.0 != self.epoch {
            return;
        }
        match &mut self.state {
            State::Closed => {
                self.window.add(config.window, now, 1, u32::from(!has_succeeded));
                let counts = self.window.total(config.window, now);
                let is_share_reached = f64::from(counts.marked) >= config.failure_share * f64::from(counts.all);
                if !has_succeeded && counts.all >= config.calls_min && is_share_reached {
                    self.open(config, now);
                }
            }
            State::HalfOpen { succeeded, .. } if has_succeeded => {
                *succeeded += 1;
                if *succeeded >= config.trials {
                    self.window.clear();
                    self.turn(State::Closed);
                }
            }
            State::HalfOpen { .. } => self.open(config, now),
            // No permit is of an open breaker's epoch.
            State::Open { .. } => {}
        }
    }

    /// What it does with a call at `now`.
    pub fn state(&self, now: Nanoseconds) -> BreakerState {
        match self.state {
            State::Closed => BreakerState::Closed,
            State::Open { until } if now < until => BreakerState::Open,
            State::Open { .. } | State::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }

    fn open(&mut self, config: &CircuitBreakerConfig, now: Nanoseconds) {
        self.turn(State::Open { until: now.saturating_add(config.open_for) });
    }

    fn turn(&mut self, state: State) {
        self.state = state;
        self.epoch = self.epoch.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: CircuitBreakerConfig = CircuitBreakerConfig {
        failure_share: 0.5,
        calls_min: 4,
        window: Nanoseconds(1_000),
        open_for: Nanoseconds(500),
        trials: 2,
    };

    fn call(breaker: &mut CircuitBreaker, now: u64, has_succeeded: bool) -> bool {
        let permit = breaker.admit(&CONFIG, Nanoseconds(now));
        if let Some(permit) = permit {
            breaker.record(&CONFIG, permit, Nanoseconds(now), has_succeeded);
        }
        permit.is_some()
    }

    fn opened() -> CircuitBreaker {
        let mut breaker = CircuitBreaker::new();
        for (now, has_succeeded) in [(0, true), (1, true), (2, false), (3, false)] {
            assert!(call(&mut breaker, now, has_succeeded));
        }
        breaker
    }

    #[test]
    fn opens_at_the_share_and_not_before_the_minimum() {
        let mut breaker = CircuitBreaker::new();
        for now in 0..3 {
            assert!(call(&mut breaker, now, false));
        }
        assert_eq!(breaker.state(Nanoseconds(3)), BreakerState::Closed);
        assert!(call(&mut breaker, 3, false));
        assert_eq!(breaker.state(Nanoseconds(4)), BreakerState::Open);
        assert!(!call(&mut breaker, 502, true));
        assert_eq!(opened().state(Nanoseconds(502)), BreakerState::Open);
        assert_eq!(opened().state(Nanoseconds(503)), BreakerState::HalfOpen);
    }

    #[test]
    fn closes_when_all_trials_have_succeeded() {
        let mut breaker = opened();
        assert!(call(&mut breaker, 600, true));
        assert_eq!(breaker.state(Nanoseconds(600)), BreakerState::HalfOpen);
        assert!(call(&mut breaker, 601, true));
        assert_eq!(breaker.state(Nanoseconds(601)), BreakerState::Closed);
        // The failures before are forgotten.
        assert!(call(&mut breaker, 602, false) && call(&mut breaker, 603, false));
        assert_eq!(breaker.state(Nanoseconds(603)), BreakerState::Closed);
    }

    #[test]
    fn a_failed_trial_opens_it_again_and_only_trials_pass() {
        let mut breaker = opened();
        let trials = [breaker.admit(&CONFIG, Nanoseconds(600)), breaker.admit(&CONFIG, Nanoseconds(600))];
        assert!(trials.iter().all(Option::is_some));
        assert_eq!(breaker.admit(&CONFIG, Nanoseconds(600)), None);
        for trial in trials.into_iter().flatten() {
            breaker.record(&CONFIG, trial, Nanoseconds(700), false);
        }
        assert_eq!(breaker.state(Nanoseconds(1_199)), BreakerState::Open);
        assert_eq!(breaker.state(Nanoseconds(1_200)), BreakerState::HalfOpen);
    }

    #[test]
    fn results_of_calls_that_began_before_it_opened_do_not_count_as_trials() {
        let mut breaker = CircuitBreaker::new();
        let before = breaker.admit(&CONFIG, Nanoseconds(0)).expect("it is closed");
        for now in 0..4 {
            assert!(call(&mut breaker, now, false));
        }
        let trial = breaker.admit(&CONFIG, Nanoseconds(600)).expect("a trial");
        breaker.record(&CONFIG, before, Nanoseconds(601), false);
        assert_eq!(breaker.state(Nanoseconds(601)), BreakerState::HalfOpen);
        breaker.record(&CONFIG, trial, Nanoseconds(602), true);
        assert!(call(&mut breaker, 603, true));
        assert_eq!(breaker.state(Nanoseconds(603)), BreakerState::Closed);
    }

    #[test]
    fn lost_trials_do_not_keep_it_half_open_for_ever() {
        let mut breaker = opened();
        let lost = [breaker.admit(&CONFIG, Nanoseconds(600)), breaker.admit(&CONFIG, Nanoseconds(601))];
        assert!(lost.iter().all(Option::is_some));
        assert_eq!(breaker.admit(&CONFIG, Nanoseconds(1_099)), None);
        assert!(call(&mut breaker, 1_100, true) && call(&mut breaker, 1_101, true));
        assert_eq!(breaker.state(Nanoseconds(1_101)), BreakerState::Closed);
    }
}
