//! Findings for people: with excerpts of the text and a pointer to the place.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};

use super::{Diagnostic, Diagnostics};

/// How findings are to look; the caller knows whether anybody is there to see colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Use colour.
    pub color: bool,
    /// Draw with box characters instead of plain ASCII.
    pub unicode: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            color: false,
            unicode: true,
            width: 100,
        }
    }
}

/// A finding together with its text, as miette wants it.
#[derive(Debug)]
struct Excerpt<'finding> {
    finding: &'finding Diagnostic,
    source: Option<NamedSource<String>>,
}

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.finding.message)
    }
}

impl std::error::Error for Excerpt<'_> {}

impl miette::Diagnostic for Excerpt<'_> {
    fn code(&self) -> Option<Box<dyn fmt::Display + '_>> {
        Some(Box::new(self.finding.code))
    }

    fn help(&self) -> Option<Box<dyn fmt::Display + '_>> {
        self.finding
            .details
            .help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.finding.details.origin.as_ref()?.span.clone();
        let label = LabeledSpan::new(
            Some(self.finding.details.label.clone()),
            span.start,
            span.len(),
        );
        Some(Box::new(std::iter::once(label)))
    }
}

impl Diagnostics {
    /// All findings with their excerpts, for a terminal.
    ///
    /// # Errors
    /// Only if writing into the text fails, which needs a text longer than memory.
    pub fn render(&self, look: Look) -> Result<String, fmt::Error> {
        let mut theme = if look.unicode {
            GraphicalTheme::unicode_nocolor()
        } else {
            GraphicalTheme::none()
        };
        if look.color {
            theme.styles = miette::ThemeStyles::ansi();
        }
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(look.width)
            .with_links(false);
        let mut text = String::new();
        for finding in self {
            let source = finding.details.origin.as_ref().map(|origin| {
                NamedSource::new(origin.source().name(), origin.source().text().to_owned())
            });
            handler.render_report(&mut text, &Excerpt { finding, source })?;
            text.push('\n');
        }
        Ok(text)
    }
}
