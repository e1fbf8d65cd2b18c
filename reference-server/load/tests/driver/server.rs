//! A small server with a known capacity, in the test's own process: what the real one is held against elsewhere.

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::post;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How the server behaves.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Behaviour {
    /// Requests a second, one after the other; without it, all at once and in no time.
    pub(crate) per_second: Option<f64>,
    /// Nothing is answered from then on, for that long; counted from the first request.
    pub(crate) stall: Option<(Duration, Duration)>,
    /// Answered instead of a good one.
    pub(crate) status: Option<u16>,
}

struct State {
    behaviour: Behaviour,
    first: Option<Instant>,
    /// When the worker has done all that came so far.
    free_at: Option<Instant>,
    /// Values of a header of the requests.
    lucks: Vec<String>,
}

/// A server that runs until it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Server {
    pub(crate) fn start(behaviour: Behaviour) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let state = Arc::new(Mutex::new(State { behaviour, first: None, free_at: None, lucks: Vec::new() }));
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::clone(&state);
        let handler = move |headers: axum::http::HeaderMap| answer(Arc::clone(&shared), headers);
        let router = Router::new().route("/v1/requests", post(handler));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { address, state, runtime: Some(runtime) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The luck of the requests that came, in the order in which they came.
    pub(crate) fn lucks(&self) -> Vec<String> {
        self.state.lock().unwrap().lucks.clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn answer(state: Arc<Mutex<State>>, headers: axum::http::HeaderMap) -> impl IntoResponse {
    let (done_at, status) = {
        let mut state = state.lock().unwrap();
        let luck = headers.get("stranded-luck").and_then(|luck| luck.to_str().ok()).unwrap_or("none");
        state.lucks.push(luck.to_owned());
        let now = Instant::now();
        let first = *state.first.get_or_insert(now);
        let work = state.behaviour.per_second.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(1.0 / rate));
        let mut begins = state.free_at.filter(|_| !work.is_zero()).map_or(now, |free| free.max(now));
        if let Some((from, lasts)) = state.behaviour.stall {
            let (from, until) = (first + from, first + from + lasts);
            if begins >= from && begins < until {
                begins = until;
            }
        }
        // Ideal instants: a timer that is late costs this request a little and the next ones nothing.
        state.free_at = Some(begins + work);
        (begins + work, state.behaviour.status.unwrap_or(200))
    };
    tokio::time::sleep_until(done_at.into()).await;
    (StatusCode::from_u16(status).unwrap(), [("server-timing", "queue;dur=1.0, work;dur=2.5")], "{}")
}
