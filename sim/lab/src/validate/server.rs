//! The reference server, as a vendor and an operator on loopback.

use super::process::Process;
use crate::failure::Failure;
use serde::Deserialize;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long a server may take until it is ready.
const READY_WITHIN: Duration = Duration::from_mins(1);
/// How often one looks whether it is.
const LOOK: Duration = Duration::from_millis(50);

/// The line that a server prints when it is ready.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Ready {
    /// The service of the scenario that it plays.
    pub(crate) service: String,
    /// Where it listens: host and port.
    pub(crate) listen: String,
    /// Where its admin listener is.
    pub(crate) admin: String,
}

/// A server that answers.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) ready: Ready,
    // Held for its end.
    _process: Process,
}

impl Server {
    /// Starts `program ROLE --scenario FILE ...` on free ports of loopback and waits until it is ready.
    ///
    /// # Errors
    /// When it cannot be started, ends early, says something else than where it listens, or nothing in time.
    pub(crate) fn start(
        program: &Path,
        role: &str,
        scenario: &Path,
        more: &[String],
        folder: &Path,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Self, Failure> {
        let mut command = Command::new(program);
        command.arg(role).arg("--scenario").arg(scenario);
        // When its window is over, nobody waits for an answer any more.
        command.args(["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--drain", "1"]).args(more);
        let name = format!("reference-server {role}");
        let mut process = Process::start(&name, &mut command, folder.join(format!("{role}.log")))?;
        let lines = lines(&mut process);
        let started = Instant::now();
        let line = loop {
            match lines.recv_timeout(LOOK) {
                Ok(line) => break line,
                Err(mpsc::RecvTimeoutError::Disconnected) => return Err(process.failed("ended before it was ready")),
                Err(mpsc::RecvTimeoutError::Timeout) if !go_on() => return Err(Failure::Interrupted),
                Err(mpsc::RecvTimeoutError::Timeout) if started.elapsed() > READY_WITHIN => {
                    return Err(process.failed(&format!("was not ready within {} s", READY_WITHIN.as_secs())));
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
            }
        };
        let ready = serde_json::from_str(&line)
            .map_err(|error| process.failed(&format!("does not say where it listens ({error}): {line}")))?;
        Ok(Self { ready, _process: process })
    }
}

/// The lines of a program's standard output, read by a thread that ends with it; read on to the end, so that nothing blocks it.
fn lines(process: &mut Process) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(output) = process.child().stdout.take() {
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // Only the first line is waited for.
                let _ = sender.send(line);
            }
        });
    }
    receiver
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn start(script: &str) -> Result<Server, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("server");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        Server::start(&program, "vendor", Path::new("x.toml"), &[], folder.path(), &|| true)
    }

    #[test]
    fn the_first_line_says_where_it_listens() {
        let line = r#"{"role":"vendor","service":"vendor","listen":"127.0.0.1:1","admin":"127.0.0.1:2"}"#;
        let server = start(&format!("echo '{line}'; exec sleep 600")).unwrap();
        assert_eq!((server.ready.service.as_str(), server.ready.admin.as_str()), ("vendor", "127.0.0.1:2"));
    }

    #[test]
    fn a_server_that_ends_or_babbles_is_an_error_with_its_words() {
        let message = start("echo 'the port is taken' >&2; exit 1").unwrap_err().to_string();
        assert!(message.contains("ended before it was ready") && message.contains("the port is taken"), "{message}");
        let message = start("echo hello; exec sleep 600").unwrap_err().to_string();
        assert!(message.contains("does not say where it listens") && message.contains("hello"), "{message}");
    }
}
