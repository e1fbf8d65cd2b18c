#![doc = env!("CARGO_PKG_DESCRIPTION")]

pub mod metric;
mod outcome;

pub use outcome::{Class, Episode, Minute, Need, Outage, Outcomes, Relief};
