//! The simulator held against the reference server: the same people with the same luck meet both.
//!
//! [`mod@plan`] makes points of a scenario - loads and cases of a collapse -, [`mod@bench`] plays them for real, [`figures`] says the same
//! things of both sides, [`judgement`] compares them, [`report`] and [`page`] show it.

pub(crate) mod bench;
pub(crate) mod calibrate;
pub(crate) mod capacity;
pub(crate) mod figures;
pub(crate) mod judgement;
pub(crate) mod page;
pub(crate) mod plan;
pub(crate) mod process;
pub(crate) mod programs;
pub(crate) mod recovery;
pub(crate) mod report;
pub(crate) mod server;
pub(crate) mod window;

pub(crate) use bench::{Bench, Outcome};
pub(crate) use figures::Figures;
pub(crate) use judgement::judge;
pub(crate) use plan::{Point, plan};
pub(crate) use programs::Programs;
