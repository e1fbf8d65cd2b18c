//! What is kept of a replication once its rows are on the disk.

use crate::statistics::mean_interval;
use std::collections::BTreeMap;
use stranded_model::{Outcomes, metric};
use stranded_reports::estimate::Estimate;

/// The scalars of one replication of one arm: some hundred numbers, where the episodes and minutes are megabytes.
#[derive(Clone, Debug)]
pub(crate) struct Replication {
    /// Scalar results by name; a metric that has no value in this replication is absent.
    pub(crate) metrics: BTreeMap<metric::Name, f64>,
    /// Events processed.
    pub(crate) events: u64,
    /// Digest over all events.
    pub(crate) digest: u64,
    /// What the reader should know.
    pub(crate) warnings: Vec<String>,
}

impl From<Outcomes> for Replication {
    fn from(outcomes: Outcomes) -> Self {
        let Outcomes { metrics, events, digest, warnings, .. } = outcomes;
        Self { metrics, events, digest, warnings }
    }
}

/// Values of a metric, one for each replication that has it, in the order of the replications.
pub(crate) fn samples(replications: &[Replication], metric: &str) -> Vec<f64> {
    replications.iter().filter_map(|replication| replication.metrics.get(metric).copied()).collect()
}

/// The estimate of a metric over the replications that have it; `None` when none has.
pub(crate) fn estimate(replications: &[Replication], metric: &str) -> Option<Estimate> {
    mean_interval(&samples(replications, metric))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A replication with these metrics and nothing else.
    pub(crate) fn replication(metrics: &[(&'static str, f64)]) -> Replication {
        let metrics = metrics.iter().map(|&(name, value)| (name.into(), value)).collect();
        Replication { metrics, events: 10, digest: 7, warnings: Vec::new() }
    }

    #[test]
    fn a_replication_without_the_metric_does_not_count_for_it() {
        let replications = [
            replication(&[("service.down_hour", 12.0)]),
            replication(&[]),
            replication(&[("service.down_hour", 13.0)]),
        ];
        assert_eq!(samples(&replications, "service.down_hour"), [12.0, 13.0]);
        assert!((estimate(&replications, "service.down_hour").unwrap().mean() - 12.5).abs() < 1e-12);
        assert_eq!(estimate(&replications, "service.recovered_hour"), None);
    }
}
