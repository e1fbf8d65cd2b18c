#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! A real server that behaves as a service of a scenario, so that a simulation can be held against it.
//!
//! | room | what is in it |
//! |---|---|
//! | [`service`] | the line, the workers, the pace, the call of the next service |
//! | [`store`] | what must survive, in SQLite or PostgreSQL |
//! | [`http`] | the routes, one noun a file; problems |
//! | [`admin`] | faults, state, reset |
//! | [`cli`], [`program`] | the flags; from the flags to a server that runs |

// The attributes of utoipa read no separators.
#![allow(clippy::unreadable_literal)]

pub mod admin;
pub mod cli;
mod configuration;
mod failure;
pub mod http;
mod key;
mod listening;
mod metrics;
pub mod program;
pub mod service;
mod signing_key;
pub mod store;

pub use admin::Admin;
pub use failure::Failure;
pub use http::{KeySource, Operator, Vendor};
pub use listening::{Limits, serve};
