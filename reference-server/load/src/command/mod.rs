//! One file per command.

pub mod capacity;
pub mod replay;
pub mod window;
