//! Whether a collapse outlives its trigger.
//!
//! A service is metastable when its in-time goodput stays down after a trigger has gone, although the same people with the same luck
//! are served in a paired run in which the trigger never came. A comparison with a stretch of the same run before the trigger
//! would call a healthy run metastable whose load has merely changed.

use crate::replication::Replication;
use stranded_scenario::Scenario;

/// How a replication with a trigger went on after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Goodput stays down after the trigger, and without the trigger it does not.
    Metastable,
    /// Goodput is down without the trigger, too: there is simply too much load.
    Overloaded,
    /// Goodput is not down.
    Recovered,
}

/// The goodput (answers in time) after the trigger in a run, and over the same time in the paired run without it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pair {
    /// Answers in time, per second.
    pub(crate) per_second: f64,
    /// The same without the trigger.
    pub(crate) without_trigger_per_second: f64,
    /// Share of what was wanted that was answered in time without the trigger.
    pub(crate) share_without_trigger: f64,
}

impl Pair {
    /// Tells the fate. Goodput is down below the share `down_below` of what it should be: of what is wanted in the run without the
    /// trigger, and of that run's goodput in the run with it.
    pub(crate) fn fate(self, down_below: f64) -> Fate {
        if self.share_without_trigger < down_below {
            Fate::Overloaded
        } else if self.per_second < down_below * self.without_trigger_per_second {
            Fate::Metastable
        } else {
            Fate::Recovered
        }
    }

    /// The pair of two replications with the same number; `None` where one has not measured anything.
    fn of(with: &Replication, without: &Replication) -> Option<Self> {
        let metric = |replication: &Replication, name: &str| replication.metrics.get(name).copied();
        Some(Self {
            per_second: metric(with, "goodput_per_second")?,
            without_trigger_per_second: metric(without, "goodput_per_second")?,
            share_without_trigger: metric(without, "service.goodput_share")?,
        })
    }
}

/// The scenario as it would be without its triggers; `None` when it has none.
pub(crate) fn without_trigger(scenario: &Scenario) -> Option<Scenario> {
    if !scenario.action.iter().any(|action| action.enabled && action.trigger) {
        return None;
    }
    let mut paired = scenario.clone();
    for action in paired.action.iter_mut().filter(|action| action.trigger) {
        action.enabled = false;
    }
    Some(paired)
}

/// Adds the metrics `collapse.*` to a replication with a trigger, from the paired one without.
pub(crate) fn note(with: &mut Replication, without: &Replication, down_below: f64) {
    let Some(pair) = Pair::of(with, without) else { return };
    let fate = pair.fate(down_below);
    let is = |wanted: Fate| f64::from(u8::from(fate == wanted));
    let metrics = [
        ("collapse.metastable", is(Fate::Metastable)),
        ("collapse.overloaded", is(Fate::Overloaded)),
        ("collapse.recovered", is(Fate::Recovered)),
        ("collapse.goodput_without_trigger_per_second", pair.without_trigger_per_second),
    ];
    with.metrics.extend(metrics.map(|(name, value)| (name.into(), value)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replication::tests::replication;
    use stranded_scenario::section::Action;

    fn pair(with: f64, without: f64, share: f64) -> Pair {
        Pair { per_second: with, without_trigger_per_second: without, share_without_trigger: share }
    }

    #[test]
    fn only_what_the_paired_run_does_not_suffer_is_metastable() {
        assert_eq!(pair(0.0, 80.0, 1.0).fate(0.5), Fate::Metastable);
        assert_eq!(pair(79.0, 80.0, 1.0).fate(0.5), Fate::Recovered);
        assert_eq!(pair(0.0, 0.0, 0.0).fate(0.5), Fate::Overloaded);
        assert_eq!(pair(50.0, 99.0, 0.49).fate(0.5), Fate::Overloaded);
        // Less load after the trigger than before it is no collapse: the paired run has it as well.
        assert_eq!(pair(5.0, 5.1, 1.0).fate(0.5), Fate::Recovered);
        // Exactly at the bound is not below it.
        assert_eq!(pair(40.0, 80.0, 0.5).fate(0.5), Fate::Recovered);
    }

    #[test]
    fn the_paired_scenario_lacks_the_triggers_and_nothing_else() {
        let action = |trigger| Action { trigger, ..Action::default() };
        let scenario = Scenario { action: vec![action(true), action(false)], ..Scenario::default() };
        let paired = without_trigger(&scenario).unwrap();
        assert_eq!(paired.action.iter().map(|action| action.enabled).collect::<Vec<_>>(), [false, true]);
        assert_eq!(without_trigger(&paired), None);
        assert_eq!(without_trigger(&Scenario::default()), None);
    }

    #[test]
    fn the_verdict_becomes_metrics() {
        let measured =
            |goodput, share| replication(&[("goodput_per_second", goodput), ("service.goodput_share", share)]);
        let mut with = measured(0.0, 0.0);
        note(&mut with, &measured(80.0, 1.0), 0.5);
        assert!((with.metrics["collapse.metastable"] - 1.0).abs() < 1e-12);
        assert!(with.metrics["collapse.recovered"].abs() < 1e-12);
        assert!((with.metrics["collapse.goodput_without_trigger_per_second"] - 80.0).abs() < 1e-12);
        // Who wanted nothing has no fate.
        let mut idle = replication(&[]);
        note(&mut idle, &measured(80.0, 1.0), 0.5);
        assert!(idle.metrics.is_empty());
    }
}
