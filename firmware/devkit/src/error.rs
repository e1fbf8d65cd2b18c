//! What can go wrong on the way to a door.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use stranded_virtual_probe::TargetError;

/// Why a device did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum DevkitError {
    /// The program's file cannot be read.
    #[error("cannot read {}: {source}; build it with `cargo xtask firmware build`", .path.display())]
    NoProgram {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },

    /// The program's file is not what it should be.
    #[error("{}: {reason}", .path.display())]
    BadProgram {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// QEMU does not start.
    #[error(transparent)]
    Qemu(#[from] TargetError),

    /// The probe or the target failed.
    #[error("{what}: {}", chain(.source))]
    Probe {
        /// What we were doing.
        what: &'static str,
        /// What probe-rs says.
        source: Box<probe_rs::Error>,
    },

    /// The program could not be flashed.
    #[error("cannot flash: {}", chain(.0))]
    Flash(Box<probe_rs::flashing::FileDownloadError>),

    /// The link over RTT failed.
    #[error("the link over RTT failed: {}", chain(.0))]
    Rtt(Box<probe_rs::rtt::Error>),

    /// There is no device, or it is not told which.
    #[error("{0}")]
    NoDevice(String),

    /// The firmware does not build.
    #[error("cannot build the firmware for {board}: {reason}")]
    Build {
        /// The board.
        board: &'static str,
        /// What happened.
        reason: String,
    },

    /// A file or a socket failed.
    #[error("{what}: {source}")]
    Io {
        /// Which.
        what: String,
        /// What the system says.
        source: io::Error,
    },

    /// The target did something else than it must.
    #[error("{what}: the target said {got}")]
    Unexpected {
        /// What we wanted.
        what: &'static str,
        /// What came.
        got: String,
    },

    /// The door, or a test, said nothing for too long.
    #[error("{what}: nothing came within {} s", .limit.as_secs())]
    Silence {
        /// What we waited for.
        what: &'static str,
        /// How long.
        limit: Duration,
    },
}

impl From<probe_rs::rtt::Error> for DevkitError {
    fn from(error: probe_rs::rtt::Error) -> Self {
        Self::Rtt(Box::new(error))
    }
}

impl DevkitError {
    /// A board's UART is asked for.
    pub fn no_uart() -> Self {
        Self::NoDevice(
            "the UART of a board cannot be talked to: opening a serial port is missing here; take `--link rtt`, or \
             `--probe qemu`"
                .to_owned(),
        )
    }

    /// Says what we were doing when probe-rs failed.
    pub(crate) fn probe(what: &'static str) -> impl FnOnce(probe_rs::Error) -> Self {
        move |source| Self::Probe { what, source: Box::new(source) }
    }
}

/// An error with all that is behind it: probe-rs says the cause only there.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text.push_str(": ");
        text.push_str(&error.to_string());
        next = error.source();
    }
    text
}
