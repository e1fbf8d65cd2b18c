//! What every section needs: the report, its language, and the scenario's texts in it.

use super::Report;
use crate::clock::ClockEstimate;
use crate::estimate::Estimate;
use crate::format;
use crate::language::{Labels, Language, Words};
use crate::summary::{ArmKind, ArmSummary};

/// The report with its language at hand.
pub(crate) struct Context<'a> {
    pub(crate) report: Report<'a>,
    pub(crate) language: Language,
    pub(crate) labels: &'static Labels,
    pub(crate) words: &'static dyn Words,
}

impl<'a> Context<'a> {
    pub(crate) fn new(report: Report<'a>) -> Self {
        let language = report.language;
        Self { report, language, labels: language.labels(), words: language.words() }
    }

    /// A text of the scenario in this language; as it is where the scenario brings no translation.
    pub(crate) fn translated<'text>(&self, text: &'text str) -> &'text str
    where
        'a: 'text,
    {
        let texts = self.report.background.translations.get(self.language.code());
        texts.and_then(|texts| texts.get(text)).map_or(text, String::as_str)
    }

    /// The arm that the report is about.
    pub(crate) fn baseline(&self) -> Option<&'a ArmSummary> {
        self.report.summary.baseline()
    }

    /// The title of an arm; that of the baseline is ours.
    pub(crate) fn arm_title<'text>(&self, arm: &'text ArmSummary) -> &'text str
    where
        'a: 'text,
    {
        if arm.kind == ArmKind::Baseline { self.labels.baseline_title } else { self.translated(&arm.title) }
    }

    /// When something happened, with its interval, and in what share of the replications when not in all.
    pub(crate) fn moment(&self, event: &ClockEstimate) -> String {
        let when = self.language.clock_with_interval(&event.hours);
        if event.share < 1.0 { format!("{when} [{}]", self.language.share(event.share)) } else { when }
    }

    /// Mean and interval of something that cannot be negative.
    pub(crate) fn size(&self, estimate: &Estimate, write: impl Fn(f64) -> String) -> String {
        self.language.with_interval(&estimate.not_below_zero(), write)
    }

    /// Mean and interval in a cell each.
    pub(crate) fn mean_and_interval(
        &self,
        estimate: Option<&Estimate>,
        write: impl Fn(f64) -> String,
    ) -> (String, String) {
        (format::mean(estimate, &write), self.language.size_interval(estimate, &write))
    }

    /// A metric of the baseline by its name.
    pub(crate) fn metric(&self, name: &str) -> Option<&'a Estimate> {
        self.baseline()?.metrics.get(name)
    }
}
