//! What is answered when something is wrong: problem details (RFC 9457).

use crate::service::{CallError, HANGS, Refusal, Timing};
use crate::store::StoreError;
use axum::Json;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::ToSchema;

/// The media type of problem details.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// The body of every answer that is no success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemBody {
    /// What kind of problem it is: a place in this server's documentation.
    #[schema(example = "/docs#taken")]
    pub r#type: String,
    /// The kind of problem in words; always the same for the same type.
    pub title: String,
    /// The HTTP status once more.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What was wrong this time, and the way out.
    pub detail: String,
}

macro_rules! kinds {
    ($($kind:ident, $status:ident, $code:literal, $title:literal;)*) => {
        /// The kinds of problems.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $(#[doc = $title] $kind,)* }

        impl Kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// Status, short name, title.
            pub const fn facts(self) -> (StatusCode, &'static str, &'static str) {
                match self { $(Self::$kind => (StatusCode::$status, $code, $title),)* }
            }
        }
    };
}

kinds! {
    InvalidInput, BAD_REQUEST, "invalid-input", "The request is not what is expected here.";
    UnknownSession, UNAUTHORIZED, "unknown-session", "There is no session, or not with this token.";
    ExpiredSession, UNAUTHORIZED, "expired-session", "The session is over.";
    NotYours, FORBIDDEN, "not-yours", "This belongs to another renter.";
    ForgedKey, FORBIDDEN, "forged-key", "The key or its proof is not genuine.";
    StaleKey, FORBIDDEN, "stale-key", "The key is not valid now.";
    WrongKey, FORBIDDEN, "wrong-key", "The key is for something else.";
    RevokedKey, FORBIDDEN, "revoked-key", "The key was never issued or was taken back.";
    ReplayedProof, FORBIDDEN, "replayed-proof", "The proof was used before or answers another challenge.";
    NotFound, NOT_FOUND, "not-found", "There is no such thing.";
    MethodNotAllowed, METHOD_NOT_ALLOWED, "method-not-allowed", "This cannot be done here.";
    Timeout, REQUEST_TIMEOUT, "request-timeout", "The request took too long to arrive.";
    Taken, CONFLICT, "taken", "The car is taken in that time.";
    WrongState, CONFLICT, "wrong-state", "The reservation's state does not allow it.";
    TooLarge, PAYLOAD_TOO_LARGE, "too-large", "The request is too large.";
    WrongMedia, UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Bodies are JSON here.";
    InvalidContent, UNPROCESSABLE_ENTITY, "invalid-content", "The body is JSON, but not what is expected here.";
    KeyReused, UNPROCESSABLE_ENTITY, "idempotency-key-reused", "The Idempotency-Key belongs to another request.";
    Internal, INTERNAL_SERVER_ERROR, "internal", "The server failed.";
    Injected, INTERNAL_SERVER_ERROR, "injected", "A fault was injected.";
    NextFailed, BAD_GATEWAY, "next-failed", "The service behind this one failed.";
    Refused, SERVICE_UNAVAILABLE, "refused", "The service has too much to do.";
    Closing, SERVICE_UNAVAILABLE, "closing", "The server is shutting down.";
    NextTimedOut, GATEWAY_TIMEOUT, "next-timed-out", "The service behind this one did not answer in time.";
}

/// A problem on its way to the client.
#[derive(Clone, Debug)]
pub struct Problem {
    kind: Kind,
    detail: Cow<'static, str>,
    timing: Option<Timing>,
    hangs: bool,
}

impl Problem {
    /// A problem of a kind; `detail` says what was wrong this time, and the way out.
    pub fn new(kind: Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, detail: detail.into(), timing: None, hangs: false }
    }

    /// The service refused.
    pub(crate) fn refused(reason: Refusal, hangs: bool) -> Self {
        let detail = match reason {
            Refusal::Full => "the line is full; try again later",
            Refusal::Displaced => "the line is full, and others matter more; try again later",
            Refusal::Dropped => "the request waited too long; try again later",
            Refusal::Abandoned => "the client had gone when its turn came",
            Refusal::Limited => "as many requests are under way as the service now takes; try again later",
            Refusal::Purged => "all that waited was thrown away; try again",
        };
        Self { hangs, ..Self::new(Kind::Refused, detail) }
    }

    /// The next service gave no good answer; `hangs`: the client is not told.
    pub(crate) fn next(error: &CallError, hangs: bool) -> Self {
        let kind = match error {
            CallError::Refused { .. } | CallError::HeldBack => Kind::Refused,
            CallError::Failed(_) => Kind::NextFailed,
            CallError::TimedOut(_) => Kind::NextTimedOut,
        };
        Self { hangs, ..Self::new(kind, error.to_string()) }
    }

    /// The same with where the time went.
    #[must_use]
    pub(crate) fn timed(self, timing: Timing) -> Self {
        Self { timing: Some(timing), ..self }
    }

    /// Whether the client is to be left without an answer.
    pub(crate) fn hangs(&self) -> bool {
        self.hangs
    }

    /// What kind it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let kind = match &error {
            StoreError::UnknownSession => Kind::UnknownSession,
            StoreError::ExpiredSession => Kind::ExpiredSession,
            StoreError::UnknownCar(_) | StoreError::UnknownReservation(_) => Kind::NotFound,
            StoreError::NotYours(_) => Kind::NotYours,
            StoreError::Taken { .. } => Kind::Taken,
            StoreError::WrongState { .. } => Kind::WrongState,
            StoreError::RevokedKey(_) => Kind::RevokedKey,
            StoreError::Replayed { .. } | StoreError::WrongChallenge => Kind::ReplayedProof,
            StoreError::KeyReused => Kind::KeyReused,
            StoreError::Busy => Kind::Refused,
            StoreError::Database(reason) => {
                tracing::error!(%reason, "the database failed");
                // What the database says is for the log, not for strangers.
                return Self::new(Kind::Internal, "the database failed; the server's log tells more");
            }
        };
        Self::new(kind, error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, code, title) = self.kind.facts();
        let body = ProblemBody {
            r#type: format!("/docs#{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.detail.into_owned(),
        };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if matches!(self.kind, Kind::Refused | Kind::Closing) {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.hangs {
            headers.insert(HeaderName::from_static(HANGS), HeaderValue::from_static("true"));
        }
        if let Some(timing) = self.timing {
            super::answer::put_timing(&mut headers, &timing);
        }
        let mut response = (status, headers, Json(body)).into_response();
        // `Json` sets its own media type.
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        response
    }
}
