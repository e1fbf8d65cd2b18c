//! A page that shows measured beside simulated.

use crate::charts::{Layout, PairedCurve, paired_curves};
use crate::error::ReportError;
use askama::Template;

/// A row of the table: words, numbers, and the verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparisonRow {
    /// What was compared.
    pub name: String,
    /// A cell for each column.
    pub cells: Vec<String>,
    /// What it comes to.
    pub verdict: String,
    /// `pass`, `fail` or `inconclusive`: how the verdict looks.
    pub class: &'static str,
}

/// Panels under a headline.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonFigure {
    /// The headline.
    pub title: String,
    /// What to see.
    pub caption: String,
    /// The panels.
    pub panels: Vec<PairedCurve>,
}

/// All that the page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Title of the scenario.
    pub title: String,
    /// What was done, in a line.
    pub subtitle: String,
    /// The answer, in sentences.
    pub sentences: Vec<String>,
    /// Heads of the table's columns, between the name and the verdict.
    pub columns: Vec<String>,
    /// The table.
    pub rows: Vec<ComparisonRow>,
    /// The charts.
    pub figures: Vec<ComparisonFigure>,
    /// What made it: name and value.
    pub reproduction: Vec<(String, String)>,
}

struct Drawn<'a> {
    title: &'a str,
    caption: &'a str,
    wide: String,
    narrow: String,
}

#[derive(Template)]
#[template(path = "comparison.html")]
struct Page<'a> {
    page: &'a Comparison,
    figures: Vec<Drawn<'a>>,
}

impl Comparison {
    /// Draws the page: one HTML file that fetches nothing.
    ///
    /// # Errors
    /// [`ReportError::Drawing`] when a chart or the page cannot be drawn.
    pub fn render(&self) -> Result<String, ReportError> {
        let draw = |figure: &ComparisonFigure, layout| paired_curves(&figure.panels, &figure.caption, layout);
        let mut figures = Vec::new();
        for figure in &self.figures {
            figures.push(Drawn {
                title: &figure.title,
                caption: &figure.caption,
                wide: draw(figure, Layout::Wide)?,
                narrow: draw(figure, Layout::Narrow)?,
            });
        }
        Page { page: self, figures }.render().map_err(|error| ReportError::Drawing(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_well_formed_and_escapes_what_it_is_told() {
        let page = Comparison {
            title: "A <b> & co".to_owned(),
            subtitle: "today".to_owned(),
            sentences: vec!["All agree.".to_owned()],
            columns: vec!["goodput".to_owned()],
            rows: vec![ComparisonRow {
                name: "0.5 x".to_owned(),
                cells: vec!["50 / 50".to_owned()],
                verdict: "agrees".to_owned(),
                class: "pass",
            }],
            figures: vec![ComparisonFigure { title: "Load".to_owned(), caption: "c".to_owned(), panels: Vec::new() }],
            reproduction: vec![("seed".to_owned(), "7".to_owned())],
        };
        let html = page.render().unwrap();
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
        let document =
            roxmltree::Document::parse_with_options(&html, options).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(document.descendants().filter(|node| node.has_tag_name("svg")).count(), 2);
        assert!(html.contains("A &#60;b&#62; &#38; co") || html.contains("A &lt;b&gt; &amp; co"), "{html}");
        assert!(
            !html.contains("http://") || html.matches("http://").count() == html.matches("http://www.w3.org").count()
        );
    }
}
