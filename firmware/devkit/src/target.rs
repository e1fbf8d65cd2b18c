//! Which device, and where its programs come from.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use clap::{Args, ValueEnum};
use probe_rs::probe::list::Lister;
use probe_rs::probe::{DebugProbeInfo, DebugProbeSelector};
use stranded_devkit::{Device, DevkitError, NRF52840, Program, register};
use stranded_virtual_probe::{MPS2_AN386, Options, VENDOR_ID};

/// The folder of built programs, set by `cargo xtask test`.
const PROGRAMS_VARIABLE: &str = "STRANDED_TEST_FIRMWARE";

/// A board that the door is built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Board {
    /// QEMU's mps2-an386.
    QemuMps2,
    /// Nordic's nRF52840 development kit.
    Nrf52840Dk,
}

impl Board {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::QemuMps2 => "qemu-mps2",
            Self::Nrf52840Dk => "nrf52840-dk",
        }
    }

    /// The core's clock, hertz.
    pub(crate) const fn clock_hertz(self) -> u64 {
        match self {
            Self::QemuMps2 => 25_000_000,
            Self::Nrf52840Dk => 64_000_000,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Target {
    /// `qemu`, or a probe as `devkit list` names it: VENDOR:PRODUCT or VENDOR:PRODUCT:SERIAL [default: qemu; with
    /// `--board nrf52840-dk` the one probe that is attached]
    #[arg(long)]
    probe: Option<String>,

    /// The board at the end of the probe [default: the one that belongs to the probe]
    #[arg(long)]
    board: Option<Board>,

    /// Take the built programs from this folder instead of building them with `cargo xtask firmware build` [default: the
    /// variable `STRANDED_TEST_FIRMWARE`]
    #[arg(long, value_name = "FOLDER")]
    programs: Option<PathBuf>,
}

impl Target {
    /// Whether the device is a QEMU, which begins and ends with this program.
    pub(crate) fn is_qemu(&self) -> bool {
        self.probe.as_deref().map_or(self.board != Some(Board::Nrf52840Dk), |probe| probe == "qemu")
    }

    /// The board.
    ///
    /// # Errors
    /// It does not go with the probe.
    pub(crate) fn board(&self) -> Result<Board, DevkitError> {
        match (self.is_qemu(), self.board) {
            (true, None | Some(Board::QemuMps2)) => Ok(Board::QemuMps2),
            (false, None | Some(Board::Nrf52840Dk)) => Ok(Board::Nrf52840Dk),
            (true, Some(Board::Nrf52840Dk)) => Err(DevkitError::NoDevice(
                "QEMU does not play an nRF52840: take `--board qemu-mps2`, or name a real probe".to_owned(),
            )),
            (false, Some(Board::QemuMps2)) => Err(DevkitError::NoDevice(
                "the board qemu-mps2 is QEMU's: take `--probe qemu`, or `--board nrf52840-dk`".to_owned(),
            )),
        }
    }

    /// A program for the board, built now unless a folder of built ones was given.
    ///
    /// # Errors
    /// It does not compile, or is not there.
    pub(crate) fn program(&self, name: &str) -> Result<Program, DevkitError> {
        let board = self.board()?;
        let given = self.programs.clone().or_else(|| env::var_os(PROGRAMS_VARIABLE).map(PathBuf::from));
        let folder = given.map_or_else(|| build(board), Ok)?;
        Program::load(&folder.join(name))
    }

    /// The door for the board.
    ///
    /// # Errors
    /// As [`program`](Self::program).
    pub(crate) fn door(&self) -> Result<Program, DevkitError> {
        self.program(self.board()?.name())
    }

    /// The device.
    ///
    /// # Errors
    /// There is none, or it cannot be attached to.
    pub(crate) fn device(&self, options: &Options) -> Result<Device, DevkitError> {
        if self.board()? == Board::QemuMps2 {
            return Device::qemu(&MPS2_AN386, options);
        }
        register();
        let lister = Lister::new();
        let attached: Vec<DebugProbeInfo> =
            lister.list_all().into_iter().filter(|probe| probe.vendor_id != VENDOR_ID).collect();
        let selector: DebugProbeSelector = match (&self.probe, attached.as_slice()) {
            (Some(probe), _) => probe
                .parse()
                .map_err(|_| DevkitError::NoDevice(format!("`{probe}` names no probe: see `devkit list`")))?,
            (None, [only]) => DebugProbeSelector::from(only),
            (None, []) => return Err(DevkitError::NoDevice(missing("no debug probe is attached"))),
            (None, _) => {
                return Err(DevkitError::NoDevice(
                    "several probes are attached: name one with `--probe`; see `devkit list`".to_owned(),
                ));
            }
        };
        let probe = lister
            .open(selector.clone())
            .map_err(|error| DevkitError::NoDevice(missing(&format!("cannot open the probe {selector}: {error}"))))?;
        Device::attach(probe, NRF52840)
    }
}

fn missing(what: &str) -> String {
    format!(
        "{what}; connect the nRF52840-DK by the USB socket of its debugger and switch it on (on Linux, reading a probe needs a udev \
         rule: https://probe.rs/docs/getting-started/probe-setup), or take `--probe qemu`, which needs no hardware"
    )
}

/// One hour: for fifty stories on a loaded machine.
pub(crate) fn patient() -> Options {
    Options { session_limit: Duration::from_hours(1), ..Options::default() }
}

/// Builds the firmware through xtask, which finds or installs a compiler for the target and keeps the budgets.
fn build(board: Board) -> Result<PathBuf, DevkitError> {
    let failed = |reason: String| DevkitError::Build { board: board.name(), reason };
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    eprintln!("building the firmware: cargo xtask firmware build --board {}", board.name());
    let output = Command::new(cargo)
        .args(["xtask", "firmware", "build", "--board", board.name()])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| failed(format!("cargo does not start: {error}")))?;
    let said = String::from_utf8_lossy(&output.stdout);
    eprint!("{said}");
    if !output.status.success() {
        return Err(failed(format!("cargo ended with {}", output.status)));
    }
    // Its last line says where.
    let folder = said.lines().rev().find_map(|line| line.strip_prefix("in "));
    folder.map(PathBuf::from).ok_or_else(|| failed("it does not say where the programs are".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Board, Target};

    fn target(probe: Option<&str>, board: Option<Board>) -> Target {
        Target { probe: probe.map(str::to_owned), board, programs: None }
    }

    #[test]
    fn the_board_goes_with_the_probe() {
        for (probe, board, expected) in [
            (None, None, Some(Board::QemuMps2)),
            (Some("qemu"), None, Some(Board::QemuMps2)),
            (None, Some(Board::Nrf52840Dk), Some(Board::Nrf52840Dk)),
            (Some("1366:1051"), None, Some(Board::Nrf52840Dk)),
            (Some("qemu"), Some(Board::Nrf52840Dk), None),
            (Some("1366:1051"), Some(Board::QemuMps2), None),
        ] {
            assert_eq!(target(probe, board).board().ok(), expected, "{probe:?} {board:?}");
        }
    }
}
