//! The workloads in nexosim, on one thread.
//!
//! The fastest form is one model that schedules its own events in handlers that are not `async`; the idiom, two models joined by ports,
//! runs the retrials as well.

mod hold;
mod ports;
mod retrial;

use std::process::ExitCode;
use std::time::Duration;

use peer_workload::{Case, program};

fn main() -> ExitCode {
    program::main(|request| match request.case {
        Case::Hold => Some(hold::run(request.size, request.seed)),
        Case::Retrial => Some(retrial::run(request.size, request.seed)),
        Case::OtherRetrial => Some(ports::run(request.size, request.seed)),
        _ => None,
    })
}

/// A delay as nexosim takes it; it refuses one of zero.
fn delay(seconds: f64) -> Duration {
    Duration::from_nanos(((seconds * 1e9) as u64).max(1))
}
