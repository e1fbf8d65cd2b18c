//! The HTTP interface, one noun a file.

pub(crate) mod answer;
mod cars;
mod docs;
mod doors;
mod extract;
mod health;
mod keys;
pub mod problem;
mod requests;
mod reservations;
mod sessions;
mod state;
mod through;
mod watch;

pub use cars::{Car, FreeCars};
pub use doors::{DoorInput, KeyInput};
pub use keys::{Issuers, KeyClaims, PublicIssuer, SignedKey};
pub use requests::RequestAnswer;
pub use reservations::ReservationInput;
pub use sessions::{Session, SessionInput};
pub(crate) use state::{Core, HasCore};
pub use state::{KeySource, Operator, Vendor};

use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse as _, Response};
use axum::{Router, middleware};
use docs::Bearer;
use problem::{Kind, Problem};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The longest body that is taken, bytes.
pub const BODY_BYTES_MAX: usize = 16 * 1024;
/// How long a body may take to arrive.
pub const BODY_TIME_MAX: Duration = Duration::from_secs(10);

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "stranded: the operator",
        description = "Sessions, search, reservations, keys, doors, returns. Every answer that is no success is a problem (RFC 9457). \
                       An answer of 5xx leaves open whether the request was carried out: send it again with the same Idempotency-Key.",
    ),
    components(schemas(problem::ProblemBody)),
    modifiers(&Bearer)
)]
struct OperatorApi;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "stranded: the vendor", description = "Signs keys, and takes its time. Called by the operator."),
    components(schemas(problem::ProblemBody))
)]
struct VendorApi;

/// The operator's routes.
pub fn operator(state: Operator) -> Router {
    let router = OpenApiRouter::with_openapi(OperatorApi::openapi())
        .routes(routes!(sessions::open))
        .routes(routes!(cars::free))
        .routes(routes!(reservations::reserve))
        .routes(routes!(reservations::look, reservations::cancel))
        .routes(routes!(doors::fetch_key))
        .routes(routes!(doors::unlock))
        .routes(routes!(doors::lock))
        .routes(routes!(doors::return_car))
        .routes(routes!(requests::plain_operator))
        .routes(routes!(health::ready_operator));
    finish(router, state)
}

/// The vendor's routes.
pub fn vendor(state: Vendor) -> Router {
    let router = OpenApiRouter::with_openapi(VendorApi::openapi())
        .routes(routes!(keys::sign))
        .routes(routes!(keys::issuers))
        .routes(routes!(requests::plain_vendor))
        .routes(routes!(health::ready_vendor));
    finish(router, state)
}

/// Adds what both have.
fn finish<S: HasCore>(router: OpenApiRouter<S>, state: S) -> Router {
    let (router, api) = router.routes(routes!(health::alive)).split_for_parts();
    let core = state.core().clone();
    router
        .merge(docs::routes(api))
        .route("/metrics", axum::routing::get(health::metrics::<S>))
        .fallback(async || Problem::new(Kind::NotFound, "there is nothing here; /docs tells what there is"))
        .method_not_allowed_fallback(async || {
            Problem::new(Kind::MethodNotAllowed, "the header `Allow` tells what can be done here")
        })
        .layer(middleware::from_fn_with_state(core, watch::watch))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(state)
}

#[expect(clippy::needless_pass_by_value, reason = "the layer gives it away")]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let reason = panic.downcast_ref::<String>().map(String::as_str);
    let reason = reason.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unknown");
    tracing::error!(%reason, "a request panicked");
    Problem::new(Kind::Internal, "the server's log tells more").into_response()
}
