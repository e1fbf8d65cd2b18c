//! Where the built firmware is.

use std::env;
use std::path::PathBuf;

use stranded_devkit::{Device, Program};
use stranded_virtual_probe::{MPS2_AN386, Options};

/// Where the programs are.
pub(crate) fn folder() -> PathBuf {
    env::var_os("STRANDED_TEST_FIRMWARE").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../boards/target/thumbv7em-none-eabihf/release"),
        PathBuf::from,
    )
}

/// Reads a program of the firmware.
pub(crate) fn program(name: &str) -> Program {
    Program::load(&folder().join(name)).unwrap_or_else(|error| panic!("{error}, or set STRANDED_TEST_FIRMWARE"))
}

/// A QEMU with a program in its flash, halted before the first instruction.
pub(crate) fn flashed(program: &Program, options: &Options) -> Device {
    let mut device = Device::qemu(&MPS2_AN386, options).expect("QEMU starts");
    device.flash(program).expect("it flashes");
    device
}
