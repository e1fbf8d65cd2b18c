//! Known numbers, held against what the simulator comes out with.

mod interval;
mod judgement;
mod measurement;
mod plan;
mod report;

pub(crate) use judgement::Verdict;
pub(crate) use measurement::Verifier;
pub(crate) use plan::plan;
pub(crate) use report::{json, table};
