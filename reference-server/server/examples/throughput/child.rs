//! The contestants.

use clap::Parser as _;
use std::time::{Duration, Instant};
use stranded_server::cli::Arguments;
use stranded_server::{Limits, program, serve};

/// The least that a server can do.
pub(crate) async fn hello() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    println!("{}", serde_json::json!({ "listen": listener.local_addr().expect("it listens").to_string() }));
    let router = axum::Router::new().route("/", axum::routing::get(async || "hello"));
    serve(listener, router, Limits::default(), std::future::pending()).await;
}

/// The operator, signing keys itself, as fast as the machine can.
pub(crate) async fn operator() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let scenario = folder.path().join("scenario.toml");
    std::fs::write(
        &scenario,
        "[arrivals]\nservice = \"operator\"\n[service.operator]\nworkers = 256\npace = \"real\"\n",
    )
    .expect("a file");
    let scenario = scenario.to_str().expect("text");
    let arguments =
        Arguments::parse_from(["reference-server", "operator", "--scenario", scenario, "--cars", "1000000"]);
    program::run(arguments).await.expect("it runs");
}

/// One row a transaction, as safe as the operator's.
pub(crate) fn insert(turn: Duration) {
    let folder = tempfile::TempDir::new().expect("a folder");
    let connection = rusqlite::Connection::open(folder.path().join("insert.sqlite")).expect("a database");
    connection.pragma_update(None, "journal_mode", "WAL").expect("a log");
    connection.pragma_update(None, "synchronous", "FULL").expect("a flush at every commit");
    let table = "CREATE TABLE rows (id INTEGER PRIMARY KEY, car INTEGER, slot INTEGER) STRICT";
    connection.execute_batch(table).expect("a table");
    println!("{{}}");
    let ends = Instant::now() + turn;
    let mut done = 0;
    while Instant::now() < ends {
        let mut statement = connection.prepare_cached("INSERT INTO rows (car, slot) VALUES (?1, ?2)").expect("SQL");
        statement.execute((done, 7)).expect("a row");
        done += 1;
    }
    println!("{done}");
    // Stays until its processor time was read.
    std::thread::park();
}
