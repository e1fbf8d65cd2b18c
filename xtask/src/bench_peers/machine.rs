//! Where and when a comparison was made, so that its numbers can be judged later.

use std::fs;
use std::process::Command;
use std::thread;

use anyhow::Result;
use serde::Serialize;

use crate::{process, workspace};

/// Machine, day and state of the repository.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) date: String,
    /// With `-dirty` when files differ from it.
    pub(crate) commit: String,
    pub(crate) compiler: String,
}

impl Machine {
    /// This one, now.
    ///
    /// # Errors
    /// `date`, `git` or `rustc` cannot be asked.
    pub(crate) fn here() -> Result<Self> {
        let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let mut git = Command::new("git");
        git.args(["describe", "--always", "--dirty", "--exclude", "*"]).current_dir(workspace::root());
        Ok(Self {
            processor: processor(&processors).unwrap_or("unknown processor").to_owned(),
            cores: thread::available_parallelism().map_or(1, usize::from),
            date: process::capture(Command::new("date").args(["-u", "+%Y-%m-%d"]))?,
            commit: process::capture(&mut git)?,
            compiler: process::capture(Command::new("rustc").arg("--version"))?,
        })
    }
}

/// The name of the first processor in `/proc/cpuinfo`.
fn processor(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix("model name")?.trim_start().strip_prefix(':').map(str::trim))
}

/// The version of a package in a `Cargo.lock` or a pinned `requirements.txt`.
pub(crate) fn version(texts: &[&str], package: &str) -> Option<String> {
    let (cargo, pip) = (format!("name = \"{package}\""), format!("{package}=="));
    for text in texts {
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if let Some(version) = line.strip_prefix(&pip) {
                return Some(version.to_owned());
            }
            if line == cargo {
                return Some(lines.next()?.strip_prefix("version = \"")?.trim_end_matches('"').to_owned());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_named() {
        assert_eq!(processor("processor\t: 0\nmodel name\t: AMD EPYC\nflags\t: fpu\n"), Some("AMD EPYC"));
        assert_eq!(processor(""), None);
    }

    #[test]
    fn versions_come_from_lock_files_and_requirements() {
        let lock = "[[package]]\nname = \"nexosim-macros\"\nversion = \"0.9.0\"\n\n[[package]]\nname = \"nexosim\"\nversion = \"1.0.0\"\n";
        let requirements = "# comment\nsimpy==4.1.2\n";
        let version = |package| version(&[lock, requirements], package);
        assert_eq!(version("nexosim").as_deref(), Some("1.0.0"));
        assert_eq!(version("simpy").as_deref(), Some("4.1.2"));
        assert_eq!(version("simp"), None);
    }
}
