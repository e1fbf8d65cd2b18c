//! The Chromium that tests look at reports with, and fonts that have the letters of both languages.

use std::process::Command;

use anyhow::{Context as _, Result};

use crate::{apt, process};

/// Names under which a Chromium may be installed.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Its package in Debian.
const BROWSER_PACKAGE: &str = "chromium";

/// The package of Noto Sans CJK in Debian and Ubuntu, under the SIL Open Font License 1.1.
const FONT_PACKAGE: &str = "fonts-noto-cjk";

/// Flags without which a browser would ask, update itself or talk to its maker.
pub(crate) const FLAGS: [&str; 9] = [
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

/// Finds or installs a Chromium and says which.
///
/// # Errors
/// There is none and it could not be installed.
pub(crate) fn prepare() -> Result<String> {
    if let Some(found) = find() {
        return Ok(format!("found: {}", version(found)?));
    }
    apt::install(&[BROWSER_PACKAGE]).with_context(|| {
        format!("reports are tested in a Chromium, and none of {} starts; install one", BROWSERS.join(", "))
    })?;
    let installed = find().context("the package is installed, and still no Chromium starts")?;
    Ok(format!("installed: {}", version(installed)?))
}

/// Finds or installs a font with Korean letters and says which.
///
/// # Errors
/// There is none and it could not be installed.
pub(crate) fn prepare_fonts() -> Result<String> {
    if let Some(family) = korean_family() {
        return Ok(format!("found: {family}"));
    }
    apt::install(&[FONT_PACKAGE, "fontconfig"])
        .context("Korean reports need a font with Korean letters; install one, such as Noto Sans CJK")?;
    let family = korean_family().context("the package is installed, and still no font has Korean letters")?;
    Ok(format!("installed: {family}"))
}

/// The first of the usual names that starts.
pub(crate) fn find() -> Option<&'static str> {
    BROWSERS.into_iter().find(|name| version(name).is_ok())
}

fn version(name: &str) -> Result<String> {
    process::capture(Command::new(name).arg("--version"))
}

fn korean_family() -> Option<String> {
    let families = process::capture(Command::new("fc-list").args([":lang=ko", "family"])).ok()?;
    families.lines().find(|line| !line.is_empty()).map(str::to_owned)
}
