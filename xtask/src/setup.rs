//! `cargo xtask setup`: installs what the tests need.

use std::process::Command;

use anyhow::{Context as _, Result};

use crate::browser;
use crate::postgres;
use crate::process;
use crate::python::{self, TEST_PYTHON_VARIABLE, TestPython};
use crate::qemu;
use crate::slurm;
use crate::toolchain::FirmwareToolchain;

/// Toolchain components that the checks start: the cargo command and the component's name.
const COMPONENTS: [(&str, &str); 2] = [("fmt", "rustfmt"), ("clippy", "clippy")];

/// What the checks need and could not find by themselves.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// Reads our Parquet files, and holds the reference server against its OpenAPI.
    pub(crate) python: TestPython,
    /// Compiles the firmware.
    pub(crate) firmware: FirmwareToolchain,
}

/// Installs what is missing, says what was found, and returns what the checks need of it.
///
/// # Errors
/// Something is missing that could not be installed.
pub(crate) fn run(fresh: bool) -> Result<Prepared> {
    for (command, component) in COMPONENTS {
        println!("{component}: {}", prepare_component(command, component)?);
    }
    println!("qemu: {}", qemu::prepare()?);
    println!("browser: {}", browser::prepare()?);
    println!("fonts: {}", browser::prepare_fonts()?);
    // There is none but for Linux, and neither is the test.
    if cfg!(target_os = "linux") {
        println!("slurm: {}", slurm::prepare()?);
    }
    println!("postgresql: {}", postgres::prepare()?);
    let (firmware, found) = FirmwareToolchain::prepare()?;
    println!("firmware toolchain: {found}");
    let python = python::prepare(fresh)?;
    println!("python: {}", python.description);
    println!("  for a plain `cargo test`: export {TEST_PYTHON_VARIABLE}={}", python.path.display());
    Ok(Prepared { python, firmware })
}

/// Finds or installs a toolchain component and says which.
fn prepare_component(command: &str, component: &str) -> Result<String> {
    let version = || process::capture(&mut process::cargo(&[command, "--version"]));
    if let Ok(version) = version() {
        return Ok(format!("found: {version}"));
    }
    process::run(Command::new("rustup").args(["component", "add", component])).with_context(|| {
        format!("`cargo {command}` is missing; install the component {component} of your Rust toolchain")
    })?;
    Ok(format!("installed: {}", version()?))
}
