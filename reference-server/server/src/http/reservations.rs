//! Reservations.

use super::cars::slots;
use super::extract::{Again, AttemptOf, JsonInput, PathOf, Token};
use super::problem::{Kind, Problem, ProblemBody};
use super::state::{Operator, now};
use super::through::hang;
use crate::service::{Endpoint, Onward, Work};
use crate::store::{Caller, Reservation};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, LOCATION};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is to be reserved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReservationInput {
    /// Number of the car.
    #[schema(minimum = 1, maximum = 4294967295.0)]
    pub car: u32,
    /// From when on, seconds since the Unix epoch, a multiple of 600; from the present slot on, when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 4102444800.0, multiple_of = 600)]
    pub from: Option<i64>,
    /// For how long, minutes, a multiple of 10.
    #[schema(minimum = 10, maximum = 1440, multiple_of = 10)]
    pub minutes: u32,
}

/// Reserve a car.
#[utoipa::path(
    post, path = "/v1/reservations", operation_id = "reserve", tag = "reservations",
    params(("Idempotency-Key" = Option<String>, Header, description = "Tells a retry from a new request", min_length = 1, max_length = 128)),
    request_body = ReservationInput, security(("session" = [])),
    responses(
        (status = CREATED, body = Reservation, headers(("Location" = String, description = "Where the reservation is"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "The request is wrong, or the car is taken"),
        (status = "5XX", body = ProblemBody, content_type = "application/problem+json", description = "Refused, or a service failed"),
    )
)]
pub(crate) async fn reserve(
    State(state): State<Operator>,
    Token(token): Token,
    AttemptOf(attempt): AttemptOf,
    again: Again<JsonInput<ReservationInput>>,
) -> Result<Response, Problem> {
    let JsonInput(input) = again.input;
    let now = now();
    let slots = slots(input.from, Some(input.minutes), now, Kind::InvalidContent)?;
    let store = state.0.store.clone();
    let caller = Caller { token, now, idempotency: again.idempotency };
    let work: Work<_, Problem> = Box::pin(async move { Ok(store.reserve(caller, input.car, slots).await?) });
    match state.0.core.through(&attempt, Endpoint::Reserve, Onward::plain(), work).await {
        Ok(through) => {
            let location = HeaderValue::try_from(format!("/v1/reservations/{}", through.value.id));
            let mut response = through.respond(StatusCode::CREATED);
            response.headers_mut().extend(location.ok().map(|location| (LOCATION, location)));
            Ok(response)
        }
        Err(problem) => Err(hang(&attempt, problem).await),
    }
}

/// Look at a reservation.
#[utoipa::path(
    get, path = "/v1/reservations/{id}", operation_id = "look", tag = "reservations",
    params(("id" = u32, Path, description = "Number of the reservation")), security(("session" = [])),
    responses(
        (status = OK, body = Reservation),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "The request is wrong"),
        (status = "5XX", body = ProblemBody, content_type = "application/problem+json", description = "Refused, or a service failed"),
    )
)]
pub(crate) async fn look(
    State(state): State<Operator>,
    PathOf(id): PathOf<u32>,
    Token(token): Token,
    AttemptOf(attempt): AttemptOf,
) -> Result<Response, Problem> {
    let store = state.0.store.clone();
    let caller = Caller { token, now: now(), idempotency: None };
    let work: Work<_, Problem> = Box::pin(async move { Ok(store.reservation(caller, id).await?) });
    match state.0.core.through(&attempt, Endpoint::Reserve, Onward::plain(), work).await {
        Ok(through) => Ok(through.respond(StatusCode::OK)),
        Err(problem) => Err(hang(&attempt, problem).await),
    }
}

/// Cancel a reservation that nobody has driven on; its keys are revoked.
#[utoipa::path(
    delete, path = "/v1/reservations/{id}", operation_id = "cancel", tag = "reservations",
    params(("id" = u32, Path, description = "Number of the reservation")), security(("session" = [])),
    responses(
        (status = OK, body = Reservation),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "The request is wrong, or it is too late"),
        (status = "5XX", body = ProblemBody, content_type = "application/problem+json", description = "Refused, or a service failed"),
    )
)]
pub(crate) async fn cancel(
    State(state): State<Operator>,
    PathOf(id): PathOf<u32>,
    Token(token): Token,
    AttemptOf(attempt): AttemptOf,
) -> Result<Response, Problem> {
    let store = state.0.store.clone();
    let caller = Caller { token, now: now(), idempotency: None };
    let work: Work<_, Problem> = Box::pin(async move { Ok(store.cancel(caller, id).await?) });
    match state.0.core.through(&attempt, Endpoint::Reserve, Onward::plain(), work).await {
        Ok(through) => Ok(through.respond(StatusCode::OK)),
        Err(problem) => Err(hang(&attempt, problem).await),
    }
}
