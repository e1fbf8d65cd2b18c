//! The folder of a sweep: what it is about, the rows of its shards, and the results once all are there.

use super::durable;
use super::journal::{Journal, taken};
use super::shard::Shard;
use super::study::Study;
use crate::command::run::COMMIT;
use crate::failure::Failure;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use stranded_reports::folder::{MANIFEST_FILE, SCENARIO_FILE};
use stranded_scenario::{Extent, Loader};

/// What the sweep is about.
const STUDY_FILE: &str = "study.json";
/// Folder of the rows of its shards.
const ROWS: &str = "rows";
/// Rows of a shard under way.
const PARTIAL: &str = "partial";
/// Rows of a finished shard.
const FINISHED: &str = "jsonl";
/// What a finished shard says about its rows.
const RECORD: &str = "json";

/// Version of the layout of a sweep folder. Raised when a file or field changes its meaning or goes away.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// How to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// There must be nothing yet.
    New,
    /// Go on with what there is, if there is anything.
    Resume,
    /// Throw away what there is.
    Fresh,
}

/// What a sweep is about, for those who find its folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StudyRecord {
    schema_version: u32,
    /// Version of the program.
    pub(crate) program_version: String,
    /// Commit the program was built from.
    pub(crate) commit: Option<String>,
    /// Short name.
    pub(crate) name: String,
    /// SHA-256 of the resolved scenario with its sweep.
    pub(crate) scenario_hash: String,
    /// Number of points.
    points: u32,
}

/// What a finished shard says about its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ShardRecord {
    schema_version: u32,
    scenario_hash: String,
    program_version: String,
    /// Which one.
    shard: String,
    /// How many rows.
    rows: u64,
    /// Checksum of the file with the rows.
    sha256: String,
}

/// What there is of a shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ShardState {
    /// All of it, with the checksum that it must have.
    Finished(ShardRecord),
    /// A part of it.
    Partial,
}

/// The folder of a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Folder {
    /// Where it is.
    pub(crate) path: PathBuf,
}

impl Folder {
    /// Where the folder of a study is.
    pub(crate) fn of(out: &Path, study: &Study) -> Self {
        Self { path: out.join(format!("{}-sweep-{}", study.name, &study.loaded.hash()[..8])) }
    }

    /// A folder that is there already.
    ///
    /// # Errors
    /// When it is not that of a sweep.
    pub(crate) fn open(path: &Path) -> Result<(Self, StudyRecord), Failure> {
        let file = path.join(STUDY_FILE);
        let text = fs::read(&file).map_err(|_| {
            Failure::Usage(format!(
                "`{}` is not the folder of a sweep: it has no `{STUDY_FILE}`\nname a folder that `stranded sweep run` has written, \
                 usually under `sweeps/`",
                path.display()
            ))
        })?;
        let record = serde_json::from_slice(&text).map_err(|error| damaged(&file, &error))?;
        Ok((Self { path: path.to_owned() }, record))
    }

    /// The study that a folder was begun with, and the folder.
    ///
    /// # Errors
    /// When it is not that of a sweep, or its scenario is no longer what it was.
    pub(crate) fn begun(path: &Path) -> Result<(Study, Self), Failure> {
        let (folder, record) = Self::open(path)?;
        let file = folder.path.join(SCENARIO_FILE);
        let loaded = crate::source::load(&file, &Loader::new())?;
        let study = Study::new(&file, &record.name, loaded)?;
        if study.loaded.hash() != record.scenario_hash {
            return Err(Failure::Damaged {
                path: file,
                reason: "it is not the scenario that the sweep was begun with\nput the original back, or run the sweep again from its \
                         own scenario"
                    .to_owned(),
            });
        }
        Ok((study, folder))
    }

    /// Writes down what the sweep is about, for shards to come.
    ///
    /// # Errors
    /// When the folder cannot be written, or was begun with something else.
    pub(crate) fn begin(&self, study: &Study) -> Result<(), Failure> {
        let rows = self.path.join(ROWS);
        let way_out = "name a folder you may write to with `--out`";
        fs::create_dir_all(&rows).map_err(Failure::file("create the folder", &rows, way_out))?;
        self.record(study)
    }

    /// Makes the folder ready for a shard, and says whether there is still something to do. What is there must be of the same study.
    ///
    /// # Errors
    /// When something is there that `start` does not say what to do with, or the folder cannot be written.
    pub(crate) fn prepare(&self, study: &Study, shard: Shard, start: Start) -> Result<bool, Failure> {
        if start == Start::Fresh {
            self.clear()?;
        }
        let rows = self.path.join(ROWS);
        let way_out = "name a folder you may write to with `--out`";
        let is_complete = self.is_complete();
        if is_complete && start == Start::New {
            return Err(Failure::Usage(format!(
                "`{}` holds this sweep already, complete\nlook at it there, run it again with `--fresh`, or elsewhere with `--out`",
                self.path.display()
            )));
        }
        if !is_complete {
            fs::create_dir_all(&rows).map_err(Failure::file("create the folder", &rows, way_out))?;
        }
        self.record(study)?;
        if is_complete {
            return Ok(false);
        }
        let shards = self.shards()?;
        if let Some(other) = shards.keys().find(|other| other.count != shard.count) {
            return Err(Failure::Usage(format!(
                "`{}` holds shard {other} of this sweep, and shard {shard} would divide it differently\ngo on with {} shards, start \
                 again with `--fresh`, or use another folder with `--out`",
                self.path.display(),
                other.count,
            )));
        }
        match (shards.get(&shard), start) {
            (Some(ShardState::Finished(_)), Start::Resume) => Ok(false),
            (Some(state), Start::New) => {
                // Whoever finds an empty file finds nothing that could be lost.
                let path = self.rows_path(shard, PARTIAL);
                let is_empty = *state == ShardState::Partial && fs::metadata(&path).is_ok_and(|file| file.len() == 0);
                if *state == ShardState::Partial {
                    // First: is somebody at it?
                    Journal::open(&path, drop)?;
                }
                if is_empty { Ok(true) } else { Err(self.has_begun(shard, state)) }
            }
            _ => Ok(true),
        }
    }

    fn has_begun(&self, shard: Shard, state: &ShardState) -> Failure {
        let what = if shard == Shard::WHOLE { "this sweep".to_owned() } else { format!("shard {shard} of this sweep") };
        let how_far = match state {
            ShardState::Finished(_) => "complete",
            ShardState::Partial => "unfinished",
        };
        Failure::Usage(format!(
            "`{}` holds {what} already, {how_far}\ngo on with `--resume`, start again with `--fresh`, or use another folder with `--out`",
            self.path.display()
        ))
    }

    /// Writes down what the sweep is about; what stands there already must be the same.
    fn record(&self, study: &Study) -> Result<(), Failure> {
        let record = StudyRecord {
            schema_version: SCHEMA_VERSION,
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: COMMIT.map(str::to_owned),
            name: study.name.clone(),
            scenario_hash: study.loaded.hash(),
            points: study.len(),
        };
        if !self.path.join(STUDY_FILE).is_file() {
            durable::write(&self.path.join(SCENARIO_FILE), study.loaded.show(Extent::All).as_bytes())?;
            return durable::write(&self.path.join(STUDY_FILE), json(&record).as_bytes());
        }
        let (_, found) = Self::open(&self.path)?;
        let differs = if found.scenario_hash != record.scenario_hash {
            "another scenario"
        } else if found.program_version != record.program_version {
            "another version of the program"
        } else if found.commit != record.commit {
            "another build of the program"
        } else {
            return Ok(());
        };
        Err(Failure::Usage(format!(
            "`{}` was begun with {differs}, so that its results and new ones might not fit together\nstart again with `--fresh`, or \
             use another folder with `--out`",
            self.path.display()
        )))
    }

    /// Throws everything away that is in the folder, unless somebody is at it.
    fn clear(&self) -> Result<(), Failure> {
        if !self.path.exists() {
            return Ok(());
        }
        Self::open(&self.path)?;
        for (shard, state) in self.shards()? {
            if state == ShardState::Partial {
                let path = self.rows_path(shard, PARTIAL);
                let file = fs::File::open(&path).map_err(Failure::file("open the file", &path, "check the folder"))?;
                if matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)) {
                    return Err(taken(&path));
                }
            }
        }
        fs::remove_dir_all(&self.path).map_err(Failure::file(
            "remove the folder",
            &self.path,
            "make it writable, or use another one with `--out`",
        ))
    }

    /// Opens the rows of a shard to go on with them.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub(crate) fn journal(&self, shard: Shard, visit: impl FnMut(super::row::Row)) -> Result<Journal, Failure> {
        Journal::open(&self.rows_path(shard, PARTIAL), visit)
    }

    /// Seals the rows of a shard that is done: `lines` writes them in order into a file beside the final one.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub(crate) fn seal(&self, shard: Shard, study: &Study) -> Result<(), Failure> {
        let partial = self.rows_path(shard, PARTIAL);
        let sorted = super::results::sort_rows(&partial, &self.path.join(ROWS))?;
        let record = ShardRecord {
            schema_version: SCHEMA_VERSION,
            scenario_hash: study.loaded.hash(),
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            shard: shard.to_string(),
            rows: sorted.rows,
            sha256: durable::sha256(sorted.file.path())?,
        };
        durable::rename(sorted.file.path(), &self.rows_path(shard, FINISHED))?;
        durable::write(&self.rows_path(shard, RECORD), json(&record).as_bytes())?;
        fs::remove_file(&partial).map_err(Failure::file("remove the file", &partial, "check the folder"))
    }

    /// What there is of each shard.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub(crate) fn shards(&self) -> Result<BTreeMap<Shard, ShardState>, Failure> {
        let rows = self.path.join(ROWS);
        let mut shards = BTreeMap::new();
        let entries = match fs::read_dir(&rows) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(shards),
            Err(error) => return Err(Failure::file("list the folder", &rows, "check the folder")(error)),
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            let Some(shard) = stem.and_then(Shard::of_stem) else { continue };
            if path.extension().is_some_and(|extension| extension == RECORD) {
                let text = fs::read(&path).map_err(Failure::file("read the file", &path, "check the folder"))?;
                let record = serde_json::from_slice(&text).map_err(|error| damaged(&path, &error))?;
                shards.insert(shard, ShardState::Finished(record));
            } else if path.extension().is_some_and(|extension| extension == PARTIAL) {
                shards.entry(shard).or_insert(ShardState::Partial);
            }
        }
        Ok(shards)
    }

    /// The rows of a finished shard, once their checksum was compared.
    ///
    /// # Errors
    /// When the file is not what the shard's record says.
    pub(crate) fn verified_rows(&self, shard: Shard, record: &ShardRecord) -> Result<PathBuf, Failure> {
        let path = self.rows_path(shard, FINISHED);
        if !path.is_file() || durable::sha256(&path)? != record.sha256 {
            return Err(Failure::Damaged {
                reason: format!(
                    "its checksum is not the one that it had when it was written\ndelete `{}` and run the shard again: `--shard \
                     {shard} --resume`",
                    self.rows_path(shard, RECORD).display()
                ),
                path,
            });
        }
        Ok(path)
    }

    /// Whether all results are there.
    pub(crate) fn is_complete(&self) -> bool {
        self.path.join(MANIFEST_FILE).is_file()
    }

    /// Removes the rows, once the results hold them all.
    ///
    /// # Errors
    /// When they cannot be removed.
    pub(crate) fn remove_rows(&self) -> Result<(), Failure> {
        let rows = self.path.join(ROWS);
        fs::remove_dir_all(&rows).map_err(Failure::file("remove the folder", &rows, "check the folder"))
    }

    fn rows_path(&self, shard: Shard, extension: &str) -> PathBuf {
        self.path.join(ROWS).join(format!("{}.{extension}", shard.stem()))
    }
}

/// A value as JSON for people to read.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("records have a form in JSON") + "\n"
}

fn damaged(path: &Path, error: &serde_json::Error) -> Failure {
    Failure::Damaged {
        path: path.to_owned(),
        reason: format!("{error}\nstart the sweep again with `--fresh`, or use another folder with `--out`"),
    }
}
