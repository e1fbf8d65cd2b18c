//! One long run of a scenario without a fleet: what its minutes say about how far its means may lie off.
//!
//! Days with people in them begin, collapse and end; only replications tell how they differ. A plain stream of requests goes on
//! as it went before, so that one long run is as good as many short ones - and its minutes are all there is to take an interval from.

use crate::statistics::BatchMeans;
use std::collections::BTreeMap;
use std::ops::Range;
use stranded_model::{Minute, Outcomes};
use stranded_scenario::{Duration, Moment, Scenario};

const SECONDS_PER_MINUTE: f64 = 60.0;

/// A metric that is a ratio of sums over minutes.
struct Source {
    metric: &'static str,
    numerator: fn(&Minute) -> f64,
    denominator: fn(&Minute) -> f64,
    /// Whether the ratio is the metric in this scenario.
    holds: fn(&Scenario) -> bool,
}

/// The metrics whose sums the minutes keep. The others have no interval after a single replication.
const SOURCES: &[Source] = &[
    Source {
        metric: "goodput_per_second",
        numerator: |minute| f64::from(minute.answered_in_time),
        denominator: |_| SECONDS_PER_MINUTE,
        holds: |_| true,
    },
    Source {
        metric: "service.goodput_share",
        numerator: |minute| f64::from(minute.answered_in_time),
        denominator: |minute| f64::from(minute.first_attempts),
        holds: |_| true,
    },
    Source {
        metric: "retry_amplification",
        numerator: |minute| f64::from(minute.attempts),
        denominator: |minute| f64::from(minute.first_attempts),
        holds: |_| true,
    },
    Source {
        metric: "queue.blocked_share",
        numerator: |minute| f64::from(minute.refused),
        denominator: |minute| f64::from(minute.attempts),
        // Clients that lose patience are among the refused of a minute, and a metric of their own.
        holds: |scenario| scenario.arrivals.as_ref().is_some_and(|arrivals| arrivals.patience.is_none()),
    },
    Source {
        metric: "queue.wait_mean_seconds",
        numerator: |minute| minute.plain.served_wait_seconds,
        denominator: |minute| minute.plain.served,
        holds: |_| true,
    },
    Source {
        metric: "queue.sojourn_mean_seconds",
        numerator: |minute| minute.plain.sojourn_seconds,
        denominator: |minute| minute.plain.served,
        holds: |_| true,
    },
    Source {
        metric: "queue.mean_in_system",
        numerator: |minute| minute.plain.in_system_seconds,
        denominator: |_| SECONDS_PER_MINUTE,
        holds: |_| true,
    },
    Source {
        metric: "queue.mean_waiting",
        numerator: |minute| minute.plain.in_line_seconds,
        denominator: |_| SECONDS_PER_MINUTE,
        holds: |_| true,
    },
];

/// The batch means of every metric that the minutes of the measured window can tell; none for a scenario with a fleet, or one in
/// which something changes while it is measured.
pub(crate) fn batch_means(scenario: &Scenario, outcomes: &Outcomes) -> BTreeMap<&'static str, BatchMeans> {
    let Some(window) = steady_minutes(scenario) else { return BTreeMap::new() };
    let Some(minutes) = outcomes.minutes.get(window) else { return BTreeMap::new() };
    let series = |value: fn(&Minute) -> f64| -> Vec<f64> { minutes.iter().map(value).collect() };
    SOURCES
        .iter()
        .filter(|source| (source.holds)(scenario))
        .filter_map(|source| {
            let means = BatchMeans::of_ratio(&series(source.numerator), &series(source.denominator))?;
            Some((source.metric, means))
        })
        .collect()
}

/// The whole minutes of the measured window, if nothing but luck makes them differ.
fn steady_minutes(scenario: &Scenario) -> Option<Range<usize>> {
    let arrivals = scenario.arrivals.as_ref()?;
    if scenario.fleet.is_some() {
        return None;
    }
    let start = scenario.calendar.start;
    let seconds = |moment: Moment| moment.since(start).map_or(0.0, Duration::as_seconds);
    let end = seconds(scenario.calendar.end);
    let from = seconds(scenario.measured_from());
    let until = seconds(scenario.measured_until()).min(end);
    let varies = arrivals.profile.is_some();
    let stops = arrivals.lasts.is_some_and(|lasts| lasts.as_seconds() < until);
    let changes = scenario.action.iter().filter(|action| action.enabled).any(|action| {
        let at = seconds(action.at);
        let over = action.lasts.map_or(at, |lasts| at + lasts.as_seconds());
        over > from && at < until
    });
    let minutes = (from / SECONDS_PER_MINUTE).ceil() as usize..(until / SECONDS_PER_MINUTE).floor() as usize;
    (!varies && !stops && !changes && !minutes.is_empty()).then_some(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world;
    use stranded_scenario::Loader;

    const QUEUE: &str = r#"
[calendar]
start = 2022-01-01T00:00:00+00:00
end = 2022-01-01T07:50:30+00:00

[arrivals]
rate = "2 /s"
service = "server"
warm_up = "30 min"

[app]
timeout = "8 s"
network_latency = "0 s"
retry = { attempts = 2, backoff = "none", base = "100 ms", cap = "10 s" }

[renter]
persistence = 0.0

[service.server]
workers = 2
service_time = { exponential = { mean = "900 ms" } }
queue = { capacity = 12 }
refusal_time = "0 s"
"#;

    fn scenario(changes: &[&str]) -> Scenario {
        let loader = changes.iter().fold(Loader::new(), |loader, change| loader.set(*change));
        loader.load_text("queue.toml", QUEUE).unwrap_or_else(|findings| panic!("{findings}")).value
    }

    fn run(scenario: &Scenario, replication: u32) -> Outcomes {
        let outcomes = world::simulate(scenario, replication, &mut |_| true).expect("nobody stops it");
        outcomes.expect("time goes on")
    }

    #[test]
    fn minutes_add_up_to_the_metrics() {
        let scenario = scenario(&[]);
        let outcomes = run(&scenario, 0);
        let means = batch_means(&scenario, &outcomes);
        assert_eq!(means.len(), SOURCES.len());
        for (metric, means) in means {
            let (minutes, metric_itself) = (means.estimate.mean(), outcomes.metrics[metric]);
            // A request may begin in one minute and end in the next; 440 minutes make no more of it than this.
            assert!((minutes / metric_itself - 1.0).abs() < 1e-3, "{metric}: {minutes} against {metric_itself}");
            assert_eq!((means.batches, means.batch_length), (20, 22), "{metric}");
        }
    }

    #[test]
    fn intervals_of_one_run_cover_what_other_runs_find() {
        let scenario = scenario(&[]);
        let runs: Vec<Outcomes> = (0..30).map(|replication| run(&scenario, replication)).collect();
        for source in SOURCES {
            let truth = runs.iter().map(|run| run.metrics[source.metric]).sum::<f64>() / runs.len() as f64;
            let covering = runs.iter().filter(|run| {
                let [low, high] = batch_means(&scenario, run)[source.metric].estimate.ci95().unwrap();
                (low..=high).contains(&truth)
            });
            // Of 30 with 95 % each, 25 or fewer have a chance of 1 in 300.
            let covering = covering.count();
            assert!(covering > 25, "{}: {covering} of {}", source.metric, runs.len());
        }
    }

    #[test]
    fn a_run_in_which_something_changes_is_no_steady_state() {
        assert!(steady_minutes(&scenario(&[])) == Some(30..470));
        assert_eq!(steady_minutes(&scenario(&["arrivals.lasts=4 h"])), None);
        let wave = "arrivals.profile={ sinusoid = { amplitude = 0.5, period = '1 h' } }";
        assert_eq!(steady_minutes(&scenario(&[wave])), None);
        // No file could say this: the warm-up is longer than the run.
        let mut endless_warm_up = scenario(&[]);
        endless_warm_up.arrivals.as_mut().unwrap().warm_up = "24 h".parse().unwrap();
        assert_eq!(steady_minutes(&endless_warm_up), None);
        let mut with_action = scenario(&[]);
        let mut action = stranded_scenario::section::Action {
            at: with_action.calendar.start.plus("10 min".parse().unwrap()),
            lasts: Some("10 min".parse().unwrap()),
            ..Default::default()
        };
        with_action.action = vec![action.clone()];
        assert_eq!(steady_minutes(&with_action), Some(30..470), "it is over before the measured window");
        action.lasts = None;
        action.at = action.at.plus("30 min".parse().unwrap());
        with_action.action = vec![action];
        assert_eq!(steady_minutes(&with_action), None);
    }
}
