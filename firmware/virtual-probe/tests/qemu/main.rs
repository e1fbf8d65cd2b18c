//! The probe against a real QEMU with a real program, through the public interface of probe-rs.

mod bench;
mod end;
mod memory;
mod run_control;
mod server;
mod start;
