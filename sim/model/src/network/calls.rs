//! Calls from one service to the next that the caller watches over: it stops waiting after a time-out, tries again, and stops calling
//! a service that fails.
//!
//! Without such a policy a request simply goes down the chain. With one, every call is a request of its own at the called service,
//! because the caller may turn its back on it while it is still worked on there.

use super::{Departure, Network, Request, RequestIndex};
use crate::event::Event;
use crate::sampler::span;
use crate::service_draws;
use crate::world::Agenda;
use stranded_engine::{Span, Time};
use stranded_policy::{CircuitBreaker, CircuitBreakerConfig, Nanoseconds, Permit, RetryPolicy};
use stranded_scenario::section::Call;

/// What a service does about its calls.
#[derive(Clone, Debug)]
pub(super) struct CallPolicy {
    timeout: Span,
    retry: RetryPolicy,
    breaker: Option<(CircuitBreakerConfig, CircuitBreaker)>,
}

impl CallPolicy {
    /// `None` where the scenario has no policy for the call: all of them need a time-out.
    pub(super) fn new(section: &Call) -> Option<Self> {
        Some(Self {
            timeout: span(section.timeout?),
            retry: section.retry.as_ref().map_or(RetryPolicy::NEVER, crate::policies::retry),
            breaker: section
                .circuit_breaker
                .as_ref()
                .map(|section| (crate::policies::circuit_breaker(section), CircuitBreaker::new())),
        })
    }
}

/// All watched calls of a chain.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    /// Policies by the depth of the caller.
    policies: Vec<Option<CallPolicy>>,
    /// By the request's place among those in the services.
    states: Vec<CallState>,
    /// Numbers given to calls.
    numbers: u32,
    /// Calls under way whose callers wait for them: both are requests in the services, and one counts.
    pub(super) paired: usize,
}

/// A request's part in calls.
#[derive(Clone, Copy, Debug, Default)]
struct CallState {
    /// What it is a call of.
    of: Option<Caller>,
    /// The number of the call it waits for, or of the pause before the next; 0 for none.
    awaits: u32,
    /// That call is still in the services.
    is_under_way: bool,
    /// Its calls that have failed.
    failed: u32,
    previous_backoff: Nanoseconds,
    permit: Option<Permit>,
}

/// Who called.
#[derive(Clone, Copy, Debug)]
struct Caller {
    request: RequestIndex,
    number: u32,
    /// Depth of the service that was called.
    depth: u8,
}

impl Calls {
    /// `None` where no service of the chain watches over its calls.
    pub(super) fn new(policies: Vec<Option<CallPolicy>>) -> Option<Box<Self>> {
        let is_watched = policies.iter().any(Option::is_some);
        is_watched.then(|| Box::new(Self { policies, ..Self::default() }))
    }

    fn next_number(&mut self) -> u32 {
        self.numbers = self.numbers.wrapping_add(1).max(1);
        self.numbers
    }

    /// A place is taken by a new request.
    pub(super) fn begin(&mut self, index: RequestIndex) {
        let place = index as usize;
        if self.states.len() <= place {
            self.states.resize(place + 1, CallState::default());
        }
        self.states[place] = CallState::default();
    }

    /// The breaker of a caller hears how its call has ended, if it let one through.
    fn note(&mut self, depth: usize, request: RequestIndex, now: Time, has_succeeded: bool) {
        let permit = self.states[request as usize].permit.take();
        let policy = self.policies[depth].as_mut();
        if let (Some(permit), Some((config, breaker))) = (permit, policy.and_then(|it| it.breaker.as_mut())) {
            breaker.record(config, permit, Nanoseconds(now.as_nanoseconds()), has_succeeded);
        }
    }
}

impl Network {
    /// Whether the service watches over its calls.
    pub(super) fn watches_calls(&self, depth: usize) -> bool {
        self.calls.as_ref().is_some_and(|calls| calls.policies[depth].is_some())
    }

    /// Depth of the service at which a request entered: that of the chain's entry, or of the one that was called.
    pub(super) fn entered_at(&self, index: RequestIndex) -> usize {
        let of = self.calls.as_ref().and_then(|calls| calls.states[index as usize].of);
        of.map_or(0, |caller| usize::from(caller.depth))
    }

    /// A request calls the next service and waits.
    pub(super) fn call(&mut self, index: RequestIndex, now: Time, scheduler: &mut Agenda<'_>) {
        let depth = usize::from(self.requests[index as usize].depth);
        let Some(calls) = self.calls.as_mut() else { return };
        let number = calls.next_number();
        let Some(policy) = calls.policies[depth].as_mut() else { return };
        let permit = match &mut policy.breaker {
            None => Some(Permit::default()),
            Some((config, breaker)) => breaker.admit(config, Nanoseconds(now.as_nanoseconds())),
        };
        let gives_up = now + policy.timeout;
        let state = &mut calls.states[index as usize];
        state.awaits = number;
        state.permit = permit;
        state.is_under_way = permit.is_some();
        // The draws of a call are set aside whether it is made or not, so that a breaker shifts nobody's luck.
        let request = &mut self.requests[index as usize];
        let stream = service_draws::call(&mut request.stream);
        if permit.is_none() {
            scheduler.after(Span::ZERO, Event::CallFailed { request: index, call: number });
            return;
        }
        let handed_on = Request {
            depth: depth as u8 + 1,
            left: false,
            waited: Span::ZERO,
            is_worked_on: false,
            // The called service is told how long its caller waits, if it cares.
            deadline: gives_up.min(request.deadline),
            stream,
            ..*request
        };
        calls.paired += 1;
        let of = Caller { request: index, number, depth: depth as u8 + 1 };
        let place = self.take_in(handed_on);
        if let Some(calls) = self.calls.as_mut() {
            calls.states[place as usize].of = Some(of);
        }
        scheduler.at(gives_up, Event::CallFailed { request: index, call: number });
        self.enter(place, now, scheduler);
    }

    /// The services are done with a request: its client hears of it, or the service that called.
    pub(super) fn depart(&mut self, index: RequestIndex, departure: Departure, now: Time, scheduler: &mut Agenda<'_>) {
        let of = self.calls.as_mut().and_then(|calls| calls.states[index as usize].of.take());
        let (Some(caller), Some(calls)) = (of, self.calls.as_mut()) else {
            self.departures.push(departure);
            return;
        };
        let state = &mut calls.states[caller.request as usize];
        if state.awaits != caller.number || !state.is_under_way {
            // Its caller has given it up: all the work was for nothing.
            return;
        }
        state.is_under_way = false;
        calls.paired -= 1;
        match departure {
            Departure::Answered(answered) => {
                state.awaits = 0;
                calls.note(usize::from(caller.depth) - 1, caller.request, now, true);
                let request = &mut self.requests[caller.request as usize];
                request.waited = request.waited + answered.waited;
                self.call_over(caller.request, now, scheduler);
            }
            Departure::Refused { told: Some(told), .. } => {
                scheduler.after(told, Event::CallFailed { request: caller.request, call: caller.number });
            }
            // Nobody tells the caller: it waits for its time-out.
            Departure::Refused { told: None, .. } => {}
        }
    }

    /// A request's call has been answered: it is done at its own service.
    fn call_over(&mut self, index: RequestIndex, now: Time, scheduler: &mut Agenda<'_>) {
        let depth = usize::from(self.requests[index as usize].depth);
        if self.services[depth].blocking {
            self.completed(depth, index, false, now);
            self.release_worker(depth, now, scheduler);
        }
        self.finish(index, now, scheduler);
    }

    /// A call is refused, held back by the breaker, or not answered in time; nothing if it was over before.
    pub(crate) fn call_failed(&mut self, index: RequestIndex, number: u32, now: Time, scheduler: &mut Agenda<'_>) {
        let Some(calls) = self.calls.as_mut() else { return };
        if calls.states[index as usize].awaits != number {
            return;
        }
        let request = &mut self.requests[index as usize];
        let depth = usize::from(request.depth);
        calls.note(depth, index, now, false);
        let next = calls.next_number();
        let state = &mut calls.states[index as usize];
        calls.paired -= usize::from(std::mem::take(&mut state.is_under_way));
        state.failed = state.failed.saturating_add(1);
        let Some(policy) = &calls.policies[depth] else { return };
        // A service that heeds whether its client has gone does not try again for one that has.
        let is_abandoned = self.services[depth].cancel_abandoned && request.deadline <= now;
        let delay = policy
            .retry
            .delay(state.failed, state.previous_backoff, request.stream.uniform())
            .filter(|_| !is_abandoned);
        if let Some(delay) = delay {
            state.previous_backoff = delay;
            state.awaits = next;
            let delay = Span::from_nanoseconds(delay.0);
            scheduler.after(delay, Event::CallAgain { request: index, call: next });
            return;
        }
        state.awaits = 0;
        if self.services[depth].blocking {
            self.completed(depth, index, true, now);
            self.release_worker(depth, now, scheduler);
        }
        self.fail(index, now, scheduler);
    }

    /// The pause before another call is over.
    pub(crate) fn call_again(&mut self, index: RequestIndex, number: u32, now: Time, scheduler: &mut Agenda<'_>) {
        if self.calls.as_ref().is_some_and(|calls| calls.states[index as usize].awaits == number) {
            self.call(index, now, scheduler);
        }
    }
}
