//! From replications to `summary.json`.

mod arm;
mod day;
mod stopping;
mod target;

pub(crate) use arm::{ArmRuns, GOODPUT, HEADLINE, headline, rank, summarize};
pub(crate) use day::{analysed_day, window};
pub(crate) use stopping::StoppingRule;
pub(crate) use target::{judge, quantity_of};
