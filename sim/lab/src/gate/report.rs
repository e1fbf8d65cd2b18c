//! The result of a gate as JSON, with its schema.

use super::judgement::{Judgement, Verdict};
use super::plan::Source;
use super::subject::{Origin, Subject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Version of the layout: raised when a field changes its meaning or goes away; new fields do not raise it.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// What a gate found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Result of stranded gate")]
pub(crate) struct Report {
    /// Version of this layout.
    pub(crate) schema_version: u32,
    /// Always `gate`.
    pub(crate) kind: String,
    /// Version of the program that judged.
    pub(crate) program_version: String,
    /// The worst of all conditions.
    pub(crate) verdict: Verdict,
    /// What the program ends with: 0 pass, 3 invalid, 10 fail, 11 inconclusive.
    pub(crate) exit_code: u8,
    /// Confidence of the intervals.
    pub(crate) confidence: f64,
    /// Fewer replications give no verdict.
    pub(crate) replications_min: usize,
    /// What was judged; `null` when it could not be read.
    pub(crate) subject: Option<Party>,
    /// What it was compared with.
    pub(crate) baseline: Option<Party>,
    /// Whether replications were compared one by one; `null` without a baseline.
    pub(crate) paired: Option<bool>,
    /// Every condition with its outcome.
    pub(crate) conditions: Vec<Condition>,
    /// Why the numbers prove nothing; empty unless the verdict is `invalid`.
    pub(crate) doubts: Vec<String>,
    /// What the reader should know besides.
    pub(crate) notes: Vec<String>,
}

/// A subject or a baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Party {
    /// The folder or file, as given.
    pub(crate) path: String,
    /// Replications of its first arm.
    pub(crate) replications: usize,
    /// Where it comes from.
    #[serde(flatten)]
    pub(crate) origin: Origin,
}

/// A condition and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::struct_field_names, reason = "the names are those of the published JSON")]
pub(crate) struct Condition {
    /// The condition as it was written.
    pub(crate) condition: String,
    /// Who asked for it.
    pub(crate) source: Source,
    /// The arm it is about.
    pub(crate) arm: String,
    /// The metric.
    pub(crate) metric: String,
    /// Unit of limit, value and interval.
    pub(crate) unit: String,
    /// The limit.
    pub(crate) limit: f64,
    /// What was found; `null` when nothing was, or when it is infinite (more than a baseline of nothing).
    pub(crate) value: Option<f64>,
    /// Its 95 % interval, `[low, high]`; an end is `null` where the replications do not bound it.
    pub(crate) interval: Option<[Option<f64>; 2]>,
    /// Replications that it comes from.
    pub(crate) replications: usize,
    /// Outcome.
    pub(crate) verdict: Verdict,
    /// Why.
    pub(crate) reason: String,
}

impl From<Judgement> for Condition {
    fn from(judgement: Judgement) -> Self {
        let finite = |value: f64| Some(value).filter(|value| value.is_finite());
        Self {
            condition: judgement.text,
            source: judgement.source,
            arm: judgement.arm,
            metric: judgement.metric,
            unit: judgement.unit,
            limit: judgement.limit,
            value: judgement.value.and_then(finite),
            interval: judgement.interval.map(|ends| ends.map(finite)),
            replications: judgement.replications,
            verdict: judgement.verdict,
            reason: judgement.reason,
        }
    }
}

impl Party {
    /// What a report says of a subject.
    pub(crate) fn of(subject: &Subject) -> Self {
        Self {
            path: subject.path.display().to_string(),
            replications: subject.arms.first().map_or(0, |arm| arm.replications.len()),
            origin: subject.origin.clone(),
        }
    }
}

impl Report {
    /// The conditions that did not pass, the worst first.
    pub(crate) fn complaints(&self) -> Vec<&Condition> {
        let mut complaints: Vec<&Condition> =
            self.conditions.iter().filter(|condition| condition.verdict != Verdict::Pass).collect();
        complaints.sort_by_key(|condition| std::cmp::Reverse(condition.verdict));
        complaints
    }

    /// What was judged, for people.
    pub(crate) fn subject_name(&self) -> &str {
        self.subject.as_ref().map_or("gate", |subject| subject.origin.name.as_str())
    }

    /// The outcome in one sentence.
    pub(crate) fn sentence(&self) -> String {
        let count = |verdict| self.conditions.iter().filter(|condition| condition.verdict == verdict).count();
        match self.verdict {
            Verdict::Invalid => "invalid: nothing was judged, because the numbers prove nothing".to_owned(),
            verdict => format!(
                "{}: {} of {} conditions hold, {} fail, {} inconclusive",
                verdict.label(),
                count(Verdict::Pass),
                self.conditions.len(),
                count(Verdict::Fail),
                count(Verdict::Inconclusive),
            ),
        }
    }
}

/// The JSON Schema of a report.
pub(crate) fn schema() -> Value {
    schemars::schema_for!(Report).into()
}
