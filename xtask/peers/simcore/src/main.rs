//! The workloads in simcore: one component that sends events to itself.
//!
//! That is its lean form. Two components that send each other events without delay are its idiomatic one, and cost half as much
//! again on the retrials.

mod hold;
mod retrial;

use std::process::ExitCode;

use peer_workload::{Case, program};

fn main() -> ExitCode {
    program::main(|request| match request.case {
        Case::Hold => Some(hold::run(request.size, request.seed)),
        Case::Retrial => Some(retrial::run(request.size, request.seed)),
        _ => None,
    })
}
