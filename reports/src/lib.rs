//! Run folders on disk, charts and the report.
//!
//! This crate knows what a finished run *looks like* and nothing about how it came to be: it depends on no other crate of
//! the workspace. The lab converts the model's outcomes into the plain types below and hands them over once.
//!
//! | module | what it holds |
//! |---|---|
//! | [`estimate`] | a mean over replications with its 95 % interval |
//! | [`clock`] | hours of the analysed day as wall-clock text |
//! | [`summary`] | the types of `summary.json` |
//! | [`manifest`] | the types of `manifest.json` |
//! | [`episode`], [`timeline`] | the rows of `episodes.parquet` and `timeline.parquet` |

pub mod aggregate;
pub mod charts;
pub mod clock;
pub mod episode;
pub mod error;
pub mod estimate;
pub mod folder;
pub mod format;
pub mod manifest;
pub mod relief;
#[cfg(test)]
mod sample;
pub mod summary;
pub mod table;
pub mod timeline;
