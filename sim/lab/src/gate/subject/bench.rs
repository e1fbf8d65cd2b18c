//! Samples of `devkit bench`: what unlocks cost a door. Every unlock is a replication.

use super::{Arm, Kind, Origin, Replication, Subject};
use crate::calibration::{Samples, Unit};
use crate::gate::catalogue::Metric;
use std::collections::BTreeMap;
use std::path::Path;

/// What the samples say they are.
pub(super) const KIND: &str = "door";

/// Reads a file of samples.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Subject, String> {
    let samples = Samples::read(bytes)?;
    let metric = |name: &String| Metric {
        per_second: (samples.unit == Unit::Cycles).then_some(samples.clock_hertz),
        ..Metric::new(name, samples.unit.word())
    };
    let metrics = samples.steps.keys().map(metric).collect();
    let count = samples.steps.values().map(Vec::len).max().unwrap_or_default();
    let replications = (0..count).map(|unlock| Replication {
        replication: unlock as u32,
        digest: None,
        metrics: samples.steps.iter().map(|(step, values)| (step.clone(), values[unlock])).collect(),
    });
    let meaning = [
        ("board", samples.board.clone()),
        ("unit", samples.unit.word().to_owned()),
        ("clock (Hz)", samples.clock_hertz.to_string()),
        ("signature library", samples.signature_library.clone()),
    ];
    Ok(Subject {
        path: path.to_owned(),
        origin: Origin {
            kind: Kind::Bench,
            name: samples.board.clone(),
            program_version: samples.program_version.clone(),
            commit: samples.commit.clone(),
            engine_digest: None,
            scenario_hash: None,
            // Every unlock has a signature of its own: two series share no luck.
            seed: None,
            meaning: meaning.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        },
        arms: vec![Arm { name: "baseline".to_owned(), replications: replications.collect() }],
        metrics,
        batch_means: BTreeMap::new(),
        slo: None,
        doubts: Vec::new(),
        is_baseline: false,
    })
}
