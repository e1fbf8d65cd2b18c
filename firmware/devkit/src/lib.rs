#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! A [`Program`] is flashed onto a [`Device`], which is a board or a QEMU: the same code. Then either its tests are run
//! ([`run_test`]) or its door is talked to ([`DoorLink`]).

mod device;
mod door_link;
mod error;
pub mod lab;
mod program;
mod target_test;

pub use device::Device;
pub use door_link::DoorLink;
pub use error::DevkitError;
pub use program::{Program, TargetTest};
pub use target_test::{Verdict, run_test};
