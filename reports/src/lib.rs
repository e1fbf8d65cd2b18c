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
//! | [`episode`], [`timeline`] | the rows of `episodes.parquet` and `timeline.parquet` |
//! | [`replication`] | the rows of `replications.parquet`: what every replication had |
//! | [`table`] | rows to Parquet and back |
//! | [`folder`] | a run folder that appears whole or not at all |
//! | [`aggregate`] | from rows to the charts' data, a replication at a time |
//! | [`charts`] | five charts, from plain numbers to SVG |
//! | [`html`] | the report for people |
//! | [`mod@format`] | numbers as text for people |
//! | [`error`] | what can go wrong, where, and the way out |

pub mod aggregate;
pub mod charts;
mod claim;
pub mod clock;
pub mod episode;
pub mod error;
pub mod estimate;
pub mod folder;
pub mod format;
pub mod html;
pub mod manifest;
pub mod relief;
pub mod replication;
#[cfg(test)]
mod sample;
pub mod summary;
pub mod table;
pub mod timeline;
