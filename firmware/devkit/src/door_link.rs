//! Talking to the door as a phone does, over RTT or over a UART.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use probe_rs::Core;
use probe_rs::rtt::{Rtt, ScanRegion};
use stranded_wire::issuer::{Next, Outcome, Session, hello};
use stranded_wire::{CarId, Challenge, FrameReader, LogEntry, Reply};

use crate::device::{Device, RTT_SYMBOL};
use crate::error::DevkitError;
use crate::program::Program;

/// How often we look whether the door has something to say.
const POLL_INTERVAL: Duration = Duration::from_millis(1);

/// When the door is held for dead. Long, because QEMU on a loaded machine is slow.
const SILENCE_LIMIT: Duration = Duration::from_mins(1);

/// The channels of the firmware: see `start_rtt` in its application.
const LINK_UP: usize = 1;
const LINK_DOWN: usize = 0;

/// A conversation partner: the door of a device that runs.
pub struct DoorLink<'device> {
    line: Line<'device>,
    reader: FrameReader,
    /// Read and not looked at yet.
    received: Vec<u8>,
}

/// What the bytes go through.
enum Line<'device> {
    /// The probe reads and writes the channels in the device's memory.
    Rtt { core: Box<Core<'device>>, rtt: Rtt },
    /// The socket that QEMU puts its UART on; it never blocks.
    Uart(UnixStream),
}

impl std::fmt::Debug for DoorLink<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("DoorLink").finish_non_exhaustive()
    }
}

impl<'device> DoorLink<'device> {
    /// Over RTT: waits until the program of a device that was [started](Device::start) has made its channels known.
    ///
    /// # Errors
    /// The probe fails, or the program makes no channels known.
    pub fn open(device: &'device mut Device, program: &Program) -> Result<Self, DevkitError> {
        let address = program.address(RTT_SYMBOL).ok_or_else(|| DevkitError::BadProgram {
            path: program.path().to_owned(),
            reason: "it has no RTT channels".to_owned(),
        })?;
        let mut core = device.core()?;
        let region = ScanRegion::Exact(address);
        let start = Instant::now();
        loop {
            match Rtt::attach_region(&mut core, &region) {
                Ok(rtt) => return Ok(Self::new(Line::Rtt { core: Box::new(core), rtt })),
                // Not yet made known, or half.
                Err(probe_rs::rtt::Error::ControlBlockNotFound | probe_rs::rtt::Error::ControlBlockCorrupted(_))
                    if start.elapsed() < SILENCE_LIMIT =>
                {
                    thread::sleep(POLL_INTERVAL);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Over the UART of a QEMU that was [started](Device::start). What is sent before the program has switched its UART on waits.
    ///
    /// # Errors
    /// The device is no QEMU, or its socket fails.
    pub fn open_uart(device: &'device mut Device) -> Result<Self, DevkitError> {
        let path = device.uart().ok_or_else(DevkitError::no_uart)?;
        let stream = UnixStream::connect(path).map_err(uart_failed)?;
        stream.set_nonblocking(true).map_err(uart_failed)?;
        Ok(Self::new(Line::Uart(stream)))
    }

    const fn new(line: Line<'device>) -> Self {
        Self { line, reader: FrameReader::new(), received: Vec::new() }
    }

    /// Holds one conversation and returns how it ended; `log` gets the lines of the log, if it was asked for.
    ///
    /// # Errors
    /// The probe fails, or the door does not answer.
    pub fn talk(
        &mut self,
        answer: impl FnOnce(CarId, Challenge) -> Vec<u8>,
        mut log: impl FnMut(LogEntry),
    ) -> Result<Outcome, DevkitError> {
        let mut session = Session::new(answer);
        self.send(&hello())?;
        loop {
            match session.take(self.receive()?) {
                Next::Send(frame) => self.send(&frame)?,
                Next::Log(entry) => log(entry),
                Next::Wait => {}
                Next::End(outcome) => return Ok(outcome),
            }
        }
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// The probe fails, or the door does not take them.
    pub fn send(&mut self, mut bytes: &[u8]) -> Result<(), DevkitError> {
        let start = Instant::now();
        while !bytes.is_empty() {
            let written = match &mut self.line {
                Line::Rtt { core, rtt } => {
                    let channel = rtt.down_channel(LINK_DOWN);
                    channel.ok_or(probe_rs::rtt::Error::MissingChannel(LINK_DOWN))?.write(core, bytes)?
                }
                Line::Uart(stream) => unless_blocked(stream.write(bytes))?.unwrap_or(0),
            };
            bytes = &bytes[written..];
            if written == 0 {
                pause(start, "the door takes nothing")?;
            }
        }
        Ok(())
    }

    /// Waits for the door's next reply. Frames that are none are passed over.
    ///
    /// # Errors
    /// The probe fails, or nothing comes.
    pub fn receive(&mut self) -> Result<Reply, DevkitError> {
        let start = Instant::now();
        loop {
            let mut bytes = std::mem::take(&mut self.received).into_iter();
            while let Some(byte) = bytes.next() {
                if let Some(body) = self.reader.push(byte)
                    && let Ok(reply) = body.and_then(Reply::decode)
                {
                    self.received = bytes.collect();
                    return Ok(reply);
                }
            }
            let bytes = self.read(LINK_UP)?;
            if bytes.is_empty() {
                pause(start, "the door's reply")?;
            }
            self.received.extend_from_slice(&bytes);
        }
    }

    /// Greets the door and returns which car it is, and its challenge.
    ///
    /// # Errors
    /// The probe fails, or the door does not answer.
    pub fn greet(&mut self) -> Result<(CarId, Challenge), DevkitError> {
        self.send(&hello())?;
        loop {
            match self.receive()? {
                Reply::Challenge { car, challenge } => return Ok((car, challenge)),
                Reply::Refused { refusal } => {
                    return Err(DevkitError::Unexpected { what: "a greeting", got: refusal.to_string() });
                }
                // Of an earlier conversation.
                _ => {}
            }
        }
    }

    /// What the door has said on its link since, as bytes; empty if nothing. For whoever carries the bytes elsewhere: what is
    /// taken here is no reply to [`receive`](Self::receive).
    ///
    /// # Errors
    /// The probe fails.
    pub fn take_bytes(&mut self) -> Result<Vec<u8>, DevkitError> {
        self.read(LINK_UP)
    }

    /// Waits for so many bytes on another channel than the link. A UART has none.
    ///
    /// # Errors
    /// The probe fails, or they do not come.
    pub fn receive_bytes(&mut self, channel: usize, count: usize) -> Result<Vec<u8>, DevkitError> {
        let start = Instant::now();
        let mut bytes = Vec::new();
        while bytes.len() < count {
            let length = count - bytes.len();
            let more = self.read_at_most(channel, length)?;
            if more.is_empty() {
                pause(start, "bytes of the program on the target")?;
            }
            bytes.extend_from_slice(&more);
        }
        Ok(bytes)
    }

    fn read(&mut self, channel: usize) -> Result<Vec<u8>, DevkitError> {
        self.read_at_most(channel, 1024)
    }

    fn read_at_most(&mut self, channel: usize, length: usize) -> Result<Vec<u8>, DevkitError> {
        let mut buffer = vec![0; length];
        let missing = probe_rs::rtt::Error::MissingChannel(channel);
        let length = match &mut self.line {
            Line::Rtt { core, rtt } => rtt.up_channel(channel).ok_or(missing)?.read(core, &mut buffer)?,
            Line::Uart(stream) if channel == LINK_UP => match unless_blocked(stream.read(&mut buffer))? {
                Some(0) => return Err(uart_failed(ErrorKind::UnexpectedEof.into())),
                Some(length) => length,
                None => 0,
            },
            Line::Uart(_) => return Err(missing.into()),
        };
        buffer.truncate(length);
        Ok(buffer)
    }
}

/// `None` when nothing can be done now.
fn unless_blocked(result: io::Result<usize>) -> Result<Option<usize>, DevkitError> {
    match result {
        Ok(length) => Ok(Some(length)),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(None),
        Err(error) => Err(uart_failed(error)),
    }
}

fn uart_failed(source: io::Error) -> DevkitError {
    DevkitError::Io { what: "the socket of QEMU's UART".to_owned(), source }
}

fn pause(start: Instant, what: &'static str) -> Result<(), DevkitError> {
    if start.elapsed() >= SILENCE_LIMIT {
        return Err(DevkitError::Silence { what, limit: SILENCE_LIMIT });
    }
    thread::sleep(POLL_INTERVAL);
    Ok(())
}
