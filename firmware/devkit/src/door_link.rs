//! Talking to the door as a phone does, over RTT.

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
    core: Core<'device>,
    rtt: Rtt,
    reader: FrameReader,
    /// Read and not looked at yet.
    received: Vec<u8>,
}

impl std::fmt::Debug for DoorLink<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("DoorLink").finish_non_exhaustive()
    }
}

impl<'device> DoorLink<'device> {
    /// Waits until the program of a device that was [started](Device::start) has made its channels known.
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
                Ok(rtt) => return Ok(Self { core, rtt, reader: FrameReader::new(), received: Vec::new() }),
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
            let channel = self.rtt.down_channel(LINK_DOWN).ok_or(probe_rs::rtt::Error::MissingChannel(LINK_DOWN))?;
            let written = channel.write(&mut self.core, bytes)?;
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
            let mut buffer = [0; 1024];
            let channel = self.rtt.up_channel(LINK_UP).ok_or(probe_rs::rtt::Error::MissingChannel(LINK_UP))?;
            let length = channel.read(&mut self.core, &mut buffer)?;
            self.received.extend_from_slice(&buffer[..length]);
            if length == 0 {
                pause(start, "the door's reply")?;
            }
        }
    }
}

fn pause(start: Instant, what: &'static str) -> Result<(), DevkitError> {
    if start.elapsed() >= SILENCE_LIMIT {
        return Err(DevkitError::Silence { what, limit: SILENCE_LIMIT });
    }
    thread::sleep(POLL_INTERVAL);
    Ok(())
}
