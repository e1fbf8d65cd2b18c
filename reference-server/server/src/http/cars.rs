//! Cars.

use super::extract::{AttemptOf, QueryOf, Token};
use super::problem::{Kind, Problem, ProblemBody};
use super::state::{Operator, now};
use super::through::hang;
use crate::service::{Endpoint, Onward, Work};
use crate::store::{Caller, SLOT_SECONDS, Slots};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The longest reservation, minutes.
pub(crate) const MINUTES_MAX: u32 = 1440;
/// How far ahead a reservation may begin, seconds.
const AHEAD_SECONDS_MAX: i64 = 30 * 86_400;

/// What is looked for.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FreeCarsQuery {
    /// When the car is wanted, seconds since the Unix epoch, a multiple of 600; now, when left out.
    #[param(minimum = 0, maximum = 4102444800.0, multiple_of = 600)]
    from: Option<i64>,
    /// For how long, minutes, a multiple of 10; one slot of ten minutes, when left out.
    #[param(minimum = 10, maximum = 1440, multiple_of = 10)]
    minutes: Option<u32>,
    /// Only cars with higher numbers: where the last page ended.
    #[param(minimum = 0, maximum = 4294967295.0)]
    after: Option<u32>,
    /// Cars at most; 20, when left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// A car that is free.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Car {
    /// Its number.
    pub id: u32,
}

/// A page of free cars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FreeCars {
    /// The cars, lowest number first.
    pub cars: Vec<Car>,
    /// When they are free from, seconds since the Unix epoch.
    pub from: i64,
    /// When they are free until, seconds since the Unix epoch.
    pub until: i64,
}

/// Search for free cars.
#[utoipa::path(
    get, path = "/v1/cars", operation_id = "search", tag = "cars",
    params(FreeCarsQuery), security(("session" = [])),
    responses(
        (status = OK, body = FreeCars),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "The request is wrong"),
        (status = "5XX", body = ProblemBody, content_type = "application/problem+json", description = "Refused, or a service failed"),
    )
)]
pub(crate) async fn free(
    State(state): State<Operator>,
    Token(token): Token,
    AttemptOf(attempt): AttemptOf,
    QueryOf(query): QueryOf<FreeCarsQuery>,
) -> Result<Response, Problem> {
    let now = now();
    let slots = slots(query.from, query.minutes, now, Kind::InvalidInput)?;
    let limit = query.limit.unwrap_or(20);
    if !(1..=100).contains(&limit) {
        return Err(Problem::new(Kind::InvalidInput, "`limit` must be within 1 to 100"));
    }
    let store = state.0.store.clone();
    let work: Work<_, Problem> = Box::pin(async move {
        let caller = Caller { token, now, idempotency: None };
        let cars = store.free_cars(caller, slots, query.after.unwrap_or(0), limit).await?;
        let cars = cars.into_iter().map(|id| Car { id }).collect();
        Ok(FreeCars { cars, from: slots.from_seconds(), until: slots.until_seconds() })
    });
    match state.0.core.through(&attempt, Endpoint::Search, Onward::plain(), work).await {
        Ok(through) => Ok(through.respond(StatusCode::OK)),
        Err(problem) => Err(hang(&attempt, problem).await),
    }
}

/// The slots that are asked for; `kind` is the problem when they make no sense.
pub(crate) fn slots(from: Option<i64>, minutes: Option<u32>, now: i64, kind: Kind) -> Result<Slots, Problem> {
    let this_slot = now.div_euclid(SLOT_SECONDS);
    let from = match from {
        None => this_slot,
        Some(seconds) if seconds % SLOT_SECONDS != 0 => {
            let detail = format!("`from` is {seconds}; it must be a multiple of {SLOT_SECONDS}, the begin of a slot");
            return Err(Problem::new(kind, detail));
        }
        Some(seconds) => seconds / SLOT_SECONDS,
    };
    if from < this_slot || from * SLOT_SECONDS > now + AHEAD_SECONDS_MAX {
        let detail = format!(
            "`from` is {}; it must be within {}, the begin of the present slot, and 30 days ahead",
            from * SLOT_SECONDS,
            this_slot * SLOT_SECONDS
        );
        return Err(Problem::new(kind, detail));
    }
    let minutes = minutes.unwrap_or(10);
    if minutes == 0 || minutes > MINUTES_MAX || !minutes.is_multiple_of(10) {
        let detail = format!("`minutes` is {minutes}; it must be a multiple of 10 within 10 to {MINUTES_MAX}");
        return Err(Problem::new(kind, detail));
    }
    Ok(Slots { from, until: from + i64::from(minutes) * 60 / SLOT_SECONDS })
}
