//! What can end a command before its time, and with which exit code.

use crate::gate::judgement::Verdict;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use stranded_engine::Time;
use stranded_reports::error::ReportError;

/// Exit code of an internal error, or of a machine that does not do what it should (a full disk).
pub(crate) const INTERNAL: u8 = 1;
/// Exit code of a command line that makes no sense; clap's own.
pub(crate) const USAGE: u8 = 2;
/// Exit code of a scenario that cannot be run, and of samples that cannot be used.
pub(crate) const INVALID_SCENARIO: u8 = 3;
/// Exit code of a comparison that did not come out as it must.
pub(crate) const NOT_MET: u8 = 10;
/// Exit code of a gate that more replications may decide, and of a comparison that says nothing.
pub(crate) const INCONCLUSIVE: u8 = 11;
/// Exit code after Ctrl-C: 128 + SIGINT, as shells have it.
pub(crate) const INTERRUPTED: u8 = 130;

/// Why a command ends without its result. Every message names the thing, the place and the way out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Flags that contradict the scenario or each other.
    #[error("{0}")]
    Usage(String),
    /// The scenario cannot be run.
    #[error("{summary}")]
    InvalidScenario {
        /// All that is wrong, each with its place; printed as it is, before the summary. Empty when no place is to blame.
        findings: String,
        /// What it comes to.
        summary: String,
    },
    /// Measurements that no parameter can be made of.
    #[error("`{}` cannot be used as samples: {reason}", path.display())]
    UnusableSamples {
        /// The file.
        path: PathBuf,
        /// What is wrong, where, and the way out.
        reason: String,
    },
    /// A replication whose clock stands still.
    #[error(
        "the simulation stands still {at} (hours, minutes, seconds) after its start: millions of events happened at that one moment\n\
         something causes itself again without delay; give `app.retry` a backoff, `service.<name>.refusal_time` a span, or fewer \
         attempts"
    )]
    Stalled {
        /// The moment.
        at: Time,
    },
    /// The run folder cannot be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A file cannot be read or written.
    #[error("cannot {action} `{}`: {source}\n{way_out}", path.display())]
    File {
        /// What was tried (`write the file`).
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
    /// Oracles do not hold.
    #[error("{missed} of {count} oracles do not hold\na new seed (`--seed`) tells bad luck from a mistake")]
    NotVerified {
        /// Those that do not.
        missed: usize,
        /// All of them.
        count: usize,
    },
    /// A gate that did not pass.
    #[error("{sentence}")]
    NotPassed {
        /// Its verdict.
        verdict: Verdict,
        /// The verdict in words.
        sentence: String,
    },
    /// A run, a result or a baseline whose numbers prove nothing.
    #[error("{0}")]
    Unusable(String),
    /// A file of ours that is no longer what it was.
    #[error("`{}` is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong, where, and the way out.
        reason: String,
    },
    /// A sweep that ended before its time, with what is kept of it.
    #[error("{failure}\n{kept}")]
    SweepStopped {
        /// Why.
        failure: Box<Failure>,
        /// What is kept and how to go on.
        kept: String,
    },
    /// Ctrl-C in a sweep, which keeps what is done.
    #[error("interrupted")]
    SweepInterrupted,
    /// A measuring program does not do its part.
    #[error("`{name}` {what}; its last words:\n{words}")]
    Program {
        /// Which.
        name: String,
        /// What it does.
        what: String,
        /// What it said itself.
        words: String,
    },
    /// Measurement and simulation lie too far apart.
    #[error(
        "{differ} of {count} points differ\nlook at the marked numbers; `--replication 1` plays the same with other luck"
    )]
    NotValidated {
        /// Points that differ.
        differ: usize,
        /// All of them.
        count: usize,
    },
    /// Nothing differs, and not all could be measured.
    #[error(
        "{invalid} of {count} points say nothing: the load generator missed its rate, twice\n\
         play fewer at a time (`--jobs 1`), or on a machine that does nothing else"
    )]
    Inconclusive {
        /// Points that could not be measured.
        invalid: usize,
        /// All of them.
        count: usize,
    },
    /// Ctrl-C while real programs ran.
    #[error("interrupted; the servers and the load generator were stopped")]
    Stopped,
    /// Ctrl-C.
    #[error("interrupted; the unfinished run was removed")]
    Interrupted,
}

impl Failure {
    /// Wraps what the operating system said about a file.
    pub(crate) fn file(action: &'static str, path: &Path, way_out: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { action, path: path.to_owned(), source, way_out }
    }

    /// The exit code by the contract of the command line.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_) => USAGE,
            Self::InvalidScenario { .. } | Self::UnusableSamples { .. } | Self::Stalled { .. } | Self::Unusable(_) => {
                INVALID_SCENARIO
            }
            Self::NotVerified { .. } | Self::NotValidated { .. } => NOT_MET,
            Self::Inconclusive { .. } => INCONCLUSIVE,
            Self::NotPassed { verdict, .. } => Self::verdict_code(*verdict),
            Self::Interrupted | Self::SweepInterrupted | Self::Stopped => INTERRUPTED,
            Self::SweepStopped { failure, .. } => return failure.exit_code(),
            // Whoever reads our output has seen enough (`stranded schema | head`): that is not an error.
            Self::Output(source) if source.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            Self::Report(_)
            | Self::File { .. }
            | Self::Damaged { .. }
            | Self::Output(_)
            | Self::System { .. }
            | Self::Program { .. } => INTERNAL,
        })
    }

    /// The exit code of a gate with that verdict.
    pub(crate) const fn verdict_code(verdict: Verdict) -> u8 {
        match verdict {
            Verdict::Pass => 0,
            Verdict::Inconclusive => INCONCLUSIVE,
            Verdict::Fail => NOT_MET,
            Verdict::Invalid => INVALID_SCENARIO,
        }
    }

    /// What is to be printed before the message.
    pub(crate) fn findings(&self) -> Option<&str> {
        match self {
            Self::InvalidScenario { findings, .. } if !findings.is_empty() => Some(findings),
            Self::SweepStopped { failure, .. } => failure.findings(),
            _ => None,
        }
    }

    /// Whether anybody needs to be told.
    pub(crate) fn is_silent(&self) -> bool {
        matches!(self, Self::Output(source) if source.kind() == io::ErrorKind::BrokenPipe)
    }
}
