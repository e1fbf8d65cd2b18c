//! What can end a command before its time, and with which exit code.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use stranded_scenario::Diagnostics;

/// Why a command ends without its result. Every message names the thing, the place and the way out.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Flags that contradict the scenario or each other.
    #[error("{0}")]
    Usage(String),
    /// The scenario cannot be loaded.
    #[error("`{}` cannot be used: {count} wrong in it", path.display(), count = count(findings.len()))]
    InvalidScenario {
        /// The file.
        path: PathBuf,
        /// All that is wrong, each with its place.
        findings: Box<Diagnostics>,
    },
    /// The scenario makes sense, but has not what the command needs.
    #[error("`{}` {lacks}", path.display())]
    UnfitScenario {
        /// The file.
        path: PathBuf,
        /// What it lacks, and the way out.
        lacks: String,
    },
    /// Nobody answers at an address.
    #[error(
        "{what} at {url} does not answer: {reason}\nstart it first (`reference-server --help`), or correct the address"
    )]
    Unreachable {
        /// Who should.
        what: String,
        /// Where.
        url: String,
        /// What happened instead.
        reason: String,
    },
    /// A server answers what makes no sense here.
    #[error("{what} at {url} answered {answer}\n{way_out}")]
    UnexpectedAnswer {
        /// Who.
        what: String,
        /// Where.
        url: String,
        /// What it said.
        answer: String,
        /// What to do.
        way_out: &'static str,
    },
    /// A file cannot be read or written.
    #[error("cannot {action} `{}`: {source}\n{way_out}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
        /// What to do.
        way_out: &'static str,
    },
    /// Nobody takes the output.
    #[error("cannot write to the standard output: {0}\nfree some space, or send the output elsewhere")]
    Output(io::Error),
    /// The operating system refuses to do its part.
    #[error("cannot {action}: {source}\nthis machine refuses something ordinary; try again or elsewhere")]
    System {
        /// What was tried.
        action: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
    /// Goose cannot do its work.
    #[error("goose cannot run the load: {0} ({0:?})\nthis is a mistake of the program; please report it")]
    Goose(Box<goose::GooseError>),
    /// A chart cannot be drawn.
    #[error("cannot draw the chart: {0}\nthis is a mistake of the program; please report it")]
    Drawing(String),
    /// The objective is not met at any rate.
    #[error("{0}")]
    NotMet(String),
    /// The generator was the limit, or nothing can be said for another reason.
    #[error("{0}")]
    Inconclusive(String),
    /// Ctrl-C.
    #[error("interrupted; what was measured before is kept")]
    Interrupted,
}

fn count(findings: usize) -> String {
    if findings == 1 { "one thing is".to_owned() } else { format!("{findings} things are") }
}

impl Failure {
    /// Wraps what the operating system said about a file.
    pub fn file(action: &'static str, path: &Path, way_out: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { action, path: path.to_owned(), source, way_out }
    }

    /// Wraps what the operating system said about writing a result.
    pub fn writing(path: &Path) -> impl FnOnce(io::Error) -> Self {
        Self::file("write", path, "choose another folder with --out, or free some space")
    }

    /// The exit code by the contract of the command line.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_) => 2,
            Self::InvalidScenario { .. } | Self::UnfitScenario { .. } => 3,
            Self::NotMet(_) => 10,
            Self::Inconclusive(_) => 11,
            Self::Interrupted => 130,
            // Whoever reads our output has seen enough: that is not an error.
            Self::Output(source) if source.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            Self::Unreachable { .. }
            | Self::UnexpectedAnswer { .. }
            | Self::File { .. }
            | Self::Output(_)
            | Self::System { .. }
            | Self::Goose(_)
            | Self::Drawing(_) => 1,
        })
    }
}

impl From<goose::GooseError> for Failure {
    fn from(error: goose::GooseError) -> Self {
        Self::Goose(Box::new(error))
    }
}
