//! The types of `manifest.json`: what made a run, so that somebody else can make it again.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the layout of a run folder. Raised when a file or field changes its meaning or goes away.
pub const MANIFEST_SCHEMA_VERSION: u32 = 1;

/// Provenance of a run folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always [`MANIFEST_SCHEMA_VERSION`] when written by this version.
    pub schema_version: u32,
    /// Version of the program.
    pub program_version: String,
    /// Commit the program was built from; `null` when it was built outside a repository.
    pub commit: Option<String>,
    /// Hash of the resolved scenario, hexadecimal.
    pub scenario_hash: String,
    /// Hashes of the calibration files in use, by path as named in the scenario.
    pub calibration_hashes: BTreeMap<String, String>,
    /// Digest of what the engine makes of a day that is always the same; equal when and only when the same seed gives the same
    /// events in both programs. `null` in folders of versions that did not keep it.
    #[serde(default)]
    pub engine_digest: Option<String>,
    /// Seed of the run.
    pub seed: u64,
    /// Event digest of every arm and replication. Same scenario, seed and version => same digests on every machine.
    pub digests: Vec<EventDigest>,
    /// Wall-clock time of the run, in seconds.
    pub duration_seconds: f64,
    /// The command line that made it, program name first.
    pub command_line: Vec<String>,
    /// Every other file of the folder; filled in when the folder is finished.
    #[serde(default)]
    pub files: Vec<FileRecord>,
}

/// Digest of the events of one replication of one arm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventDigest {
    /// Name of the arm.
    pub arm: String,
    /// Replication, from 0.
    pub replication: u32,
    /// Seed of the replication.
    pub seed: u64,
    /// Events simulated.
    pub events: u64,
    /// The digest, hexadecimal.
    pub digest: String,
}

/// A file of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Name within the folder.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}
