//! Many variants of a scenario, their results in one place.
//!
//! | room | what is in it |
//! |---|---|
//! | [`value`], [`expression`] | values with units, ranges of them; constraints and objectives |
//! | [`design`], [`mod@check`] | from parameters to points; what can be said against a `[sweep]` before it runs |
//! | [`vary`] | `--vary` on the command line |
//! | [`study`], [`objective`], [`rule`], [`decision`] | what is run, compared by what, how often, and what is still undecided |
//! | [`shard`], [`execution`] | which part runs here, and running it |
//! | [`row`], [`journal`], [`durable`], [`folder`] | what is on the disk while it runs |
//! | [`slurm`] | the same on a cluster |
//! | [`results`], [`table`], [`sensitivity`] | what is on the disk in the end, and what it says |

mod check;
mod decision;
mod design;
mod durable;
mod execution;
mod expression;
mod folder;
mod journal;
mod objective;
mod results;
mod row;
mod rule;
mod sensitivity;
mod shard;
pub(crate) mod slurm;
mod study;
mod table;
mod value;
mod vary;

pub(crate) use check::check;
pub(crate) use execution::{Execution, replicate_once};
pub(crate) use folder::{Folder, ShardState, Start};
pub(crate) use results::{Collected, write};
pub(crate) use shard::Shard;
pub(crate) use study::Study;
pub(crate) use vary::Vary;
