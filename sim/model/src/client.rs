//! A client without a world around it: what the app does after a failure, and the hand that taps it.
//!
//! The simulated app and a load driver both decide through this, with the same draws from the person's stream of taps, so that a real
//! client tries again exactly when the simulated one does. Time-outs are the caller's: it says when an attempt has failed.

use crate::luck::{AttemptLuck, Luck, draws_before};
use crate::policies;
use crate::purpose::Purpose;
use crate::sampler::Sampler;
use stranded_engine::{Span, Stream, Time};
use stranded_policy::{
    AdaptiveThrottle, AdaptiveThrottleConfig, CircuitBreaker, CircuitBreakerConfig, Nanoseconds, Permit, RetryBudget,
    RetryBudgetConfig, RetryPolicy,
};
use stranded_scenario::Scenario;
use stranded_scenario::section::{RetryDeposit, Tapping};

/// No person taps faster than this; it also keeps a growth of zero from tapping for ever within one moment. Plain requests are no
/// fingers: their gaps are drawn as the scenario says, or a short exponential orbit would not be exponential.
const GAP_MIN_SECONDS: f64 = 0.05;

/// What all clients of a scenario have in common (`[app]`, `[renter]`).
#[derive(Clone, Debug)]
pub struct ClientPolicy {
    retry: RetryPolicy,
    budget: Option<RetryBudgetConfig>,
    /// Requests pay into the budget, not successes.
    pays_per_request: bool,
    guards: Option<GuardPolicy>,
    pub(crate) log_in_again: f64,
    log_in_after_failure: f64,
    tap: GrowingGap,
    pause: GrowingGap,
    persistence: f64,
    come_back: f64,
}

/// What may hold an attempt back.
#[derive(Clone, Copy, Debug)]
struct GuardPolicy {
    breaker: Option<CircuitBreakerConfig>,
    throttle: Option<AdaptiveThrottleConfig>,
}

/// What a client remembers from one request to the next. Every phone has its own; plain requests all come from one client and share it.
#[derive(Clone, Debug)]
pub struct Safeguards {
    budget: RetryBudget,
    /// Nothing where nothing holds back, so that a phone stays small.
    guards: Option<Box<Guards>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Guards {
    breaker: CircuitBreaker,
    throttle: AdaptiveThrottle,
}

/// How far a client has come with its present intent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ClientState {
    /// Attempts of the app for the present tap that have failed.
    tries: u32,
    previous_backoff: Nanoseconds,
    /// Failed taps in this bout, and bouts so far.
    taps: u8,
    bouts: u8,
    /// The breaker's for the attempt under way.
    permit: Permit,
}

/// What the hand does when the app has given up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tap {
    /// The failure has sent the person back to the log-in.
    pub(crate) log_in: bool,
    /// The gap before another tap; `None` when the person has enough for now.
    pub(crate) gap: Option<Span>,
}

impl ClientPolicy {
    /// The clients of a valid scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let (app, renter) = (&scenario.app, &scenario.renter);
        let gap_min = if scenario.arrivals.is_some() { 0.0 } else { GAP_MIN_SECONDS };
        Self {
            retry: policies::retry(&app.retry),
            budget: app.retry_budget.as_ref().map(policies::retry_budget),
            pays_per_request: app.retry_budget.as_ref().is_some_and(|it| it.deposit == RetryDeposit::PerRequest),
            guards: (app.circuit_breaker.is_some() || app.adaptive_throttle.is_some()).then(|| GuardPolicy {
                breaker: app.circuit_breaker.as_ref().map(policies::circuit_breaker),
                throttle: app.adaptive_throttle.as_ref().map(policies::adaptive_throttle),
            }),
            log_in_again: app.log_in_again.value(),
            log_in_after_failure: app.log_in_after_failure.value(),
            tap: GrowingGap::new(&renter.tap, gap_min),
            pause: GrowingGap::new(&renter.pause, gap_min),
            persistence: renter.persistence.value(),
            come_back: renter.come_back.value(),
        }
    }

    /// The memory of a client that has not sent anything yet.
    pub fn safeguards(&self) -> Safeguards {
        let nobody_draws_from_it = RetryBudgetConfig::new(0.0, 0.0, 0.0);
        Safeguards {
            budget: RetryBudget::new(&self.budget.unwrap_or(nobody_draws_from_it)),
            guards: self.guards.map(|_| Box::default()),
        }
    }

    /// Whether anything may hold attempts back.
    pub(crate) fn holds_back(&self) -> bool {
        self.guards.is_some()
    }

    /// Whether an attempt that is due at `now` may be sent. `is_first`: it is the first one of its request. `luck` is a stream of the
    /// attempt's own.
    #[inline]
    pub(crate) fn admits(
        &self,
        state: &mut ClientState,
        safeguards: &mut Safeguards,
        is_first: bool,
        now: Time,
        luck: impl FnOnce() -> Stream,
    ) -> bool {
        if is_first
            && self.pays_per_request
            && let Some(budget) = &self.budget
        {
            safeguards.budget.deposit(budget);
        }
        let (Some(policy), Some(guards)) = (&self.guards, &mut safeguards.guards) else { return true };
        let now = Nanoseconds(now.as_nanoseconds());
        // The throttle comes first: a breaker's trial should not be lost to it.
        if let Some(config) = &policy.throttle
            && !guards.throttle.admits(config, now, luck().uniform())
        {
            return false;
        }
        let Some(config) = &policy.breaker else { return true };
        guards.breaker.admit(config, now).is_some_and(|permit| {
            state.permit = permit;
            true
        })
    }

    /// An attempt was answered in time.
    #[inline]
    pub(crate) fn note_answer(&self, state: &mut ClientState, safeguards: &mut Safeguards, now: Time) {
        state.tries = 0;
        if let Some(budget) = &self.budget
            && !self.pays_per_request
        {
            safeguards.budget.deposit(budget);
        }
        self.note_outcome(state, safeguards, true, now);
    }

    /// An attempt that was sent has failed.
    #[inline]
    pub(crate) fn note_failure(&self, state: &ClientState, safeguards: &mut Safeguards, now: Time) {
        self.note_outcome(state, safeguards, false, now);
    }

    #[inline]
    fn note_outcome(&self, state: &ClientState, safeguards: &mut Safeguards, has_succeeded: bool, now: Time) {
        let (Some(policy), Some(guards)) = (&self.guards, &mut safeguards.guards) else { return };
        let now = Nanoseconds(now.as_nanoseconds());
        if let Some(config) = &policy.breaker {
            guards.breaker.record(config, state.permit, now, has_succeeded);
        }
        if let Some(config) = &policy.throttle
            && has_succeeded
        {
            guards.throttle.accepted(config, now);
        }
    }

    /// An attempt has failed: the pause before the app tries again by itself; `None` when it gives up.
    #[inline]
    pub(crate) fn retry(
        &self,
        state: &mut ClientState,
        safeguards: &mut Safeguards,
        stream: &mut Stream,
    ) -> Option<Span> {
        state.tries = state.tries.saturating_add(1);
        let delay = self.retry.delay(state.tries, state.previous_backoff, stream.uniform());
        if let Some(delay) = delay
            && (self.budget.is_none() || safeguards.budget.try_withdraw())
        {
            state.previous_backoff = delay;
            return Some(Span::from_nanoseconds(delay.0));
        }
        state.tries = 0;
        state.previous_backoff = Nanoseconds::ZERO;
        None
    }

    /// The app has given up: whether the person taps again.
    #[inline]
    pub(crate) fn tap(&self, state: &mut ClientState, stream: &mut Stream) -> Tap {
        let taps = state.taps;
        state.taps = taps.saturating_add(1);
        let log_in = stream.chance(self.log_in_after_failure);
        let persists = stream.chance(self.persistence);
        let gap = persists.then(|| self.tap.span(taps, stream));
        if gap.is_none() {
            state.taps = 0;
        }
        Tap { log_in, gap }
    }

    /// The person has tapped enough for now: whether they come back even to what they can do without, and after which pause.
    #[inline]
    pub(crate) fn pause(&self, state: &mut ClientState, stream: &mut Stream) -> (bool, Span) {
        let bouts = state.bouts;
        state.bouts = bouts.saturating_add(1);
        (stream.chance(self.come_back), self.pause.span(bouts, stream))
    }

    /// The gap before the first tap of somebody whose attempt has failed before the start.
    pub(crate) fn first_gap(&self, stream: &mut Stream) -> Span {
        self.tap.span(0, stream)
    }
}

/// A gap that grows with every failure.
#[derive(Clone, Debug)]
struct GrowingGap {
    gap: Sampler,
    growth: f64,
    scale_max: f64,
    min_seconds: f64,
}

impl GrowingGap {
    fn new(section: &Tapping, min_seconds: f64) -> Self {
        let gap = Sampler::new(&section.gap);
        // The longest gap ends the growth; it does not shorten a first gap that is longer already.
        let scale_max = (section.gap_max.as_seconds() / gap.centre_seconds().max(1e-9)).max(1.0);
        Self { gap, growth: section.growth.value(), scale_max, min_seconds }
    }

    /// The gap after `failures` failures before this one.
    fn span(&self, failures: u8, stream: &mut Stream) -> Span {
        let scale = libm::pow(self.growth, f64::from(failures)).min(self.scale_max);
        Span::from_seconds((scale * self.gap.seconds(stream)).max(self.min_seconds))
    }
}

/// The client of one plain request, from its first attempt until it is answered or given up.
#[derive(Clone, Debug)]
pub struct Client {
    luck: Luck,
    person: u64,
    attempts: u32,
    state: ClientState,
    taps: Stream,
    is_held_back: bool,
}

/// What becomes of an attempt that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Sending {
    /// It is sent, with this luck.
    Sent(AttemptLuck),
    /// The client's own safeguards hold it back: it has failed at once, and nothing was sent. Go on with [`Client::failed`].
    HeldBack,
}

/// What follows a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum AfterFailure {
    /// The app tries again by itself after this long.
    RetryAfter(Span),
    /// The person taps again after this long.
    TapAgain(Span),
    /// Nobody tries again.
    GivenUp,
}

impl Client {
    /// The client of a request of a [`PlainSchedule`](crate::schedule::PlainSchedule) with the luck of its replication.
    pub fn begin(policy: &ClientPolicy, luck: Luck, person: u64) -> Self {
        let mut taps = luck.person(person, Purpose::Tap, 0);
        // The world asks every intent whether a log-in comes first; a plain request has none, and draws all the same.
        let _ = taps.chance(policy.log_in_again);
        Self { luck, person, attempts: 0, state: ClientState::default(), taps, is_held_back: false }
    }

    /// An attempt is due at `now`, counted since the calendar's start.
    pub fn send(&mut self, policy: &ClientPolicy, safeguards: &mut Safeguards, now: Time) -> Sending {
        self.attempts += 1;
        let luck = || self.luck.person(self.person, Purpose::Safeguard, draws_before(self.attempts));
        self.is_held_back = !policy.admits(&mut self.state, safeguards, self.attempts == 1, now, luck);
        if self.is_held_back {
            return Sending::HeldBack;
        }
        Sending::Sent(AttemptLuck::new(self.luck, self.person, self.attempts))
    }

    /// The attempt was answered in time, at `now`: the request is over.
    pub fn answered(&mut self, policy: &ClientPolicy, safeguards: &mut Safeguards, now: Time) {
        policy.note_answer(&mut self.state, safeguards, now);
    }

    /// The attempt has failed at `now`: refused, timed out, or held back.
    pub fn failed(&mut self, policy: &ClientPolicy, safeguards: &mut Safeguards, now: Time) -> AfterFailure {
        if !self.is_held_back {
            policy.note_failure(&self.state, safeguards, now);
        }
        if let Some(delay) = policy.retry(&mut self.state, safeguards, &mut self.taps) {
            return AfterFailure::RetryAfter(delay);
        }
        match policy.tap(&mut self.state, &mut self.taps).gap {
            Some(gap) => AfterFailure::TapAgain(gap),
            None => AfterFailure::GivenUp,
        }
    }

    /// Attempts so far, those held back included.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}
