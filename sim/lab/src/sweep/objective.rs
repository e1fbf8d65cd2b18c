//! What points are compared by.

use super::expression::Expression;
use crate::summary::StoppingRule;
use stranded_scenario::Scenario;
use stranded_scenario::section::{Sweep, SweepGoal};

/// Metrics of which more is better.
const WANTED: [&str; 4] =
    ["goodput_per_second", "service.goodput_share", "calls.answered_share", "calls.people_helped"];

/// What points are compared by: an expression over metrics and parameters.
#[derive(Clone, Debug)]
pub(crate) struct Objective {
    expression: Expression,
    /// Whether a small or a large value is good.
    pub(crate) goal: SweepGoal,
}

impl Objective {
    /// The objective of a sweep, or the scenario's own headline.
    ///
    /// # Errors
    /// When the expression is none; loading the scenario has found that already.
    pub(crate) fn new(scenario: &Scenario, sweep: &Sweep) -> Result<Self, String> {
        let text = match &sweep.objective {
            Some(text) => text.clone(),
            None => format!("{{{}}}", StoppingRule::of(scenario).first_metric()),
        };
        let expression = Expression::parse(&text)?;
        let name = text.trim().trim_start_matches('{').trim_end_matches('}');
        let usual = if WANTED.contains(&name) { SweepGoal::Maximum } else { SweepGoal::Minimum };
        Ok(Self { expression, goal: sweep.goal.unwrap_or(usual) })
    }

    /// In words: the name of a metric without its braces.
    pub(crate) fn text(&self) -> &str {
        let text = self.expression.text().trim();
        match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) if !name.contains(['{', '}']) => name,
            _ => text,
        }
    }

    /// The value of a replication, where it has one.
    pub(crate) fn value(&self, of: impl Fn(&str) -> Option<f64>) -> Option<f64> {
        self.expression.value(of)
    }

    /// The value as a cost: the lower, the better.
    pub(crate) fn cost(&self, value: f64) -> f64 {
        match self.goal {
            SweepGoal::Minimum => value,
            SweepGoal::Maximum => -value,
        }
    }
}
