//! `cargo xtask firmware`: the second workspace, for the boards.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use clap::ValueEnum;
use object::read::elf::{ElfFile32, ProgramHeader as _};

use crate::process::{self, cargo};
use crate::step::Outcome;
use crate::toolchain::{FirmwareToolchain, TARGET};
use crate::workspace;

/// What the tests need beside the boards: what an unlock costs, a program to debug, and the tests that run on the target.
const TEST_PROGRAMS: [&str; 3] = ["door-bench", "probe-target", "target-tests"];

/// The variable that tells the tests where the firmware is.
pub(crate) const TEST_FIRMWARE_VARIABLE: &str = "STRANDED_TEST_FIRMWARE";

/// What a board may cost, without Bluetooth: so that the door fits a small microcontroller too.
const BUDGET: Size = Size { flash_bytes: 128 * 1024, ram_bytes: 32 * 1024 };

/// Where RAM begins on every Cortex-M; below it is flash.
const RAM_START: u32 = 0x2000_0000;

/// A board that the firmware is built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Board {
    /// QEMU's mps2-an386.
    QemuMps2,
    /// Nordic's nRF52840 development kit.
    Nrf52840Dk,
}

impl Board {
    fn package(self) -> &'static str {
        match self {
            Self::QemuMps2 => "qemu-mps2",
            Self::Nrf52840Dk => "nrf52840-dk",
        }
    }
}

/// What a program takes. The stack is not in it: it has what RAM is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Size {
    flash_bytes: u64,
    ram_bytes: u64,
}

impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kibibytes = |bytes: u64| bytes as f64 / 1024.0;
        write!(formatter, "{:.1} KiB flash, {:.1} KiB RAM", kibibytes(self.flash_bytes), kibibytes(self.ram_bytes))
    }
}

/// Builds the firmware of one board or of all, and reports its size.
///
/// # Errors
/// There is no compiler for it, it does not compile, or it is above the budget.
pub(crate) fn build(board: Option<Board>) -> Result<()> {
    let (toolchain, found) = FirmwareToolchain::prepare()?;
    println!("firmware toolchain: {found}");
    let boards = board.map_or_else(|| Board::value_variants().to_vec(), |board| vec![board]);
    println!("{}", build_with(&toolchain, &boards)?);
    println!("in {}", programs().display());
    Ok(())
}

/// Builds these boards, and the programs that the tests need. Returns a line on the boards' size.
///
/// # Errors
/// One does not compile or is above the budget.
pub(crate) fn build_with(toolchain: &FirmwareToolchain, boards: &[Board]) -> Result<String> {
    for program in TEST_PROGRAMS {
        process::run(&mut firmware_cargo(toolchain, &["build", "--release", "--package", program]))?;
    }
    let mut sizes = Vec::new();
    for board in boards {
        // One board a command: cargo builds a library once for all packages of a command, and the boards' executors must not
        // meet in one.
        process::run(&mut firmware_cargo(toolchain, &["build", "--release", "--package", board.package()]))?;
        let size = size(&programs().join(board.package()))?;
        check_budget(board.package(), size)?;
        sizes.push(format!("{}: {size}", board.package()));
    }
    Ok(sizes.join("; "))
}

/// Formats, lints and builds all of the firmware.
///
/// # Errors
/// One of these fails.
pub(crate) fn check(toolchain: &FirmwareToolchain) -> Result<Outcome> {
    process::run(firmware_cargo(toolchain, &["fmt", "--all", "--check"]).env_remove("RUSTC"))?;
    if toolchain.has_clippy() {
        let boards = Board::value_variants().iter().map(|board| board.package());
        for package in boards.chain(TEST_PROGRAMS).chain(["door-application"]) {
            let mut clippy = firmware_cargo(toolchain, &["clippy", "--release", "--package", package]);
            process::run(clippy.args(["--", "-D", "warnings"]))?;
        }
    } else {
        eprintln!("clippy is left out: Debian's compiler has none that fits");
    }
    build_with(toolchain, Board::value_variants()).map(Outcome::Passed)
}

/// The folder of the built programs.
pub(crate) fn programs() -> PathBuf {
    target_directory().join(TARGET).join("release")
}

/// A cargo command in the firmware's workspace. Cargo finds the configuration there by the working directory.
fn firmware_cargo(toolchain: &FirmwareToolchain, arguments: &[&str]) -> Command {
    let mut command = cargo(arguments);
    command.current_dir(folder()).env("CARGO_TARGET_DIR", target_directory());
    toolchain.apply(&mut command);
    command
}

fn folder() -> PathBuf {
    workspace::root().join("firmware/boards")
}

/// Apart from the products of the root workspace, because the two lock files differ.
fn target_directory() -> PathBuf {
    let shared = workspace::target_directory();
    if shared == workspace::root().join("target") { folder().join("target") } else { shared.join("firmware") }
}

fn check_budget(name: &str, size: Size) -> Result<()> {
    ensure!(
        size.flash_bytes <= BUDGET.flash_bytes && size.ram_bytes <= BUDGET.ram_bytes,
        "{name} takes {size}; the budget is {BUDGET}"
    );
    Ok(())
}

/// What the segments of a program take.
fn size(program: &Path) -> Result<Size> {
    let bytes = fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    let file = ElfFile32::<object::Endianness>::parse(&*bytes)
        .with_context(|| format!("{} is no 32-bit ELF file", program.display()))?;
    let endian = file.endian();
    let mut size = Size { flash_bytes: 0, ram_bytes: 0 };
    for segment in file.elf_program_headers() {
        if segment.p_type(endian) != object::elf::PT_LOAD {
            continue;
        }
        // Initialised variables lie in flash and are copied to RAM.
        size.flash_bytes += u64::from(segment.p_filesz(endian));
        if segment.p_vaddr(endian) >= RAM_START {
            size.ram_bytes += u64::from(segment.p_memsz(endian));
        }
    }
    if size.flash_bytes == 0 {
        bail!("{} holds nothing to flash", program.display());
    }
    Ok(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_above_the_budget_fails_and_one_at_it_does_not() {
        assert!(check_budget("door", BUDGET).is_ok());
        for size in
            [Size { flash_bytes: BUDGET.flash_bytes + 1, ..BUDGET }, Size { ram_bytes: BUDGET.ram_bytes + 1, ..BUDGET }]
        {
            let message = check_budget("door", size).expect_err("it is too large").to_string();
            assert!(message.contains("128.0 KiB flash, 32.0 KiB RAM"), "{message}");
        }
    }

    #[test]
    fn what_is_no_program_has_no_size() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("text");
        fs::write(&path, "text")?;
        assert!(size(&path).is_err());
        assert!(size(&folder.path().join("absent")).is_err());
        Ok(())
    }

    #[test]
    fn every_board_is_a_package_of_the_firmware() -> Result<()> {
        let manifest = fs::read_to_string(folder().join("Cargo.toml"))?;
        for board in Board::value_variants() {
            assert!(manifest.contains(&format!("\"{}\"", board.package())), "{board:?}");
        }
        Ok(())
    }
}
