//! Where scenario files are read from.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// A scenario is text written by people; anything larger than this (bytes) is something else.
const BYTES_MAX: u64 = 16 << 20;

/// Something that scenario files can be read from.
pub trait Files {
    /// The bytes of a file.
    ///
    /// # Errors
    /// If there is no such file or it cannot be read.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The names of the files in a folder, for suggestions; empty if they cannot be listed.
    fn names(&self, folder: &Path) -> Vec<String>;

    /// A form of the path that is the same for all paths to the same file.
    fn identity(&self, path: &Path) -> PathBuf;
}

/// The file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiskFiles;

impl Files for DiskFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > BYTES_MAX {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a scenario file has at most 16 MiB"));
        }
        Ok(bytes)
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let Ok(entries) = std::fs::read_dir(folder) else {
            return Vec::new();
        };
        let mut names: Vec<String> =
            entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        // The file system lists in an order of its own; errors should read the same everywhere.
        names.sort();
        names
    }

    fn identity(&self, path: &Path) -> PathBuf {
        std::fs::canonicalize(path).unwrap_or_else(|_| tidy(path))
    }
}

/// Files in memory: for tests, and for scenarios that are built into a program.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl MemoryFiles {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// One file more.
    #[must_use]
    pub fn with(mut self, path: impl AsRef<Path>, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(tidy(path.as_ref()), bytes.into());
        self
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.get(&tidy(path)).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        let folder = tidy(folder);
        self.files
            .keys()
            .filter(|path| path.parent() == Some(&folder))
            .filter_map(|path| path.file_name()?.to_str().map(str::to_owned))
            .collect()
    }

    fn identity(&self, path: &Path) -> PathBuf {
        tidy(path)
    }
}

/// The path without `.` and without `folder/..`.
pub(crate) fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(tidy.components().next_back(), Some(Component::Normal(_))) => {
                tidy.pop();
            }
            _ => tidy.push(component),
        }
    }
    tidy
}
