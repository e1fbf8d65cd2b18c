//! The workloads in simcore.
//!
//! The fastest form is one component that sends events to itself; the idiom, two components that send each other events, runs the
//! retrials as well.

mod components;
mod hold;
mod retrial;

use std::process::ExitCode;

use peer_workload::{Case, program};

fn main() -> ExitCode {
    program::main(|request| match request.case {
        Case::Hold => Some(hold::run(request.size, request.seed)),
        Case::Retrial => Some(retrial::run(request.size, request.seed)),
        Case::OtherRetrial => Some(components::run(request.size, request.seed)),
        _ => None,
    })
}
