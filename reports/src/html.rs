//! The post-mortem as one HTML file that fetches nothing.

pub mod comparison;
mod sweep;

pub use sweep::render_sweep;

use crate::document::{self, Block, Cell, Document, Report};
use crate::error::ReportError;
use crate::language::Labels;
use askama::Template;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

pub(crate) const STYLE: &str = include_str!("../templates/page.css");
const SCRIPT: &str = include_str!("../templates/page.js");

#[derive(Template)]
#[template(path = "post-mortem.html")]
struct Page<'a> {
    document: &'a Document,
    labels: &'static Labels,
    language: &'static str,
    version: &'static str,
    window_title: String,
    style: &'static str,
    script: &'static str,
    /// Of the script, so that no other one runs.
    script_hash: String,
    data: String,
}

/// Draws the page.
///
/// # Errors
/// [`ReportError::Drawing`] when a chart or the page cannot be drawn.
pub fn render(report: &Report<'_>) -> Result<String, ReportError> {
    page(&document::write(report)?)
}

pub(crate) fn page(document: &Document) -> Result<String, ReportError> {
    let language = document.language;
    let page = Page {
        document,
        labels: language.labels(),
        language: language.code(),
        version: env!("CARGO_PKG_VERSION"),
        window_title: language.words().page_title(&document.title),
        style: STYLE,
        script: SCRIPT,
        script_hash: script_hash(SCRIPT),
        data: embedded(&data(document)),
    };
    page.render().map_err(|error| ReportError::Drawing(error.to_string()))
}

/// What the script needs: the series of the charts, and words.
fn data(document: &Document) -> Value {
    let labels = document.language.labels();
    let blocks = document.sections.iter().flat_map(|section| &section.blocks);
    let charts: Map<String, Value> = blocks
        .filter_map(|block| match block {
            Block::Figure(figure) => Some((figure.id.to_owned(), figure.series.clone()?)),
            _ => None,
        })
        .collect();
    json!({
        "language": document.language.code(),
        "help": labels.chart_help,
        "units": { "minutes": labels.unit_minutes, "hours": labels.unit_hours },
        "charts": charts,
    })
}

/// The hash by which a page lets this script run and no other one.
pub(crate) fn script_hash(script: &str) -> String {
    BASE64_STANDARD.encode(Sha256::digest(script))
}

/// JSON inside of a page: nothing in it can end the script or begin markup.
pub(crate) fn embedded(value: &Value) -> String {
    value.to_string().replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e")
}

/// Text in which `` `words between backticks` `` are code; everything else is escaped.
fn code_spans(text: &str) -> String {
    let mut page = String::with_capacity(text.len());
    let parts: Vec<&str> = text.split('`').collect();
    for (index, part) in parts.iter().enumerate() {
        let part = part.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;");
        // What stands at an odd place is between two backticks, unless there is only the first of them.
        match (index % 2 == 1, index + 1 < parts.len()) {
            (true, true) => page.extend(["<code>", &part, "</code>"]),
            (true, false) => page.extend(["`", &part]),
            (false, _) => page.push_str(&part),
        }
    }
    page
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
