//! What can go wrong between the probe and QEMU.

use std::error::Error;
use std::io;
use std::time::Duration;

use probe_rs::probe::{BoxedProbeError, DebugProbeError, ProbeError};

/// Why QEMU, or the target in it, did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// QEMU could not be started.
    #[error("cannot start {program}: {reason}")]
    Start {
        /// The program that was to be started.
        program: String,
        /// What is wrong, and the way out.
        reason: String,
    },

    /// QEMU has ended, so that the target is no longer there. Fatal for the session: start another one.
    #[error("target lost: {0}")]
    Lost(String),

    /// QEMU is there and did not answer in time. Fatal for the session, because a late answer would be taken for the
    /// answer to another request.
    #[error("QEMU did not answer `{request}` within {} s", .limit.as_secs())]
    Silent {
        /// What was asked.
        request: String,
        /// How long we waited.
        limit: Duration,
    },

    /// QEMU answered something that we do not understand.
    #[error("QEMU answered `{request}` with `{answer}`")]
    Protocol {
        /// What was asked.
        request: String,
        /// What came back.
        answer: String,
    },

    /// There is no memory at this address. The session goes on.
    #[error("no memory at {address:#010x} ({length} bytes)")]
    NoMemory {
        /// The first address of the access.
        address: u32,
        /// Its length in bytes.
        length: usize,
    },

    /// A socket or a file of the session failed.
    #[error("{what}: {source}")]
    Io {
        /// What we were doing.
        what: String,
        /// What the system says.
        source: io::Error,
    },
}

impl ProbeError for TargetError {}

impl TargetError {
    /// Turns the error of a read or write on a connection to QEMU into one that tells an end from a silence.
    pub(crate) fn from_connection(error: io::Error, request: &str, limit: Duration) -> Self {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Self::Silent { request: request.to_owned(), limit },
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted => Self::connection_closed(),
            _ => Self::Io { what: format!("connection to QEMU, in `{request}`"), source: error },
        }
    }

    pub(crate) fn connection_closed() -> Self {
        Self::Lost("QEMU closed the connection".to_owned())
    }

    /// Whether this error is one of the target's memory, as a debug port reports it in a fault response, and not one
    /// of the session.
    pub(crate) fn is_fault(&self) -> bool {
        matches!(self, Self::NoMemory { .. })
    }
}

/// Whether an error of probe-rs, or one above it, says that the target is lost: QEMU has ended.
///
/// ```
/// use probe_rs::probe::DebugProbeError;
/// use stranded_virtual_probe::{TargetError, is_target_lost};
///
/// let error = probe_rs::Error::Probe(TargetError::Lost("killed".to_owned()).into());
/// assert!(is_target_lost(&error));
/// assert!(!is_target_lost(&DebugProbeError::Timeout));
/// ```
pub fn is_target_lost(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        // Enums that hold their source `#[error(transparent)]` skip themselves, so look into each by hand.
        let target_error = error
            .downcast_ref::<TargetError>()
            .or_else(|| error.downcast_ref::<BoxedProbeError>().and_then(BoxedProbeError::downcast_ref))
            .or_else(|| match error.downcast_ref::<DebugProbeError>() {
                Some(DebugProbeError::ProbeSpecific(inner)) => inner.downcast_ref(),
                _ => None,
            });
        if matches!(target_error, Some(TargetError::Lost(_))) {
            return true;
        }
        next = error.source();
    }
    false
}
