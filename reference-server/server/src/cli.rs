//! The flags, and nothing but the flags.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// A real server that behaves as a service of a scenario: the operator of shared cars, or the vendor behind it.
///
/// When it is ready it prints one line of JSON with its addresses; logs go to the standard error. SIGTERM (or Ctrl-C) lets requests that
/// are under way finish, then ends it.
#[derive(Debug, Parser)]
#[command(name = "reference-server", version, max_term_width = 100, after_long_help = EXAMPLES, propagate_version = true)]
pub struct Arguments {
    /// Which of the two it is.
    #[command(subcommand)]
    pub role: RoleArguments,
}

const EXAMPLES: &str = "\
Examples:
  reference-server vendor --scenario town.toml --listen 127.0.0.1:7001
  reference-server operator --scenario town.toml --vendor http://127.0.0.1:7001 --listen 127.0.0.1:7000
  reference-server operator --scenario queue.toml                    a service that calls nobody needs no vendor
  reference-server operator --scenario town.toml --set service.operator.queue.capacity=50 ...

Then: http://127.0.0.1:7000/docs tells what can be asked.

Exit codes: 0 drained; 1 system or internal error; 2 usage; 3 invalid scenario.";

/// The roles.
#[derive(Debug, Subcommand)]
pub enum RoleArguments {
    /// The company's own API: sessions, search, reservations, keys, doors, returns.
    Operator(OperatorArguments),
    /// The outsourced server behind it: signs keys, and takes its time.
    Vendor(VendorArguments),
}

/// What both roles take.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// The scenario that says how the service behaves.
    #[arg(long, value_name = "FILE")]
    pub scenario: PathBuf,
    /// Change a value of the scenario: a dotted path, `=`, a value. Can be repeated; later ones win.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// Play this service instead of the one that the role usually plays.
    #[arg(long, value_name = "NAME")]
    pub service: Option<String>,
    /// Where to take requests. Port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Where to take faults, resets and questions about the state; on loopback only. Port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub admin: SocketAddr,
    /// The service that this one calls: for an operator whose service `calls` another.
    #[arg(long, value_name = "URL")]
    pub vendor: Option<String>,
    /// How long the called service may take; later answers are failures (504).
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    pub vendor_timeout: f64,
    /// Connections at a time; more wait in the system's line.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub connections: usize,
    /// How long requests that are under way may take after SIGTERM.
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    pub drain: f64,
    /// How logs are written to the standard error. `RUST_LOG` says how much (default: `info`; `debug` logs every request).
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub log: LogFormat,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: a JSON object a line.
    Json,
}

/// What an operator takes.
#[derive(Clone, Debug, Args)]
pub struct OperatorArguments {
    /// What both roles take.
    #[command(flatten)]
    pub common: Common,
    /// Keep everything in this SQLite file. Without it, and without `--database-url`, it is kept in a file that is removed at the end.
    #[arg(long, value_name = "FILE", conflicts_with = "database_url")]
    pub database: Option<PathBuf>,
    /// Keep everything in this PostgreSQL database: `postgres://user:password@host:port/name`.
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// Cars there are, numbered from 1. Without it, `fleet.cars` of the scenario, or, where it has no fleet, 1,000 and `load.booked`.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub cars: Option<u32>,
    /// Price of a slot of ten minutes, won.
    #[arg(long, value_name = "WON", default_value_t = 1500, value_parser = clap::value_parser!(i64).range(0..=1_000_000))]
    pub slot_price: i64,
}

/// What a vendor takes.
#[derive(Clone, Debug, Args)]
pub struct VendorArguments {
    /// What both roles take.
    #[command(flatten)]
    pub common: Common,
    /// Keep the signing key in this file (made when it is missing, readable for its owner only). Without it, keys that were signed
    /// before a restart are worth nothing after it.
    #[arg(long, value_name = "FILE")]
    pub signing_key: Option<PathBuf>,
}
