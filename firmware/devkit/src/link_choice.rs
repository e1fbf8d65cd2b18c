//! Which of the door's links to talk through.

use clap::{Args, ValueEnum};
use stranded_devkit::{Device, DevkitError, DoorLink, Program};

use crate::target::Target;

#[derive(Debug, Args)]
pub(crate) struct LinkChoice {
    /// The door's link: through the probe, or through the UART, of QEMU only
    #[arg(long, value_name = "LINK", default_value = "rtt")]
    link: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Two buffers in the door's memory, which the probe reads and writes.
    Rtt,
    /// The serial port.
    Uart,
}

impl LinkChoice {
    /// Whether the device can have this link: asked before anything is built or flashed.
    ///
    /// # Errors
    /// It cannot.
    pub(crate) fn check(&self, target: &Target) -> Result<(), DevkitError> {
        if self.link == Kind::Uart && !target.is_qemu() { Err(DevkitError::no_uart()) } else { Ok(()) }
    }

    /// Opens the link to a door that was started.
    ///
    /// # Errors
    /// The probe or the socket fails, or the door does not make the link known.
    pub(crate) fn open<'device>(
        &self,
        device: &'device mut Device,
        program: &Program,
    ) -> Result<DoorLink<'device>, DevkitError> {
        match self.link {
            Kind::Rtt => DoorLink::open(device, program),
            Kind::Uart => DoorLink::open_uart(device),
        }
    }
}
