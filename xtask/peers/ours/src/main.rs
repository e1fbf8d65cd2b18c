//! The workloads in stranded: its engine through the public API, and its world through scenario files.
//!
//! Run from the root of the repository, where the scenarios are.

mod hold;
mod world;

use std::process::ExitCode;

use peer_workload::{Case, program};

fn main() -> ExitCode {
    program::main(|request| match request.case {
        Case::Hold => Some(hold::run(request.size, request.seed)),
        Case::Retrial | Case::Storm | Case::CalmStorm => None,
        Case::OtherStorm => Some(world::storm(request.size, request.seed, true)),
        Case::OtherCalmStorm => Some(world::storm(request.size, request.seed, false)),
        Case::Day => Some(world::day(request.size, request.seed)),
    })
}
