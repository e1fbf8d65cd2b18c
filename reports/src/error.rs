//! What can go wrong with a run folder or a report: the thing, the place and the way out.

use std::io;
use std::path::{Path, PathBuf};

/// An error of this crate. None of them is fatal to the program; all of them mean that the run folder in question was
/// not written or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The operating system refused.
    #[error("cannot {action} `{}`: {source}\n{}", path.display(), way_out(source))]
    Io {
        /// What was tried (`create the folder`).
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A name that cannot be a folder.
    #[error(
        "`{name}` cannot be the name of a run folder\nuse letters, digits, `-`, `_` and `.`, not starting with `.`, at most 100 of them"
    )]
    InvalidName {
        /// The name.
        name: String,
    },
    /// The folder is no run.
    #[error(
        "`{}` is not a run folder: it has no `{missing}`\nname a folder that `stranded run` has written, usually under `runs/`", path.display()
    )]
    NotARun {
        /// The folder.
        path: PathBuf,
        /// The file that a run folder has.
        missing: &'static str,
    },
    /// A run folder that is not as it was finished.
    #[error(
        "`{}` is not as the run left it: {}\nits numbers prove nothing; run the scenario again", path.display(), damage.join(", ")
    )]
    Damaged {
        /// The folder.
        path: PathBuf,
        /// What is missing or changed.
        damage: Vec<String>,
    },
    /// A file written by a newer version of the program.
    #[error(
        "`{}` has schema version {found}, this program reads up to {known}\nread it with a newer version of the program", path.display()
    )]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// What it says.
        found: u64,
        /// What this version knows.
        known: u32,
    },
    /// JSON that is not what it should be.
    #[error("`{}` cannot be read: {source}\nthe file is damaged or was edited by hand; run the scenario again", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Line, column and what is wrong.
        source: serde_json::Error,
    },
    /// Parquet that cannot be written or is not what it should be.
    #[error("`{}` cannot be {action}: {message}\n{way_out}", path.display())]
    Parquet {
        /// `written` or `read`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
        /// What to do.
        way_out: &'static str,
    },
    /// A file that is no result of a capacity search.
    #[error(
        "`{}` is no result of a capacity search that can be shown: {reason}\nname the `capacity.json` that `surge capacity` has written, or leave `--capacity` away", path.display()
    )]
    NotACapacity {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Letters that no installed font has.
    #[error(
        "no installed font has a glyph for: {letters}\ninstall one that has (Debian and Ubuntu: `apt-get install fonts-noto-cjk`)"
    )]
    NoGlyph {
        /// The letters.
        letters: String,
    },
    /// There is no browser to print with.
    #[error(
        "PDF and PNG are made by a Chromium, and none of these starts: {tried}\ninstall one (Debian: `apt-get install chromium`; \
         Ubuntu: `snap install chromium`), name it with `--browser`, or print the HTML from any browser and take the charts as SVG"
    )]
    NoBrowser {
        /// Names that were tried.
        tried: String,
    },
    /// The browser failed.
    #[error("`{program}` failed: {message}\nprint the HTML from a browser of your own, and take the charts as SVG")]
    Browser {
        /// The browser.
        program: String,
        /// What it said last.
        message: String,
    },
    /// A chart or the page could not be drawn: a bug in this crate.
    #[error(
        "the report cannot be drawn: {0}\nthis is a bug of the program; the Parquet files and `summary.json` hold the numbers"
    )]
    Drawing(String),
}

impl ReportError {
    /// Wraps what the operating system said about `path`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    /// Whether the disk or the quota is full.
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::Io { source, .. }
            if matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded))
    }
}

/// What to do about an error of the operating system.
fn way_out(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space, or write to another disk with `--out`"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "name a folder you may write to with `--out`"
        }
        io::ErrorKind::NotFound => "check the path",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "a file is where a folder should be: move it away, or name another folder with `--out`"
        }
        _ => "check the disk and the path, or write elsewhere with `--out`",
    }
}
