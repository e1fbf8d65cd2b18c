//! Findings for people: with excerpts of the text and a pointer to the place, as the Rust compiler draws them.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

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
        Self { color: false, unicode: true, width: 120 }
    }
}

impl Diagnostics {
    /// All findings with their excerpts, for a terminal.
    pub fn render(&self, look: Look) -> String {
        let renderer = if look.color { Renderer::styled() } else { Renderer::plain() };
        let decor = if look.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii };
        let renderer = renderer.decor_style(decor).term_width(look.width);
        let drawn: Vec<String> = self.iter().map(|finding| draw(finding, &renderer)).collect();
        drawn.join("\n\n")
    }
}

fn draw(finding: &Diagnostic, renderer: &Renderer) -> String {
    let excerpt = finding.origin().map(|origin| {
        // A list or section may go on for pages; its first line says where it is.
        let text = origin.source().text();
        let start = origin.span.start.min(text.len());
        let first_line = text[start..].lines().next().map_or(0, str::len);
        let end = origin.span.end.clamp(start, start + first_line);
        Snippet::source(text)
            .path(origin.source().name())
            .annotation(AnnotationKind::Primary.span(start..end).label(finding.label()))
    });
    let help = finding.help().map(|help| Level::HELP.message(help));
    let group = Level::ERROR.primary_title(finding.message()).id(finding.code().as_str());
    let group = match (excerpt, help) {
        (Some(excerpt), Some(help)) => group.element(excerpt).element(help),
        (Some(excerpt), None) => group.element(excerpt),
        (None, Some(help)) => group.element(help),
        (None, None) => group.elements(Vec::<Snippet<'_, annotate_snippets::Annotation<'_>>>::new()),
    };
    renderer.render(&[group])
}
