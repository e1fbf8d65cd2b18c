//! What can keep the program from running, and with which exit code.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// Why the program ends without having served. Every message names the thing, the place and the way out.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Flags that contradict the scenario or each other.
    #[error("{0}")]
    Usage(String),
    /// The scenario cannot be run.
    #[error("`{}` cannot be served: {summary}", path.display())]
    InvalidScenario {
        /// The file.
        path: PathBuf,
        /// All that is wrong, each with its place; printed before the message.
        findings: String,
        /// What it comes to.
        summary: String,
    },
    /// An address cannot be listened at.
    #[error("cannot listen at {address}: {source}\nchoose another address with `{flag}`; port 0 takes a free one")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The flag that sets it.
        flag: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
    /// The signing key cannot be read or written.
    #[error("cannot use the signing key in `{}`: {reason}", path.display())]
    SigningKey {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The database cannot be used.
    #[error("cannot use the database {database}: {reason}")]
    Database {
        /// Which one.
        database: String,
        /// Why.
        reason: String,
    },
    /// The operating system refuses to do its part.
    #[error("cannot {action}: {source}")]
    System {
        /// What was tried.
        action: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}

impl Failure {
    /// The exit code by the contract of the command lines: 1 internal or system, 2 usage, 3 invalid scenario.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_) => 2,
            Self::InvalidScenario { .. } => 3,
            Self::Listen { .. } | Self::SigningKey { .. } | Self::Database { .. } | Self::System { .. } => 1,
        })
    }

    /// What is to be printed before the message.
    pub fn findings(&self) -> Option<&str> {
        match self {
            Self::InvalidScenario { findings, .. } => Some(findings),
            _ => None,
        }
    }
}
