//! How a service calls the next one: plainly, or watching over the call as `service.X.calls` says.

use super::next::{Answer, Call, CallError, NextService};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use stranded_model::luck::{AttemptLuck, call as draws_of_a_call};
use stranded_model::policies;
use stranded_policy::{CircuitBreaker, CircuitBreakerConfig, Nanoseconds, Permit, RetryPolicy};
use stranded_scenario::section;

/// The next service and what is done about calls that fail. Without a time-out in the scenario a request simply goes down the chain, and
/// what the next service says is the answer.
pub(crate) struct Caller {
    next: Arc<dyn NextService>,
    policy: Option<CallPolicy>,
}

struct CallPolicy {
    timeout: Duration,
    retry: RetryPolicy,
    breaker: Option<Breaker>,
}

struct Breaker {
    config: CircuitBreakerConfig,
    state: Mutex<CircuitBreaker>,
}

/// A request that calls.
pub(crate) struct CallingRequest<'a> {
    /// Its luck, for the place of its stream.
    pub(crate) luck: AttemptLuck,
    /// What it has drawn so far.
    pub(crate) stream: stranded_engine::Stream,
    /// Tells the time since the service started, in its nanoseconds.
    pub(crate) now: &'a (dyn Fn() -> Nanoseconds + Sync),
    /// When its client stops waiting; [`Nanoseconds::MAX`] when it did not say.
    pub(crate) deadline: Nanoseconds,
    /// Whether nobody tries again for it, asked after each failed call.
    pub(crate) is_given_up: &'a (dyn Fn() -> bool + Sync),
}

/// A call that came to nothing, and the luck of the request that made it.
pub(crate) struct CallFailure {
    pub(crate) error: CallError,
    /// For the draw of how the service refuses its own client; absent where nobody watched over the call.
    pub(crate) stream: Option<stranded_engine::Stream>,
}

impl Caller {
    pub(crate) fn new(next: Arc<dyn NextService>, section: Option<&section::Call>) -> Self {
        let policy = section.and_then(|section| {
            let breaker = section.circuit_breaker.as_ref().map(policies::circuit_breaker);
            Some(CallPolicy {
                timeout: Duration::from_nanos(section.timeout?.as_nanoseconds()),
                retry: section.retry.as_ref().map_or(RetryPolicy::NEVER, policies::retry),
                breaker: breaker.map(|config| Breaker { config, state: Mutex::new(CircuitBreaker::new()) }),
            })
        });
        Self { next, policy }
    }

    /// Calls until there is an answer or the policy has enough. `call` is the call to make; its luck and patience are filled in here.
    pub(crate) async fn call(&self, mut request: CallingRequest<'_>, call: Call) -> Result<Answer, CallFailure> {
        let Some(policy) = &self.policy else {
            let luck = request.luck.after(&request.stream);
            let patience = request.patience();
            let answer = self.next.call(Call { luck, patience, ..call }).await;
            return answer.map_err(|error| CallFailure { error, stream: None });
        };
        let mut failed: u32 = 0;
        let mut previous = Nanoseconds::ZERO;
        loop {
            let luck = request.luck.after(&draws_of_a_call(&mut request.stream));
            let error = match policy.try_once(self.next.as_ref(), &request, Call { luck, ..call.clone() }).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            failed = failed.saturating_add(1);
            let delay = policy.retry.delay(failed, previous, request.stream.uniform());
            let Some(delay) = delay.filter(|_| !(request.is_given_up)()) else {
                return Err(CallFailure { error, stream: Some(request.stream) });
            };
            previous = delay;
            tokio::time::sleep(Duration::from_nanos(delay.0)).await;
        }
    }
}

impl CallingRequest<'_> {
    /// How long its client still waits; unknown when it did not say.
    fn patience(&self) -> Option<Duration> {
        let is_known = self.deadline != Nanoseconds::MAX;
        is_known.then(|| Duration::from_nanos(self.deadline.saturating_sub((self.now)()).0))
    }
}

impl CallPolicy {
    async fn try_once(
        &self,
        next: &dyn NextService,
        request: &CallingRequest<'_>,
        call: Call,
    ) -> Result<Answer, CallError> {
        let permit = match &self.breaker {
            None => Permit::default(),
            Some(breaker) => breaker.admit((request.now)()).ok_or(CallError::HeldBack)?,
        };
        // The called service is told how long its caller waits, if it cares.
        let patience = Some(request.patience().map_or(self.timeout, |left| left.min(self.timeout)));
        let mut watch = Watch { breaker: self.breaker.as_ref(), permit, now: request.now, has_succeeded: false };
        let exchange = async {
            match next.call(Call { patience, ..call }).await {
                // Nobody tells the caller: it waits for its time-out.
                Err(CallError::Refused { hangs: true, .. }) => std::future::pending().await,
                answer => answer,
            }
        };
        let answer = tokio::time::timeout(self.timeout, exchange).await;
        let answer = answer.unwrap_or(Err(CallError::TimedOut(self.timeout)));
        watch.has_succeeded = answer.is_ok();
        answer
    }
}

impl Breaker {
    fn admit(&self, now: Nanoseconds) -> Option<Permit> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).admit(&self.config, now)
    }

    fn record(&self, permit: Permit, now: Nanoseconds, has_succeeded: bool) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).record(&self.config, permit, now, has_succeeded);
    }
}

/// Tells the breaker how a call has ended, also when it was torn down.
struct Watch<'a> {
    breaker: Option<&'a Breaker>,
    permit: Permit,
    now: &'a (dyn Fn() -> Nanoseconds + Sync),
    has_succeeded: bool,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if let Some(breaker) = self.breaker {
            breaker.record(self.permit, (self.now)(), self.has_succeeded);
        }
    }
}
