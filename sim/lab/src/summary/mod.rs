//! From replications to `summary.json`.

mod arm;
mod day;
mod target;

pub(crate) use arm::{ArmRuns, GOODPUT, HEADLINE, headline, rank, stopping_metric, summarize};
pub(crate) use day::{analysed_day, window};
pub(crate) use target::{judge, quantity_of};
