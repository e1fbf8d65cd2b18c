//! The scenario file: types with units, defaults, validation, JSON Schema. Runs nothing.
//!
//! | module | noun |
//! |---|---|
//! | [`quantity`], [`distribution`] | numbers that know their unit, and distributions of them |
//! | [`section`] | the sections of a scenario: what there is to say, and its defaults |
//! | [`document`] | the tree of values that files, `extends` and `--set` make, each value with its place |
//! | [`loader`], [`loaded`] | from a path to a typed scenario, with everything that is wrong at once |
//! | [`provenance`] | where a number comes from and how far it can be trusted |
//! | [`diagnostic`] | findings with code, place, reason and way out |
//! | [`validate`] | checks across values |
//! | [`parameter`], [`show`] | the resolved scenario as a list and as TOML |
//! | [`schema`] | the JSON Schema for editors |
//!
//! Everything but the sections themselves is generic over the typed scenario, which is plain serde and schemars.

mod binding;
pub mod diagnostic;
pub mod distribution;
pub mod document;
pub mod loaded;
pub mod loader;
mod nearest;
pub mod parameter;
pub mod provenance;
pub mod quantity;
pub mod schema;
pub mod section;
pub mod show;
pub mod validate;
mod validation;

pub use diagnostic::{Code, Diagnostic, Diagnostics, Look, explain};
pub use distribution::DurationDistribution;
pub use document::{Assignment, DiskFiles, Files, MemoryFiles};
pub use loaded::Loaded;
pub use loader::Loader;
pub use parameter::Parameter;
pub use provenance::{Confidence, Provenance};
pub use quantity::{Clock, Duration, Factor, Moment, Money, Probability, Rate};
pub use section::Scenario;
pub use show::Extent;
pub use validate::{Reporter, Validate};

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a type must be to be read from a scenario file: plain serde and schemars, and able to check itself.
pub trait Typed: DeserializeOwned + Serialize + JsonSchema + Validate {}

impl<T: DeserializeOwned + Serialize + JsonSchema + Validate> Typed for T {}
