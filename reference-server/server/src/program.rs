//! From the flags to a server that runs until it is told to stop.

use crate::cli::{Arguments, Common, OperatorArguments, RoleArguments, VendorArguments};
use crate::configuration;
use crate::failure::Failure;
use crate::http::{Core, HasCore};
use crate::listening::{Limits, serve_counted};
use crate::service::{HttpNext, NextService, Service, Timekeeper};
use crate::store::{PostgresStore, SqliteOptions, SqliteStore, Store};
use crate::{Admin, KeySource, Operator, Vendor, admin, http, signing_key};
use axum::Router;
use axum::serve::ListenerExt as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use stranded_scenario::Scenario;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Runs a role until it is told to stop by SIGTERM or SIGINT.
///
/// # Errors
/// It cannot start.
pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.role {
        RoleArguments::Operator(operator) => run_operator(operator).await,
        RoleArguments::Vendor(vendor) => run_vendor(vendor).await,
    }
}

async fn run_operator(arguments: OperatorArguments) -> Result<(), Failure> {
    let common = &arguments.common;
    let scenario = configuration::load(common)?;
    let name = configuration::entry(common, &scenario)?;
    let next = next(common, &scenario, &name)?;
    let keys = match &next {
        Some(vendor) => KeySource::Vendor(Arc::clone(vendor)),
        None => KeySource::Own(Arc::new(signing_key::fresh()?)),
    };
    let service = start(&scenario, &name, next)?;
    let cars = arguments.cars.unwrap_or_else(|| scenario.real_cars());
    // Holds the file of a database that nobody named; it goes with the process.
    let mut temporary = None;
    let store: Arc<dyn Store> = if let Some(url) = &arguments.database_url {
        let store = PostgresStore::open(url, cars).await.map_err(|error| Failure::Database {
            // The URL holds a password.
            database: "at --database-url".to_owned(),
            reason: format!("{error}; is it running, and does the user exist?"),
        })?;
        Arc::new(store)
    } else {
        let path = match &arguments.database {
            Some(path) => path.clone(),
            None => temporary.insert(temporary_folder()?).path().join("operator.sqlite"),
        };
        let store = SqliteStore::open(&path, cars, SqliteOptions::default()).map_err(|error| Failure::Database {
            database: format!("`{}`", path.display()),
            reason: error.to_string(),
        })?;
        Arc::new(store)
    };
    let session = Duration::from_secs_f64(scenario.app.session.as_seconds().max(1.0));
    let operator = Operator::new(service, Arc::clone(&store), keys, session, arguments.slot_price);
    let router = http::operator(operator.clone());
    let result = listen("operator", common, &operator, router, admin::routes(Admin::from(&operator))).await;
    store.close().await;
    drop(temporary);
    result
}

async fn run_vendor(arguments: VendorArguments) -> Result<(), Failure> {
    let common = &arguments.common;
    let scenario = configuration::load(common)?;
    let name = configuration::behind_entry(common, &scenario)?;
    let next = next(common, &scenario, &name)?;
    let issuer = match &arguments.signing_key {
        Some(path) => signing_key::kept_in(path)?,
        None => signing_key::fresh()?,
    };
    let vendor = Vendor::new(start(&scenario, &name, next)?, issuer);
    let router = http::vendor(vendor.clone());
    listen("vendor", common, &vendor, router, admin::routes(Admin::from(&vendor))).await
}

fn start(scenario: &Scenario, name: &str, next: Option<Arc<dyn NextService>>) -> Result<Service, Failure> {
    Service::start(scenario, name, next, Timekeeper::Thread)
        .map_err(|source| Failure::System { action: "start a thread", source })
}

/// The service that is called, when the scenario says so.
fn next(common: &Common, scenario: &Scenario, name: &str) -> Result<Option<Arc<dyn NextService>>, Failure> {
    if scenario.service[name].calls.is_none() {
        return Ok(None);
    }
    let authority = configuration::vendor_address(common, scenario, name)?;
    let timeout = configuration::seconds("--vendor-timeout", common.vendor_timeout)?;
    Ok(Some(Arc::new(HttpNext::over_tcp(authority, timeout))))
}

fn temporary_folder() -> Result<tempfile::TempDir, Failure> {
    tempfile::Builder::new()
        .prefix("reference-server-")
        .tempdir()
        .map_err(|source| Failure::System { action: "make a folder for the database", source })
}

async fn listen(
    role: &'static str,
    common: &Common,
    state: &impl HasCore,
    router: Router,
    admin: Router,
) -> Result<(), Failure> {
    if !common.admin.ip().is_loopback() {
        return Err(Failure::Usage(format!(
            "`--admin {}` is not on loopback: whoever reaches it can stop the service\nuse 127.0.0.1 or [::1]",
            common.admin
        )));
    }
    let drain = configuration::seconds("--drain", common.drain)?;
    let limits = Limits { connections: common.connections.max(1), drain, ..Limits::default() };
    let (main, address) = bind(common.listen, "--listen").await?;
    let main = main.tap_io(|stream| {
        // Answers are small and whole: waiting to fill a packet only makes them late.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps Nagle's algorithm");
        }
    });
    let (admin_listener, admin_address) = bind(common.admin, "--admin").await?;
    let core = state.core();
    let (stop, stopped) = watch::channel(false);
    // Before anybody is told that we are ready, and may tell us to stop.
    let told_to_stop = Signals::listen().map_err(|source| Failure::System { action: "listen to signals", source })?;
    let announcement = serde_json::json!({
        "role": role,
        "service": core.service.name(),
        "listen": address.to_string(),
        "admin": admin_address.to_string(),
    });
    let mut out = std::io::stdout().lock();
    // Who started us may not care for the line.
    let _ = writeln!(out, "{announcement}").and_then(|()| out.flush());
    drop(out);
    tracing::info!(role, service = core.service.name(), listen = %address, admin = %admin_address, "ready");
    let until = |mut stopped: watch::Receiver<bool>| async move {
        let _ = stopped.wait_for(|&stop| stop).await;
    };
    let metrics = Some(Arc::clone(&core.metrics));
    let server = serve_counted(main, router, metrics, limits, until(stopped.clone()));
    let admin = serve_counted(admin_listener, admin, None, limits, until(stopped));
    let closing = close_when(told_to_stop, core, stop);
    tokio::join!(server, admin, closing);
    tracing::info!("ended");
    Ok(())
}

async fn close_when(mut signals: Signals, core: &Core, stop: watch::Sender<bool>) {
    signals.next().await;
    tracing::info!("told to stop; requests that are under way may finish");
    core.closing.store(true, Ordering::Relaxed);
    let _ = stop.send(true);
}

/// The signals that end the program.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    /// Hears them from now on.
    fn listen() -> std::io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}

async fn bind(address: SocketAddr, flag: &'static str) -> Result<(TcpListener, SocketAddr), Failure> {
    let listen = async {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    listen.await.map_err(|source| Failure::Listen { address, flag, source })
}
