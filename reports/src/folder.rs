//! A run folder on disk: written beside its place and renamed into it, so that a killed run leaves nothing that looks whole.

use crate::claim::{CLAIM_FILE, Claim, remove_abandoned};
use crate::error::ReportError;
use crate::manifest::{FileRecord, MANIFEST_SCHEMA_VERSION, Manifest};
use crate::summary::{SUMMARY_SCHEMA_VERSION, Summary};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Provenance.
pub const MANIFEST_FILE: &str = "manifest.json";
/// The resolved scenario.
pub const SCENARIO_FILE: &str = "scenario.toml";
/// The numbers.
pub const SUMMARY_FILE: &str = "summary.json";
/// A row per stranding episode.
pub const EPISODES_FILE: &str = "episodes.parquet";
/// A row per minute.
pub const TIMELINE_FILE: &str = "timeline.parquet";
/// A row per scalar result, arm and replication.
pub const REPLICATIONS_FILE: &str = "replications.parquet";
/// The report for people.
pub const REPORT_FILE: &str = "report.html";

const NAME_LENGTH_MAX: usize = 100;

/// What stands between the name of a run and the number of the process in the name of an unfinished folder.
const PARTIAL: &str = ".partial-";

/// Names to try for an unfinished folder before something must be wrong.
const ATTEMPTS_MAX: u32 = 100;

/// A run folder that is being written. Dropped without [`UnfinishedRun::finish`], it removes what it wrote.
#[derive(Debug)]
pub struct UnfinishedRun {
    partial: PathBuf,
    target: PathBuf,
    finished: bool,
    /// Says that somebody writes to the folder.
    claim: Option<Claim>,
    abandoned: Vec<PathBuf>,
}

/// A finished run folder.
#[derive(Debug, Clone, PartialEq)]
pub struct RunFolder {
    /// Where it is.
    pub path: PathBuf,
    /// What made it.
    pub manifest: Manifest,
    /// What it found out.
    pub summary: Summary,
}

impl RunFolder {
    /// Begins the folder `<out_dir>/<name>-<short_hash>`; `out_dir` is created if it is not there.
    ///
    /// # Errors
    /// When a name cannot be a folder, or the place cannot be written to.
    pub fn create(out_dir: &Path, name: &str, short_hash: &str) -> Result<UnfinishedRun, ReportError> {
        let folder = format!("{name}-{short_hash}");
        let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || folder.starts_with('.') || folder.len() > NAME_LENGTH_MAX || !folder.chars().all(sound) {
            return Err(ReportError::InvalidName { name: folder });
        }
        fs::create_dir_all(out_dir).map_err(ReportError::io("create the folder", out_dir))?;
        // Of earlier runs, whatever they were of, whose processes were killed.
        let abandoned = remove_abandoned(out_dir, |name| name.starts_with('.') && name.contains(PARTIAL));
        let (partial, claim) = begin(out_dir, &folder)?;
        Ok(UnfinishedRun { partial, target: out_dir.join(folder), finished: false, claim: Some(claim), abandoned })
    }

    /// Reads the manifest and the summary of a finished folder.
    ///
    /// # Errors
    /// When the folder is no run, is damaged or was written by a newer version of the program.
    pub fn open(path: &Path) -> Result<Self, ReportError> {
        let manifest = read_json(path, MANIFEST_FILE, MANIFEST_SCHEMA_VERSION)?;
        let summary = read_json(path, SUMMARY_FILE, SUMMARY_SCHEMA_VERSION)?;
        Ok(Self { path: path.to_owned(), manifest, summary })
    }

    /// Names of the files whose content is no longer what the manifest says, or which are gone.
    ///
    /// # Errors
    /// When a file that is there cannot be read.
    pub fn changed_files(&self) -> Result<Vec<String>, ReportError> {
        let mut changed = Vec::new();
        for record in &self.manifest.files {
            let path = self.path.join(&record.name);
            if !path.is_file() || record_of(&path, &record.name)? != *record {
                changed.push(record.name.clone());
            }
        }
        Ok(changed)
    }

    /// Insists that the folder is as it was finished: every file of the manifest is there with its content, and `needed` are among them.
    ///
    /// # Errors
    /// [`ReportError::Damaged`] with everything that is missing or changed; [`ReportError::Io`] when a file cannot be read.
    pub fn require_whole(&self, needed: &[&'static str]) -> Result<(), ReportError> {
        let recorded = |name: &str| self.manifest.files.iter().any(|record| record.name == name);
        let missing =
            needed.iter().filter(|name| !recorded(name)).map(|name| format!("`{name}` is not in its manifest"));
        let mut damage: Vec<String> = missing.collect();
        damage.extend(self.changed_files()?.into_iter().map(|name| {
            let word = if self.path.join(&name).is_file() { "is not what was written" } else { "is gone" };
            format!("`{name}` {word}")
        }));
        if damage.is_empty() { Ok(()) } else { Err(ReportError::Damaged { path: self.path.clone(), damage }) }
    }
}

impl UnfinishedRun {
    /// Where to write a file of this name; the folder moves when it is finished.
    pub fn path(&self, file: &str) -> PathBuf {
        self.partial.join(file)
    }

    /// Where the folder will be.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Folders of earlier runs that were killed, removed when this one began.
    pub fn abandoned(&self) -> &[PathBuf] {
        &self.abandoned
    }

    /// Writes a text file.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn write_text(&self, file: &str, text: &str) -> Result<(), ReportError> {
        let path = self.path(file);
        fs::write(&path, text).map_err(ReportError::io("write the file", &path))
    }

    /// Writes `summary.json`.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn write_summary(&self, summary: &Summary) -> Result<(), ReportError> {
        self.write_json(SUMMARY_FILE, summary)
    }

    fn write_json(&self, file: &str, value: &impl Serialize) -> Result<(), ReportError> {
        let path = self.path(file);
        let mut text =
            serde_json::to_string_pretty(value).map_err(|source| ReportError::Json { path: path.clone(), source })?;
        text.push('\n');
        self.write_text(file, &text)
    }

    /// Records every file in the manifest, writes it, flushes everything to the disk and moves the folder to its place.
    ///
    /// A folder that is already there is replaced: it is moved away, the new one moved in, and only then is the old one
    /// removed; if the move fails, the old one is put back.
    ///
    /// # Errors
    /// When the disk is full or fails, or the place cannot be written to. Nothing of this run is left then.
    pub fn finish(mut self, mut manifest: Manifest) -> Result<PathBuf, ReportError> {
        manifest.files = self.records()?;
        self.write_json(MANIFEST_FILE, &manifest)?;
        for record in &manifest.files {
            flush(&self.path(&record.name))?;
        }
        flush(&self.path(MANIFEST_FILE))?;
        flush(&self.partial)?;

        let aside = self.partial.with_extension(format!("replaced-{}", std::process::id()));
        let replaces = self.target.symlink_metadata().is_ok();
        if replaces {
            remove_folder(&aside)?;
            let failed = ReportError::io("replace the folder", &self.target);
            fs::rename(&self.target, &aside).map_err(failed)?;
        }
        if !cfg!(unix) {
            // Other systems do not rename folders in which a file is open.
            self.claim = None;
        }
        if let Err(source) = fs::rename(&self.partial, &self.target) {
            if replaces {
                let failed = ReportError::io("put back the folder", &self.target);
                fs::rename(&aside, &self.target).map_err(failed)?;
            }
            return Err(ReportError::io("move the run to", &self.target)(source));
        }
        self.finished = true;
        let claim = self.target.join(CLAIM_FILE);
        fs::remove_file(&claim).map_err(ReportError::io("remove", &claim))?;
        if let Some(parent) = self.target.parent() {
            flush(parent)?;
        }
        if replaces {
            remove_folder(&aside)?;
        }
        Ok(self.target.clone())
    }

    /// A record of every file written so far, by name.
    fn records(&self) -> Result<Vec<FileRecord>, ReportError> {
        let failed = || ReportError::io("read the folder", &self.partial);
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.partial).map_err(failed())? {
            names.push(entry.map_err(failed())?.file_name().to_string_lossy().into_owned());
        }
        names.retain(|name| name != CLAIM_FILE);
        names.sort_unstable();
        names.into_iter().map(|name| record_of(&self.path(&name), &name)).collect()
    }
}

impl Drop for UnfinishedRun {
    fn drop(&mut self) {
        if !self.finished {
            if !cfg!(unix) {
                // Other systems do not remove files that are open.
                self.claim = None;
            }
            // There is nobody left to tell: the run has failed already, or is being interrupted.
            let _ = fs::remove_dir_all(&self.partial);
        }
    }
}

/// A hidden folder of this process's own for the run `name`.
fn begin(out_dir: &Path, name: &str) -> Result<(PathBuf, Claim), ReportError> {
    let number = std::process::id();
    // One of that name is there when this process has begun another run of the scenario, or a process of the same number has,
    // in another container.
    for attempt in 0..ATTEMPTS_MAX {
        let suffix = if attempt == 0 { String::new() } else { format!("-{attempt}") };
        let partial = out_dir.join(format!(".{name}{PARTIAL}{number}{suffix}"));
        if let Some(claim) = Claim::create(&partial).map_err(ReportError::io("create the folder", &partial))? {
            return Ok((partial, claim));
        }
    }
    let source = io::Error::from(io::ErrorKind::AlreadyExists);
    Err(ReportError::io("create an unfinished run in the folder", out_dir)(source))
}

fn remove_folder(path: &Path) -> Result<(), ReportError> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    };
    removed.map_err(ReportError::io("remove", path))
}

/// Waits until a file, or the list of names in a folder, is on the disk.
fn flush(path: &Path) -> Result<(), ReportError> {
    if path.is_dir() && !cfg!(unix) {
        // Other systems do not open folders as files; the rename itself is durable there.
        return Ok(());
    }
    let failed = || ReportError::io("flush to the disk", path);
    File::open(path).map_err(failed())?.sync_all().map_err(failed())
}

fn record_of(path: &Path, name: &str) -> Result<FileRecord, ReportError> {
    let failed = || ReportError::io("read the file", path);
    let mut file = BufReader::with_capacity(1 << 16, File::open(path).map_err(failed())?);
    let mut hasher = Sha256::new();
    let mut bytes = 0;
    loop {
        let chunk = file.fill_buf().map_err(failed())?;
        if chunk.is_empty() {
            break;
        }
        hasher.update(chunk);
        let length = chunk.len();
        bytes += length as u64;
        file.consume(length);
    }
    let digest = hasher.finalize();
    let mut sha256 = String::with_capacity(64);
    for byte in digest {
        use std::fmt::Write as _;
        write!(sha256, "{byte:02x}").expect("writing to a string does not fail");
    }
    Ok(FileRecord { name: name.to_owned(), bytes, sha256 })
}

fn read_json<T: DeserializeOwned>(folder: &Path, file: &'static str, known: u32) -> Result<T, ReportError> {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            ReportError::NotARun { path: folder.to_owned(), missing: file }
        }
        _ => ReportError::Io { action: "read the file", path: path.clone(), source },
    })?;
    let damaged = |source| ReportError::Json { path: path.clone(), source };
    // The version first: a newer layout need not parse as this version's types.
    let value: serde_json::Value = serde_json::from_str(&text).map_err(damaged)?;
    if let Some(found) = value["schema_version"].as_u64()
        && found > u64::from(known)
    {
        return Err(ReportError::NewerSchema { path, found, known });
    }
    serde_json::from_str(&text).map_err(damaged)
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
