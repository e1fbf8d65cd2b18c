//! Starting other programs.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::workspace;

/// A cargo command in the workspace root, with the same cargo that started this program.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(workspace::root());
    for (name, _) in env::vars_os() {
        if describes_this_package(&name) {
            command.env_remove(&name);
        }
    }
    // The caller may have given a path relative to a folder other than the root.
    if env::var_os("CARGO_TARGET_DIR").is_some() {
        command.env("CARGO_TARGET_DIR", workspace::target_directory());
    }
    command
}

/// Whether `cargo run` set this variable to describe xtask itself.
///
/// Build scripts that watch such a variable would be run again, and all above them rebuilt, each time that
/// `cargo xtask test` and a plain `cargo test` take turns.
fn describes_this_package(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| {
        name.starts_with("CARGO_PKG_") || matches!(name, "CARGO_MANIFEST_DIR" | "CARGO_MANIFEST_PATH")
    })
}

/// Runs a command whose output goes to the terminal.
///
/// # Errors
/// The program cannot be started, or does not end with success.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    eprintln!("$ {shown}");
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("cannot start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}`: {status}");
    }
    Ok(())
}

/// Runs a command whose standard output goes to `output` and, line by line, to `see` as well.
/// Returns whether the command ended with success.
///
/// # Errors
/// The program cannot be started or its output cannot be passed on.
pub(crate) fn watch(command: &mut Command, output: &mut impl Write, mut see: impl FnMut(&str)) -> Result<bool> {
    let shown = shown(command);
    eprintln!("$ {shown}");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if let Some(printed) = child.stdout.take() {
        let mut printed = BufReader::new(printed);
        let mut line = Vec::new();
        while printed.read_until(b'\n', &mut line)? > 0 {
            output.write_all(&line)?;
            see(&String::from_utf8_lossy(&line));
            line.clear();
        }
    }
    Ok(child.wait()?.success())
}

/// Runs a command quietly and returns its standard output without the space around it.
///
/// # Errors
/// The program cannot be started, or does not end with success; then the error holds the last line that it
/// wrote to standard error.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{shown}`"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let last_line = complaint.trim_end().lines().last().unwrap_or("no message");
        bail!("`{shown}`: {}: {last_line}", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as a person would type it, near enough to be recognised.
fn shown(command: &Command) -> String {
    let program = command.get_program();
    let is_cargo = Path::new(program).file_stem() == Some(OsStr::new("cargo"));
    let mut words = vec![if is_cargo { "cargo".into() } else { program.to_string_lossy() }];
    for argument in command.get_args() {
        let is_script = words.last().is_some_and(|word| word == "-c");
        words.push(if is_script { "…".into() } else { argument.to_string_lossy() });
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_about_this_package_are_recognised() {
        for name in ["CARGO_PKG_NAME", "CARGO_PKG_VERSION_MAJOR", "CARGO_MANIFEST_DIR"] {
            assert!(describes_this_package(OsStr::new(name)), "{name}");
        }
        for name in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_NET_OFFLINE"] {
            assert!(!describes_this_package(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn what_a_program_prints_is_captured() -> Result<()> {
        assert!(capture(&mut cargo(&["--version"]))?.starts_with("cargo "));
        Ok(())
    }

    #[test]
    fn what_a_program_prints_is_watched_line_by_line() -> Result<()> {
        let mut lines = Vec::new();
        let mut output = Vec::new();
        let success = watch(&mut cargo(&["version", "--verbose"]), &mut output, |line| {
            lines.push(line.to_owned());
        })?;
        assert!(success);
        assert_eq!(lines.concat().into_bytes(), output);
        assert!(lines.iter().any(|line| line.starts_with("release: ")), "{lines:?}");
        Ok(())
    }

    #[test]
    fn a_failure_names_the_command_and_its_complaint() {
        let error = capture(&mut cargo(&["no-such-command"])).expect_err("there is no such command");
        let message = error.to_string();
        assert!(message.contains("no-such-command`"), "{message}");
    }

    #[test]
    fn a_command_is_shown_without_toolchain_folder_and_script() {
        let mut command = Command::new("/toolchain/bin/cargo");
        assert_eq!(shown(command.args(["fmt", "--all"])), "cargo fmt --all");
        let mut command = Command::new("/usr/bin/python3");
        assert_eq!(shown(command.args(["-c", "import sys"])), "/usr/bin/python3 -c …");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(&mut Command::new("stranded-no-such-program")).expect_err("not there");
        assert_eq!(error.to_string(), "cannot start `stranded-no-such-program`");
    }
}
