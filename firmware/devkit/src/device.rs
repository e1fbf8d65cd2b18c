//! A board, or a QEMU that plays one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use probe_rs::flashing::{DownloadOptions, ElfLoader, ElfOptions, download_file_with_options};
use probe_rs::probe::Probe;
use probe_rs::{Core, MemoryInterface as _, Permissions, Session};
use stranded_virtual_probe::{Machine, Options, VirtualProbe};

use crate::chips::register;
use crate::error::DevkitError;
use crate::program::Program;

/// For requests of probe-rs that take a limit. A loaded machine may be slow; nothing is measured by it.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// A device with a debug session.
#[derive(Debug)]
pub struct Device {
    session: Session,
    /// The socket of its UART, if it is a QEMU that we started.
    uart: Option<PathBuf>,
}

impl Device {
    /// Starts a QEMU and attaches to it. It ends with the device.
    ///
    /// # Errors
    /// QEMU does not start, or the probe cannot attach.
    pub fn qemu(machine: &'static Machine, options: &Options) -> Result<Self, DevkitError> {
        let probe = VirtualProbe::start(machine, options)?;
        let uart = probe.qemu().uart();
        let device = Self::attach(probe.into_probe_rs(), machine.name)?;
        Ok(Self { uart: Some(uart), ..device })
    }

    /// Attaches to the chip at the end of any probe.
    ///
    /// # Errors
    /// The chip is not known, or the probe cannot attach.
    pub fn attach(probe: Probe, chip: &str) -> Result<Self, DevkitError> {
        register();
        let session = probe.attach(chip, Permissions::default()).map_err(DevkitError::probe("cannot attach"))?;
        Ok(Self { session, uart: None })
    }

    /// Flashes a program, verifies it, and halts before its first instruction.
    ///
    /// # Errors
    /// The probe or the flash fails.
    pub fn flash(&mut self, program: &Program) -> Result<(), DevkitError> {
        self.reset_and_halt()?;
        let mut options = DownloadOptions::default();
        options.verify = true;
        download_file_with_options(&mut self.session, program.path(), ElfLoader(ElfOptions::default()), options)
            .map_err(|error| DevkitError::Flash(Box::new(error)))?;
        self.reset_and_halt()
    }

    /// Starts the program anew and lets it run. What the last run left of its RTT channels is wiped out first, so that nobody
    /// takes it for the new run's.
    ///
    /// # Errors
    /// The probe fails.
    pub fn start(&mut self, program: &Program) -> Result<(), DevkitError> {
        self.reset_and_halt()?;
        let control_block = program.address(RTT_SYMBOL);
        let mut core = self.core()?;
        if let Some(address) = control_block {
            core.write_8(address, &[0; 16]).map_err(DevkitError::probe("cannot write memory"))?;
        }
        core.run().map_err(DevkitError::probe("cannot run"))
    }

    /// Resets the device and halts it before its first instruction.
    ///
    /// # Errors
    /// The probe fails.
    pub fn reset_and_halt(&mut self) -> Result<(), DevkitError> {
        self.core()?.reset_and_halt(LIMIT).map(drop).map_err(DevkitError::probe("cannot reset"))
    }

    /// The socket of its UART, if it is a QEMU that [we started](Self::qemu).
    pub fn uart(&self) -> Option<&Path> {
        self.uart.as_deref()
    }

    /// The core.
    ///
    /// # Errors
    /// The probe fails.
    pub fn core(&mut self) -> Result<Core<'_>, DevkitError> {
        self.session.core(0).map_err(DevkitError::probe("cannot reach the core"))
    }
}

/// The symbol of a program's RTT channels.
pub(crate) const RTT_SYMBOL: &str = "_SEGGER_RTT";
