//! Plain requests: they pass the services and write nothing.

use super::extract::{AttemptOf, CalledFor};
use super::problem::{Problem, ProblemBody};
use super::state::{HasCore, Operator, Vendor};
use super::through::hang;
use crate::service::Endpoint;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The answer to a plain request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestAnswer {
    /// Name of the service that answered.
    pub service: String,
}

/// A plain request: what `[arrivals]` of a scenario sends.
#[utoipa::path(
    post, path = "/v1/requests", operation_id = "request", tag = "requests",
    params(
        ("Stranded-Luck" = Option<String>, Header, description = "Where the draws of this attempt come from", pattern = "^[0-9a-f]{1,16}\\.[0-9a-f]{1,16}\\.[0-9a-f]{1,16}$"),
        ("Stranded-Deadline" = Option<f64>, Header, description = "Milliseconds that the client still waits", minimum = 0, maximum = 86400000),
    ),
    responses(
        (status = OK, body = RequestAnswer),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "The request is wrong"),
        (status = "5XX", body = ProblemBody, content_type = "application/problem+json", description = "Refused, or a service failed"),
    )
)]
pub(crate) async fn plain_operator(
    State(state): State<Operator>,
    attempt: AttemptOf,
    called_for: CalledFor,
) -> Result<Response, Problem> {
    plain(&state, attempt, called_for).await
}

/// A call of the operator's that only takes time.
#[utoipa::path(
    post, path = "/v1/requests", operation_id = "request", tag = "requests",
    responses(
        (status = OK, body = RequestAnswer),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "The request is wrong"),
        (status = "5XX", body = ProblemBody, content_type = "application/problem+json", description = "Refused, or a service failed"),
    )
)]
pub(crate) async fn plain_vendor(
    State(state): State<Vendor>,
    attempt: AttemptOf,
    called_for: CalledFor,
) -> Result<Response, Problem> {
    plain(&state, attempt, called_for).await
}

async fn plain(
    state: &impl HasCore,
    AttemptOf(attempt): AttemptOf,
    called_for: CalledFor,
) -> Result<Response, Problem> {
    let core = state.core();
    let endpoint = called_for.0.unwrap_or(Endpoint::Request);
    match core.through_idle(&attempt, endpoint).await {
        Ok(through) => {
            Ok(through.with(RequestAnswer { service: core.service.name().to_owned() }).respond(StatusCode::OK))
        }
        // Another service is told at once, and leaves the client hanging itself.
        Err(problem) if called_for.0.is_some() => Err(problem),
        Err(problem) => Err(hang(&attempt, problem).await),
    }
}
