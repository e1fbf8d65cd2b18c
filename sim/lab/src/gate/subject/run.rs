//! A run folder.

use super::{Arm, Kind, Origin, Replication, Subject};
use crate::gate::catalogue;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use stranded_reports::folder::{REPLICATIONS_FILE, RunFolder, SCENARIO_FILE, SUMMARY_FILE};
use stranded_reports::replication::{ReplicationValues, read_replications};
use stranded_reports::summary::Summary;
use stranded_scenario::{Loader, Scenario};

/// How far a mean in `summary.json` may lie from that of the replications, relative to it: both are sums in another order at most.
const ROUNDING: f64 = 1e-9;

/// Reads a folder that is whole.
pub(super) fn read(path: &Path) -> Result<Subject, String> {
    let folder = RunFolder::open(path).map_err(|error| error.to_string())?;
    if !folder.manifest.files.iter().any(|file| file.name == REPLICATIONS_FILE)
        && !path.join(REPLICATIONS_FILE).exists()
    {
        return Err(format!(
            "`{}` has no `{REPLICATIONS_FILE}`: it was written by version {} of the program, which did not keep it\nrun the scenario again",
            path.display(),
            folder.manifest.program_version,
        ));
    }
    folder.require_whole(&[SUMMARY_FILE, SCENARIO_FILE, REPLICATIONS_FILE]).map_err(|error| error.to_string())?;
    let values = read_replications(&path.join(REPLICATIONS_FILE)).map_err(|error| error.to_string())?;
    let scenario = Loader::new().load::<Scenario>(path.join(SCENARIO_FILE)).map_err(|findings| findings.to_string())?;
    let RunFolder { manifest, summary, .. } = folder;
    check_consistent(&summary, &values).map_err(|reason| format!("`{}`: {reason}", path.display()))?;

    let digests: BTreeMap<(&str, u32), &str> = manifest
        .digests
        .iter()
        .map(|digest| ((digest.arm.as_str(), digest.replication), digest.digest.as_str()))
        .collect();
    let arms = summary.arms.iter().map(|arm| Arm {
        name: arm.name.clone(),
        replications: (0..summary.replications)
            .map(|replication| Replication {
                replication,
                digest: digests.get(&(arm.name.as_str(), replication)).map(|&digest| digest.to_owned()),
                metrics: values.get(&arm.name).and_then(|of_arm| of_arm.get(&replication)).cloned().unwrap_or_default(),
            })
            .collect(),
    });
    // What a run of this scenario may have, and what it has: `collapse` metrics and the like are only there with a trigger.
    let mut metrics = catalogue::of_scenario(&scenario.value);
    let names: BTreeSet<&String> = values.values().flatten().flat_map(|(_, metrics)| metrics.keys()).collect();
    for name in names {
        if !metrics.iter().any(|metric| metric.name == *name) {
            metrics.push(catalogue::named(name));
        }
    }
    Ok(Subject {
        path: path.to_owned(),
        origin: Origin {
            kind: Kind::Run,
            name: summary.scenario.name.clone(),
            program_version: manifest.program_version.clone(),
            commit: manifest.commit.clone(),
            engine_digest: manifest.engine_digest.clone(),
            scenario_hash: Some(manifest.scenario_hash.clone()),
            seed: Some(manifest.seed),
            meaning: meaning(&summary),
        },
        arms: arms.collect(),
        metrics,
        batch_means: batch_means(&summary),
        slo: Some(scenario.value.slo.clone()),
        doubts: Vec::new(),
        is_baseline: false,
    })
}

fn meaning(summary: &Summary) -> BTreeMap<String, String> {
    let entries = [
        ("headline", format!("{:?}", summary.headline)),
        ("measured from (hours of the day)", summary.window.from_hours.to_string()),
        ("measured until (hours of the day)", summary.window.until_hours.to_string()),
        ("stranded after (minutes)", summary.threshold_minutes.to_string()),
    ];
    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn batch_means(summary: &Summary) -> BTreeMap<(String, String), stranded_reports::estimate::Estimate> {
    let arms = summary.arms.iter();
    let of_arm = arms.flat_map(|arm| {
        let sound = arm.batch_means.iter().filter(|(_, means)| !means.correlated);
        sound.filter_map(|(metric, _)| Some(((arm.name.clone(), metric.clone()), *arm.metrics.get(metric)?)))
    });
    of_arm.collect()
}

/// The summary and the replications are about the same run, and every arm has all of its replications.
fn check_consistent(summary: &Summary, values: &ReplicationValues) -> Result<(), String> {
    for arm in &summary.arms {
        let found = values.get(&arm.name).map_or(0, BTreeMap::len);
        if found != summary.replications as usize {
            return Err(format!(
                "arm `{}` has {found} of {} replications in `{REPLICATIONS_FILE}`\nrun the scenario again",
                arm.name, summary.replications
            ));
        }
        for (metric, estimate) in &arm.metrics {
            let values: Vec<f64> = values[&arm.name].values().filter_map(|of| of.get(metric)).copied().collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let is_near = (mean - estimate.mean()).abs() <= ROUNDING * mean.abs().max(estimate.mean().abs());
            if !is_near {
                return Err(format!(
                    "the mean of `{metric}` of arm `{}` is {} in `{SUMMARY_FILE}` and {mean} over the replications\nrun the scenario again",
                    arm.name,
                    estimate.mean()
                ));
            }
        }
    }
    Ok(())
}
