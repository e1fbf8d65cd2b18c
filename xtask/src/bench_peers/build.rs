//! Building the programs, and starting them.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::comparison::Comparison;
use super::contestant::Contestant;
use super::contestant::Origin;
use super::environment;
use crate::process::{self, cargo};
use crate::workspace;

/// Where the programs are.
#[derive(Debug)]
pub(crate) struct Programs {
    binaries: PathBuf,
    scripts: PathBuf,
    /// Absent when no script takes part.
    python: Option<PathBuf>,
}

/// Builds what the comparisons need and nothing else.
///
/// # Errors
/// cargo or pip fails.
pub(crate) fn prepare(comparisons: &[Comparison]) -> Result<Programs> {
    let origins = comparisons.iter().flat_map(|comparison| &comparison.contestants).map(|(name, _)| name.origin());
    let (mut packages, mut has_scripts) = (BTreeSet::new(), false);
    for origin in origins {
        match origin {
            Origin::Package(package) => _ = packages.insert(package),
            Origin::Script(_) => has_scripts = true,
        }
    }
    let target = workspace::target_directory().join("peers");
    let folder = workspace::root().join("xtask/peers");
    // Without --locked: a dependency that one of our own packages gains is no mistake here.
    let mut command = cargo(&["build", "--release"]);
    // In the folder, so that the settings and the lock file of that workspace count.
    command.current_dir(&folder).arg("--target-dir").arg(&target);
    for package in packages {
        command.args(["--package", package]);
    }
    process::run(&mut command)?;
    Ok(Programs {
        binaries: target.join("release"),
        scripts: folder.join("python"),
        python: if has_scripts { Some(environment::prepare(&folder.join("python"))?) } else { None },
    })
}

impl Programs {
    /// The command that starts a contestant's program, without its arguments, in the root of the repository.
    ///
    /// # Errors
    /// It is a script and no Python was prepared.
    pub(crate) fn command(&self, contestant: Contestant) -> Result<Command> {
        let mut command = match contestant.origin() {
            Origin::Package(package) => Command::new(self.binaries.join(package)),
            Origin::Script(script) => {
                let python = self.python.as_ref().context("no Python was prepared for the scripts")?;
                let mut command = Command::new(python);
                command.arg(self.scripts.join(script));
                // Compiled files stay out of the repository.
                command.env("PYTHONDONTWRITEBYTECODE", "1");
                command
            }
        };
        command.current_dir(workspace::root());
        Ok(command)
    }
}
