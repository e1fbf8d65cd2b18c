//! Which files, which oracles, which runs.

use crate::collapse;
use crate::failure::Failure;
use crate::source;
use std::path::{Path, PathBuf};
use stranded_scenario::section::Oracle;
use stranded_scenario::{Loader, Scenario};

/// Where the oracles of the project stand, seen from its root.
const SHIPPED: &str = "scenarios/queueing";

/// A scenario with the oracles that are read from it.
#[derive(Clone, Debug)]
pub(crate) struct Experiment {
    pub(crate) file: PathBuf,
    pub(crate) scenario: Scenario,
    /// The same without its triggers, where it has some.
    pub(crate) without_trigger: Option<Scenario>,
    pub(crate) oracles: Vec<Oracle>,
}

/// The experiments that the files ask for, in their order. `filter` keeps the oracles whose name or text holds it.
///
/// # Errors
/// When a file is invalid or asks for nothing.
pub(crate) fn plan(paths: &[PathBuf], filter: Option<&str>, loader: &Loader) -> Result<Vec<Experiment>, Failure> {
    let is_shipped = paths.is_empty();
    let files = if is_shipped { scenarios(&shipped()?)? } else { expand(paths)? };
    let mut experiments = Vec::new();
    for file in &files {
        let document = source::load(file, loader)?;
        if document.value.oracle.is_empty() && paths.contains(file) {
            return Err(Failure::Usage(format!(
                "`{}` has no `[[oracle]]`, so there is nothing to verify\nadd one: name, metric, expected, source; \
                 scenarios/README.md shows how",
                file.display()
            )));
        }
        let first = experiments.len();
        for oracle in document.value.oracle.iter().filter(|oracle| is_wanted(file, oracle, filter)) {
            let variant = document.oracle(&oracle.name).map_err(|findings| source::invalid(file, &findings))?.value;
            // Oracles of the same world share its runs.
            match experiments[first..].iter_mut().find(|it: &&mut Experiment| it.scenario == variant) {
                Some(experiment) => experiment.oracles.push(oracle.clone()),
                None => experiments.push(Experiment {
                    file: file.clone(),
                    without_trigger: collapse::without_trigger(&variant),
                    scenario: variant,
                    oracles: vec![oracle.clone()],
                }),
            }
        }
    }
    if experiments.is_empty() {
        let filter = filter.unwrap_or_default();
        return Err(Failure::Usage(format!(
            "no oracle has `{filter}` in its name, its words, its metric or its file\nleave `--filter` away to see all of them"
        )));
    }
    Ok(experiments)
}

fn is_wanted(file: &Path, oracle: &Oracle, filter: Option<&str>) -> bool {
    let Some(filter) = filter.map(str::to_lowercase) else { return true };
    let file = file.file_name().unwrap_or_default().to_string_lossy();
    [&oracle.name, &oracle.what, &oracle.metric, file.as_ref()].iter().any(|text| text.to_lowercase().contains(&filter))
}

/// The project's oracles, from this folder or one above: they are files to read and to add to, so they are not part of the program.
fn shipped() -> Result<PathBuf, Failure> {
    let here =
        std::env::current_dir().map_err(|source| Failure::System { action: "find the present folder", source })?;
    for (level, folder) in here.ancestors().enumerate() {
        if folder.join(SHIPPED).is_dir() {
            // As short as a person would type it.
            return Ok(Path::new(&"../".repeat(level)).join(SHIPPED));
        }
    }
    Err(Failure::Usage(format!(
        "there is no `{SHIPPED}` here or in a folder above\nrun it inside of the repository, or name files with `[[oracle]]`: \
         stranded verify my-queue.toml"
    )))
}

/// Folders become the scenario files in them.
fn expand(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(scenarios(path)?);
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn scenarios(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let way_out = "name a folder that is there and that you may read";
    let entries = std::fs::read_dir(folder).map_err(Failure::file("list the folder", folder, way_out))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(Failure::file("list the folder", folder, way_out))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
