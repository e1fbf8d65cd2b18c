//! Sessions.

use super::extract::{AttemptOf, JsonInput, token_hash};
use super::problem::{Kind, Problem, ProblemBody};
use super::state::{Operator, now};
use super::through::hang;
use crate::key::to_text;
use crate::service::{Endpoint, Onward, Work};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who logs in. Who somebody is, is settled elsewhere: this server asks for no password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionInput {
    /// Number of the renter.
    #[schema(minimum = 0, maximum = 4294967295.0)]
    pub renter: u32,
}

/// An open session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Number of the renter.
    pub renter: u32,
    /// To be sent as `Authorization: Bearer`. It cannot be asked for again.
    pub token: String,
    /// When the session is over, seconds since the Unix epoch.
    pub expires: i64,
}

/// Log in.
#[utoipa::path(
    post, path = "/v1/sessions", operation_id = "log_in", tag = "sessions",
    request_body = SessionInput,
    responses(
        (status = CREATED, body = Session),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json", description = "The request is wrong"),
        (status = "5XX", body = ProblemBody, content_type = "application/problem+json", description = "Refused, or a service failed"),
    )
)]
pub(crate) async fn open(
    State(state): State<Operator>,
    AttemptOf(attempt): AttemptOf,
    JsonInput(input): JsonInput<SessionInput>,
) -> Result<Response, Problem> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)
        .map_err(|error| Problem::new(Kind::Internal, format!("the system has no random numbers: {error}")))?;
    let token = to_text(&secret);
    let session =
        Session { renter: input.renter, expires: now() + state.0.session.as_secs() as i64, token: token.clone() };
    let store = state.0.store.clone();
    let work: Work<_, Problem> = Box::pin(async move {
        store.open_session(token_hash(&token), session.renter, session.expires).await?;
        Ok(session)
    });
    match state.0.core.through(&attempt, Endpoint::LogIn, Onward::plain(), work).await {
        Ok(through) => Ok(through.respond(StatusCode::CREATED)),
        Err(problem) => Err(hang(&attempt, problem).await),
    }
}
