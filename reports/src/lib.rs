//! Run folders on disk, charts and the report.
//!
//! This crate knows what a finished run *looks like* and nothing about how it came to be: it depends on no other crate of
//! the workspace. The lab converts the model's outcomes into the plain types below and hands them over once.
//!
//! | module | what it holds |
//! |---|---|
//! | [`estimate`] | a mean over replications with its 95 % interval |
//! | [`clock`] | hours of the analysed day as wall-clock text |
//! | [`summary`], [`manifest`] | the types of `summary.json` and `manifest.json` |
//! | [`relief`] | what ended an episode, and what it began with |
//! | [`sweep`] | the types of a sweep's `summary.json` |
//! | [`episode`], [`timeline`] | the rows of `episodes.parquet` and `timeline.parquet` |
//! | [`replication`] | the rows of `replications.parquet`: what every replication had |
//! | [`table`] | rows to Parquet and back |
//! | [`data_set`] | tables whose columns are only known at run time, to Parquet and CSV |
//! | [`folder`] | a run folder that appears whole or not at all |
//! | [`background`], [`remark`] | sources, reported events, translations; what a reader should know |
//! | [`capacity`] | what a load driver found out about a real server |
//! | [`aggregate`] | from rows to what the report shows of the day, a replication at a time |
//! | [`charts`] | charts, from plain numbers to SVG |
//! | [`document`] | the post-mortem, section by section |
//! | [`reading`] | a finished run back from its folder |
//! | [`html`], [`markdown`] | the post-mortem for people |
//! | [`index`] | a front page for many runs |
//! | [`picture`], [`fonts`], [`browser`] | charts as PNG, the letters that they need, the page as PDF |
//! | [`language`] | every word, number and date that people read, in each language |
//! | [`mod@format`] | numbers as text for people |
//! | [`error`] | what can go wrong, where, and the way out |

pub mod aggregate;
pub mod background;
pub mod browser;
pub mod capacity;
pub mod charts;
mod claim;
pub mod clock;
pub mod data_set;
pub mod document;
pub mod episode;
pub mod error;
pub mod estimate;
pub mod folder;
pub mod fonts;
pub mod format;
pub mod html;
pub mod index;
pub mod language;
pub mod manifest;
pub mod markdown;
pub mod picture;
pub mod reading;
pub mod relief;
pub mod remark;
pub mod replication;
#[cfg(test)]
mod sample;
pub mod summary;
pub mod sweep;
pub mod table;
pub mod timeline;
