//! What is said of a point, in the same words of both sides.

use super::plan::{Kind, Point};
use super::recovery::{Second, recovery_seconds};
use super::window::Window;
use stranded_model::Outcomes;
use stranded_scenario::section::Recovery;

/// Numbers of a window, measured or simulated.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Figures {
    /// Answers in time per second of the measured window.
    pub(crate) goodput_per_second: f64,
    /// Median latency of these answers, in seconds; absent without answers.
    pub(crate) p50_seconds: Option<f64>,
    /// 99th percentile of the same.
    pub(crate) p99_seconds: Option<f64>,
    /// Failed attempts of those that are over.
    pub(crate) error_share: f64,
    /// Share of what was wanted in the window that was answered in time.
    pub(crate) answered_share: f64,
    /// From the end of the trigger until goodput is back, in seconds; absent without a trigger, or when it does not come back.
    pub(crate) recovery_seconds: Option<f64>,
    /// Answers that the latencies are of.
    pub(crate) answers: f64,
    /// The run by the seconds of the calendar.
    pub(crate) seconds: Vec<Second>,
}

impl Figures {
    /// Those of a simulated replication.
    pub(crate) fn of_outcomes(point: &Point, outcomes: &Outcomes) -> Self {
        let metric = |name: &str| outcomes.metrics.get(name).copied();
        let seconds: Vec<Second> = outcomes
            .seconds
            .iter()
            .take(whole_seconds(point))
            .map(|second| Second {
                intents: second.intents.into(),
                attempts: second.attempts.into(),
                good: second.good.into(),
            })
            .collect();
        let scenario = &point.scenario.value;
        let window = scenario.measured_until().since(scenario.measured_from());
        let goodput_per_second = metric("goodput_per_second").unwrap_or_default();
        Self {
            goodput_per_second,
            p50_seconds: metric("latency_seconds.p50"),
            p99_seconds: metric("latency_seconds.p99"),
            error_share: metric("queue.failed_share").unwrap_or_default(),
            answered_share: metric("service.goodput_share").unwrap_or_default(),
            recovery_seconds: recovery(point, &seconds),
            answers: goodput_per_second * window.map_or(0.0, stranded_scenario::Duration::as_seconds),
            seconds,
        }
    }

    /// Those of a window that was really played.
    pub(crate) fn of_window(point: &Point, window: &Window) -> Self {
        let seconds: Vec<Second> = window
            .seconds
            .iter()
            .take(whole_seconds(point))
            .map(|second| Second { intents: second.intents, attempts: second.attempts, good: second.good })
            .collect();
        let answers = window.goodput_per_second * window.measured_seconds;
        let latency = |milliseconds: f64| (answers > 0.0).then_some(milliseconds / 1e3);
        Self {
            goodput_per_second: window.goodput_per_second,
            p50_seconds: latency(window.latency_ms.p50),
            p99_seconds: latency(window.latency_ms.p99),
            error_share: window.error_share,
            answered_share: if window.intents == 0 {
                0.0
            } else {
                window.intents_answered as f64 / window.intents as f64
            },
            recovery_seconds: recovery(point, &seconds),
            answers,
            seconds,
        }
    }

    /// Whether the collapse outlives its trigger: less than the share `down_below` of what is wanted in the measured window is answered.
    pub(crate) fn stays_down(&self, down_below: f64) -> bool {
        self.answered_share < down_below
    }
}

/// Seconds of the calendar. What is answered after its end, when nobody new comes, makes no second that could be held against the others.
fn whole_seconds(point: &Point) -> usize {
    let calendar = &point.scenario.value.calendar;
    calendar.end.since(calendar.start).map_or(0.0, stranded_scenario::Duration::as_seconds).floor() as usize
}

fn recovery(point: &Point, seconds: &[Second]) -> Option<f64> {
    let Kind::Case { trigger_ends_seconds } = point.kind else { return None };
    let rule: Option<Recovery> = point.scenario.value.validate.as_ref().map(|validation| validation.recovery.clone());
    recovery_seconds(seconds, trigger_ends_seconds, &rule.unwrap_or_default())
}
