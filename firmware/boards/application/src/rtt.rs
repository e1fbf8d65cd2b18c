//! The link through the debug probe: two buffers in RAM that the host reads and writes while the core runs (RTT).

use core::convert::Infallible;

use embassy_time::{Duration, Timer};
use embedded_io_async::{ErrorType, Read, Write};
use rtt_target::{ChannelMode, DownChannel, UpChannel, rtt_init, set_defmt_channel};

/// How often a buffer is looked at. The host's accesses raise no interrupt.
const POLL_INTERVAL: Duration = Duration::from_millis(1);

/// Makes the buffers known to the host, sends the log there, and returns the two halves of the link. To be called once, first
/// of all.
///
/// Upwards, channel 0 is the log and channel 1 the link; downwards channel 0 is the link.
pub fn start_rtt() -> (RttReader, RttWriter) {
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
    (RttReader(channels.down.0), RttWriter(channels.up.1))
}

/// What the host writes.
pub struct RttReader(DownChannel);

impl ErrorType for RttReader {
    type Error = Infallible;
}

impl Read for RttReader {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match self.0.read(buffer) {
                0 => Timer::after(POLL_INTERVAL).await,
                length => return Ok(length),
            }
        }
    }
}

/// What the host reads.
pub struct RttWriter(UpChannel);

impl ErrorType for RttWriter {
    type Error = Infallible;
}

impl Write for RttWriter {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        if bytes.is_empty() {
            return Ok(0);
        }
        loop {
            match self.0.write(bytes) {
                0 => Timer::after(POLL_INTERVAL).await,
                length => return Ok(length),
            }
        }
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        // What is in the buffer is as good as sent: a host that does not look must not hold the door up.
        Ok(())
    }
}
