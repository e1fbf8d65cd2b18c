#![no_std]
#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! What they share: a door with a bench around it, and a flash whose power can go.

mod bench;
mod flash;
mod random;

pub use bench::{Answer, Bench};
pub use flash::{Flash, PowerLost, regions};
pub use random::Random;
