//! `surge` as a user runs it, against a server whose behaviour is known.

mod bad_input;
mod capacity;
mod server;
mod window;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;

/// A scenario file in a folder of its own.
pub(crate) struct Scenario {
    folder: tempfile::TempDir,
}

impl Scenario {
    pub(crate) fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("scenario.toml"), text).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("scenario.toml")
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// The program with a command, this scenario and a server.
    pub(crate) fn surge(&self, command: &str, target: &str) -> assert_cmd::Command {
        let mut surge = assert_cmd::Command::cargo_bin("surge").unwrap();
        surge.args([command, "--scenario"]).arg(self.path()).args(["--target", target]).current_dir(self.folder.path());
        surge
    }
}

/// The result on the standard output.
pub(crate) fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(output)))
}

/// Everything a command said.
pub(crate) fn text(output: &Output) -> String {
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A file of a result.
pub(crate) fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}
