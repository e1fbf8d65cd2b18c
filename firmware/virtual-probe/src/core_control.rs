//! Run control of the core, through QEMU's GDB stub.

use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use crate::error::TargetError;
use crate::hexadecimal;
use crate::packet;
use crate::registers::{RegisterNumbers, included_features};

/// QEMU takes packets of 4 KiB; a byte is two digits.
const BYTES_A_PACKET: usize = 1024;

/// The core: it runs or stands still, and has registers, memory and breakpoints while it stands.
#[derive(Debug)]
pub(crate) struct CoreControl {
    stream: UnixStream,
    received: Vec<u8>,
    limit: Duration,
    registers: RegisterNumbers,
    runs: bool,
}

impl CoreControl {
    /// Begins a debug session with a core that stands still. `limit` is how long an answer may take.
    pub(crate) fn new(stream: UnixStream, limit: Duration) -> Result<Self, TargetError> {
        let registers = RegisterNumbers::default();
        let mut core = Self { stream, received: Vec::new(), limit, registers, runs: false };
        core.request("qSupported:swbreak+;hwbreak+")?;
        core.request("?")?;
        for feature in included_features(&core.description("target.xml")?) {
            let xml = core.description(&feature)?;
            core.registers.add_feature(&xml);
        }
        Ok(core)
    }

    /// Whether the core runs, as far as we have heard.
    pub(crate) fn runs(&self) -> bool {
        self.runs
    }

    /// Lets the core run.
    pub(crate) fn resume(&mut self) -> Result<(), TargetError> {
        self.send("c")?;
        self.runs = true;
        Ok(())
    }

    /// Carries out one instruction. QEMU holds interrupts and timers back meanwhile.
    pub(crate) fn step(&mut self) -> Result<(), TargetError> {
        self.send("s")?;
        self.runs = true;
        self.wait_for_stop("s")
    }

    /// Stops a running core.
    pub(crate) fn interrupt(&mut self) -> Result<(), TargetError> {
        if !self.runs {
            return Ok(());
        }
        self.write("interrupt", &[3])?;
        self.wait_for_stop("interrupt")
    }

    /// Whether a running core has stopped by itself since it was last asked; does not wait. Asked of a core that stands
    /// still it finds out whether QEMU is still there.
    pub(crate) fn has_stopped(&mut self) -> Result<bool, TargetError> {
        self.stream.set_nonblocking(true).map_err(|error| self.failed("poll", error))?;
        let polled = self.receive_some();
        self.stream.set_nonblocking(false).map_err(|error| self.failed("poll", error))?;
        match polled {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(self.failed("poll", error)),
        }
        match packet::take(&mut self.received) {
            Some(packet) => self.take_stop(&packet),
            None => Ok(false),
        }
    }

    /// Reads memory of a core that stands still.
    pub(crate) fn read_memory(&mut self, address: u32, output: &mut [u8]) -> Result<(), TargetError> {
        let length = output.len();
        for (address, chunk) in (address..).step_by(BYTES_A_PACKET).zip(output.chunks_mut(BYTES_A_PACKET)) {
            let request = format!("m{address:x},{:x}", chunk.len());
            let answer = self.request(&request)?;
            match hexadecimal::decode(&answer) {
                Some(bytes) if bytes.len() == chunk.len() => chunk.copy_from_slice(&bytes),
                _ if answer.starts_with('E') => return Err(TargetError::NoMemory { address, length }),
                _ => return Err(TargetError::Protocol { request, answer }),
            }
        }
        Ok(())
    }

    /// The value of a register, little-endian in as many bytes as it has; nothing if this QEMU does not show it.
    pub(crate) fn read_register(&mut self, name: &str) -> Result<Option<Vec<u8>>, TargetError> {
        let Some(number) = self.registers.number(name) else { return Ok(None) };
        let request = format!("p{number:x}");
        let answer = self.request(&request)?;
        match hexadecimal::decode(&answer) {
            Some(bytes) if !bytes.is_empty() => Ok(Some(bytes)),
            _ => Err(TargetError::Protocol { request, answer }),
        }
    }

    /// Sets a register, if this QEMU shows it.
    pub(crate) fn write_register(&mut self, name: &str, value: &[u8]) -> Result<(), TargetError> {
        let Some(number) = self.registers.number(name) else { return Ok(()) };
        let request = format!("P{number:x}={}", hexadecimal::encode(value));
        let answer = self.request(&request)?;
        expect_ok(&request, answer)
    }

    /// Stops the core from now on before it carries out the instruction at this address.
    pub(crate) fn set_breakpoint(&mut self, address: u32) -> Result<(), TargetError> {
        self.breakpoint('Z', address)
    }

    /// Takes a breakpoint away.
    pub(crate) fn clear_breakpoint(&mut self, address: u32) -> Result<(), TargetError> {
        self.breakpoint('z', address)
    }

    fn breakpoint(&mut self, letter: char, address: u32) -> Result<(), TargetError> {
        let request = format!("{letter}1,{address:x},2");
        let answer = self.request(&request)?;
        expect_ok(&request, answer)
    }

    fn description(&mut self, name: &str) -> Result<String, TargetError> {
        // The longest is a tenth of this; it must be shorter than a packet.
        let answer = self.request(&format!("qXfer:features:read:{name}:0,ffb"))?;
        Ok(answer.strip_prefix('l').unwrap_or(&answer).to_owned())
    }

    fn request(&mut self, request: &str) -> Result<String, TargetError> {
        debug_assert!(!self.runs, "QEMU takes any byte for an interrupt while the core runs: {request}");
        self.send(request)?;
        self.receive(request)
    }

    fn wait_for_stop(&mut self, request: &str) -> Result<(), TargetError> {
        loop {
            let packet = self.receive(request)?;
            if self.take_stop(&packet)? {
                return Ok(());
            }
        }
    }

    /// Whether this packet says that the core has stopped.
    fn take_stop(&mut self, packet: &str) -> Result<bool, TargetError> {
        match packet.as_bytes().first() {
            Some(b'T' | b'S') if self.runs => {
                self.runs = false;
                self.acknowledge()?;
                Ok(true)
            }
            Some(b'W' | b'X') => Err(TargetError::Lost("QEMU said that it ends".to_owned())),
            _ => Ok(false),
        }
    }

    fn send(&mut self, data: &str) -> Result<(), TargetError> {
        self.write(data, packet::encode(data).as_bytes())
    }

    fn write(&mut self, request: &str, bytes: &[u8]) -> Result<(), TargetError> {
        self.stream.write_all(bytes).map_err(|error| self.failed(request, error))
    }

    /// QEMU sends nothing more before it has this. Only for a core that stands still.
    fn acknowledge(&mut self) -> Result<(), TargetError> {
        self.write("acknowledgement", b"+")
    }

    fn receive(&mut self, request: &str) -> Result<String, TargetError> {
        let start = Instant::now();
        loop {
            if let Some(packet) = packet::take(&mut self.received) {
                if !self.runs {
                    self.acknowledge()?;
                }
                return Ok(packet);
            }
            if start.elapsed() >= self.limit {
                return Err(TargetError::Silent { request: request.to_owned(), limit: self.limit });
            }
            self.receive_some().map_err(|error| self.failed(request, error))?;
        }
    }

    fn receive_some(&mut self) -> io::Result<()> {
        let mut bytes = [0; 8192];
        let length = loop {
            match self.stream.read(&mut bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.received.extend_from_slice(&bytes[..length]);
        Ok(())
    }

    fn failed(&self, request: &str, error: io::Error) -> TargetError {
        TargetError::from_connection(error, request, self.limit)
    }
}

fn expect_ok(request: &str, answer: String) -> Result<(), TargetError> {
    if answer == "OK" { Ok(()) } else { Err(TargetError::Protocol { request: request.to_owned(), answer }) }
}
