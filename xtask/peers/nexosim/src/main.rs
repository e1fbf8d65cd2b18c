//! The workloads in nexosim: one model that schedules its own events, on one thread, in handlers that are not `async`.
//!
//! That is its lean form. Two models joined by ports are its idiomatic one, and took 40 % longer when both were measured.

mod hold;
mod retrial;

use std::process::ExitCode;
use std::time::Duration;

use peer_workload::{Case, program};

fn main() -> ExitCode {
    program::main(|request| match request.case {
        Case::Hold => Some(hold::run(request.size, request.seed)),
        Case::Retrial => Some(retrial::run(request.size, request.seed)),
        _ => None,
    })
}

/// A delay as nexosim takes it; it refuses one of zero.
fn delay(seconds: f64) -> Duration {
    Duration::from_nanos(((seconds * 1e9) as u64).max(1))
}
