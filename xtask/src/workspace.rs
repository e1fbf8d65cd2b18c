//! Where the workspace and its build products are.

use std::env;
use std::path::{Path, PathBuf};

/// The folder of the root `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    // Asked at run time first: a target folder shared by two clones must not lead one into the other.
    let manifest_directory = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let manifest_directory = Path::new(&manifest_directory);
    manifest_directory.parent().unwrap_or(manifest_directory).to_path_buf()
}

/// The folder for build products, absolute: `CARGO_TARGET_DIR`, or else `target` in the workspace.
pub(crate) fn target_directory() -> PathBuf {
    let given = env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty());
    let here = env::current_dir().unwrap_or_else(|_| root());
    absolute_target_directory(given.map(PathBuf::from), &here, &root())
}

/// A relative `CARGO_TARGET_DIR` counts from the caller's folder, as cargo itself has it.
fn absolute_target_directory(given: Option<PathBuf>, here: &Path, root: &Path) -> PathBuf {
    given.map_or_else(|| root.join("target"), |given| here.join(given))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_lock_file() {
        assert!(root().join("Cargo.lock").is_file());
    }

    #[test]
    fn the_target_directory_is_absolute_whatever_was_given() {
        let (here, root) = (Path::new("/clone/sim"), Path::new("/clone"));
        let target = |given: Option<&str>| absolute_target_directory(given.map(PathBuf::from), here, root);
        assert_eq!(target(None), Path::new("/clone/target"));
        assert_eq!(target(Some("out")), Path::new("/clone/sim/out"));
        assert_eq!(target(Some("/cache/out")), Path::new("/cache/out"));
    }
}
