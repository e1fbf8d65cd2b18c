//! Paper and pixels: a page printed to PDF, and a chart as PNG, by an installed Chromium.

use crate::error::ReportError;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

/// Names under which a Chromium may be installed.
pub const BROWSERS: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// Flags without which a browser would ask, update itself or talk to its maker.
const FLAGS: [&str; 10] = [
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
    // Nothing on the page waits; without this the browser would look at the clock.
    "--run-all-compositor-stages-before-draw",
];

/// Pixels of a PNG for a unit of a chart, so that text is sharp on dense screens and in print.
const PIXELS_PER_UNIT: u32 = 2;

/// An installed Chromium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    program: OsString,
}

impl Browser {
    /// The first of the usual names that starts, or `program` and no other one.
    ///
    /// # Errors
    /// [`ReportError::NoBrowser`] when none starts.
    pub fn find(program: Option<&Path>) -> Result<Self, ReportError> {
        let names: Vec<OsString> = match program {
            Some(program) => vec![program.as_os_str().to_owned()],
            None => BROWSERS.map(OsString::from).into(),
        };
        let starts = |name: &&OsString| {
            let mut command = Command::new(name);
            command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        };
        match names.iter().find(starts) {
            Some(name) => Ok(Self { program: name.clone() }),
            None => Err(ReportError::NoBrowser {
                tried: names.iter().map(|name| name.to_string_lossy().into_owned()).collect::<Vec<_>>().join(", "),
            }),
        }
    }

    /// Prints a page to PDF. Both are files on this machine; `scratch` is a folder for the browser's own.
    ///
    /// # Errors
    /// [`ReportError::Browser`] when it fails.
    pub fn print(&self, page: &Path, pdf: &Path, scratch: &Path) -> Result<(), ReportError> {
        let flags = ["--no-pdf-header-footer", "--generate-pdf-document-outline"].map(OsString::from);
        self.run(page, &flags, ("--print-to-pdf=", pdf), scratch, b"%PDF-")
    }

    /// Takes a picture of an image, so many pixels to a unit of its size. Both are files on this machine.
    ///
    /// # Errors
    /// [`ReportError::Browser`] when it fails.
    pub fn picture(
        &self,
        image: &Path,
        (width, height): (u32, u32),
        png: &Path,
        scratch: &Path,
    ) -> Result<(), ReportError> {
        let flags = [
            format!("--window-size={width},{height}"),
            format!("--force-device-scale-factor={PIXELS_PER_UNIT}"),
            "--default-background-color=FFFFFFFF".to_owned(),
        ];
        self.run(image, &flags.map(OsString::from), ("--screenshot=", png), scratch, b"\x89PNG\r\n")
    }

    fn run(
        &self,
        page: &Path,
        flags: &[OsString],
        (output_flag, output): (&str, &Path),
        scratch: &Path,
        begins_with: &[u8],
    ) -> Result<(), ReportError> {
        let with_path = |flag: &str, path: &Path| {
            let mut argument = OsString::from(flag);
            argument.push(path);
            argument
        };
        let failed =
            |message: String| ReportError::Browser { program: self.program.to_string_lossy().into_owned(), message };
        let ended = Command::new(&self.program)
            .args(FLAGS)
            .arg(with_path("--user-data-dir=", scratch))
            .args(flags)
            .arg(with_path(output_flag, output))
            .arg(page)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| failed(error.to_string()))?;
        let is_there = std::fs::read(output).is_ok_and(|bytes| bytes.starts_with(begins_with));
        if ended.status.success() && is_there {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&ended.stderr);
        let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it wrote nothing");
        Err(failed(last.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_browser_the_error_names_the_package() {
        let error = Browser::find(Some(Path::new("stranded-no-such-browser"))).unwrap_err().to_string();
        assert!(error.contains("stranded-no-such-browser") && error.contains("apt-get install chromium"), "{error}");
    }
}
