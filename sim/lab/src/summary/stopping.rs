//! What decides when to stop repeating a scenario.

use super::arm::HEADLINE;
use crate::replication::{Replication, samples};
use crate::statistics::SequentialStopping;
use stranded_model::metric;
use stranded_scenario::Scenario;

/// What a scenario of services is about as long as nobody leaves: theory speaks of it.
const TIME_IN_SYSTEM: &str = "queue.sojourn_mean_seconds";

/// What a scenario of services is about when clients time out: the mean time of those who were served says nothing about those
/// who were not.
const GOODPUT: &str = "goodput_per_second";

/// Repeat until each of some metrics is known to the wanted precision.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoppingRule {
    /// How often at least and at most, and how precise.
    pub(crate) sequential: SequentialStopping,
    /// The metrics, at least one; the first is what progress is told by.
    pub(crate) metrics: Vec<&'static str>,
}

impl StoppingRule {
    /// The rule of `[run.replications]`.
    pub(crate) fn of(scenario: &Scenario) -> Self {
        let settings = &scenario.run.replications;
        let chosen = settings.metric.as_ref().map_or(&[][..], |metrics| metrics.names());
        // Loading the scenario has found every name that is not in the catalogue.
        let mut metrics: Vec<&str> =
            chosen.iter().filter_map(|name| metric::find(name)).map(|metric| metric.name).collect();
        if metrics.is_empty() {
            metrics.push(default_metric(scenario));
        }
        let sequential =
            SequentialStopping { min: settings.min, max: settings.max, precision: settings.precision.value() };
        Self { sequential, metrics }
    }

    /// The metric that progress is told by.
    pub(crate) fn first_metric(&self) -> &'static str {
        self.metrics[0]
    }

    /// Whether the replications so far are enough for every metric. A metric counts the replications that have it; one that is
    /// always absent is never known.
    pub(crate) fn satisfied(&self, replications: &[Replication]) -> bool {
        self.metrics.iter().all(|metric| self.sequential.satisfied(&samples(replications, metric)))
    }

    /// How many replications it will probably take in all: what the least precise metric needs.
    pub(crate) fn expected(&self, replications: &[Replication]) -> u32 {
        let expected = self.metrics.iter().map(|metric| self.sequential.expected(&samples(replications, metric)));
        expected.max().unwrap_or(self.sequential.max)
    }
}

fn default_metric(scenario: &Scenario) -> &'static str {
    if scenario.fleet.is_some() {
        return HEADLINE;
    }
    let length_seconds =
        scenario.calendar.end.since(scenario.calendar.start).map_or(0.0, stranded_scenario::Duration::as_seconds);
    if scenario.app.timeout.as_seconds() < length_seconds { GOODPUT } else { TIME_IN_SYSTEM }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replication::tests::replication;
    use stranded_scenario::section::{Fleet, MetricNames};

    fn scenario() -> Scenario {
        let mut scenario = Scenario::default();
        scenario.run.replications.min = 2;
        scenario
    }

    #[test]
    fn a_scenario_is_repeated_by_what_it_is_about() {
        let mut scenario = scenario();
        scenario.app.timeout = "365 d".parse().unwrap();
        assert_eq!(StoppingRule::of(&scenario).metrics, [TIME_IN_SYSTEM]);
        scenario.app.timeout = "1 s".parse().unwrap();
        assert_eq!(StoppingRule::of(&scenario).metrics, [GOODPUT]);
        scenario.fleet = Some(Fleet::default());
        assert_eq!(StoppingRule::of(&scenario).metrics, [HEADLINE]);
        scenario.run.replications.metric = Some(MetricNames::One("service.down_hours".to_owned()));
        assert_eq!(StoppingRule::of(&scenario).metrics, ["service.down_hours"]);
    }

    #[test]
    fn every_metric_must_be_known() {
        let mut scenario = scenario();
        scenario.run.replications.metric =
            Some(MetricNames::Several(vec!["intents".to_owned(), "stranded_hours".to_owned()]));
        let rule = StoppingRule::of(&scenario);
        let runs = |hours: [f64; 3]| hours.map(|hours| replication(&[("intents", 100.0), ("stranded_hours", hours)]));
        assert!(rule.satisfied(&runs([50.0, 50.1, 49.9])));
        assert!(!rule.satisfied(&runs([50.0, 90.0, 10.0])));
        assert_eq!(rule.expected(&runs([50.0, 90.0, 10.0])), 20);
        assert_eq!(rule.expected(&runs([50.0, 50.1, 49.9])), 3);
    }

    #[test]
    fn what_never_happens_is_never_known() {
        let mut scenario = scenario();
        scenario.run.replications.metric = Some(MetricNames::One("service.down_hour".to_owned()));
        let rule = StoppingRule::of(&scenario);
        assert!(!rule.satisfied(&vec![replication(&[("intents", 1.0)]); 19]));
        assert_eq!(rule.expected(&[]), 20);
    }
}
