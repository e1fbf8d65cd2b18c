//! Paper: the page printed to PDF by an installed Chromium.

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

    /// Prints a page to PDF. Both are files on this machine; `scratch` is an empty folder for the browser's own.
    ///
    /// # Errors
    /// [`ReportError::Browser`] when it fails.
    pub fn print(&self, page: &Path, pdf: &Path, scratch: &Path) -> Result<(), ReportError> {
        let with_path = |flag: &str, path: &Path| {
            let mut argument = OsString::from(flag);
            argument.push(path);
            argument
        };
        let failed =
            |message: String| ReportError::Browser { program: self.program.to_string_lossy().into_owned(), message };
        let output = Command::new(&self.program)
            .args(FLAGS)
            .arg(with_path("--user-data-dir=", scratch))
            .arg("--no-pdf-header-footer")
            .arg("--generate-pdf-document-outline")
            .arg(with_path("--print-to-pdf=", pdf))
            .arg(page)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| failed(error.to_string()))?;
        let has_printed = std::fs::read(pdf).is_ok_and(|bytes| bytes.starts_with(b"%PDF-"));
        if output.status.success() && has_printed {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it printed nothing");
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
