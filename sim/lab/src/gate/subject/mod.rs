//! What is judged, whatever it was measured by: values of metrics, one for each replication.

mod baseline;
mod bench;
mod load;
mod run;

pub(crate) use baseline::{file_name as baseline_file_name, schema as baseline_schema, text as baseline_text};

use super::catalogue::Metric;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use stranded_reports::estimate::Estimate;
use stranded_reports::folder::MANIFEST_FILE;
use stranded_scenario::section::Slo;

/// What measured it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// `stranded run`.
    Run,
    /// `surge`, against real servers.
    Load,
    /// `devkit bench`, on a board or in QEMU.
    Bench,
}

impl Kind {
    /// For people.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Run => "run folder",
            Self::Load => "result of `surge`",
            Self::Bench => "samples of `devkit bench`",
        }
    }
}

/// One replication of an arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names are those of the published JSON")]
pub(crate) struct Replication {
    /// Its number: with the same seed, the same number means the same people with the same luck.
    pub(crate) replication: u32,
    /// Digest over its events, where it has one.
    pub(crate) digest: Option<String>,
    /// Values by the name of the metric; what nothing was measured for is absent.
    pub(crate) metrics: BTreeMap<String, f64>,
}

/// An arm with its replications in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arm {
    /// Its name.
    pub(crate) name: String,
    /// Its replications.
    pub(crate) replications: Vec<Replication>,
}

/// Where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Origin {
    /// What measured it.
    pub(crate) kind: Kind,
    /// Name of the scenario, or of the board.
    pub(crate) name: String,
    /// Version of the program that measured.
    pub(crate) program_version: String,
    /// Its commit, if the build knew.
    pub(crate) commit: Option<String>,
    /// Digest of the engine: the same seed means the same events where it is the same. Absent where no engine was involved.
    pub(crate) engine_digest: Option<String>,
    /// Hash of the scenario; absent where there is none.
    pub(crate) scenario_hash: Option<String>,
    /// Seed of all luck; absent where there is none.
    pub(crate) seed: Option<u64>,
    /// What the numbers mean beyond their names: the measured window, the board, the unit. Numbers of another meaning are not compared.
    pub(crate) meaning: BTreeMap<String, String>,
}

/// Something to be judged, or to be compared with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Subject {
    /// The folder or file, as given.
    pub(crate) path: PathBuf,
    /// Where it comes from.
    pub(crate) origin: Origin,
    /// The arms; the one that is meant when none is named comes first.
    pub(crate) arms: Vec<Arm>,
    /// Every metric that a condition may name.
    pub(crate) metrics: Vec<Metric>,
    /// Means of the only replication of an arm with the intervals of its batches, by (arm, metric).
    pub(crate) batch_means: BTreeMap<(String, String), Estimate>,
    /// What the scenario asks of it.
    pub(crate) slo: Option<Slo>,
    /// Why its numbers prove nothing, although they can be read.
    pub(crate) doubts: Vec<String>,
    /// Whether it is a kept baseline.
    pub(crate) is_baseline: bool,
}

impl Subject {
    /// The arm of that name; the first without a name.
    pub(crate) fn arm(&self, name: Option<&str>) -> Option<&Arm> {
        match name {
            None => self.arms.first(),
            Some(name) => self.arms.iter().find(|arm| arm.name == name),
        }
    }
}

impl Arm {
    /// Values of a metric by number of the replication.
    ///
    /// Where nobody was stranded the quantiles of stranded time do not exist; for a gate they are zero, because a limit on them holds.
    pub(crate) fn values(&self, metric: &str) -> BTreeMap<u32, f64> {
        let is_about_the_stranded = metric.starts_with("stranded_minutes.");
        self.replications
            .iter()
            .filter_map(|replication| {
                let value = replication.metrics.get(metric).copied();
                let nobody = replication.metrics.get("stranded_people").is_some_and(|people| *people == 0.0);
                let value = value.or((is_about_the_stranded && nobody).then_some(0.0))?;
                Some((replication.replication, value))
            })
            .collect()
    }
}

/// Reads what is to be judged. Several paths are replications of one thing: windows of load, or samples of one board.
///
/// # Errors
/// Why it cannot be judged, with the place and the way out.
pub(crate) fn read(paths: &[PathBuf]) -> Result<Subject, String> {
    let mut subjects = paths.iter().map(|path| read_one(path));
    let mut first = subjects.next().ok_or("there is nothing to judge")??;
    for other in subjects {
        join(&mut first, other?)?;
    }
    Ok(first)
}

/// Reads the baseline of a subject: a kept one, the folder that it lies in, or anything else that can be judged.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_baseline(path: &Path, subject: &Subject) -> Result<Subject, String> {
    let kept = path.join(baseline_file_name(&subject.origin));
    if kept.is_file() && !path.join(MANIFEST_FILE).exists() { read_one(&kept) } else { read_one(path) }
}

fn read_one(path: &Path) -> Result<Subject, String> {
    if path.is_dir() && path.join(MANIFEST_FILE).exists() {
        return run::read(path);
    }
    let file = if path.is_dir() { load::result_in(path) } else { Some(path.to_owned()) };
    let Some(file) = file else {
        return Err(format!(
            "`{}` holds neither a run (`{MANIFEST_FILE}`) nor a result of `surge`\nname a folder that `stranded run` or `surge --out` has \
             written; a run that did not come to its end leaves none",
            path.display()
        ));
    };
    let text = fs::read_to_string(&file).map_err(|error| format!("cannot read `{}`: {error}", file.display()))?;
    let value: Value = serde_json::from_str(&text)
        .map_err(|error| format!("`{}` is not JSON: {error}\nit is damaged or of another kind", file.display()))?;
    let kind = value["kind"].as_str().unwrap_or_default().to_owned();
    let read = match kind.as_str() {
        baseline::KIND => baseline::read(path, value),
        load::WINDOW | load::CAPACITY | load::REPLAY => load::read(path, &kind, &value),
        bench::KIND => bench::read(path, text.as_bytes()),
        _ => Err(format!(
            "its `kind` is \"{kind}\", and a gate judges run folders, results of `surge` (`surge-window`, `surge-capacity`, \
             `surge-replay`) and samples of `devkit bench` (`door`)"
        )),
    };
    read.map_err(|reason| format!("`{}`: {reason}", file.display()))
}

/// Adds another replication of the same thing.
fn join(first: &mut Subject, other: Subject) -> Result<(), String> {
    let path = other.path.display();
    if first.origin.kind == Kind::Run || other.origin.kind == Kind::Run || first.is_baseline || other.is_baseline {
        return Err(format!("`{path}` cannot be judged together with others: a run folder has its replications in it"));
    }
    let is_same = first.origin.kind == other.origin.kind && first.origin.meaning == other.origin.meaning;
    if !is_same || first.origin.scenario_hash != other.origin.scenario_hash {
        return Err(format!("`{path}` is of another kind, scenario or board than `{}`", first.path.display()));
    }
    first.doubts.extend(other.doubts);
    for (arm, more) in first.arms.iter_mut().zip(other.arms) {
        for mut replication in more.replications {
            let number = replication.replication;
            if arm.replications.iter().any(|known| known.replication == number) {
                if first.origin.kind == Kind::Load && first.origin.seed == other.origin.seed {
                    // The same load twice is still two measurements, but of one schedule.
                    first.origin.seed = None;
                }
                replication.replication = arm.replications.iter().map(|known| known.replication + 1).max().unwrap_or(0);
            }
            arm.replications.push(replication);
        }
    }
    if first.origin.seed != other.origin.seed {
        first.origin.seed = None;
    }
    Ok(())
}
