//! Slurm, on which the tests run a sweep as a cluster would.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::{apt, process};

/// The programs, and the Debian packages that have them.
const PROGRAMS: [(&str, &str); 4] =
    [("munged", "munge"), ("slurmctld", "slurmctld"), ("slurmd", "slurmd"), ("sbatch", "slurm-client")];

/// Daemons may lie where only root looks for programs.
const FOLDERS: [&str; 4] = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

/// Finds or installs Slurm and says which. The tests start daemons of their own, with a configuration of their own.
///
/// # Errors
/// It is not there and cannot be installed.
pub(crate) fn prepare() -> Result<String> {
    let missing: Vec<&str> =
        PROGRAMS.iter().filter(|(program, _)| path_of(program).is_none()).map(|(_, package)| *package).collect();
    if !missing.is_empty() {
        apt::install(&missing).with_context(|| {
            format!(
                "the tests of sweeps need Slurm; install it (Debian, Ubuntu: `sudo apt-get install {}`)",
                missing.join(" ")
            )
        })?;
    }
    let word = if missing.is_empty() { "found" } else { "installed" };
    // The other programs want a configuration before they tell their version.
    let daemon = path_of("slurmctld").context("the package of slurmctld has no slurmctld")?;
    Ok(format!("{word}: {}", process::capture(Command::new(daemon).arg("-V"))?))
}

fn path_of(program: &str) -> Option<PathBuf> {
    FOLDERS.iter().map(|folder| Path::new(folder).join(program)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn programs_are_found_by_their_names() {
        assert_eq!(path_of("no-such-program-as-this"), None);
        assert!(path_of("env").is_some());
    }
}
