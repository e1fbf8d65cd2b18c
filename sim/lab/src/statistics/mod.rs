//! What replications say: intervals, paired differences, when to stop repeating, quantiles.

mod interval;
mod stopping;

pub(crate) use interval::{mean_interval, paired_difference, relative_difference};
pub(crate) use stopping::SequentialStopping;
