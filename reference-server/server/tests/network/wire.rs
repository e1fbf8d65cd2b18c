//! Operator and vendor as hosts of a simulated network.

use axum::http::Uri;
use axum::serve::Listener;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use stranded_scenario::Scenario;
use stranded_server::service::{HttpNext, NextService, Service, Timekeeper};
use stranded_server::store::{SqliteOptions, SqliteStore};
use stranded_server::{KeySource, Limits, Operator, Vendor, http, serve};
use stranded_wire::IssuerId;
use stranded_wire::issuer::Issuer;
use tokio::sync::mpsc;
use turmoil::net::{TcpListener, TcpStream};

const PORT: u16 = 80;

/// Takes connections of the simulated network.
struct Simulated(TcpListener);

impl Listener for Simulated {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            if let Ok(accepted) = self.0.accept().await {
                return accepted;
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// Makes connections of the simulated network.
#[derive(Clone)]
pub(crate) struct Connector;

pub(crate) struct Stream(TokioIo<TcpStream>);

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl hyper::rt::Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: hyper::rt::ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl hyper::rt::Write for Stream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

impl tower::Service<Uri> for Connector {
    type Response = Stream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Box::pin(async move {
            let host = uri.host().unwrap_or_default().to_owned();
            TcpStream::connect((host.as_str(), PORT)).await.map(|stream| Stream(TokioIo::new(stream)))
        })
    }
}

/// Runs `story` as a client of the two.
pub(crate) fn run<F: Future<Output = turmoil::Result> + 'static>(
    scenario: &Scenario,
    vendor_timeout: Duration,
    story: impl FnOnce(Service, mpsc::Receiver<Service>) -> F + 'static,
) -> turmoil::Result {
    let mut sim = turmoil::Builder::new()
        .rng_seed(7)
        .simulation_duration(Duration::from_mins(10))
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(Duration::from_millis(1))
        .build();
    let folder = tempfile::TempDir::new()?;
    let (vendor_is_up, told) = mpsc::channel(4);
    let config = Arc::new(scenario.clone());
    let for_vendor = Arc::clone(&config);
    sim.host("vendor", move || {
        let (scenario, is_up) = (Arc::clone(&for_vendor), vendor_is_up.clone());
        async move {
            let service = Service::start(&scenario, "vendor", None, Timekeeper::Tokio)?;
            is_up.send(service.clone()).await?;
            let vendor = Vendor::new(service, Issuer::from_seed(IssuerId(1), &[1; 32]));
            let listener = Simulated(TcpListener::bind(("0.0.0.0", PORT)).await?);
            serve(listener, http::vendor(vendor), Limits::default(), std::future::pending()).await;
            Ok(())
        }
    });
    let (operator_is_up, mut operator) = mpsc::channel(4);
    let database = folder.path().join("operator.sqlite");
    sim.host("operator", move || {
        let (scenario, is_up, database) = (Arc::clone(&config), operator_is_up.clone(), database.clone());
        async move {
            let next: Arc<dyn NextService> = Arc::new(HttpNext::new("vendor:80".parse()?, Connector, vendor_timeout));
            let service = Service::start(&scenario, "operator", Some(Arc::clone(&next)), Timekeeper::Tokio)?;
            is_up.send(service.clone()).await?;
            let sqlite = Arc::new(SqliteStore::open(&database, 1, SqliteOptions::default())?);
            let operator = Operator::new(service, sqlite, KeySource::Vendor(next), Duration::from_mins(1), 1);
            let listener = Simulated(TcpListener::bind(("0.0.0.0", PORT)).await?);
            serve(listener, http::operator(operator), Limits::default(), std::future::pending()).await;
            Ok(())
        }
    });
    sim.client("client", async move {
        let service = operator.recv().await.ok_or("no operator")?;
        story(service, told).await
    });
    sim.run()
}
