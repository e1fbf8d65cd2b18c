//! Memory of the running machine, through QEMU's qtest protocol: the guest is not stopped for it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use crate::error::TargetError;
use crate::hexadecimal;

/// A connection to QEMU's qtest server.
#[derive(Debug)]
pub(crate) struct Memory {
    reader: BufReader<UnixStream>,
    limit: Duration,
}

impl Memory {
    /// Uses a connection on which an answer may take `limit`.
    pub(crate) fn new(stream: UnixStream, limit: Duration) -> Self {
        Self { reader: BufReader::new(stream), limit }
    }

    /// Reads memory. Where there is none, qtest answers with zeros.
    pub(crate) fn read(&mut self, address: u32, output: &mut [u8]) -> Result<(), TargetError> {
        if is_word(address, output.len()) {
            // One access of 32 bits, which the machine cannot divide.
            let request = format!("readl {address:#x}");
            let answer = self.request(&request)?;
            let value = u32::from_str_radix(digits(&answer), 16);
            let value = value.map_err(|_| TargetError::Protocol { request, answer: answer.clone() })?;
            output.copy_from_slice(&value.to_le_bytes());
            return Ok(());
        }
        if output.is_empty() {
            return Ok(());
        }
        let request = format!("read {address:#x} {:#x}", output.len());
        let answer = self.request(&request)?;
        match hexadecimal::decode(digits(&answer)) {
            Some(bytes) if bytes.len() == output.len() => output.copy_from_slice(&bytes),
            _ => return Err(TargetError::Protocol { request, answer }),
        }
        Ok(())
    }

    /// Writes memory. Where there is none, nothing happens.
    pub(crate) fn write(&mut self, address: u32, data: &[u8]) -> Result<(), TargetError> {
        let request = match *data {
            [] => return Ok(()),
            [a, b, c, d] if is_word(address, data.len()) => {
                format!("writel {address:#x} {:#x}", u32::from_le_bytes([a, b, c, d]))
            }
            _ => format!("write {address:#x} {:#x} 0x{}", data.len(), hexadecimal::encode(data)),
        };
        self.request(&request).map(drop)
    }

    /// Sends a line and returns what follows `OK` in the answer.
    fn request(&mut self, request: &str) -> Result<String, TargetError> {
        let from_connection = |error| TargetError::from_connection(error, request, self.limit);
        self.reader.get_mut().write_all(format!("{request}\n").as_bytes()).map_err(from_connection)?;
        loop {
            let mut line = String::new();
            let length = self.reader.read_line(&mut line).map_err(from_connection)?;
            if length == 0 {
                return Err(TargetError::connection_closed());
            }
            // Changes of interrupt lines come in between, unasked.
            if line.starts_with("IRQ") {
                continue;
            }
            return match line.strip_prefix("OK") {
                Some(answer) => Ok(answer.trim().to_owned()),
                None => Err(TargetError::Protocol { request: request.to_owned(), answer: line.trim().to_owned() }),
            };
        }
    }
}

fn is_word(address: u32, length: usize) -> bool {
    length == 4 && address.is_multiple_of(4)
}

fn digits(answer: &str) -> &str {
    answer.strip_prefix("0x").unwrap_or(answer)
}
