//! The post-mortem as sections and blocks, in one language, before it becomes HTML or Markdown.
//!
//! Every number comes from the summary or from [`Findings`]; this module chooses what is said and in which order, and leaves out what
//! a run does not hold: there are no empty frames.

mod arms;
mod budget;
mod capacity;
mod context;
mod cost;
mod figures;
mod impact;
mod lags;
mod lasting;
mod people;
mod provenance;
mod relief;
mod services;
mod started;
mod summary;
mod table;
mod timeline;
mod trust;

pub(crate) use context::Context;
pub(crate) use figures::Figure;
pub(crate) use table::{Cell, Column, Row, Table};

use crate::aggregate::Findings;
use crate::background::Background;
use crate::capacity::Capacity;
use crate::error::ReportError;
use crate::language::Language;
use crate::manifest::Manifest;
use crate::summary::{Headline, Summary};

/// Everything a report is made from.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The numbers.
    pub summary: &'a Summary,
    /// What made them.
    pub manifest: &'a Manifest,
    /// What the rows say of the day.
    pub findings: &'a Findings,
    /// Sources, reported events, translations.
    pub background: &'a Background,
    /// What a load driver found out about the capacity of a real server, where it was asked.
    pub capacity: Option<&'a Capacity>,
    /// In which language.
    pub language: Language,
}

/// The whole post-mortem.
pub(crate) struct Document {
    pub(crate) language: Language,
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) sections: Vec<Section>,
}

/// A part under a heading of its own.
pub(crate) struct Section {
    /// Name within the page, for links.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) blocks: Vec<Block>,
}

/// What a section is made of.
pub(crate) enum Block {
    Heading(&'static str),
    Text(String),
    /// A remark in small type.
    Quiet(String),
    /// The answer, a sentence an item.
    Answer(Vec<String>),
    Warning(String),
    Cards(Vec<Card>),
    Figure(Figure),
    Table(Table),
    /// The loop that keeps an overload alive, a step a label and what it says.
    Loop(Vec<(&'static str, String)>),
    Blank(Blank),
    Code(String),
}

/// A number to read first.
pub(crate) struct Card {
    pub(crate) value: String,
    pub(crate) what: &'static str,
    /// Empty where there is none.
    pub(crate) interval: String,
}

/// Something that only people can say.
pub(crate) struct Blank {
    pub(crate) title: &'static str,
    pub(crate) hint: &'static str,
    /// Columns of a table with empty rows; empty for free text.
    pub(crate) columns: Vec<&'static str>,
}

/// Writes the document.
///
/// # Errors
/// [`ReportError::Drawing`] when a chart cannot be drawn.
pub(crate) fn write(report: &Report<'_>) -> Result<Document, ReportError> {
    let context = Context::new(*report);
    let mut sections = match report.summary.headline {
        Headline::StrandedHours => of_people(&context)?,
        Headline::Goodput => services::sections(&context)?,
    };
    sections.extend([trust::section(&context)?, people::section(&context)]);
    sections.extend(provenance::sections(&context));
    sections.retain(|section| !section.blocks.is_empty());
    Ok(Document {
        language: report.language,
        title: context.translated(&report.summary.scenario.title).to_owned(),
        subtitle: summary::subtitle(&context),
        sections,
    })
}

fn of_people(context: &Context<'_>) -> Result<Vec<Section>, ReportError> {
    Ok(vec![
        summary::section(context),
        impact::section(context)?,
        timeline::section(context),
        started::section(context)?,
        lasting::section(context)?,
        relief::section(context)?,
        arms::section(context)?,
        lags::section(context),
        budget::section(context),
    ])
}
