//! `cargo xtask picture`: the picture of a report that the README shows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::process::{self, cargo};
use crate::workspace;

/// The scenario whose report is shown.
const SCENARIO: &str = "scenarios/2022-04-10-greencar.toml";

/// Where the picture goes.
const PICTURE: &str = "reports/published/2022-04-10-greencar.png";

/// Names under which a Chromium may be installed.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Width and height of the window in CSS pixels: down to the end of the first chart.
const WINDOW: (u32, u32) = (1000, 1274);

/// Pixels of the picture for a CSS pixel, so that the text is sharp on dense screens too.
const SCALE: f64 = 1.25;

/// A picture in a repository stays in every clone for ever.
const PICTURE_BYTES_MAX: usize = 300_000;

/// Flags without which a browser would ask, update itself or talk to its maker.
const BROWSER_FLAGS: [&str; 9] = [
    "--headless",
    // A container's root has no sandbox, and the page is our own and fetches nothing.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
];

/// Runs the scenario and takes a picture of the top of its report.
///
/// # Errors
/// There is no Chromium, the run or the browser fails, or the picture is too large for the repository.
pub(crate) fn run(replications: u32) -> Result<()> {
    // First, because the run takes minutes.
    let browser = browser(&BROWSERS)?;
    let parent = workspace::target_directory().join("xtask");
    fs::create_dir_all(&parent).with_context(|| format!("cannot make the folder {}", parent.display()))?;
    // Not in the system's folder for such things: a Chromium from a snap does not see that one.
    let folder = tempfile::Builder::new().prefix("picture-").tempdir_in(parent)?;

    let runs = folder.path().join("runs");
    let mut command = cargo(&["run", "--release", "--package", "stranded", "--", "run", SCENARIO]);
    process::run(command.args(["--replications", &replications.to_string(), "--out"]).arg(&runs))?;

    let screenshot = folder.path().join("report.png");
    process::run(&mut screenshot_command(browser, &folder.path().join("profile"), &report(&runs)?, &screenshot))?;
    let picture = fs::read(&screenshot).with_context(|| format!("{browser} took no picture"))?;
    check(&picture)?;
    let place = workspace::root().join(PICTURE);
    if let Some(parent) = place.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(&place, &picture).with_context(|| format!("cannot write {}", place.display()))?;
    println!("{PICTURE}: {} kB; look at it before you commit it", picture.len() / 1000);
    Ok(())
}

/// The first of these programs that starts.
fn browser(names: &[&'static str]) -> Result<&'static str> {
    let starts = |name: &&&str| process::capture(Command::new(name).arg("--version")).is_ok();
    names.iter().find(starts).copied().with_context(|| {
        format!(
            "the picture is taken by a Chromium, and none of {} starts; install one \
             (Debian: `apt-get install chromium`; Ubuntu: `snap install chromium`)",
            names.join(", ")
        )
    })
}

/// The report of the only run in `runs`.
fn report(runs: &Path) -> Result<PathBuf> {
    let mut reports = Vec::new();
    for entry in fs::read_dir(runs).with_context(|| format!("cannot list {}", runs.display()))? {
        reports.push(entry?.path().join("report.html"));
    }
    match reports.as_slice() {
        [report] if report.is_file() => Ok(report.clone()),
        _ => bail!("expected one run folder with a report.html in {}", runs.display()),
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
        .args(BROWSER_FLAGS)
        // Light, whatever the desktop prefers (0 would be dark).
        .arg("--blink-settings=preferredColorScheme=1")
        .arg(format!("--window-size={width},{height}"))
        .arg(format!("--force-device-scale-factor={SCALE}"))
        .arg(with_path("--user-data-dir=", profile))
        .arg(with_path("--screenshot=", screenshot))
        .arg(report);
    command
}

/// Whether these bytes are a picture that the repository can hold.
fn check(picture: &[u8]) -> Result<()> {
    ensure!(picture.starts_with(b"\x89PNG\r\n\x1a\n"), "the browser's picture is no PNG");
    ensure!(
        picture.len() <= PICTURE_BYTES_MAX,
        "the picture has {} bytes, over {PICTURE_BYTES_MAX}; lower SCALE in xtask/src/picture.rs",
        picture.len()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_browser_the_error_names_the_package() {
        let message = browser(&["stranded-no-such-browser"]).expect_err("not there").to_string();
        assert!(message.contains("stranded-no-such-browser") && message.contains("install chromium"), "{message}");
    }

    #[test]
    fn the_report_of_the_only_run_is_found() -> Result<()> {
        let folder = tempfile::tempdir()?;
        assert!(report(folder.path()).is_err(), "no run");
        for name in ["first", "second"] {
            fs::create_dir(folder.path().join(name))?;
            fs::write(folder.path().join(name).join("report.html"), "")?;
            if name == "first" {
                assert_eq!(report(folder.path())?, folder.path().join("first/report.html"));
            }
        }
        assert!(report(folder.path()).is_err(), "two runs");
        Ok(())
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
