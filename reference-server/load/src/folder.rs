//! The folder of a result, and how it is written.

use crate::failure::Failure;
use crate::result::Origin;
use std::path::{Path, PathBuf};

/// Goose's own report.
pub const GOOSE_REPORT: &str = "goose.html";

/// Makes the folder of a result.
///
/// # Errors
/// [`Failure::File`].
pub fn create(folder: &Path) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(folder).map_err(Failure::file(
        "make the folder",
        folder,
        "choose another folder with --out",
    ))?;
    Ok(folder.to_owned())
}

/// The folder of a result: the one that is asked for, or one under `runs` that is named after scenario and hash.
///
/// # Errors
/// [`Failure::File`].
pub fn for_result(kind: &str, out: Option<&Path>, scenario: &Path, origin: &Origin) -> Result<PathBuf, Failure> {
    if let Some(out) = out {
        return create(out);
    }
    let name = scenario.file_stem().unwrap_or_default().to_string_lossy();
    let hash = origin.scenario_hash.get(..8).unwrap_or_default();
    create(&Path::new("runs").join(format!("surge-{kind}-{name}-{hash}")))
}

/// Writes a file of a result: under another name first, so that a file that is there is whole.
///
/// # Errors
/// [`Failure::File`].
pub fn write(folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let path = folder.join(name);
    let unfinished = folder.join(format!(".{name}.unfinished"));
    std::fs::write(&unfinished, text)
        .and_then(|()| std::fs::rename(&unfinished, &path))
        .map_err(Failure::writing(&path))
}

/// The runtime on which goose and its users live.
///
/// # Errors
/// [`Failure::System`].
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| Failure::System { action: "start threads", source })
}
