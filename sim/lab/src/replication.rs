//! What is kept of a replication once its rows are on the disk.

use crate::long_run;
use crate::statistics::{BatchMeans, mean_interval, paired_difference};
use std::collections::BTreeMap;
use stranded_model::{Outcomes, metric};
use stranded_reports::estimate::Estimate;
use stranded_scenario::Scenario;

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
    /// Batch means of the metrics that have them; empty for a scenario with a fleet.
    pub(crate) batch_means: BTreeMap<&'static str, BatchMeans>,
}

impl Replication {
    /// What is kept of the outcomes of that scenario.
    pub(crate) fn new(scenario: &Scenario, outcomes: Outcomes) -> Self {
        let batch_means = long_run::batch_means(scenario, &outcomes);
        let Outcomes { metrics, events, digest, warnings, .. } = outcomes;
        Self { metrics, events, digest, warnings, batch_means }
    }
}

/// Values of a metric, one for each replication that has it, in the order of the replications.
pub(crate) fn samples(replications: &[Replication], metric: &str) -> Vec<f64> {
    replications.iter().filter_map(|replication| replication.metrics.get(metric).copied()).collect()
}

/// The estimate of a metric over the replications that have it; `None` when none has.
///
/// Of a single replication the interval is that of its batch means, where it has them and they are long enough.
pub(crate) fn estimate(replications: &[Replication], metric: &str) -> Option<Estimate> {
    if let [replication] = replications {
        return of_one(replication, metric);
    }
    mean_interval(&samples(replications, metric))
}

/// What `arm` changes against `baseline`: the mean difference of a metric over the replications that have it in both, paired,
/// because replication r of both had the same people and the same luck. `None` when no replication has it in both.
pub(crate) fn difference(arm: &[Replication], baseline: &[Replication], metric: &str) -> Option<Estimate> {
    let value = |replication: &Replication| replication.metrics.get(metric).copied();
    let pairs = arm.iter().zip(baseline).filter_map(|(arm, baseline)| Some((value(arm)?, value(baseline)?)));
    let (arm, baseline): (Vec<f64>, Vec<f64>) = pairs.unzip();
    paired_difference(&arm, &baseline)
}

/// The same of single values, one a replication, of which some may be missing.
pub(crate) fn paired(arm: &[Option<f64>], baseline: &[Option<f64>]) -> Option<Estimate> {
    let pairs = arm.iter().zip(baseline).filter_map(|(arm, baseline)| Some(((*arm)?, (*baseline)?)));
    let (arm, baseline): (Vec<f64>, Vec<f64>) = pairs.unzip();
    paired_difference(&arm, &baseline)
}

fn of_one(replication: &Replication, metric: &str) -> Option<Estimate> {
    let value = *replication.metrics.get(metric)?;
    let means = replication.batch_means.get(metric).filter(|means| !means.correlated);
    // Around the metric itself: minutes that are only partly measured count for it, and in no batch.
    let interval = means.and_then(|means| means.estimate.ci95()).map(|[low, high]| {
        let half_width = (high - low) / 2.0;
        [value - half_width, value + half_width]
    });
    Estimate::new(value, interval)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::statistics::tests::batch_means;

    /// A replication with these metrics and nothing else.
    pub(crate) fn replication(metrics: &[(&'static str, f64)]) -> Replication {
        Replication {
            metrics: metrics.iter().map(|&(name, value)| (name.into(), value)).collect(),
            events: 10,
            digest: 7,
            warnings: Vec::new(),
            batch_means: BTreeMap::new(),
        }
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

    #[test]
    fn a_single_long_run_has_the_interval_of_its_batches_unless_they_are_correlated() {
        let mut run = replication(&[("goodput_per_second", 5.1)]);
        assert_eq!(estimate(&[run.clone()], "goodput_per_second").unwrap().ci95(), None);
        let wavering: Vec<f64> = (0..200).map(|minute| 5.0 + f64::from(minute % 2)).collect();
        run.batch_means.insert("goodput_per_second", batch_means(&wavering).unwrap());
        let one = estimate(&[run.clone()], "goodput_per_second").unwrap();
        assert!((one.mean() - 5.1).abs() < 1e-12 && one.ci95().is_some(), "{one:?}");
        // Two replications speak for themselves.
        let two = estimate(&[run.clone(), run.clone()], "goodput_per_second").unwrap();
        assert_eq!(two.ci95(), Some([5.1, 5.1]));
        let rising: Vec<f64> = (0..200).map(f64::from).collect();
        run.batch_means.insert("goodput_per_second", batch_means(&rising).unwrap());
        assert_eq!(estimate(&[run], "goodput_per_second").unwrap().ci95(), None);
    }

    #[test]
    fn differences_pair_the_replications_that_have_both() {
        let with = |value: f64| replication(&[("service.recovered_hour", value)]);
        let baseline = [with(20.0), replication(&[]), with(24.0), with(30.0)];
        let arm = [with(21.0), with(5.0), with(25.0), with(31.0)];
        let difference = difference(&arm, &baseline, "service.recovered_hour").unwrap();
        assert_eq!(Some(difference), Estimate::exact(1.0));
        assert_eq!(super::difference(&arm, &[replication(&[])], "service.recovered_hour"), None);
    }
}
