//! Checks of what lies in `scenarios/`: the files, and the examples in its README.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, anyhow, ensure};

use crate::process::{self, cargo};
use crate::step::Outcome;
use crate::workspace;

/// The folder of measured inputs. They are parts of scenarios, not scenarios.
const CALIBRATION: &str = "calibration";

/// Opens and closes an example in the README.
const FENCE_OPEN: &str = "```toml";
const FENCE_CLOSE: &str = "```";

/// Every scenario that we ship, and every example that we teach with, must be one that `stranded` accepts.
pub(crate) fn check() -> Result<Outcome> {
    let folder = workspace::root().join("scenarios");
    let calibrations = files(&folder.join(CALIBRATION))?;
    let files = files(&folder)?;
    ensure!(!files.is_empty(), "there is no scenario in {}", folder.display());
    let readme = folder.join("README.md");
    let text = fs::read_to_string(&readme).with_context(|| format!("cannot read {}", readme.display()))?;
    let examples = examples(&text);
    ensure!(!examples.is_empty(), "there is no example in {}", readme.display());

    // Examples extend scenarios beside them.
    let copies = tempfile::tempdir()?;
    for file in files.iter().filter(|file| file.parent() == Some(&folder)) {
        fs::copy(file, copies.path().join(file.file_name().unwrap_or_default()))?;
    }
    // ... and calibrations below it.
    fs::create_dir(copies.path().join(CALIBRATION))?;
    for file in &calibrations {
        fs::copy(file, copies.path().join(CALIBRATION).join(file.file_name().unwrap_or_default()))?;
    }
    let mut command = stranded();
    command.args(["scenario", "check"]);
    // As short as a person would type them: the command runs in the root.
    command.args(files.iter().map(|file| file.strip_prefix(workspace::root()).unwrap_or(file)));
    for (line, example) in &examples {
        let copy = copies.path().join(format!("README-line-{line}.toml"));
        fs::write(&copy, example)?;
        command.arg(copy);
    }
    process::run(&mut command).map_err(|_| anyhow!("some are invalid: the messages above say which"))?;
    Ok(Outcome::Passed(format!("{} files, {} examples", files.len(), examples.len())))
}

/// The smallest scenario from its file to a whole run folder, through the program itself.
pub(crate) fn smoke() -> Result<Outcome> {
    let out = tempfile::tempdir()?;
    process::run(
        stranded().args(["run", "scenarios/smoke.toml", "--quiet", "--replications", "3", "--out"]).arg(out.path()),
    )?;
    let mut reports = Vec::new();
    for entry in fs::read_dir(out.path())? {
        reports.push(entry?.path().join("report.html"));
    }
    ensure!(
        matches!(reports.as_slice(), [report] if report.is_file()),
        "the run succeeded and did not leave one run folder with a report.html"
    );
    Ok(Outcome::Passed(String::new()))
}

fn stranded() -> Command {
    cargo(&["run", "--quiet", "--package", "stranded", "--"])
}

/// The scenario files in `folder` and below it, calibrations left out, sorted.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name() != Some(CALIBRATION.as_ref()) {
                found.extend(files(&path)?);
            }
        } else if path.extension() == Some("toml".as_ref()) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The examples in a README, each with the line on which it begins. As many empty lines stand before an example as
/// lines in the README, so that an error names the line of the README.
fn examples(readme: &str) -> Vec<(usize, String)> {
    let mut examples = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in readme.lines().enumerate() {
        match &mut open {
            None if line == FENCE_OPEN => open = Some((index + 2, "\n".repeat(index + 1))),
            None => {}
            Some(_) if line == FENCE_CLOSE => examples.extend(open.take()),
            Some((_, example)) => {
                example.push_str(line);
                example.push('\n');
            }
        }
    }
    // An example that nobody closed is checked with all that follows, and fails.
    examples.extend(open);
    examples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenarios_are_found_at_any_depth_and_calibrations_are_not() -> Result<()> {
        let folder = tempfile::tempdir()?;
        for name in ["calibration", "queueing", "queueing/deep"] {
            fs::create_dir(folder.path().join(name))?;
        }
        for name in ["b.toml", "a.toml", "notes.md", "calibration/server.toml", "queueing/deep/mm1.toml"] {
            fs::write(folder.path().join(name), "")?;
        }
        let expected = ["a.toml", "b.toml", "queueing/deep/mm1.toml"].map(|name| folder.path().join(name));
        assert_eq!(files(folder.path())?, expected);
        assert!(files(&folder.path().join("absent")).is_err());
        Ok(())
    }

    #[test]
    fn examples_keep_their_lines() {
        let readme = "# Title\n\n```toml\na = 1\nb = 2\n```\n\n```sh\nls\n```\n```toml\nc = 3\n";
        let examples = examples(readme);
        assert_eq!(examples[0], (4, "\n\n\na = 1\nb = 2\n".to_owned()));
        assert_eq!(examples[1].0, 12, "one that nobody closed is there too");
        assert_eq!(examples.len(), 2);
    }
}
