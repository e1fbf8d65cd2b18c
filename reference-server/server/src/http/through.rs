//! Takes a request through the service and says in HTTP what became of it.

use super::answer::put_timing;
use super::problem::{Kind, Problem};
use super::state::Core;
use crate::service::{Answer, Attempt, Endpoint, Failure, Onward, Timing, Work};
use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::time::Duration;

/// How long a client is left without an answer when it did not say how long it waits.
const HANG_MAX: Duration = Duration::from_mins(2);

/// A value that came through.
pub(crate) struct Through<T> {
    pub(crate) value: T,
    pub(crate) answer: Option<Answer>,
    pub(crate) timing: Timing,
}

impl<T> Through<T> {
    /// The same way, another value.
    pub(crate) fn with<U>(self, value: U) -> Through<U> {
        Through { value, answer: self.answer, timing: self.timing }
    }
}

impl<T: Serialize> Through<T> {
    /// The answer to the client.
    pub(crate) fn respond(self, status: StatusCode) -> Response {
        let mut headers = HeaderMap::new();
        put_timing(&mut headers, &self.timing);
        (status, headers, Json(self.value)).into_response()
    }
}

impl Core {
    /// Takes a request with real work through the service.
    pub(crate) async fn through<T: Send + 'static>(
        &self,
        attempt: &Attempt,
        endpoint: Endpoint,
        onward: Onward<T>,
        work: Work<T, Problem>,
    ) -> Result<Through<T>, Problem> {
        self.pass(attempt, endpoint, onward, Some(work), || unreachable!("there is work")).await
    }

    /// The same for one that has none.
    pub(crate) async fn through_idle(&self, attempt: &Attempt, endpoint: Endpoint) -> Result<Through<()>, Problem> {
        self.pass(attempt, endpoint, Onward::plain(), None, || ()).await
    }

    async fn pass<T: Send + 'static>(
        &self,
        attempt: &Attempt,
        endpoint: Endpoint,
        onward: Onward<T>,
        work: Option<Work<T, Problem>>,
        idle: fn() -> T,
    ) -> Result<Through<T>, Problem> {
        let failure = match self.service.pass(attempt, endpoint, onward, work, idle).await {
            Ok(passed) => {
                return Ok(Through { value: passed.value, answer: passed.answer, timing: passed.timing });
            }
            Err(failure) => failure,
        };
        Err(match failure {
            Failure::Work(problem, timing) => problem.timed(timing),
            Failure::Refused { reason, hangs } => Problem::refused(reason, hangs),
            Failure::Injected(timing) => Problem::new(Kind::Injected, "a fault was injected").timed(timing),
            Failure::Next { error, hangs, timing } => Problem::next(&error, hangs).timed(timing),
            Failure::Closing => Problem::new(Kind::Closing, "the server is shutting down; try another one"),
        })
    }
}

/// Leaves a client without an answer when that is what the service does to those it refuses.
pub(crate) async fn hang(attempt: &Attempt, problem: Problem) -> Problem {
    if problem.hangs() {
        tokio::time::sleep(attempt.patience.unwrap_or(HANG_MAX).min(HANG_MAX)).await;
    }
    problem
}
