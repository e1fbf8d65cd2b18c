//! What samples say: pure functions over numbers, each in a file of its own.
//!
//! | file | answers |
//! |---|---|
//! | `interval` | how far the mean of some replications may lie off: Student's t |
//! | `difference` | how far two arms with the same luck differ, in hours and as a share |
//! | `stopping` | whether that is near enough, or how many replications it will take |
//! | `batch_means` | the interval of a mean from one long run, and whether the run is long enough for one |
//! | `mser` | how much of a run's start is warm-up |
//!
//! Time averages and histograms are taken where time passes, in `stranded-model`.

mod batch_means;
mod difference;
mod interval;
mod mser;
mod stopping;

pub(crate) use batch_means::BatchMeans;
pub(crate) use difference::{paired_difference, relative_difference};
pub(crate) use interval::mean_interval;
pub(crate) use mser::{Truncation, mser5};
pub(crate) use stopping::SequentialStopping;

#[cfg(test)]
pub(crate) mod tests {
    use super::BatchMeans;
    use stranded_engine::Stream;

    /// The batch means of a series of equally long stretches of time.
    pub(crate) fn batch_means(series: &[f64]) -> Option<BatchMeans> {
        BatchMeans::of_ratio(series, &vec![1.0; series.len()])
    }

    /// A stationary AR(1) series around zero: x' = phi x + e, with e standard normal.
    pub(crate) fn autoregressive(seed: u64, phi: f64, length: usize) -> Vec<f64> {
        let mut luck = Stream::new(seed, 1, 1);
        // The first value has the variance that all have, 1 / (1 - phi^2): the series has no transient.
        let mut value = luck.normal() / (1.0 - phi * phi).sqrt();
        let mut series = Vec::with_capacity(length);
        for _ in 0..length {
            series.push(value);
            value = phi * value + luck.normal();
        }
        series
    }
}
