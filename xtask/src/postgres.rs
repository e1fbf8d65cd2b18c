//! PostgreSQL, whose programs the reference server's tests start for themselves.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::{apt, process};

/// Debian's package.
const PACKAGE: &str = "postgresql";

/// Debian keeps each version's programs in a folder of its own below this one.
const DEBIAN_FOLDER: &str = "/usr/lib/postgresql";

/// The programs that the tests start.
const PROGRAMS: [&str; 3] = ["initdb", "postgres", "pg_isready"];

/// Finds or installs PostgreSQL and says which.
///
/// # Errors
/// It is not there and cannot be installed.
pub(crate) fn prepare() -> Result<String> {
    if let Some(folder) = programs() {
        return Ok(format!("found: {}", version(&folder)?));
    }
    apt::install(&[PACKAGE]).with_context(|| {
        format!("the reference server's tests need PostgreSQL; install it (Debian, Ubuntu: `sudo apt-get install {PACKAGE}`)")
    })?;
    let folder = programs().with_context(|| format!("{PACKAGE} was installed without {}", PROGRAMS.join(", ")))?;
    Ok(format!("installed: {}", version(&folder)?))
}

/// The folder that has all programs, the newest version first.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir(DEBIAN_FOLDER).into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let on_path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    let has_all = |folder: &PathBuf| PROGRAMS.iter().all(|program| folder.join(program).is_file());
    versions.filter(has_all).max().or_else(|| on_path.into_iter().find(has_all))
}

fn version(folder: &std::path::Path) -> Result<String> {
    process::capture(Command::new(folder.join("postgres")).arg("--version"))
}
