//! The workloads in stranded: its engine through the public API, and its world through scenario files.
//!
//! Run from the root of the repository, where the scenarios are.

mod engine;
mod hold;
mod world;

// The engine's own examples are what is measured, so that what we show is what we measure.
#[allow(dead_code, missing_docs, reason = "their `main` is for people")]
#[path = "../../../../sim/engine/examples/retrial.rs"]
mod retrial;
#[allow(dead_code, missing_docs, reason = "their `main` is for people")]
#[path = "../../../../sim/engine/examples/retry_storm.rs"]
mod retry_storm;

use std::process::ExitCode;

use peer_workload::{Case, program};

fn main() -> ExitCode {
    program::main(|request| match request.case {
        Case::Hold => Some(hold::run(request.size, request.seed)),
        Case::Retrial => Some(engine::retrial(request.size, request.seed)),
        Case::Storm => Some(engine::storm(request.size, request.seed, true)),
        Case::CalmStorm => Some(engine::storm(request.size, request.seed, false)),
        Case::OtherStorm => Some(world::storm(request.size, request.seed, true)),
        Case::OtherCalmStorm => Some(world::storm(request.size, request.seed, false)),
        Case::OtherRetrial => None,
        Case::Day => Some(world::day(request.size, request.seed)),
    })
}
