//! Who writes to a folder, as long as it lives.
//!
//! A process that is killed cannot tidy up after itself. So the folder of an unfinished run holds a locked file: the operating
//! system releases the lock when the process ends, however it ends, and whoever gets the lock knows that nobody else has it. The number
//! of a process would prove nothing, because another machine or container that shares the folder counts its own.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The file whose lock is the claim; no part of a run.
pub(crate) const CLAIM_FILE: &str = ".claim";

/// A lock on a folder, for as long as this lives.
#[derive(Debug)]
pub(crate) struct Claim {
    _file: File,
}

impl Claim {
    /// Creates the folder and claims it; `None` when there is one of that name already.
    pub(crate) fn create(folder: &Path) -> io::Result<Option<Self>> {
        match fs::create_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
            other => other?,
        }
        let path = folder.join(CLAIM_FILE);
        let file = File::create(&path)?;
        match file.lock() {
            // Without locks nobody can prove that this run has ended, and nobody will remove it.
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
            other => other?,
        }
        // Somebody who was tidying up may have taken it for abandoned in the moment before the lock.
        if path.is_file() { Ok(Some(Self { _file: file })) } else { Ok(None) }
    }

    /// Whether the folder was claimed by somebody who has ended; then it is claimed by the caller.
    fn take_over(folder: &Path) -> Option<Self> {
        let file = File::open(folder.join(CLAIM_FILE)).ok()?;
        file.try_lock().ok()?;
        Some(Self { _file: file })
    }
}

/// Removes the folders below `parent` whose names `is_unfinished` knows and whose writers have ended without removing them. What
/// nobody can be proven to have left, or what cannot be removed, stays. The paths of those that are gone.
pub(crate) fn remove_abandoned(parent: &Path, is_unfinished: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    let folders = entries.flatten().filter(|entry| entry.file_name().to_str().is_some_and(&is_unfinished));
    folders
        .map(|entry| entry.path())
        .filter(|path| {
            let Some(_claim) = Claim::take_over(path) else { return false };
            fs::remove_dir_all(path).is_ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_claimed_while_somebody_holds_it_and_no_longer() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("run");
        let claim = Claim::create(&folder).unwrap().expect("it is new");
        assert!(Claim::create(&folder).unwrap().is_none(), "there is one already");
        assert!(remove_abandoned(parent.path(), |_| true).is_empty());
        drop(claim);
        assert!(remove_abandoned(parent.path(), |name| name != "run").is_empty(), "another name");
        assert_eq!(remove_abandoned(parent.path(), |name| name == "run"), std::slice::from_ref(&folder));
        assert!(!folder.exists());
    }

    #[test]
    fn what_nobody_claimed_stays() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("run");
        fs::create_dir(&folder).unwrap();
        assert!(remove_abandoned(parent.path(), |_| true).is_empty());
        assert!(folder.is_dir());
        assert!(remove_abandoned(&parent.path().join("nowhere"), |_| true).is_empty());
    }
}
