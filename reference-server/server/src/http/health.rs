//! Whether the process lives, whether it can work, and its metrics.

use super::problem::{Kind, Problem, ProblemBody};
use super::state::{Core, HasCore, Operator, Vendor};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

/// Whether the process lives.
#[utoipa::path(get, path = "/healthz", operation_id = "alive", tag = "health", responses((status = OK, body = String, content_type = "text/plain")))]
pub(crate) async fn alive() -> &'static str {
    "alive\n"
}

/// Whether requests should be sent here.
#[utoipa::path(
    get, path = "/readyz", operation_id = "ready", tag = "health",
    responses(
        (status = OK, body = String, content_type = "text/plain"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody, content_type = "application/problem+json"),
        (status = INTERNAL_SERVER_ERROR, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn ready_operator(State(state): State<Operator>) -> Result<&'static str, Problem> {
    check_open(&state.0.core)?;
    state.0.store.ready().await?;
    Ok("ready\n")
}

/// Whether requests should be sent here.
#[utoipa::path(
    get, path = "/readyz", operation_id = "ready", tag = "health",
    responses(
        (status = OK, body = String, content_type = "text/plain"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn ready_vendor(State(state): State<Vendor>) -> Result<&'static str, Problem> {
    check_open(&state.0.core)?;
    Ok("ready\n")
}

fn check_open(core: &Core) -> Result<(), Problem> {
    if core.is_closing() { Err(Problem::new(Kind::Closing, "the server is shutting down")) } else { Ok(()) }
}

/// The metrics in Prometheus's text format.
pub(crate) async fn metrics<S: HasCore>(State(state): State<S>) -> impl IntoResponse {
    let core = state.core();
    let text = core.metrics.render(&core.service);
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
}
