//! What a reader should know of a run or of a target, so that it can be said in every language.

use crate::format::{self, whole};
use crate::language::Language;
use crate::summary::Quantity;
use serde::{Deserialize, Serialize};

/// A remark on a run or on a target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Remark {
    /// The interval of a metric that decides when to stop is wider than the scenario asks for.
    TooWide {
        /// Replications that were run.
        replications: u32,
        /// The metric.
        metric: String,
        /// Half width that was asked for, as a share of the mean.
        precision: f64,
    },
    /// No replication has a value of the metric that decides when to stop.
    NoValue {
        /// The metric.
        metric: String,
    },
    /// A single run remembers for too long to have an interval.
    Correlated {
        /// The metrics, each with the correlation of neighbouring batches.
        metrics: Vec<(String, f64)>,
    },
    /// A day either collapses or does not: the mean describes no day at all.
    Scattered {
        /// Person-hours of the replication with least.
        least: f64,
        /// Person-hours of the replication with most.
        most: f64,
    },
    /// What was measured never happened.
    InNoReplication,
    /// It happened in some replications only.
    InReplications {
        /// In so many.
        happened: u32,
        /// Of so many.
        all: u32,
    },
    /// The arm of a target was not run.
    ArmNotRun {
        /// Its name.
        arm: String,
    },
    /// A metric that is read together with that of a target.
    Companion {
        /// Its name in the catalogue of metrics.
        metric: String,
        /// What it is.
        quantity: Quantity,
        /// Its mean.
        value: f64,
    },
    /// Something that has no form of its own; it stays in the language in which it was said.
    Other {
        /// What is said.
        text: String,
    },
}

/// Metrics that are read together with others, in the order of the labels' `companions`.
const COMPANIONS: [&str; 7] = [
    "afternoon_holders_hours.share_5_to_6",
    "afternoon_starters_hours.p50",
    "calls.people_answered",
    "calls.people_helped",
    "stranded_people.unlock",
    "stranded_people.return",
    "stranded_people.start",
];

impl Remark {
    /// The remark in words.
    pub fn text(&self, language: Language) -> String {
        let words = language.words();
        match self {
            Self::TooWide { replications, metric, precision } => {
                words.too_wide(*replications, metric, &language.share(*precision))
            }
            Self::NoValue { metric } => words.no_value(metric),
            Self::Correlated { metrics } => {
                let metrics: Vec<String> = metrics
                    .iter()
                    .map(|(metric, correlation)| format!("`{metric}` ({})", format::number(*correlation, 2)))
                    .collect();
                words.correlated(&metrics.join(", "))
            }
            Self::Scattered { least, most } => words.scattered(&whole(*least), &whole(*most)),
            Self::InNoReplication => words.in_no_replication(),
            Self::InReplications { happened, all } => words.in_replications(*happened, *all),
            Self::ArmNotRun { arm } => words.arm_not_run(arm),
            Self::Companion { metric, quantity, value } => {
                let known = COMPANIONS.iter().position(|known| known == metric);
                let label = known.map_or(metric.as_str(), |index| language.labels().companions[index]);
                format!("{label}: {}", language.quantity(*quantity, *value))
            }
            Self::Other { text } => text.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_companion_is_named_in_the_readers_language() {
        let remark =
            Remark::Companion { metric: "calls.people_answered".to_owned(), quantity: Quantity::People, value: 310.0 };
        assert_eq!(remark.text(Language::English), "people answered: 310");
        assert_eq!(remark.text(Language::Korean), "상담원과 통화한 사람: 310명");
        let unknown = Remark::Companion { metric: "x".to_owned(), quantity: Quantity::Share, value: 0.5 };
        assert_eq!(unknown.text(Language::English), "x: 50 %");
    }

    #[test]
    fn a_remark_survives_the_disk() {
        let remark = Remark::Correlated { metrics: vec![("goodput_per_second".to_owned(), 0.625)] };
        let json = serde_json::to_string(&remark).unwrap();
        assert!(json.contains(r#""kind":"correlated""#), "{json}");
        assert_eq!(serde_json::from_str::<Remark>(&json).unwrap(), remark);
        assert!(remark.text(Language::English).contains("`goodput_per_second` (0.62)"));
    }
}
