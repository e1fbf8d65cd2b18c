//! The Python environment of SimPy and happysim, apart from the one of the tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::python;
use crate::{process, workspace};

/// Prints where packages are, and proves that the peers can be imported.
const IMPORT_CHECK: &str = "import simpy, happysimulator, pathlib; print(pathlib.Path(happysimulator.__file__).parent)";

/// Prints where packages are installed.
const PACKAGES: &str = "import sysconfig; print(sysconfig.get_paths()['purelib'])";

/// Finds or makes the environment from `requirements.txt` in `folder` and returns its interpreter.
///
/// # Errors
/// There is no suitable Python, or the packages cannot be installed.
pub(crate) fn prepare(folder: &Path) -> Result<PathBuf> {
    let environment = workspace::target_directory().join("xtask").join("peers-venv");
    let python = python::environment_python(&environment);
    let file = folder.join("requirements.txt");
    let requirements = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let importable = || process::capture(Command::new(&python).args(["-c", IMPORT_CHECK]));
    if python::stamp_matches(&environment, &requirements) && importable().is_ok() {
        return Ok(python);
    }
    process::run(Command::new(python::base_python()?).args(["-m", "venv", "--clear"]).arg(&environment))?;
    // happysim asks for a newer Python than Debian's; see backport.py for why it can do without.
    process::run(
        Command::new(&python)
            .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"])
            .args(["--ignore-requires-python", "--only-binary", ":all:", "--requirement"])
            .arg(&file),
    )
    .context("cannot install SimPy and happysim")?;
    let packages = process::capture(Command::new(&python).args(["-c", PACKAGES]))?;
    process::run(
        Command::new(&python).arg(folder.join("backport.py")).arg(Path::new(&packages).join("happysimulator")),
    )?;
    importable().context("SimPy and happysim are installed but cannot be imported")?;
    fs::write(python::stamp_file(&environment), requirements)?;
    Ok(python)
}
