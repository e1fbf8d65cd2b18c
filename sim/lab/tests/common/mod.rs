//! Running the binary in a folder of its own.
#![allow(dead_code, reason = "each test program uses a part of it")]

use assert_cmd::Command;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A town small enough that a replication takes a fraction of a second, with an outage and three arms; one changes nothing.
pub(crate) const TOWN: &str = include_str!("town.toml");

/// A folder with the town in it.
pub(crate) struct Workshop {
    folder: TempDir,
}

impl Workshop {
    /// A new folder with `town.toml`.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("town.toml"), TOWN).expect("a file in it");
        Self { folder }
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The program, in this folder.
    pub(crate) fn stranded(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stranded"));
        command.current_dir(self.path()).env("NO_COLOR", "1").args(arguments);
        command
    }

    /// Runs the town into `out` and returns its run folder.
    pub(crate) fn run_town(&self, out: &str, arguments: &[&str]) -> PathBuf {
        let mut all = vec!["run", "town.toml", "--quiet", "--out", out];
        all.extend(arguments);
        self.stranded(&all).assert().success();
        let folders = entries(&self.path().join(out));
        assert_eq!(folders.len(), 1, "one run folder, and nothing else: {folders:?}");
        self.path().join(out).join(&folders[0])
    }
}

/// Names in a folder, hidden ones too, sorted; nothing when there is no such folder.
pub(crate) fn entries(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A JSON file of a run folder.
pub(crate) fn json(folder: &Path, file: &str) -> serde_json::Value {
    let text = std::fs::read_to_string(folder.join(file)).expect("a file of the run folder");
    serde_json::from_str(&text).expect("valid JSON")
}
