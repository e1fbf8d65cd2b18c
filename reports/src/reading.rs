//! A finished run back from its folder, as far as a report needs it.

use crate::aggregate::{Aggregator, Findings};
use crate::background::Background;
use crate::charts::marks_of;
use crate::document::Report;
use crate::episode::EpisodeRow;
use crate::error::ReportError;
use crate::folder::{BACKGROUND_FILE, EPISODES_FILE, RunFolder, SCENARIO_FILE, SUMMARY_FILE, TIMELINE_FILE};
use crate::language::Language;
use crate::table::TableReader;
use crate::timeline::TimelineRow;
use std::path::Path;

/// A finished run whose files are as it left them.
#[derive(Debug, Clone)]
pub struct FinishedRun {
    folder: RunFolder,
    background: Background,
    aggregator: Aggregator,
}

impl FinishedRun {
    /// Reads a run folder: the summary as it is, the rows into what the report shows of the day.
    ///
    /// # Errors
    /// When the folder is no run, is not whole, was changed since, was written by a newer version, or cannot be read.
    pub fn read(path: &Path) -> Result<Self, ReportError> {
        let folder = RunFolder::open(path)?;
        folder.require_whole(&[SUMMARY_FILE, SCENARIO_FILE, EPISODES_FILE, TIMELINE_FILE])?;
        let background = if folder.path.join(BACKGROUND_FILE).is_file() {
            folder.background()?
        } else {
            // A folder of a version that did not keep it.
            Background::default()
        };
        let arm = folder.summary.baseline().map(|arm| arm.name.clone()).unwrap_or_default();
        let mut aggregator = Aggregator::new(&arm, folder.summary.day);
        let mut minutes = TableReader::<TimelineRow>::open(&path.join(TIMELINE_FILE))?;
        while let Some(group) = minutes.next_group()? {
            aggregator.add_timeline(&group.arm, &group.rows);
        }
        let mut episodes = TableReader::<EpisodeRow>::open(&path.join(EPISODES_FILE))?;
        while let Some(group) = episodes.next_group_of(|arm| aggregator.wants_episodes(arm))? {
            aggregator.add_episodes(&group.arm, &group.rows);
        }
        Ok(Self { folder, background, aggregator })
    }

    /// The folder.
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }

    /// What the rows say of the day, with the moments named in this language.
    pub fn findings(&self, language: Language) -> Findings {
        let marks = self.folder.summary.baseline().map(|arm| marks_of(arm, language)).unwrap_or_default();
        self.aggregator.clone().finish(marks)
    }

    /// The report in this language, from its findings.
    pub fn report<'a>(&'a self, findings: &'a Findings, language: Language) -> Report<'a> {
        Report {
            summary: &self.folder.summary,
            manifest: &self.folder.manifest,
            findings,
            background: &self.background,
            capacity: None,
            language,
        }
    }
}
