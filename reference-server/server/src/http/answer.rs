//! Headers of answers.

use crate::service::Timing;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Says where the time went (the header `Server-Timing` of the W3C), in milliseconds.
pub(crate) fn put_timing(headers: &mut HeaderMap, timing: &Timing) {
    let milliseconds = |span: Duration| span.as_secs_f64() * 1e3;
    let mut text = format!("queue;dur={:.3}, work;dur={:.3}", milliseconds(timing.queue), milliseconds(timing.work));
    if let Some(next) = timing.next {
        text = format!("{text}, next;dur={:.3}", milliseconds(next));
    }
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.insert(SERVER_TIMING, value);
    }
}
