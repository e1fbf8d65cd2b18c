//! The retry storm in DesCartes: one component with one event type, in the form of the retry storm among its own examples, less
//! the table of attempts that the example keeps.

mod storm;

use std::process::ExitCode;

use peer_workload::{Case, program};
// For its feature alone: it takes the framework's log calls out when it is compiled.
use tracing as _;

fn main() -> ExitCode {
    program::main(|request| match request.case {
        Case::Storm => Some(storm::run(request.size, request.seed, true)),
        Case::CalmStorm => Some(storm::run(request.size, request.seed, false)),
        _ => None,
    })
}
