//! The service that is called, at the other end of a network.

use super::Endpoint;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};
use std::time::Duration;
use stranded_model::luck::AttemptLuck;

/// A call of the next service.
#[derive(Clone, Debug)]
pub struct Call {
    /// How.
    pub method: Method,
    /// What of it.
    pub path: &'static str,
    /// For which kind of request: the next service works and prioritises by it.
    pub endpoint: Endpoint,
    /// The request's luck where the next service goes on drawing.
    pub luck: AttemptLuck,
    /// How long the client still waits; unknown when it did not say.
    pub patience: Option<Duration>,
    /// JSON to send along.
    pub body: Bytes,
}

/// What the next service answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status, a success.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// Why there is no good answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CallError {
    /// It refused by its policy.
    #[error("the next service refused: {detail}")]
    Refused {
        /// The client shall not be told.
        hangs: bool,
        /// What it said.
        detail: String,
    },
    /// Too many calls have failed: the circuit breaker lets none through.
    #[error("the next service fails too often and is not called for a while")]
    HeldBack,
    /// It cannot be reached, or answered with an error.
    #[error("the next service failed: {0}")]
    Failed(String),
    /// It did not answer in time.
    #[error("the next service did not answer within {0:?}")]
    TimedOut(Duration),
}

/// Something that can be called.
#[async_trait::async_trait]
pub trait NextService: Send + Sync {
    /// Calls it and waits for its answer.
    ///
    /// # Errors
    /// It refused, failed, or kept silent.
    async fn call(&self, call: Call) -> Result<Answer, CallError>;
}
