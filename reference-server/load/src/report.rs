//! The report for people: one HTML file that fetches nothing.

use crate::chart::{BLUE, GREEN, GREY, Series, VERMILLION, draw};
use crate::command::window::{generator_words, words};
use crate::failure::Failure;
use crate::generator::Verdict;
use crate::result::{Origin, Window};
use askama::Template;

/// A chart and what to see in it.
pub struct Figure {
    /// The chart, as SVG.
    pub image: String,
    /// What to see.
    pub caption: String,
}

/// A table.
pub struct Table {
    /// Its title.
    pub title: String,
    /// Heads of the columns.
    pub heads: Vec<&'static str>,
    /// Rows of cells.
    pub rows: Vec<Vec<String>>,
}

/// A page.
#[derive(Template)]
#[template(path = "report.html")]
pub struct Page<'a> {
    /// What it is about.
    pub title: &'a str,
    /// What made it.
    pub origin: &'a Origin,
    /// First digits of the scenario's hash.
    pub hash: &'a str,
    /// What came out, in words.
    pub sentences: Vec<String>,
    /// What keeps it from being believed.
    pub warnings: Vec<String>,
    /// Charts.
    pub figures: Vec<Figure>,
    /// Tables.
    pub tables: Vec<Table>,
}

impl Page<'_> {
    /// As HTML.
    ///
    /// # Errors
    /// [`Failure::Drawing`].
    pub fn html(&self) -> Result<String, Failure> {
        self.render().map_err(|error| Failure::Drawing(error.to_string()))
    }
}

/// First digits of a hash.
pub fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// The report of one window, or of a replay, which is one with journeys.
///
/// # Errors
/// [`Failure::Drawing`].
pub fn window(title: &str, origin: &Origin, window: &Window, complaints: &[String]) -> Result<String, Failure> {
    let mut warnings = complaints.to_vec();
    if window.generator.verdict != Verdict::KeptUp {
        warnings.push(generator_words(window).lines().next().unwrap_or_default().to_owned());
    }
    Page {
        title,
        origin,
        hash: short(&origin.scenario_hash),
        sentences: words(window).lines().map(str::to_owned).collect(),
        warnings,
        figures: vec![over_time(window)?],
        tables: vec![endpoints(window), answers(window)],
    }
    .html()
}

/// What was asked and answered, second by second.
///
/// # Errors
/// [`Failure::Drawing`].
pub fn over_time(window: &Window) -> Result<Figure, Failure> {
    let series = |name, colour, value: fn(&crate::record::Second) -> u64| Series {
        name,
        colour,
        is_line: true,
        points: window.seconds.iter().map(|second| (second.at_seconds as f64, value(second) as f64)).collect(),
    };
    let image = draw(
        "seconds since the start",
        "per second; in flight",
        &[
            series("attempts", GREY, |second| second.attempts),
            series("answered in time", GREEN, |second| second.good),
            series("failed", VERMILLION, |second| second.failed),
            series("in flight", BLUE, |second| second.in_flight),
        ],
    )?;
    let caption =
        "Attempts, answers in time and failures in each second, and attempts in flight at its end.".to_owned();
    Ok(Figure { image, caption })
}

/// Latencies by endpoint.
pub fn endpoints(window: &Window) -> Table {
    let ms = |milliseconds: f64| format!("{milliseconds:.1}");
    let rows = window.endpoints.iter().map(|(name, endpoint)| {
        let latency = endpoint.latency_ms;
        vec![
            name.clone(),
            endpoint.attempts.to_string(),
            ms(latency.mean),
            ms(latency.p50),
            ms(latency.p90),
            ms(latency.p99),
            ms(latency.p999),
            ms(latency.max),
        ]
    });
    Table {
        title: "Latency from the intended instant by endpoint, failures included (ms)".to_owned(),
        heads: vec!["endpoint", "attempts", "mean", "p50", "p90", "p99", "p99.9", "max"],
        rows: rows.collect(),
    }
}

fn answers(window: &Window) -> Table {
    Table {
        title: "How attempts ended".to_owned(),
        heads: vec!["status or reason", "attempts"],
        rows: window.answers.iter().map(|(word, count)| vec![word.clone(), count.to_string()]).collect(),
    }
}
