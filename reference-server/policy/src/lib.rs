#![no_std]
#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! Every policy here is a pure state machine: time and randomness come in as arguments, decisions go out as values. The
//! simulator, the reference server and the load driver run this same code, so what the simulator says about a policy
//! is said about the code that runs.
//!
//! | policy | type | source |
//! |---|---|---|
//! | retries, exponential backoff | [`RetryPolicy`], [`Backoff`] | textbook |
//! | equal, full and decorrelated jitter | [`Backoff`] | M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 |
//! | retry budget | [`RetryBudget`] | Twitter Finagle; *Site Reliability Engineering*, chapter 21; gRPC proposal A6 |
//! | bounded queue, priority classes with displacement | [`Queue`] | *Site Reliability Engineering*, chapter 21 (criticality) |
//! | first in, first out; last in, first out | [`Discipline`] | textbook |
//! | adaptive LIFO | [`Discipline::AdaptiveLifo`] | B. Maurer, "Fail at Scale", ACM Queue, 2015 |
//! | deadline drop | [`Discipline::DeadlineDrop`] | *Site Reliability Engineering*, chapter 22 (deadline propagation) |
//! | controlled delay for requests | [`Discipline::CoDel`] | "Fail at Scale"; folly's `Codel` |
//! | controlled delay for packets | [`Discipline::CoDelRfc`] | RFC 8289, section 5 |
//!
//! Results are the same bits on every platform: integers for time and tokens; for the rest only float operations that
//! IEEE 754 fixes (`+ - * /`, comparison) and the square root of `libm`.

extern crate alloc;

pub mod codel;
mod discipline;
mod queue;
mod retry;
mod retry_budget;
mod time;

pub use discipline::Discipline;
pub use queue::{Entry, PRIORITY_CLASSES_MAX, Pushed, Queue, QueueConfig};
pub use retry::{Backoff, RetryPolicy};
pub use retry_budget::{RetryBudget, RetryBudgetConfig};
pub use time::Nanoseconds;
