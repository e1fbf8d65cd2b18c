//! Installing a Debian package, where that is possible without asking anybody.

use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process;

/// Installs packages with apt-get, as root or through a sudo that asks for no password.
///
/// # Errors
/// There is no apt-get, no right to use it, or it fails.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    process::capture(Command::new("apt-get").arg("--version")).context("this machine has no apt-get")?;
    let prefix = privilege_prefix()?;
    // A fresh machine or container has no package lists yet. A repository that cannot be reached must not keep
    // us from the others, so only the installation decides.
    if let Err(error) = process::run(&mut apt_get(prefix, &["update", "--quiet"])) {
        eprintln!("warning: {error:#}");
    }
    let mut arguments = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
    arguments.extend(packages);
    process::run(&mut apt_get(prefix, &arguments))
}

/// The words in front of a command that needs root's rights.
fn privilege_prefix() -> Result<&'static [&'static str]> {
    if process::capture(Command::new("id").arg("-u"))? == "0" {
        return Ok(&[]);
    }
    if process::capture(Command::new("sudo").args(["-n", "true"])).is_ok() {
        return Ok(&["sudo", "-n"]);
    }
    bail!("neither root nor a sudo without a password")
}

fn apt_get(prefix: &[&str], arguments: &[&str]) -> Command {
    // Through `env`, because sudo drops the variables of its caller.
    let words = [prefix, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"], arguments].concat();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(command: &Command) -> Vec<String> {
        std::iter::once(command.get_program())
            .chain(command.get_args())
            .map(|word| word.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn apt_asks_nothing_with_and_without_sudo() {
        let plain = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "update"];
        assert_eq!(words(&apt_get(&[], &["update"])), plain);
        assert_eq!(words(&apt_get(&["sudo", "-n"], &["update"])), [&["sudo", "-n"], &plain[..]].concat());
    }
}
