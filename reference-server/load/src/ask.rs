//! One attempt over HTTP: what is asked, and what became of it.

use crate::record::Ending;
use goose::goose::{GooseMethod, GooseRequest, GooseUser};
use std::time::{Duration, Instant};
use stranded_model::luck::AttemptLuck;

/// Least time that a request gets: a deadline that has passed is no reason for a time-out of zero, which goose takes for none.
const PATIENCE_MIN: Duration = Duration::from_micros(100);

/// Longest deadline that servers are told.
const DEADLINE_MAX: Duration = Duration::from_hours(24);

/// What is asked of a server.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Name of the endpoint, as in the scenario's `[endpoint.*]`.
    pub endpoint: &'static str,
    /// How.
    pub method: GooseMethod,
    /// Where, below the server's address.
    pub path: String,
    /// Luck of the attempt, so that a paced server draws what the simulated one draws.
    pub luck: Option<AttemptLuck>,
    /// Token of the session.
    pub bearer: Option<String>,
    /// Tells a repeated request from a new one.
    pub idempotency_key: Option<String>,
    /// JSON to send along.
    pub body: Option<serde_json::Value>,
    /// Only a success is an answer. Otherwise a "no" is one, too: the server has done its work.
    pub is_strict: bool,
}

impl Ask {
    /// A request without anything.
    pub fn new(endpoint: &'static str, method: GooseMethod, path: impl Into<String>) -> Self {
        Self {
            endpoint,
            method,
            path: path.into(),
            luck: None,
            bearer: None,
            idempotency_key: None,
            body: None,
            is_strict: false,
        }
    }
}

/// What became of an attempt.
#[derive(Clone, Debug)]
pub struct Reply {
    /// How it ended.
    pub ending: Ending,
    /// Status, if a whole answer came.
    pub status: Option<u16>,
    /// The answer's body.
    pub body: Vec<u8>,
    /// What the server says it worked on it, in seconds.
    pub work_seconds: Option<f64>,
    /// The end in a word: a status, or what went wrong.
    pub word: String,
}

impl Reply {
    /// The end of an attempt without an answer.
    pub fn without_answer(ending: Ending, word: &str) -> Self {
        Self { ending, status: None, body: Vec::new(), work_seconds: None, word: word.to_owned() }
    }
}

/// Sends a request as `user` and reads its whole answer, which must be there by `deadline`.
pub async fn send(user: &mut GooseUser, ask: &Ask, deadline: Instant) -> Reply {
    let patience = deadline.saturating_duration_since(Instant::now());
    if patience.is_zero() {
        return Reply::without_answer(Ending::TimedOut, "time-out before sending");
    }
    let Ok(mut builder) = user.get_request_builder(&ask.method, &ask.path) else {
        return Reply::without_answer(Ending::Refused, "no such address");
    };
    builder = builder.timeout(patience.max(PATIENCE_MIN));
    // A client that waits for more than a day waits for ever, as far as a server needs to know.
    if patience <= DEADLINE_MAX {
        builder = builder.header("Stranded-Deadline", format!("{:.3}", patience.as_secs_f64() * 1e3));
    }
    if let Some(luck) = &ask.luck {
        builder = builder.header("Stranded-Luck", luck.to_string());
    }
    if let Some(bearer) = &ask.bearer {
        builder = builder.bearer_auth(bearer);
    }
    if let Some(key) = &ask.idempotency_key {
        builder = builder.header("Idempotency-Key", key);
    }
    if let Some(body) = &ask.body {
        builder = builder.json(body);
    }
    let request = GooseRequest::builder().set_request_builder(builder).name(ask.endpoint).build();
    let response = match user.request(request).await {
        Ok(answer) => answer.response,
        Err(_) => return Reply::without_answer(Ending::Refused, "goose stopped"),
    };
    let response = match response {
        Ok(response) => response,
        Err(error) => return failed(&error),
    };
    let status = response.status();
    let work_seconds = response.headers().get("server-timing").and_then(|value| duration(value.to_str().ok()?, "work"));
    // Goose stops its watch at the first byte; an answer is one when it is there.
    let body = match response.bytes().await {
        Ok(body) => body,
        Err(error) => return failed(&error),
    };
    let is_no = status.is_client_error() && status.as_u16() != 429;
    let is_answer = status.is_success() || (is_no && !ask.is_strict);
    Reply {
        ending: if is_answer { Ending::Answered } else { Ending::Refused },
        status: Some(status.as_u16()),
        body: body.to_vec(),
        work_seconds,
        word: status.as_u16().to_string(),
    }
}

fn failed(error: &reqwest::Error) -> Reply {
    if error.is_timeout() {
        Reply::without_answer(Ending::TimedOut, "time-out")
    } else if error.is_connect() {
        Reply::without_answer(Ending::Refused, "no connection")
    } else {
        Reply::without_answer(Ending::Refused, "connection lost")
    }
}

/// A duration of a `Server-Timing` header in seconds.
fn duration(header: &str, metric: &str) -> Option<f64> {
    let entry = header.split(',').map(str::trim).find(|entry| entry.split(';').next() == Some(metric))?;
    let milliseconds = entry.split(';').find_map(|part| part.trim().strip_prefix("dur="))?;
    let seconds = milliseconds.trim().parse::<f64>().ok()? / 1e3;
    (seconds.is_finite() && seconds >= 0.0).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_found_by_their_name() {
        let header = "queue;dur=12.5, work;dur=3.25, next;dur=9";
        assert_eq!(duration(header, "work"), Some(0.00325));
        assert_eq!(duration(header, "queue"), Some(0.0125));
        for (header, metric) in [("work", "work"), ("workload;dur=1", "work"), ("work;dur=-1", "work"), ("", "work")] {
            assert_eq!(duration(header, metric), None, "{header}");
        }
    }
}
