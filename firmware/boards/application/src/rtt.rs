//! The link through the debug probe: two buffers in RAM that the host reads and writes while the core runs (RTT).

use core::convert::Infallible;

use embassy_time::{Duration, Timer};
use embedded_io_async::{ErrorType, Read, Write};
use rtt_target::{ChannelMode, DownChannel, UpChannel, rtt_init, set_defmt_channel};

/// How often the buffers are looked at. The host's accesses raise no interrupt.
const POLL_INTERVAL: Duration = Duration::from_millis(1);

/// The channels of the firmware: the log is number 0, the link number 1 upwards and number 0 downwards.
#[derive(Debug)]
pub struct RttChannels;

impl RttChannels {
    /// Makes the buffers known to the host, sends the log there, and returns the link. To be called once, first of all.
    pub fn start() -> RttLink {
        let channels = rtt_init! {
            up: {
                0: { size: 1024, mode: ChannelMode::NoBlockSkip, name: "defmt" }
                1: { size: 1024, mode: ChannelMode::NoBlockTrim, name: "link" }
            }
            down: {
                0: { size: 1024, name: "link" }
            }
        };
        set_defmt_channel(channels.up.0);
        RttLink { up: channels.up.1, down: channels.down.0 }
    }
}

/// The link through the debug probe.
pub struct RttLink {
    up: UpChannel,
    down: DownChannel,
}

impl ErrorType for RttLink {
    type Error = Infallible;
}

impl Read for RttLink {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match self.down.read(buffer) {
                0 => Timer::after(POLL_INTERVAL).await,
                length => return Ok(length),
            }
        }
    }
}

impl Write for RttLink {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        if bytes.is_empty() {
            return Ok(0);
        }
        loop {
            match self.up.write(bytes) {
                0 => Timer::after(POLL_INTERVAL).await,
                length => return Ok(length),
            }
        }
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        while !self.up.is_empty() {
            Timer::after(POLL_INTERVAL).await;
        }
        Ok(())
    }
}
