//! The listener for whoever runs the server: faults, state, reset. It listens on loopback only.

use crate::http::problem::{Kind, Problem, ProblemBody};
use crate::http::{HasCore, Operator, Vendor};
use crate::service::{Census, Fault, Service};
use crate::store::{Store, Totals};
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the admin's routes need.
#[derive(Clone)]
pub struct Admin {
    service: Service,
    store: Option<Arc<dyn Store>>,
}

impl From<&Operator> for Admin {
    fn from(operator: &Operator) -> Self {
        Self { service: operator.core().service.clone(), store: Some(operator.0.store.clone()) }
    }
}

impl From<&Vendor> for Admin {
    fn from(vendor: &Vendor) -> Self {
        Self { service: vendor.core().service.clone(), store: None }
    }
}

/// How the process is doing.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ProcessState {
    /// The service.
    #[serde(flatten)]
    pub census: Census,
    /// What is stored; the vendor stores nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub store: Option<Totals>,
}

/// The admin's routes.
pub fn routes(admin: Admin) -> Router {
    let (router, _) =
        OpenApiRouter::new().routes(routes!(inject)).routes(routes!(state)).routes(routes!(reset)).split_for_parts();
    router
        .fallback(async || Problem::new(Kind::NotFound, "there is /admin/faults, /admin/state and /admin/reset"))
        .method_not_allowed_fallback(async || Problem::new(Kind::MethodNotAllowed, "the header `Allow` tells how"))
        .with_state(admin)
}

/// Inject a fault.
#[utoipa::path(post, path = "/admin/faults", request_body = Fault, responses((status = OK, body = ProcessState), (status = "4XX", body = ProblemBody)))]
async fn inject(
    State(admin): State<Admin>,
    fault: Result<Json<Fault>, JsonRejection>,
) -> Result<Json<ProcessState>, Problem> {
    let Json(fault) = fault.map_err(|error| Problem::new(Kind::InvalidContent, error.body_text()))?;
    if let Some(mistake) = fault.mistake() {
        return Err(Problem::new(Kind::InvalidContent, mistake));
    }
    tracing::info!(?fault, "a fault is injected");
    admin.service.inject(fault);
    report(&admin).await
}

/// How the process is doing.
#[utoipa::path(get, path = "/admin/state", responses((status = OK, body = ProcessState)))]
async fn state(State(admin): State<Admin>) -> Result<Json<ProcessState>, Problem> {
    report(&admin).await
}

/// Empty the line and take all faults back.
#[utoipa::path(post, path = "/admin/reset", responses((status = OK, body = ProcessState)))]
async fn reset(State(admin): State<Admin>) -> Result<Json<ProcessState>, Problem> {
    admin.service.reset();
    report(&admin).await
}

async fn report(admin: &Admin) -> Result<Json<ProcessState>, Problem> {
    let store = match &admin.store {
        Some(store) => Some(store.totals().await?),
        None => None,
    };
    Ok(Json(ProcessState { census: admin.service.census(), store }))
}
