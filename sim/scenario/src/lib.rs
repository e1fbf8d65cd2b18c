#![doc = env!("CARGO_PKG_DESCRIPTION")]

pub mod distribution;
pub mod quantity;

pub use distribution::DurationDistribution;
pub use quantity::{Clock, Duration, Factor, Moment, Money, Probability, Rate};

pub mod section;
pub use section::Scenario;
