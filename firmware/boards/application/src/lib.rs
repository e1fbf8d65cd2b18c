#![no_std]
#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! A board brings a [`Hardware`], a flash and a link: two halves of a stream of bytes, `embedded_io_async::Read` and
//! `Write`. Everything else is [`run`]. A board with two links joins them: [`LastHeard`].

mod bolt;
mod hardware;
pub mod identity;
mod joined;
mod rtt;
mod run;

pub use bolt::SimulatedBolt;
pub use hardware::Hardware;
pub use joined::{JoinedReader, JoinedWriter, LastHeard};
pub use rtt::{RttReader, RttWriter, start_rtt};
pub use run::run;
pub use stranded_door::{Bolt, BoltSense, JournalRegions, Motor};
