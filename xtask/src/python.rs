//! The tests' own Python: a virtual environment with pinned readers of Parquet files, a driver of browsers and a tester of
//! HTTP interfaces.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{apt, process, workspace};

/// The variable that tells the tests which Python to start.
pub(crate) const TEST_PYTHON_VARIABLE: &str = "STRANDED_TEST_PYTHON";

/// The oldest Python for which the pinned packages are built: (major, minor).
const OLDEST_VERSION: (u32, u32) = (3, 11);

/// Prints what the tests will import, and thereby proves that it can be imported.
const IMPORT_CHECK: &str = "import duckdb, polars, axe_playwright_python, playwright, schemathesis, importlib.metadata; \
     print('duckdb', duckdb.__version__ + ', polars', polars.__version__ + ', schemathesis', \
     importlib.metadata.version('schemathesis'))";

/// A Python that has all that the tests import.
#[derive(Debug)]
pub(crate) struct TestPython {
    /// The interpreter.
    pub(crate) path: PathBuf,
    /// What it has, for people.
    pub(crate) description: String,
}

/// Finds or makes the tests' Python. `fresh` makes it anew.
///
/// # Errors
/// No suitable Python is there and none could be installed, or the packages could not be installed.
pub(crate) fn prepare(fresh: bool) -> Result<TestPython> {
    let folder = workspace::target_directory().join("xtask");
    let environment = folder.join("venv");
    let python = environment_python(&environment);

    if let Some(given) = env::var_os(TEST_PYTHON_VARIABLE).filter(|value| !value.is_empty()) {
        let given = PathBuf::from(given);
        // Whoever exported the path that the set-up prints still wants the set-up to look after it.
        if given != python {
            let description = import_check(&given).with_context(|| {
                format!(
                    "{TEST_PYTHON_VARIABLE} is set to {}, which lacks what the tests import; unset it, or install {} there",
                    given.display(),
                    requirements_file().display()
                )
            })?;
            return Ok(TestPython {
                path: given,
                description: format!("given by {TEST_PYTHON_VARIABLE}: {description}"),
            });
        }
    }

    fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    // Two clones may share a target folder; the second waits and then finds the work done.
    let lock = File::create(folder.join("venv.lock"))?;
    lock.lock()?;

    let requirements = fs::read_to_string(requirements_file())
        .with_context(|| format!("cannot read {}", requirements_file().display()))?;
    if !fresh
        && stamp_matches(&environment, &requirements)
        && let Ok(description) = import_check(&python)
    {
        return Ok(TestPython { path: python, description: format!("found: {description}") });
    }
    let description = build(&environment, &requirements)?;
    Ok(TestPython { path: python, description: format!("installed: {description}") })
}

fn requirements_file() -> PathBuf {
    workspace::root().join("xtask/python/requirements.txt")
}

pub(crate) fn environment_python(environment: &Path) -> PathBuf {
    if cfg!(windows) { environment.join("Scripts").join("python.exe") } else { environment.join("bin").join("python") }
}

/// Holds the requirements that were installed. Written last, so that an installation that was cut off does not
/// count as done.
pub(crate) fn stamp_file(environment: &Path) -> PathBuf {
    environment.join("stranded-requirements.txt")
}

pub(crate) fn stamp_matches(environment: &Path, requirements: &str) -> bool {
    fs::read_to_string(stamp_file(environment)).is_ok_and(|stamp| stamp == requirements)
}

fn import_check(python: &Path) -> Result<String> {
    process::capture(Command::new(python).args(["-c", IMPORT_CHECK]))
}

/// Makes the environment from nothing and returns what it has.
fn build(environment: &Path, requirements: &str) -> Result<String> {
    let base = base_python()?;
    process::run(Command::new(&base).args(["-m", "venv", "--clear"]).arg(environment))?;
    let python = environment_python(environment);
    // Wheels only: a build from source would take an hour and a compiler, and hide which version is tested.
    process::run(
        Command::new(&python)
            .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input"])
            .args(["--quiet", "--only-binary", ":all:", "--requirement"])
            .arg(requirements_file()),
    )
    .with_context(|| {
        format!(
            "cannot install the tests' Python packages; with packages from elsewhere, set {TEST_PYTHON_VARIABLE} to a Python that has them"
        )
    })?;
    let description = import_check(&python)?;
    fs::write(stamp_file(environment), requirements)?;
    Ok(description)
}

/// Finds a Python that can make virtual environments, and installs one where that is allowed.
pub(crate) fn base_python() -> Result<PathBuf> {
    let given = env::var_os("PYTHON").map(PathBuf::from).filter(|path| !path.as_os_str().is_empty());
    let candidates = candidates(given.clone());
    let mut complaints = match first_usable(&candidates) {
        Ok(found) => return Ok(found),
        Err(complaints) => complaints,
    };
    // A package would not mend the interpreter that somebody named.
    if given.is_none() {
        eprintln!("no Python here can make a virtual environment:{complaints}");
        eprintln!("installing Debian's python3-venv");
        match apt::install(&["python3", "python3-venv"]) {
            Ok(()) => match first_usable(&candidates) {
                Ok(found) => return Ok(found),
                Err(still) => complaints = still,
            },
            Err(error) => complaints = format!("{complaints}\n  apt-get: {error:#}"),
        }
    }
    let (major, minor) = OLDEST_VERSION;
    bail!(
        "the tests need Python {major}.{minor} or newer with its venv module:{complaints}\n\
         Install it (Debian, Ubuntu: `sudo apt-get install python3 python3-venv`), or set PYTHON to such an interpreter, \
         or set {TEST_PYTHON_VARIABLE} to one that has duckdb and polars"
    )
}

/// The interpreters to try, best first.
fn candidates(given: Option<PathBuf>) -> Vec<PathBuf> {
    match given {
        // Whoever names an interpreter wants that one, not a silent replacement.
        Some(given) => vec![given],
        // The last is what apt-get installs; another one may stand before it in the search path.
        None => ["python3", "python", "/usr/bin/python3"].map(PathBuf::from).to_vec(),
    }
}

/// The first usable interpreter, or else a line for each saying what it lacks.
fn first_usable(candidates: &[PathBuf]) -> Result<PathBuf, String> {
    let mut complaints = Vec::new();
    for candidate in candidates {
        match check_base(candidate) {
            Ok(()) => return Ok(candidate.clone()),
            Err(error) => {
                complaints.push(format!("\n  {}: {error:#}", candidate.display()));
            }
        }
    }
    Err(complaints.concat())
}

fn check_base(python: &Path) -> Result<()> {
    // Debian ships venv without ensurepip, which venv needs, until python3-venv is installed.
    let script = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";
    let version = process::capture(Command::new(python).args(["-c", script]))?;
    check_version(&version)
}

fn check_version(text: &str) -> Result<()> {
    let version = text
        .split_once('.')
        .and_then(|(major, minor)| Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?)))
        .with_context(|| format!("`{text}` is no Python version"))?;
    if version < OLDEST_VERSION {
        let (major, minor) = OLDEST_VERSION;
        bail!("version {text} is older than {major}.{minor}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        for usable in ["3.11", "3.20", "4.0"] {
            assert!(check_version(usable).is_ok(), "{usable}");
        }
        for unusable in ["3.10", "3.9", "2.7", "3", "", "three.eleven"] {
            assert!(check_version(unusable).is_err(), "{unusable}");
        }
    }

    #[test]
    fn a_named_interpreter_is_the_only_candidate() {
        let given = PathBuf::from("/opt/python/bin/python3");
        assert_eq!(candidates(Some(given.clone())), [given]);
        assert!(candidates(None).len() > 1);
    }

    #[test]
    fn every_unusable_interpreter_is_named() {
        let missing = ["/no/such/python3", "/nor/this/python3"].map(PathBuf::from);
        let complaints = first_usable(&missing).expect_err("neither is there");
        for path in &missing {
            assert!(complaints.contains(&path.display().to_string()), "{complaints}");
        }
    }

    #[test]
    fn the_stamp_holds_only_for_the_same_requirements() -> Result<()> {
        let environment = tempfile::tempdir()?;
        assert!(!stamp_matches(environment.path(), "polars==2.1.0\n"));
        fs::write(stamp_file(environment.path()), "polars==2.1.0\n")?;
        assert!(stamp_matches(environment.path(), "polars==2.1.0\n"));
        assert!(!stamp_matches(environment.path(), "polars==2.2.0\n"));
        Ok(())
    }

    #[test]
    fn every_requirement_is_pinned() -> Result<()> {
        let requirements = fs::read_to_string(requirements_file())?;
        let packages: Vec<_> = requirements.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        assert!(packages.iter().all(|line| line.contains("==")), "{packages:?}");
        for name in ["duckdb==", "polars==", "schemathesis=="] {
            assert!(packages.iter().any(|line| line.starts_with(name)), "{name}");
        }
        Ok(())
    }
}
