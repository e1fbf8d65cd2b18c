//! What made a run, so that somebody else can make it again.

use crate::engine_digest::engine_digest;
use crate::failure::Failure;
use crate::summary::ArmRuns;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use stranded_reports::html::ParameterRow;
use stranded_reports::manifest::{EventDigest, MANIFEST_SCHEMA_VERSION, Manifest};
use stranded_scenario::{Loaded, Scenario};

/// The commit this program was built from.
pub(crate) const COMMIT: Option<&str> = option_env!("STRANDED_COMMIT");

/// Folder of measured inputs beside scenarios.
const CALIBRATION: &str = "calibration";

/// The manifest of a run, its list of files still empty.
///
/// # Errors
/// When a calibration file has gone since it was read.
pub(super) fn manifest(
    loaded: &Loaded<Scenario>,
    runs: &[ArmRuns],
    duration_seconds: f64,
) -> Result<Manifest, Failure> {
    let seed = loaded.value.run.seed;
    let digests = runs
        .iter()
        .flat_map(|arm| {
            arm.replications.iter().enumerate().map(move |(index, replication)| EventDigest {
                arm: arm.name.clone(),
                replication: index as u32,
                seed,
                events: replication.events,
                digest: format!("{:016x}", replication.digest),
            })
        })
        .collect();
    Ok(Manifest {
        schema_version: MANIFEST_SCHEMA_VERSION,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: COMMIT.map(str::to_owned),
        scenario_hash: loaded.hash(),
        calibration_hashes: calibration_hashes(&loaded.sources())?,
        engine_digest: Some(engine_digest().to_owned()),
        seed,
        digests,
        duration_seconds,
        // The name instead of the path the program happens to have on this machine.
        command_line: std::iter::once("stranded".to_owned()).chain(std::env::args().skip(1)).collect(),
        files: Vec::new(),
    })
}

/// Every parameter that says where its value comes from, for the report.
pub(super) fn parameters(loaded: &Loaded<Scenario>) -> Vec<ParameterRow> {
    loaded
        .parameters()
        .into_iter()
        .filter_map(|parameter| {
            let provenance = parameter.provenance?;
            Some(ParameterRow {
                path: parameter.path,
                value: parameter.value,
                source: provenance.source.or(provenance.note).unwrap_or_default(),
                confidence: provenance.confidence.map(|confidence| confidence.to_string()).unwrap_or_default(),
                fitted_to: provenance.fitted_to,
            })
        })
        .collect()
}

/// One number for the digests of all arms and replications: equal when and only when all of them are.
pub(super) fn combined_digest(manifest: &Manifest) -> String {
    let mut hasher = Sha256::new();
    for digest in &manifest.digests {
        hasher.update(format!("{} {} {}\n", digest.arm, digest.replication, digest.digest));
    }
    hexadecimal(&hasher.finalize()[..8])
}

fn calibration_hashes(sources: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let is_calibration = |source: &&String| Path::new(source).components().any(|part| part.as_os_str() == CALIBRATION);
    let mut hashes = BTreeMap::new();
    for source in sources.iter().filter(is_calibration) {
        let path = Path::new(source);
        let bytes = std::fs::read(path).map_err(Failure::file(
            "read the file",
            path,
            "do not move calibration files while a run is under way",
        ))?;
        hashes.insert(source.clone(), hexadecimal(&Sha256::digest(bytes)));
    }
    Ok(hashes)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_measured_inputs_are_hashed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(CALIBRATION).join("server.toml");
        std::fs::create_dir(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "abc").unwrap();
        let file = file.to_str().unwrap().to_owned();
        let hashes = calibration_hashes(&["small-town.toml".to_owned(), "--set".to_owned(), file.clone()]).unwrap();
        // FIPS 180-4's own example.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hashes.into_iter().collect::<Vec<_>>(), [(file, expected.to_owned())]);
    }
}
