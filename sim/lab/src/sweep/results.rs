//! From rows to the results: tables, summary, manifest. Always the same bytes for the same rows, wherever they were made.

use super::decision;
use super::durable;
use super::execution::objective;
use super::folder::{Folder, SCHEMA_VERSION, json};
use super::journal::{Place, RowFile};
use super::row::Row;
use super::rule::Samples;
use super::sensitivity;
use super::study::Study;
use super::table::Tables;
use crate::command::run::COMMIT;
use crate::failure::Failure;
use crate::replication::paired;
use crate::statistics::mean_interval;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use stranded_model::metric;
use stranded_reports::folder::{MANIFEST_FILE, REPORT_FILE, SUMMARY_FILE};
use stranded_reports::summary::ScenarioName;
use stranded_reports::sweep::{PointSummary, SWEEP_SCHEMA_VERSION, SweepSummary, SweptParameter};
use stranded_scenario::section::{SweepGoal, SweepSeeds};
use tempfile::NamedTempFile;

/// A row for each replication.
pub(crate) const REPLICATIONS: &str = "replications";
/// A row for each point.
pub(crate) const POINTS: &str = "points";

/// Rows in the order of points and replications, in a file that has no name yet.
pub(crate) struct Sorted {
    /// The file.
    pub(crate) file: NamedTempFile,
    /// How many rows.
    pub(crate) rows: u64,
}

/// Writes the rows of a file in order into another one in `folder`.
///
/// # Errors
/// When the rows cannot be read, or the disk is full.
pub(crate) fn sort_rows(path: &Path, folder: &Path) -> Result<Sorted, Failure> {
    let way_out = "free some space, or make the folder writable, and go on with `--resume`";
    let failed = || Failure::file("write to the folder", folder, way_out);
    let mut source = RowFile::open(path, |_| {})?;
    let mut places = std::mem::take(&mut source.places);
    places.sort_unstable();
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.prefix(".unfinished-").tempfile_in(folder).map_err(|error| failed()(error.kind().into()))?;
    let mut writer = BufWriter::new(file.as_file());
    for place in &places {
        writer.write_all(source.row(*place)?.to_line().as_bytes()).map_err(failed())?;
    }
    writer.flush().map_err(failed())?;
    drop(writer);
    Ok(Sorted { file, rows: places.len() as u64 })
}

/// All rows of a study, found and complete.
pub(crate) struct Collected {
    files: Vec<RowFile>,
    /// Which file holds which row, in order of points and replications.
    index: Vec<(Place, u32)>,
    /// Names of the metrics that any row has, in the order of the catalogue.
    pub(crate) metrics: Vec<String>,
    /// The objective of every replication of every point.
    pub(crate) samples: Vec<Samples>,
}

impl Collected {
    /// Reads the rows of all files and makes sure that each is there once, and all that must be.
    ///
    /// # Errors
    /// When a row is there twice, is missing, or is of no point.
    pub(crate) fn read(study: &Study, paths: &[PathBuf]) -> Result<Self, Failure> {
        let mut samples: Vec<Vec<(u32, Option<f64>)>> = vec![Vec::new(); study.len() as usize];
        let mut metrics: BTreeSet<String> = BTreeSet::new();
        let mut files = Vec::with_capacity(paths.len());
        let mut stranger = None;
        for path in paths {
            files.push(RowFile::open(path, |row| match samples.get_mut(row.point as usize) {
                Some(samples) => {
                    samples.push((row.replication, objective(study, row)));
                    for name in row.metrics.keys() {
                        if !metrics.contains(name) {
                            metrics.insert(name.clone());
                        }
                    }
                }
                None => stranger = Some((path.clone(), row.point)),
            })?);
        }
        if let Some((path, point)) = stranger {
            let reason = format!("it has a row of point {point}, and the sweep has no such point");
            return Err(Failure::Damaged { path, reason });
        }
        let mut index: Vec<(Place, u32)> = files
            .iter_mut()
            .enumerate()
            .flat_map(|(number, file)| {
                std::mem::take(&mut file.places).into_iter().map(move |place| (place, number as u32))
            })
            .collect();
        index.sort_unstable();
        let mut ordered = Vec::with_capacity(samples.len());
        for (point, mut of_point) in samples.into_iter().enumerate() {
            of_point.sort_unstable_by_key(|(replication, _)| *replication);
            for (expected, (replication, _)) in of_point.iter().enumerate() {
                if *replication as usize != expected {
                    return Err(uneven(study, point as u32, *replication, (*replication as usize) < expected));
                }
            }
            ordered.push(of_point.into_iter().map(|(_, value)| value).collect::<Samples>());
        }
        let targets = study.rule.targets(&ordered, |value| study.objective.cost(value));
        for (point, (samples, target)) in ordered.iter().zip(&targets).enumerate() {
            if samples.len() < *target as usize {
                return Err(uneven(study, point as u32, samples.len() as u32, false));
            }
        }
        let place = |name: &String| metric::CATALOGUE.iter().position(|metric| metric.is_named(name));
        let mut metrics: Vec<String> = metrics.into_iter().collect();
        metrics.sort_by_key(|name| (place(name).unwrap_or(usize::MAX), name.clone()));
        Ok(Self { files, index, metrics, samples: ordered })
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> u64 {
        self.index.len() as u64
    }

    /// Gives all rows of a point to `take`, point by point.
    ///
    /// # Errors
    /// When a row cannot be read any more, and those of `take`.
    pub(crate) fn each_point(
        &mut self,
        mut take: impl FnMut(u32, Vec<Row>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        for group in self.index.chunk_by(|(one, _), (other, _)| one.point == other.point) {
            let rows: Result<Vec<Row>, Failure> =
                group.iter().map(|(place, file)| self.files[*file as usize].row(*place)).collect();
            take(group[0].0.point, rows?)?;
        }
        Ok(())
    }
}

fn uneven(study: &Study, point: u32, replication: u32, is_twice: bool) -> Failure {
    let what = study.describe(point);
    Failure::Usage(if is_twice {
        format!(
            "replication {replication} of point {point} ({what}) is there twice\nsome shard was given twice: name each folder once, and \
             shards of one division only"
        )
    } else {
        format!(
            "replication {replication} of point {point} ({what}) is missing\nrun its shard again: `stranded sweep run {} --shard I/N \
             --resume`",
            study.path.display()
        )
    })
}

/// What made the results, and their checksums.
#[derive(Serialize)]
struct Manifest {
    schema_version: u32,
    program_version: &'static str,
    commit: Option<&'static str>,
    scenario_hash: String,
    seed: u64,
    /// The command that put the results together.
    command_line: Vec<String>,
    files: Vec<FileRecord>,
}

#[derive(Serialize)]
struct FileRecord {
    name: String,
    sha256: String,
}

/// Writes all results of a study into its folder; the manifest last.
///
/// # Errors
/// When the disk is full or fails.
pub(crate) fn write(study: &Study, folder: &Folder, mut collected: Collected) -> Result<SweepSummary, Failure> {
    let mut names = vec![stranded_reports::folder::SCENARIO_FILE.to_owned()];
    names.extend(Tables::write(study, folder, &mut collected)?);
    let summary = summarize(study, &collected);
    durable::write(&folder.path.join(SUMMARY_FILE), json(&summary).as_bytes())?;
    let page = stranded_reports::html::render_sweep(&summary)?;
    durable::write(&folder.path.join(REPORT_FILE), page.as_bytes())?;
    names.extend([SUMMARY_FILE, REPORT_FILE].map(str::to_owned));
    let mut files = Vec::new();
    for name in names {
        files.push(FileRecord { sha256: durable::sha256(&folder.path.join(&name))?, name });
    }
    let manifest = Manifest {
        schema_version: SCHEMA_VERSION,
        program_version: env!("CARGO_PKG_VERSION"),
        commit: COMMIT,
        scenario_hash: study.loaded.hash(),
        seed: study.loaded.value.run.seed,
        command_line: std::iter::once("stranded".to_owned()).chain(std::env::args().skip(1)).collect(),
        files,
    };
    durable::write(&folder.path.join(MANIFEST_FILE), json(&manifest).as_bytes())?;
    Ok(summary)
}

/// What a sweep found out.
fn summarize(study: &Study, collected: &Collected) -> SweepSummary {
    let scenario = &study.loaded.value;
    let sweep = study.sweep();
    let cost = |value| study.objective.cost(value);
    let best = decision::best(&collected.samples, cost);
    let point = |point: usize| {
        let samples = &collected.samples[point];
        let values: Vec<f64> = samples.iter().flatten().copied().collect();
        let difference = best.filter(|best| *best != point).and_then(|best| paired(samples, &collected.samples[best]));
        let coordinates = study.point(point as u32);
        PointSummary {
            point: point as u32,
            values: (0..study.design.parameters.len())
                .map(|parameter| study.design.value(coordinates, parameter).map(|value| value.label()))
                .collect(),
            replications: samples.len() as u32,
            objective: mean_interval(&values),
            difference_to_best: difference,
        }
    };
    let seen: Vec<&[Option<f64>]> = collected.samples.iter().map(Vec::as_slice).collect();
    let open = decision::undecided(&seen, &cost);
    let mut contenders: Vec<PointSummary> =
        (0..open.len()).filter(|index| open[*index] && Some(*index) != best).map(point).collect();
    let mean = |point: &PointSummary| point.objective.map_or(f64::INFINITY, |objective| cost(objective.mean()));
    contenders.sort_by(|one, other| mean(one).total_cmp(&mean(other)));
    let found = sensitivity::analyse(study, &collected.samples);
    SweepSummary {
        schema_version: SWEEP_SCHEMA_VERSION,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario: ScenarioName { name: study.name.clone(), title: scenario.title.clone() },
        scenario_hash: study.loaded.hash(),
        design: study.design.name().to_owned(),
        parameters: (0..study.design.parameters.len())
            .map(|index| {
                let parameter = &study.design.parameters[index];
                SweptParameter {
                    name: parameter.name.clone(),
                    path: parameter.path.clone(),
                    unit: study.column(index).unit.clone(),
                }
            })
            .collect(),
        objective: study.objective.text().to_owned(),
        more_is_better: study.objective.goal == SweepGoal::Maximum,
        seed: scenario.run.seed,
        common_seeds: sweep.seeds == SweepSeeds::Common,
        points: study.len(),
        excluded: study.design.excluded as u32,
        replications: collected.len(),
        best: best.map(point),
        contenders,
        heat_map: found.heat_map,
        effects: found.effects,
        indices: found.indices,
        attribution: found.attribution,
        warnings: warnings(study, collected),
    }
}

fn warnings(study: &Study, collected: &Collected) -> Vec<String> {
    let mut warnings = Vec::new();
    let without = collected.samples.iter().filter(|samples| samples.iter().all(Option::is_none)).count();
    if without > 0 {
        warnings.push(format!(
            "{without} of {} points have no value of the objective `{}`",
            study.len(),
            study.objective.text()
        ));
    }
    if !study.rule.is_fixed() && !study.rule.decide {
        let wide = collected.samples.iter().filter(|samples| !study.rule.is_precise(samples)).count();
        if wide > 0 {
            warnings.push(format!(
                "{wide} of {} points are less precise than asked for after {} replications; raise `sweep.replications.max`",
                study.len(),
                study.rule.sequential.max,
            ));
        }
    }
    warnings
}
