//! A request's way through the service and the ones behind it.

use super::caller::{Caller, CallingRequest};
use super::next::{Answer, Call, CallError};
use super::room::{Arrival, News, Served};
use super::{Endpoint, Refusal, Service};
use axum::body::Bytes;
use axum::http::Method;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use stranded_model::luck::AttemptLuck;
use stranded_policy::Nanoseconds;

/// What a request says about itself.
#[derive(Clone, Debug, Default)]
pub struct Attempt {
    /// Its luck; a service draws its own for requests without.
    pub luck: Option<AttemptLuck>,
    /// How long its client still waits.
    pub patience: Option<Duration>,
}

/// Where the time of a request went at this service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timing {
    /// In the line.
    pub queue: Duration,
    /// With a worker.
    pub work: Duration,
    /// From the end of the work to the next service's answer.
    pub next: Option<Duration>,
}

/// A request that came through.
#[derive(Debug)]
pub struct Passed<T> {
    /// What its work came to.
    pub value: T,
    /// What the next service answered, where it was called.
    pub answer: Option<Answer>,
    /// Where the time went.
    pub timing: Timing,
}

/// Why a request did not come through.
#[derive(Debug)]
pub enum Failure<E> {
    /// Its own work came to nothing.
    Work(E, Timing),
    /// This service refused it.
    Refused {
        /// Why.
        reason: Refusal,
        /// Its client is left without an answer.
        hangs: bool,
    },
    /// A fault that was injected.
    Injected(Timing),
    /// The next service gave no good answer.
    Next {
        /// What it came to.
        error: CallError,
        /// Its client is left without an answer.
        hangs: bool,
        /// Where the time went.
        timing: Timing,
    },
    /// The process is shutting down.
    Closing,
}

/// What to ask of the next service.
pub(crate) struct Onward<T> {
    /// What of it.
    pub(crate) path: &'static str,
    /// Whether it must be asked even when a cache could have answered.
    pub(crate) is_needed: fn(&T) -> bool,
    /// What to send along.
    pub(crate) body: fn(&T) -> Bytes,
}

impl<T> Onward<T> {
    /// The plain call: only load.
    pub(crate) fn plain() -> Self {
        Self { path: "/v1/requests", is_needed: |_| false, body: |_| Bytes::new() }
    }
}

/// What a request really does while a worker has it.
pub(crate) type Work<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

impl Service {
    /// Takes a request through the line, a worker and the next service.
    ///
    /// It goes on to the end even when the returned future is dropped because the client has gone: nobody takes abandoned work back
    /// unless the service is told to (`cancel_abandoned`).
    ///
    /// # Errors
    /// See [`Failure`].
    pub(crate) async fn pass<T: Send + 'static, E: Send + 'static>(
        &self,
        attempt: &Attempt,
        endpoint: Endpoint,
        onward: Onward<T>,
        work: Option<Work<T, E>>,
        idle: fn() -> T,
    ) -> Result<Passed<T>, Failure<E>> {
        let abandoned = Arc::new(AtomicBool::new(false));
        let watch = ClientWatch(Arc::clone(&abandoned));
        let way = Way {
            service: self.clone(),
            luck: attempt.luck.unwrap_or_else(|| self.own_luck()),
            deadline: attempt.patience.map_or(Nanoseconds::MAX, |patience| {
                self.now().saturating_add(Nanoseconds(patience.as_nanos() as u64))
            }),
            endpoint,
            abandoned,
        };
        let result = tokio::spawn(way.go(onward, work, idle)).await;
        drop(watch);
        result.unwrap_or(Err(Failure::Closing))
    }
}

/// Tells the service that the client has gone when the connection drops its request.
struct ClientWatch(Arc<AtomicBool>);

impl Drop for ClientWatch {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Gives a held worker back, whatever happens.
struct HeldWorker<'service> {
    service: &'service Service,
    entered: Nanoseconds,
    is_lost: bool,
}

impl Drop for HeldWorker<'_> {
    fn drop(&mut self) {
        self.service.0.pacer.with(|room, now| room.release(self.entered, self.is_lost, now));
    }
}

/// The next service gave no good answer.
struct NotAnswered {
    error: CallError,
    /// The client is left without an answer.
    hangs: bool,
    /// Otherwise it hears of it after this long.
    told_after: Duration,
}

struct Way {
    service: Service,
    luck: AttemptLuck,
    deadline: Nanoseconds,
    endpoint: Endpoint,
    abandoned: Arc<AtomicBool>,
}

impl Way {
    async fn go<T, E>(
        self,
        onward: Onward<T>,
        work: Option<Work<T, E>>,
        idle: fn() -> T,
    ) -> Result<Passed<T>, Failure<E>> {
        let pacer = &self.service.0.pacer;
        let cost = self.service.cost(self.endpoint);
        let arrival = Arrival {
            class: cost.class,
            work: cost.work,
            deadline: self.deadline,
            stream: self.luck.stream(),
            abandoned: Arc::clone(&self.abandoned),
            has_real_work: work.is_some(),
        };
        let mut news = pacer.with(|room, now| room.enter(arrival, now)).await;
        let mut result = None;
        let started = match news {
            Ok(News::Started { job }) => Some(job),
            _ => None,
        };
        if let (Some(job), Some(work)) = (started, work) {
            let mut worker = BusyWorker { service: &self.service, job: Some(job) };
            let outcome = work.await;
            worker.job = None;
            let goes_on = outcome.is_ok();
            news = pacer.with(|room, now| room.work_done(job, goes_on, now)).await;
            result = Some(outcome);
        }
        let served = match news {
            Ok(News::Served(served)) => served,
            Ok(News::Refused { reason, hangs }) => return Err(Failure::Refused { reason, hangs }),
            Ok(News::Started { .. }) | Err(_) => return Err(Failure::Closing),
        };
        let mut held =
            served.holds_worker.then(|| HeldWorker { service: &self.service, entered: served.entered, is_lost: true });
        let mut timing = Timing {
            queue: Duration::from_nanos(served.waited.0),
            work: Duration::from_nanos(served.worked.0),
            next: None,
        };
        let value = match result {
            Some(Ok(value)) => value,
            Some(Err(error)) => return Err(Failure::Work(error, timing)),
            None => idle(),
        };
        if served.fails {
            return Err(Failure::Injected(timing));
        }
        let Some(next) = self.service.0.next.as_ref().filter(|_| !served.is_cached || (onward.is_needed)(&value))
        else {
            return Ok(Passed { value, answer: None, timing });
        };
        let left = self.service.now();
        let body = (onward.body)(&value);
        let answer = self.call(next, &served, onward.path, body).await;
        if let Some(held) = &mut held {
            held.is_lost = answer.is_err();
        }
        drop(held);
        timing.next = Some(Duration::from_nanos(self.service.now().saturating_sub(left).0));
        match answer {
            Ok(answer) => Ok(Passed { value, answer: Some(answer), timing }),
            Err(NotAnswered { error, hangs, told_after }) => {
                tokio::time::sleep(told_after).await;
                Err(Failure::Next { error, hangs, timing })
            }
        }
    }

    /// Calls the next service.
    async fn call(
        &self,
        next: &Caller,
        served: &Served,
        path: &'static str,
        body: Bytes,
    ) -> Result<Answer, NotAnswered> {
        let request = CallingRequest {
            luck: self.luck,
            stream: served.stream,
            now: &|| self.service.now(),
            deadline: self.deadline,
            is_given_up: &|| {
                let has_gone = self.deadline <= self.service.now() || self.abandoned.load(Ordering::Relaxed);
                has_gone && self.service.0.settings.cancel_abandoned
            },
        };
        let call = Call { method: Method::POST, path, endpoint: self.endpoint, luck: self.luck, patience: None, body };
        let failure = match next.call(request, call).await {
            Ok(answer) => return Ok(answer),
            Err(failure) => failure,
        };
        let Some(mut stream) = failure.stream else {
            let hangs = matches!(failure.error, CallError::Refused { hangs: true, .. });
            return Err(NotAnswered { error: failure.error, hangs, told_after: Duration::ZERO });
        };
        // A service that watches over its calls refuses its own client in its own way.
        let settings = &self.service.0.settings;
        let hangs = settings.draws.hangs(&mut stream);
        let told_after = if hangs { Duration::ZERO } else { Duration::from_nanos(settings.refusal_time.0) };
        Err(NotAnswered { error: failure.error, hangs, told_after })
    }
}

/// Ends the work of a worker whose real work panicked, so that the service does not lose it for ever.
struct BusyWorker<'service> {
    service: &'service Service,
    job: Option<u32>,
}

impl Drop for BusyWorker<'_> {
    fn drop(&mut self) {
        if let Some(job) = self.job {
            drop(self.service.0.pacer.with(|room, now| room.work_done(job, false, now)));
        }
    }
}
