//! `reference-server`: flags, logs, signals; all else is in the library.

use clap::Parser as _;
use std::process::ExitCode;
use stranded_server::cli::{Arguments, LogFormat, RoleArguments};
use stranded_server::{Failure, program};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let common = match &arguments.role {
        RoleArguments::Operator(operator) => &operator.common,
        RoleArguments::Vendor(vendor) => &vendor.common,
    };
    start_log(common.log);
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(findings) = failure.findings() {
                anstream::eprintln!("{findings}");
            }
            anstream::eprintln!("error: {failure}");
            failure.exit_code()
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    // Each client of a thousand has a connection; the usual limit of 1,024 open files would refuse it.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|source| Failure::System { action: "start the runtime", source })?.block_on(program::run(arguments))
}

fn start_log(format: LogFormat) {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter);
    match format {
        LogFormat::Text => {
            log.with_ansi(anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never).init();
        }
        LogFormat::Json => log.json().init(),
    }
}
