//! What makes a scenario that is well formed still impossible to run.
//!
//! One file per kind of sense: time runs forward, services know each other, requests arrive and retries end, the world has
//! people and cars in it, and what is compared exists.

mod arrivals;
mod comparison;
mod load;
mod retries;
mod services;
mod sweep;
mod time;
mod validate;
mod world;

use crate::diagnostic::Code;
use crate::document::quote_key;
use crate::section::Scenario;
use crate::validate::{Reporter, Validate};

impl Validate for Scenario {
    fn validate(&self, report: &mut Reporter<'_>) {
        time::check(self, report);
        services::check(self, report);
        arrivals::check(self, report);
        load::check(self, report);
        retries::check(self, report);
        world::check(self, report);
        comparison::check(self, report);
        sweep::check(self, report);
        validate::check(self, report);
    }
}

/// The path of an item of a list: by its name, or by its number where it has none.
fn item(list: &str, name: &str, index: usize) -> String {
    if name.is_empty() { format!("{list}.{index}") } else { format!("{list}.{}", quote_key(name)) }
}

/// Reports a number that must be at least one.
fn at_least_one(report: &mut Reporter<'_>, path: &str, count: u64, what: &str) {
    if count == 0 {
        let message = format!("`{path}` is 0, but there must be {what}");
        report.error(path, Code::NONE_AT_ALL, message, "use 1 or more");
    }
}

/// Reports a number outside of `low..=high`; also one that is not a number at all.
fn within(report: &mut Reporter<'_>, path: &str, value: f64, low: f64, high: f64) {
    if !(low..=high).contains(&value) {
        let range = if high.is_finite() { format!("from {low} to {high}") } else { format!("{low} or more") };
        report.error(
            path,
            Code::OUT_OF_RANGE,
            format!("`{path}` is {value}, which is not possible"),
            format!("use {range}"),
        );
    }
}

#[cfg(test)]
mod tests;
