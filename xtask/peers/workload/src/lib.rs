//! The workloads that all engines run, and how a run is measured.
//!
//! What happens - who waits, who is served, what is counted - is the same code for every Rust engine, so that a difference between
//! two programs is the difference between two engines. Each program only turns "this happens in so many seconds" into the
//! best call its engine has for that.
//!
//! | room | holds |
//! |---|---|
//! | [`program`] | the command line that all programs share |
//! | [`measurement`] | CPU time and memory of a run, and its line of JSON |
//! | [`luck`] | random numbers |
//! | [`hold`] | case a: a constant number of pending events |
//! | [`retrial`] | case b: many servers, impatient users who come back |
//! | [`storm`] | case c: one server, time-outs and retries, a trigger |

pub mod hold;
pub mod luck;
pub mod measurement;
pub mod program;
pub mod retrial;
pub mod storm;

pub use luck::Luck;
pub use measurement::{Measurement, Stopwatch};
pub use program::{Case, Request};
