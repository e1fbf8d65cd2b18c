//! The post-mortem as Markdown for wikis, with pictures beside it.

use crate::document::{self, Blank, Block, Cell, Document, Figure, Report, Table};
use crate::error::ReportError;
use std::fmt::Write as _;

/// Writes the document. A picture is looked for at `<pictures>/<name of the chart>.<extension>`.
///
/// # Errors
/// [`ReportError::Drawing`] when a chart cannot be drawn.
pub fn render(report: &Report<'_>, pictures: &str, extension: &str) -> Result<String, ReportError> {
    Ok(text(&document::write(report)?, pictures, extension))
}

pub(crate) fn text(document: &Document, pictures: &str, extension: &str) -> String {
    let labels = document.language.labels();
    let mut page = format!(
        "# {}\n\n**{}** - {}\n\n> {}\n",
        plain(&document.title),
        labels.post_mortem,
        plain(&document.subtitle),
        labels.draft
    );
    let mut writer = Writer { page: &mut page, pictures, extension, document };
    for section in &document.sections {
        writer.heading(2, section.title);
        section.blocks.iter().for_each(|block| writer.block(block));
    }
    page
}

struct Writer<'a> {
    page: &'a mut String,
    pictures: &'a str,
    extension: &'a str,
    document: &'a Document,
}

impl Writer<'_> {
    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.page.write_fmt(text);
        self.page.push('\n');
    }

    fn heading(&mut self, level: usize, title: &str) {
        self.line(format_args!("\n{} {}\n", "#".repeat(level), plain(title)));
    }

    fn block(&mut self, block: &Block) {
        let labels = self.document.language.labels();
        match block {
            Block::Heading(text) => self.heading(3, text),
            Block::Text(text) | Block::Quiet(text) => self.line(format_args!("{}\n", plain(text))),
            Block::Answer(sentences) => {
                for (index, sentence) in sentences.iter().enumerate() {
                    self.line(format_args!("{}. {}", index + 1, plain(sentence)));
                }
                self.line(format_args!(""));
            }
            Block::Warning(text) => self.line(format_args!("> **{}:** {}\n", labels.warning, plain(text))),
            Block::Cards(cards) => {
                self.line(format_args!("| {} | {} | {} |\n|---|--:|--:|", labels.what, labels.mean, labels.interval));
                for card in cards {
                    self.line(format_args!(
                        "| {} | **{}** | {} |",
                        cell(card.what),
                        cell(&card.value),
                        cell(&card.interval)
                    ));
                }
                self.line(format_args!(""));
            }
            Block::Figure(figure) => self.figure(figure),
            Block::Table(table) => self.table(table),
            Block::Loop(steps) => {
                for (index, (label, text)) in steps.iter().enumerate() {
                    self.line(format_args!("{}. **{label}**: {}", index + 1, plain(text)));
                }
                self.line(format_args!(""));
            }
            Block::Blank(blank) => self.blank(blank),
            Block::Code(text) => self.line(format_args!("```sh\n{text}\n```\n")),
        }
    }

    fn figure(&mut self, figure: &Figure) {
        self.heading(3, figure.title);
        let alternative = figure.caption.replace(['[', ']', '\n'], " ");
        let picture = format!("{}/{}.{}", self.pictures, figure.id, self.extension);
        self.line(format_args!("![{}]({picture})\n", plain(&alternative)));
        self.line(format_args!("{}\n", plain(&figure.caption)));
        self.table(&figure.table);
    }

    fn table(&mut self, table: &Table) {
        let titles: Vec<String> = table.columns.iter().map(|column| cell(&column.title)).collect();
        self.line(format_args!("| {} |", titles.join(" | ")));
        let rules: Vec<&str> =
            table.columns.iter().map(|column| if column.is_number { "--:" } else { "---" }).collect();
        self.line(format_args!("|{}|", rules.join("|")));
        for row in &table.rows {
            let cells: Vec<String> = row.cells.iter().map(|cell| self.cell(cell)).collect();
            self.line(format_args!("| {} |", cells.join(" | ")));
        }
        self.line(format_args!(""));
    }

    fn cell(&self, content: &Cell) -> String {
        match content {
            Cell::Plain(text) | Cell::Verdict { text, .. } => cell(text),
            Cell::Head { text, notes } => {
                let notes: Vec<String> = notes.iter().map(|note| cell(note)).collect();
                if notes.is_empty() { cell(text) } else { format!("**{}**<br>{}", cell(text), notes.join("<br>")) }
            }
            Cell::Noted { text, note, is_strong } => match (note.is_empty(), is_strong) {
                (true, _) => cell(text),
                (false, true) => format!("{}<br>**{}**", cell(text), cell(note)),
                (false, false) => format!("{}<br>{}", cell(text), cell(note)),
            },
            Cell::Code(text) => format!("`{}`", text.replace('|', "\\|").replace('`', "'")),
            Cell::Blank => format!("_{}_", self.document.language.labels().fill_in),
        }
    }

    fn blank(&mut self, blank: &Blank) {
        self.heading(3, blank.title);
        self.line(format_args!("> _{}_: {}\n", self.document.language.labels().fill_in, plain(blank.hint)));
        if !blank.columns.is_empty() {
            self.line(format_args!("| {} |", blank.columns.join(" | ")));
            self.line(format_args!("|{}", "---|".repeat(blank.columns.len())));
            self.line(format_args!("|{}\n", "   |".repeat(blank.columns.len())));
        }
    }
}

/// Text that is no markup, but for words between backticks.
fn plain(text: &str) -> String {
    let mut page = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '*' | '_' | '<' | '>' | '[' | ']' | '#' | '\\') {
            page.push('\\');
        }
        page.push(if c == '\n' { ' ' } else { c });
    }
    page
}

fn cell(text: &str) -> String {
    plain(text).replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_scenario_is_no_markup() {
        assert_eq!(cell("a|b *c* <d> `e`\nf"), "a\\|b \\*c\\* \\<d\\> `e` f");
    }
}
