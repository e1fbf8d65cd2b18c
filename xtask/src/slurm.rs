//! Slurm, on which the tests run a sweep as a cluster would.

use std::path::Path;
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
        PROGRAMS.iter().filter(|(program, _)| !is_there(program)).map(|(_, package)| *package).collect();
    if !missing.is_empty() {
        apt::install(&missing).with_context(|| {
            format!(
                "the tests of sweeps need Slurm; install it (Debian, Ubuntu: `sudo apt-get install {}`)",
                missing.join(" ")
            )
        })?;
    }
    let word = if missing.is_empty() { "found" } else { "installed" };
    Ok(format!("{word}: {}", process::capture(Command::new("sbatch").arg("--version"))?))
}

fn is_there(program: &str) -> bool {
    FOLDERS.iter().any(|folder| Path::new(folder).join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::is_there;

    #[test]
    fn programs_are_found_by_their_names() {
        assert!(!is_there("no-such-program-as-this"));
        assert!(is_there("env"));
    }
}
