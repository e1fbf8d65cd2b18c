#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! A [`Program`] is flashed onto a [`Device`], which is a board or a QEMU: the same code. Then either its tests are run
//! ([`run_test`]), its door is talked to ([`DoorLink`], [`tell_story`]), or what an unlock costs is counted ([`bench()`]).

mod bench;
mod chips;
mod device;
mod door_link;
mod error;
pub mod lab;
mod program;
mod story;
mod target_test;

pub use bench::{Counts, STEPS, SignatureLibrary, Unit, bench, bench_options};
pub use chips::{NRF52840, register};
pub use device::Device;
pub use door_link::DoorLink;
pub use error::DevkitError;
pub use program::{Program, TargetTest};
pub use story::{Check, describe, tell_story};
pub use target_test::{Verdict, run_test};
