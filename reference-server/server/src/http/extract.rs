//! What is taken out of requests, with a problem for everything that does not fit.

use super::problem::{Kind, Problem};
use crate::service::{Attempt, DEADLINE, ENDPOINT, Endpoint, LUCK};
use crate::store::{Idempotency, TokenHash};
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use std::time::Duration;
use stranded_model::luck::AttemptLuck;

/// The longest idempotency key, bytes.
const IDEMPOTENCY_KEY_BYTES_MAX: usize = 128;
/// The longest deadline, milliseconds: a day.
const DEADLINE_MILLISECONDS_MAX: f64 = 86_400_000.0;

fn header<'headers>(headers: &'headers HeaderMap, name: &HeaderName) -> Result<Option<&'headers str>, Problem> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let text = value.to_str().map_err(|_| {
        Problem::new(Kind::InvalidInput, format!("the header `{name}` holds more than printable ASCII characters"))
    })?;
    Ok(Some(text))
}

/// Luck and patience of a request.
pub(crate) struct AttemptOf(pub(crate) Attempt);

impl<S: Sync> FromRequestParts<S> for AttemptOf {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let luck = header(&parts.headers, &HeaderName::from_static(LUCK))?
            .map(|text| {
                text.parse::<AttemptLuck>()
                    .map_err(|error| Problem::new(Kind::InvalidInput, format!("`Stranded-Luck`: {error}")))
            })
            .transpose()?;
        let patience = header(&parts.headers, &HeaderName::from_static(DEADLINE))?.map(patience).transpose()?;
        Ok(Self(Attempt { luck, patience }))
    }
}

fn patience(text: &str) -> Result<Duration, Problem> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let milliseconds: Option<f64> = text.parse().ok().filter(|_| is_plain);
    milliseconds
        .filter(|milliseconds| (0.0..=DEADLINE_MILLISECONDS_MAX).contains(milliseconds))
        .map(|milliseconds| Duration::from_secs_f64(milliseconds / 1e3))
        .ok_or_else(|| {
            let detail = "`Stranded-Deadline` is not the number of milliseconds that the client still waits, as `2500` or `2500.5`";
            Problem::new(Kind::InvalidInput, detail)
        })
}

/// The kind of request for which another service calls this one; none when a client came by itself.
pub(crate) struct CalledFor(pub(crate) Option<Endpoint>);

impl<S: Sync> FromRequestParts<S> for CalledFor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(name) = header(&parts.headers, &HeaderName::from_static(ENDPOINT))? else { return Ok(Self(None)) };
        let endpoint = Endpoint::from_name(name).ok_or_else(|| {
            let known = Endpoint::ALL.map(Endpoint::name).join(", ");
            Problem::new(Kind::InvalidInput, format!("`Stranded-Endpoint` is none of {known}"))
        })?;
        Ok(Self(Some(endpoint)))
    }
}

/// The session that a request belongs to, by the hash of its token. Whether there is one, the store knows.
pub(crate) struct Token(pub(crate) TokenHash);

impl<S: Sync> FromRequestParts<S> for Token {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let missing = || {
            Problem::new(Kind::UnknownSession, "log in at /v1/sessions and send `Authorization: Bearer` with the token")
        };
        let value = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(missing)?;
        let (scheme, token) = value.split_once(' ').ok_or_else(missing)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(missing());
        }
        Ok(Self(token_hash(token.trim())))
    }
}

/// What is kept of a token.
pub(crate) fn token_hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// The whole body, once it is there, and what makes the request known if it comes again.
pub(crate) struct Again<T> {
    /// The body.
    pub(crate) input: T,
    /// Set when the client sent an `Idempotency-Key`.
    pub(crate) idempotency: Option<Idempotency>,
}

impl<S: Send + Sync, T: Input> FromRequest<S> for Again<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let key = header(&parts.headers, &HeaderName::from_static("idempotency-key"))?.map(str::to_owned);
        if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > IDEMPOTENCY_KEY_BYTES_MAX) {
            let detail = format!("`Idempotency-Key` must have 1 to {IDEMPOTENCY_KEY_BYTES_MAX} characters");
            return Err(Problem::new(Kind::InvalidInput, detail));
        }
        let what = format!("{} {}", parts.method, parts.uri.path());
        let headers = parts.headers.clone();
        let body = Bytes::from_request(Request::from_parts(parts, body), state);
        let body = tokio::time::timeout(super::BODY_TIME_MAX, body)
            .await
            .map_err(|_| Problem::new(Kind::Timeout, "the body did not arrive in time"))?
            .map_err(|error| unreadable(&error))?;
        let idempotency = key.map(|key| Idempotency::new(key, &what, &body));
        Ok(Self { input: T::read(&headers, &body)?, idempotency })
    }
}

/// What a body can be read as.
pub(crate) trait Input: Sized {
    fn read(headers: &HeaderMap, body: &Bytes) -> Result<Self, Problem>;
}

/// No body; whatever comes is ignored.
pub(crate) struct Nothing;

impl Input for Nothing {
    fn read(_: &HeaderMap, _: &Bytes) -> Result<Self, Problem> {
        Ok(Self)
    }
}

/// A JSON body.
pub(crate) struct JsonInput<T>(pub(crate) T);

impl<T: DeserializeOwned> Input for JsonInput<T> {
    fn read(headers: &HeaderMap, body: &Bytes) -> Result<Self, Problem> {
        let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim();
        if !media.eq_ignore_ascii_case("application/json") {
            return Err(Problem::new(Kind::WrongMedia, "send `Content-Type: application/json`"));
        }
        let input = serde_json::from_slice(body).map_err(|error| {
            let kind = if error.is_data() { Kind::InvalidContent } else { Kind::InvalidInput };
            Problem::new(kind, format!("the body: {error}"))
        })?;
        // Serde would take the fields in a list as well.
        if !body.trim_ascii_start().starts_with(b"{") {
            return Err(Problem::new(Kind::InvalidContent, "the body: expected an object"));
        }
        Ok(Self(input))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonInput<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Again::<Self>::from_request(request, state).await.map(|again| again.input)
    }
}

fn unreadable(error: &BytesRejection) -> Problem {
    if matches!(error, BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_))) {
        let detail = format!("the body is longer than {} bytes", super::BODY_BYTES_MAX);
        return Problem::new(Kind::TooLarge, detail);
    }
    Problem::new(Kind::InvalidInput, format!("the body cannot be read: {error}"))
}

/// Numbers in the path, with a problem for everything that is none.
pub(crate) struct PathOf<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for PathOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map(|path| Self(path.0))
            .map_err(|error| Problem::new(Kind::NotFound, format!("no such path: {}", error.body_text())))
    }
}

/// The query, with a problem for everything that does not fit.
pub(crate) struct QueryOf<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for QueryOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Query::<T>::from_request_parts(parts, state)
            .await
            .map(|query| Self(query.0))
            .map_err(|error| Problem::new(Kind::InvalidInput, error.body_text()))
    }
}
