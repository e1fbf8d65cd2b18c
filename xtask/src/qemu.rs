//! QEMU, the machine of the firmware's tests.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::{apt, process};

/// The program, and the Debian package that has it.
const PROGRAM: &str = "qemu-system-arm";

/// The oldest version that we know to have all we use.
const OLDEST_VERSION: (u32, u32) = (7, 2);

/// Finds or installs QEMU and says which.
///
/// # Errors
/// It is not there and cannot be installed, or is too old.
pub(crate) fn prepare() -> Result<String> {
    let version = || process::capture(Command::new(PROGRAM).arg("--version"));
    let (word, version) = if let Ok(version) = version() {
        ("found", version)
    } else {
        apt::install(&[PROGRAM]).with_context(|| {
            format!(
                "the firmware's tests need {PROGRAM}; install it (Debian, Ubuntu: `sudo apt-get install {PROGRAM}`)"
            )
        })?;
        ("installed", version()?)
    };
    let line = version.lines().next().unwrap_or_default();
    check_version(line)?;
    Ok(format!("{word}: {line}"))
}

fn check_version(line: &str) -> Result<()> {
    let number = line.split_whitespace().find_map(|word| {
        let (major, rest) = word.split_once('.')?;
        let minor = rest.split(|letter: char| !letter.is_ascii_digit()).next()?;
        Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?))
    });
    let version = number.with_context(|| format!("`{line}` names no version"))?;
    let (major, minor) = OLDEST_VERSION;
    ensure!(version >= OLDEST_VERSION, "{PROGRAM} is older than {major}.{minor}: {line}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check_version;

    #[test]
    fn versions_compare_as_numbers() {
        for usable in ["QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)", "QEMU emulator version 10.0.2"] {
            assert!(check_version(usable).is_ok(), "{usable}");
        }
        for unusable in ["QEMU emulator version 6.2.0", "QEMU emulator version 7.1.0", "QEMU", ""] {
            assert!(check_version(unusable).is_err(), "{unusable}");
        }
    }
}
