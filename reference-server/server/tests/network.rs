//! Operator and vendor on a simulated network that is cut, slow, or comes and goes. Time is virtual: nothing here waits.

use axum::body::Bytes;
use axum::http::{Request, StatusCode, Uri};
use axum::serve::Listener;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use stranded_scenario::{Loader, Scenario};
use stranded_server::service::{Fault, HttpNext, NextService, Service, Timekeeper};
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
struct Connector;

struct Stream(TokioIo<TcpStream>);

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl hyper::rt::Read for Stream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: hyper::rt::ReadBufCursor<'_>) -> Poll<io::Result<()>> {
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

fn scenario(operator: &str, vendor: &str) -> Scenario {
    let text = format!(
        "[service.operator]\nworkers = 2\nservice_time = \"10 ms\"\n{operator}\n[service.vendor]\nworkers = 2\nservice_time = \"20 ms\"\n{vendor}\n"
    );
    let loaded = Loader::new().load_text::<Scenario>("scenario.toml", &text).expect("it is valid");
    (*loaded).clone()
}

/// Asks the operator once; the status, and how long it took.
async fn ask(patience: Duration) -> (StatusCode, Duration) {
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build(Connector);
    let begun = tokio::time::Instant::now();
    let request = Request::post("http://operator/v1/requests").body(Full::new(Bytes::new())).expect("a request");
    let answer = tokio::time::timeout(patience, client.request(request)).await;
    let status = match answer {
        Ok(Ok(answer)) => {
            let status = answer.status();
            answer.into_body().collect().await.expect("a body");
            status
        }
        // The client's own time-out.
        _ => StatusCode::REQUEST_TIMEOUT,
    };
    (status, begun.elapsed())
}

/// Runs `story` as a client of the two.
fn run<F: Future<Output = turmoil::Result> + 'static>(scenario: &Scenario, vendor_timeout: Duration, story: impl FnOnce(Service, mpsc::Receiver<Service>) -> F) -> turmoil::Result
{
    let mut sim = turmoil::Builder::new()
        .rng_seed(7)
        .simulation_duration(Duration::from_secs(600))
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(Duration::from_millis(1))
        .build();
    let folder = tempfile::TempDir::new()?;
    let (tell, told) = mpsc::channel(4);
    let config = Arc::new(scenario.clone());
    let for_vendor = Arc::clone(&config);
    sim.host("vendor", move || {
        let (scenario, tell) = (Arc::clone(&for_vendor), tell.clone());
        async move {
            let service = Service::start(&scenario, "vendor", None, Timekeeper::Tokio)?;
            tell.send(service.clone()).await?;
            let vendor = Vendor::new(service, Issuer::from_seed(IssuerId(1), &[1; 32]));
            let listener = Simulated(TcpListener::bind(("0.0.0.0", PORT)).await?);
            serve(listener, http::vendor(vendor), Limits::default(), std::future::pending()).await;
            Ok(())
        }
    });
    let (tell_operator, mut told_operator) = mpsc::channel(4);
    let database = folder.path().join("operator.sqlite");
    sim.host("operator", move || {
        let (scenario, tell, database) = (Arc::clone(&config), tell_operator.clone(), database.clone());
        async move {
            let next: Arc<dyn NextService> =
                Arc::new(HttpNext::new("vendor:80".parse()?, Connector, vendor_timeout));
            let service = Service::start(&scenario, "operator", Some(Arc::clone(&next)), Timekeeper::Tokio)?;
            tell.send(service.clone()).await?;
            let store = Arc::new(SqliteStore::open(&database, 1, SqliteOptions::default())?);
            let operator = Operator::new(service, store, KeySource::Vendor(next), Duration::from_secs(60), 1);
            let listener = Simulated(TcpListener::bind(("0.0.0.0", PORT)).await?);
            serve(listener, http::operator(operator), Limits::default(), std::future::pending()).await;
            Ok(())
        }
    });
    sim.client("client", async move {
        let operator = told_operator.recv().await.ok_or("no operator")?;
        story(operator, told).await
    });
    sim.run()
}

const NON_BLOCKING: &str = "calls = { service = \"vendor\" }";
const BLOCKING: &str = "calls = { service = \"vendor\", blocking = true }\nqueue = { capacity = 1 }";

#[test]
fn a_vendor_behind_a_cut_is_a_time_out_and_comes_back_by_itself() -> turmoil::Result {
    let timeout = Duration::from_secs(2);
    run(&scenario(NON_BLOCKING, ""), timeout, |operator, _| async move {
        assert_eq!(ask(Duration::from_secs(60)).await.0, StatusCode::OK);
        turmoil::partition("operator", "vendor");
        let (status, took) = ask(Duration::from_secs(60)).await;
        assert!(matches!(status, StatusCode::GATEWAY_TIMEOUT | StatusCode::BAD_GATEWAY), "{status}");
        assert!(took <= Duration::from_secs(3), "virtual time: {took:?}");
        // Its own workers were never held: requests that wait for the vendor wait outside of them.
        assert_eq!(operator.census().busy, 0);
        turmoil::repair("operator", "vendor");
        assert_eq!(ask(Duration::from_secs(60)).await.0, StatusCode::OK);
        Ok(())
    })
}

#[test]
fn a_slow_vendor_holds_the_workers_of_a_blocking_operator_and_no_others() -> turmoil::Result {
    for (operator, refused, busy) in [(NON_BLOCKING, 0, 0), (BLOCKING, 5, 2)] {
        run(&scenario(operator, ""), Duration::from_secs(60), move |operator, mut told| async move {
            let vendor = told.recv().await.ok_or("no vendor")?;
            vendor.inject(Fault { slow: Some(500.0), ..Fault::default() });
            // Eight at once: two workers and one place in the line before the vendor's ten seconds a request.
            let asked: Vec<_> = (0..8).map(|_| tokio::spawn(ask(Duration::from_secs(120)))).collect();
            tokio::time::sleep(Duration::from_secs(5)).await;
            assert_eq!(operator.census().busy, busy);
            assert_eq!(operator.census().refused, refused);
            let mut answered = 0;
            for asked in asked {
                answered += u64::from(asked.await?.0 == StatusCode::OK);
            }
            assert_eq!(answered, 8 - refused);
            assert_eq!(operator.census().busy, 0);
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn a_vendor_that_comes_and_goes_costs_requests_and_never_a_worker() -> turmoil::Result {
    run(&scenario(BLOCKING, ""), Duration::from_secs(2), |operator, _| async move {
        for _ in 0..10 {
            turmoil::repair("operator", "vendor");
            assert_eq!(ask(Duration::from_secs(30)).await.0, StatusCode::OK);
            turmoil::partition("operator", "vendor");
            let (status, _) = ask(Duration::from_secs(30)).await;
            assert!(status.is_server_error(), "{status}");
            assert_eq!(operator.census().busy, 0, "a worker that waited for the vendor is free again");
        }
        Ok(())
    })
}

#[test]
fn clients_that_give_up_are_worked_for_all_the_same() -> turmoil::Result {
    run(&scenario(NON_BLOCKING, ""), Duration::from_secs(60), |_, mut told| async move {
        let vendor = told.recv().await.ok_or("no vendor")?;
        vendor.inject(Fault { slow: Some(100.0), ..Fault::default() });
        for _ in 0..4 {
            assert_eq!(ask(Duration::from_secs(1)).await.0, StatusCode::REQUEST_TIMEOUT);
        }
        tokio::time::sleep(Duration::from_secs(30)).await;
        let census = vendor.census();
        assert_eq!((census.entered, census.served, census.busy), (4, 4, 0));
        Ok(())
    })
}

