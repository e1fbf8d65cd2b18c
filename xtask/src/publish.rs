//! `cargo xtask publish`: the report of the day in both languages, and the picture of it that the README shows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::browser;
use crate::process::{self, cargo};
use crate::workspace;

/// The scenario whose report is shown.
const SCENARIO: &str = "scenarios/2022-04-10-greencar.toml";

/// Where the reports go.
const PUBLISHED: &str = "reports/published/2022-04-10";

/// The picture's name there.
const PICTURE: &str = "picture.png";

/// Languages of the reports.
const LANGUAGES: [&str; 2] = ["en", "ko"];

/// Width and height of the window in CSS pixels: down to the end of the first chart.
const WINDOW: (u32, u32) = (1000, 1274);

/// Pixels of the picture for a CSS pixel, so that the text is sharp on dense screens too.
const SCALE: f64 = 1.25;

/// A picture in a repository stays in every clone for ever.
const PICTURE_BYTES_MAX: usize = 300_000;

/// Runs the scenario, writes its report in both languages, and takes a picture of the top of the English one.
///
/// # Errors
/// There is no Chromium, the run or the browser fails, or the picture is too large for the repository.
pub(crate) fn run(replications: u32) -> Result<()> {
    // First, because the run takes minutes.
    let browser = browser::find().context("the picture is taken by a Chromium; `cargo xtask setup` installs one")?;
    let parent = workspace::target_directory().join("xtask");
    fs::create_dir_all(&parent).with_context(|| format!("cannot make the folder {}", parent.display()))?;
    // Not in the system's folder for such things: a Chromium from a snap does not see that one.
    let folder = tempfile::Builder::new().prefix("publish-").tempdir_in(parent)?;

    let runs = folder.path().join("runs");
    let replications = replications.to_string();
    process::run(stranded(&["run", SCENARIO, "--replications", &replications, "--out"]).arg(&runs))?;
    let run = only_run(&runs)?;
    let root = workspace::root();
    let published = root.join(PUBLISHED);
    for language in LANGUAGES {
        let mut command = stranded(&["report", "--lang", language, "--pdf", "--out"]);
        process::run(command.arg(&published).arg(&run))?;
        let page = published.join(format!("post-mortem.{language}.html"));
        let text = fs::read_to_string(&page).with_context(|| format!("cannot read {}", page.display()))?;
        names_no_path(&text, &[&root, folder.path()])?;
    }

    let screenshot = folder.path().join("report.png");
    let report = published.join("post-mortem.en.html");
    process::run(&mut screenshot_command(browser, &folder.path().join("profile"), &report, &screenshot))?;
    let picture = fs::read(&screenshot).with_context(|| format!("{browser} took no picture"))?;
    check(&picture)?;
    let place = published.join(PICTURE);
    fs::write(&place, &picture).with_context(|| format!("cannot write {}", place.display()))?;
    println!("{PUBLISHED}/{PICTURE}: {} kB; look at it before you commit it", picture.len() / 1000);
    Ok(())
}

fn stranded(arguments: &[&str]) -> Command {
    let mut command = cargo(&["run", "--release", "--package", "stranded", "--"]);
    command.args(arguments);
    command
}

/// The only run folder in `runs`.
fn only_run(runs: &Path) -> Result<PathBuf> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(runs).with_context(|| format!("cannot list {}", runs.display()))? {
        folders.push(entry?.path());
    }
    match folders.as_slice() {
        [folder] => Ok(folder.clone()),
        _ => bail!("expected one run folder in {}", runs.display()),
    }
}

fn screenshot_command(browser: &str, profile: &Path, report: &Path, screenshot: &Path) -> Command {
    let with_path = |flag: &str, path: &Path| {
        let mut argument = std::ffi::OsString::from(flag);
        argument.push(path);
        argument
    };
    let (width, height) = WINDOW;
    let mut command = Command::new(browser);
    command
        .args(browser::FLAGS)
        // Light, whatever the desktop prefers (0 would be dark).
        .arg("--blink-settings=preferredColorScheme=1")
        .arg(format!("--window-size={width},{height}"))
        .arg(format!("--force-device-scale-factor={SCALE}"))
        .arg(with_path("--user-data-dir=", profile))
        .arg(with_path("--screenshot=", screenshot))
        .arg(report);
    command
}

/// Whether a page says nothing of where on this machine it was made.
fn names_no_path(page: &str, paths: &[&Path]) -> Result<()> {
    for path in paths {
        let name = path.to_string_lossy();
        ensure!(!page.contains(&*name), "the report names {name}, a path of this machine");
    }
    Ok(())
}

/// Whether these bytes are a picture that the repository can hold.
fn check(picture: &[u8]) -> Result<()> {
    ensure!(picture.starts_with(b"\x89PNG\r\n\x1a\n"), "the browser's picture is no PNG");
    ensure!(
        picture.len() <= PICTURE_BYTES_MAX,
        "the picture has {} bytes, over {PICTURE_BYTES_MAX}; lower SCALE in xtask/src/publish.rs",
        picture.len()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_run_is_found() -> Result<()> {
        let folder = tempfile::tempdir()?;
        assert!(only_run(folder.path()).is_err(), "no run");
        fs::create_dir(folder.path().join("first"))?;
        assert_eq!(only_run(folder.path())?, folder.path().join("first"));
        fs::create_dir(folder.path().join("second"))?;
        assert!(only_run(folder.path()).is_err(), "two runs");
        Ok(())
    }

    #[test]
    fn a_page_that_names_a_path_of_the_machine_is_refused() {
        let paths = [Path::new("/home/somebody/stranded"), Path::new("/var/tmp/publish")];
        assert!(names_no_path("stranded run scenarios/day.toml", &paths).is_ok());
        for page in ["--out /var/tmp/publish/runs", "file:///home/somebody/stranded/target"] {
            assert!(names_no_path(page, &paths).is_err(), "{page}");
        }
    }

    #[test]
    fn only_a_small_png_is_kept() {
        let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
        assert!(check(&picture).is_ok());
        picture.resize(PICTURE_BYTES_MAX + 1, 0);
        assert!(check(&picture).is_err());
        assert!(check(b"<html>").is_err());
    }
}
