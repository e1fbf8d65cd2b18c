//! What samples say: pure functions over numbers, each in a file of its own.
//!
//! | file | answers |
//! |---|---|
//! | `interval` | how far the mean of some replications may lie off: Student's t |
//! | `difference` | how far two arms with the same luck differ, in hours and as a share |
//! | `stopping` | whether that is near enough, or how many replications it will take |
//!
//! Time averages and histograms are taken where time passes, in `stranded-model`.

mod difference;
mod interval;
mod stopping;

pub(crate) use difference::{paired_difference, relative_difference};
pub(crate) use interval::mean_interval;
pub(crate) use stopping::SequentialStopping;
