//! The next service over HTTP.

use super::next::{Answer, Call, CallError, NextService};
use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::uri::{Authority, Scheme, Uri};
use axum::http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::time::Duration;

/// Header with the luck of an attempt.
pub const LUCK: &str = "stranded-luck";
/// Header with the milliseconds that the client still waits.
pub const DEADLINE: &str = "stranded-deadline";
/// Header with the kind of request that a service calls another one for.
pub const ENDPOINT: &str = "stranded-endpoint";
/// Header of an answer to another service: the client is to be left without one.
pub const HANGS: &str = "stranded-hangs";

/// The longest answer that is read, bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// How a connection is made: over TCP, or over a simulated network.
pub trait Connector: Connect + Clone + Send + Sync + 'static {}

impl<C: Connect + Clone + Send + Sync + 'static> Connector for C {}

/// The service at an address.
pub struct HttpNext<C> {
    authority: Authority,
    client: Client<C, Full<Bytes>>,
    timeout: Duration,
}

impl HttpNext<HttpConnector> {
    /// The service at `authority` (host and port) over TCP; an answer later than `timeout` is a failure.
    pub fn over_tcp(authority: Authority, timeout: Duration) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(timeout.min(Duration::from_secs(5))));
        Self::new(authority, connector, timeout)
    }
}

impl<C: Connector> HttpNext<C> {
    /// The same over any network.
    pub fn new(authority: Authority, connector: C, timeout: Duration) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .build(connector);
        Self { authority, client, timeout }
    }

    async fn exchange(&self, call: Call) -> Result<Answer, CallError> {
        let uri = Uri::builder()
            .scheme(Scheme::HTTP)
            .authority(self.authority.clone())
            .path_and_query(call.path)
            .build()
            .map_err(failed)?;
        let mut request = Request::builder()
            .method(call.method)
            .uri(uri)
            .header(LUCK, call.luck.to_string())
            .header(ENDPOINT, HeaderValue::from_static(call.endpoint.name()));
        if let Some(patience) = call.patience {
            request = request.header(DEADLINE, format!("{:.3}", patience.as_secs_f64() * 1e3));
        }
        if !call.body.is_empty() {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let request = request.body(Full::new(call.body)).map_err(failed)?;
        let (head, body) = self.client.request(request).await.map_err(failed)?.into_parts();
        let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await.map_err(failed)?.to_bytes();
        let answer = Answer { status: head.status, headers: head.headers, body };
        if answer.status.is_success() {
            return Ok(answer);
        }
        let detail = problem_detail(&answer);
        if answer.status == StatusCode::SERVICE_UNAVAILABLE {
            return Err(CallError::Refused { hangs: answer.headers.contains_key(HANGS), detail });
        }
        Err(CallError::Failed(format!("{}: {detail}", answer.status)))
    }
}

#[async_trait::async_trait]
impl<C: Connector> NextService for HttpNext<C> {
    async fn call(&self, call: Call) -> Result<Answer, CallError> {
        tokio::time::timeout(self.timeout, self.exchange(call)).await.unwrap_or(Err(CallError::TimedOut(self.timeout)))
    }
}

/// An error with all its causes: hyper's own says only "client error (Connect)".
fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> CallError {
    let error = error.into();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(it) = cause {
        text = format!("{text}: {it}");
        cause = it.source();
    }
    CallError::Failed(text)
}

fn problem_detail(answer: &Answer) -> String {
    #[derive(serde::Deserialize)]
    struct Detail {
        detail: String,
    }
    serde_json::from_slice::<Detail>(&answer.body).map_or_else(|_| "no reason given".to_owned(), |body| body.detail)
}
