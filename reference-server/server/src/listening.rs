//! Connections: taken, timed, and let go in peace.

use crate::metrics::Metrics;
use axum::Router;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// How connections are treated.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time; more wait in the system's line.
    pub connections: usize,
    /// How long the head of a request may take to arrive; then the connection is closed.
    pub head: Duration,
    /// How long requests that are under way may take when the server shuts down.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 10_000, head: Duration::from_secs(15), drain: Duration::from_secs(10) }
    }
}

/// Serves until `shutdown` comes, then takes no more connections and waits for the requests that are under way.
pub async fn serve<L: Listener>(listener: L, router: Router, limits: Limits, shutdown: impl Future<Output = ()>) {
    serve_counted(listener, router, None, limits, shutdown).await;
}

/// The same, counting the connections.
pub(crate) async fn serve_counted<L: Listener>(
    mut listener: L,
    router: Router,
    metrics: Option<Arc<Metrics>>,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    // A head of a few hundred bytes needs no buffer of 8 KiB: two thousand idle connections should not cost memory.
    http.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(16 * 1024);
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(limits.connections));
    tokio::pin!(shutdown);
    loop {
        let permit = tokio::select! {
            permit = Arc::clone(&room).acquire_owned() => permit,
            () = &mut shutdown => break,
        };
        let (stream, _) = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => break,
        };
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()));
        let connection = graceful.watch(connection);
        let open = metrics.clone();
        tokio::spawn(async move {
            if let Some(metrics) = &open {
                metrics.connections.inc();
            }
            // Clients go away in many ways; none of them is news.
            let _ = connection.await;
            if let Some(metrics) = &open {
                metrics.connections.dec();
            }
            drop(permit);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!(seconds = limits.drain.as_secs(), "requests were still under way at the end of the drain");
    }
}
