//! QEMU's machine protocol (QMP), used for the one thing that must be waited for: a reset.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use crate::error::TargetError;

/// A connection to QEMU's monitor.
#[derive(Debug)]
pub(crate) struct Monitor {
    reader: BufReader<UnixStream>,
    limit: Duration,
}

impl Monitor {
    /// Greets QEMU. `limit` is how long an answer may take.
    pub(crate) fn new(stream: UnixStream, limit: Duration) -> Result<Self, TargetError> {
        let mut monitor = Self { reader: BufReader::new(stream), limit };
        monitor.wait_for("greeting", "\"QMP\"")?;
        monitor.execute("qmp_capabilities", "\"return\"")?;
        Ok(monitor)
    }

    /// Resets the machine and returns when that has happened. Memory keeps its content.
    pub(crate) fn reset(&mut self) -> Result<(), TargetError> {
        // The answer says no more than that a reset will come; the event says that it came.
        self.execute("system_reset", "\"RESET\"")
    }

    fn execute(&mut self, command: &str, awaited: &str) -> Result<(), TargetError> {
        let line = format!("{{\"execute\":\"{command}\"}}\n");
        self.reader
            .get_mut()
            .write_all(line.as_bytes())
            .map_err(|error| TargetError::from_connection(error, command, self.limit))?;
        self.wait_for(command, awaited)
    }

    /// Reads on to the line that contains a text. QEMU writes every message on a line of its own.
    fn wait_for(&mut self, request: &str, awaited: &str) -> Result<(), TargetError> {
        let mut line = String::new();
        loop {
            line.clear();
            let length = self
                .reader
                .read_line(&mut line)
                .map_err(|error| TargetError::from_connection(error, request, self.limit))?;
            if length == 0 {
                return Err(TargetError::connection_closed());
            }
            if line.contains("\"error\"") {
                let answer = line.trim().to_owned();
                return Err(TargetError::Protocol { request: request.to_owned(), answer });
            }
            if line.contains(awaited) {
                return Ok(());
            }
        }
    }
}
