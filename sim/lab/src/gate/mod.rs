//! A verdict on a finished run that continuous integration can trust.
//!
//! | file | noun |
//! |---|---|
//! | [`threshold`] | a condition as text: its grammar, with the column of every mistake |
//! | [`catalogue`] | the metrics there are to compare, and a condition bound to one of them |
//! | [`subject`] | what is judged: a run folder, results of `surge`, samples of `devkit bench`; and a kept baseline |
//! | [`pairing`] | whether two subjects may be compared at all, and replication by replication |
//! | [`bootstrap`] | the interval of a difference, over replications |
//! | [`judgement`] | pass, fail or inconclusive, from an interval and a limit |
//! | [`plan`] | which conditions a gate has: the scenario's, the command line's, and those of its own |
//! | [`report`] | the result as JSON, with its schema |
//! | [`table`], [`junit`], [`github`] | the same for people, for test tools, for GitHub |

pub(crate) mod bootstrap;
pub(crate) mod catalogue;
pub(crate) mod github;
pub(crate) mod judgement;
pub(crate) mod junit;
pub(crate) mod pairing;
pub(crate) mod plan;
pub(crate) mod report;
pub(crate) mod subject;
pub(crate) mod table;
pub(crate) mod threshold;
