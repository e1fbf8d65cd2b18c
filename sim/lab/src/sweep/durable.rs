//! Files that are there whole or not at all, also after a power failure.

use crate::failure::Failure;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;

const WAY_OUT: &str = "free some space, or make the folder writable, and go on with `--resume`";

/// Writes a file beside its place, waits until it is on the disk and renames it.
///
/// # Errors
/// When the disk is full, or the folder cannot be written to; nothing is there then that was not there before.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let failed = |error: std::io::Error| Failure::file("write the file", path, WAY_OUT)(error);
    let mut builder = tempfile::Builder::new();
    // A temporary file is its owner's alone; this one is for everybody whom the user's mask lets in.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    // Only the kind of the error: the name of the temporary file would tell nobody anything.
    let mut file = builder.prefix(".unfinished-").tempfile_in(folder).map_err(|error| failed(error.kind().into()))?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    sync_folder(folder)
}

/// Renames a file that was written beside its place, once it is on the disk.
///
/// # Errors
/// When the disk is full or fails.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    let failed = || Failure::file("write the file", to, WAY_OUT);
    File::open(from).and_then(|file| file.sync_all()).map_err(failed())?;
    std::fs::rename(from, to).map_err(failed())?;
    sync_folder(to.parent().unwrap_or(Path::new(".")))
}

/// Waits until the names in a folder are on the disk.
fn sync_folder(folder: &Path) -> Result<(), Failure> {
    if !cfg!(unix) {
        // Other systems do not open folders as files; the rename itself is durable there.
        return Ok(());
    }
    let folder = if folder == Path::new("") { Path::new(".") } else { folder };
    File::open(folder).and_then(|file| file.sync_all()).map_err(Failure::file("write to the folder", folder, WAY_OUT))
}

/// SHA-256 of a file, hexadecimal.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn sha256(path: &Path) -> Result<String, Failure> {
    let failed = || Failure::file("read the file", path, "check the folder");
    let mut file = File::open(path).map_err(failed())?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; 1 << 16];
    loop {
        let length = file.read(&mut chunk).map_err(failed())?;
        if length == 0 {
            break;
        }
        hasher.update(&chunk[..length]);
    }
    Ok(hasher.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write(&path, b"one").unwrap();
        write(&path, b"abc").unwrap();
        // FIPS 180-4's own example.
        assert_eq!(sha256(&path).unwrap(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing unfinished is left");
    }
}
