//! The post-mortem as one HTML file that fetches nothing.

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
    page_title: String,
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
        page_title: language.words().page_title(&document.title),
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

#[allow(unreachable_pub, reason = "the macro makes an item that is public within its private module")]
mod filters {
    use askama::filters::{Html, Safe, escape};

    /// Text in which `` `words between backticks` `` are code; everything else is escaped.
    #[askama::filter_fn]
    pub(super) fn code_spans(text: impl std::fmt::Display, _: &dyn askama::Values) -> askama::Result<Safe<String>> {
        let text = text.to_string();
        let mut page = String::with_capacity(text.len());
        let parts: Vec<&str> = text.split('`').collect();
        // An even number of backticks makes an odd number of parts; a single one more stays as it is.
        let paired = parts.len() % 2 == 1;
        for (index, part) in parts.iter().enumerate() {
            let part = escape(part, Html)?.to_string();
            match (index % 2 == 1, paired || index + 1 < parts.len()) {
                (true, true) => page.extend(["<code>", &part, "</code>"]),
                (true, false) => page.extend(["`", &part]),
                (false, _) => page.push_str(&part),
            }
        }
        Ok(Safe(page))
    }
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
