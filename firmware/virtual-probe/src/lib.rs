#![doc = include_str!("../README.md")]

mod breakpoints;
mod core_control;
mod core_registers;
mod dap;
mod debug_unit;
mod error;
mod glasgow;
mod hexadecimal;
mod machine;
mod memory;
mod monitor;
mod packet;
mod plugin;
mod probe;
mod qemu;
mod registers;

pub use error::{TargetError, is_target_lost};
pub use glasgow::Server;
pub use machine::{MPS2_AN386, Machine, RetainedMemory};
pub use plugin::{PRODUCT_ID, VENDOR_ID, register, selector};
pub use probe::VirtualProbe;
pub use qemu::{Options, Qemu};
