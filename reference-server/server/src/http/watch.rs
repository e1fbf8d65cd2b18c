//! Counts and logs requests.

use super::state::Core;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;

/// Counts and logs a request when it is answered.
pub(crate) async fn watch(State(core): State<Core>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let response = next.run(request).await;
    let path = path.as_ref().map_or("unknown", MatchedPath::as_str);
    let took = begun.elapsed();
    let status = response.status().as_u16();
    core.metrics.answered(method.as_str(), path, status, took);
    tracing::debug!(%method, path, status, milliseconds = took.as_secs_f64() * 1e3, "answered");
    response
}
