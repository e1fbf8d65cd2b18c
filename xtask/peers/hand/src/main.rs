//! The workloads as loops without an engine: what somebody writes who needs nothing but this one model.

mod future;
mod hold;
mod retrial;
mod storm;

use std::process::ExitCode;

use peer_workload::{Case, program};

fn main() -> ExitCode {
    program::main(|request| match request.case {
        Case::Hold => Some(hold::run(request.size, request.seed)),
        Case::Retrial => Some(retrial::run(request.size, request.seed)),
        Case::Storm => Some(storm::with_heap(request.size, request.seed, true)),
        Case::CalmStorm => Some(storm::with_heap(request.size, request.seed, false)),
        Case::OtherStorm => Some(storm::without_heap(request.size, request.seed, true)),
        Case::OtherCalmStorm => Some(storm::without_heap(request.size, request.seed, false)),
        Case::OtherRetrial | Case::Day => None,
    })
}
