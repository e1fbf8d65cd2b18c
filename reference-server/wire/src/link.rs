//! Frames over any stream of bytes: RTT, UART, a socket, later Bluetooth.
//!
//! A transport has to implement `embedded_io_async::Read` and `Write`, nothing else. The same [`Link`] runs on a board
//! and on the host.

use crate::{DecodeError, FrameReader};
use core::fmt;
use embedded_io_async::{Read, Write};

const CHUNK_BYTES: usize = 64;

/// A stream that carries frames.
#[derive(Debug)]
pub struct Link<Stream> {
    stream: Stream,
    reader: FrameReader,
    /// Read from the stream and not yet looked at: `chunk[start..end]`.
    chunk: [u8; CHUNK_BYTES],
    start: usize,
    end: usize,
}

/// Why a link gives no more frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError<Error> {
    /// The stream failed.
    Stream(Error),
    /// The other side has closed the stream.
    Closed,
}

impl<Error: fmt::Display> fmt::Display for LinkError<Error> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream(error) => write!(formatter, "the link failed: {error}"),
            Self::Closed => formatter.write_str("the other side has closed the link"),
        }
    }
}

impl<Error: core::error::Error> core::error::Error for LinkError<Error> {}

impl<Stream> Link<Stream> {
    /// A link over `stream`.
    pub const fn new(stream: Stream) -> Self {
        Self { stream, reader: FrameReader::new(), chunk: [0; CHUNK_BYTES], start: 0, end: 0 }
    }

    /// The stream. Whoever reads from it takes bytes away from the next frame.
    pub const fn stream_mut(&mut self) -> &mut Stream {
        &mut self.stream
    }

    /// The stream; what was read from it ahead is lost.
    pub fn into_stream(self) -> Stream {
        self.stream
    }
}

impl<Stream: Read> Link<Stream> {
    /// Waits for the next frame and returns its body, or what is wrong with it. Safe to cancel: no byte is lost.
    ///
    /// # Errors
    ///
    /// The stream failed or ended. A frame that makes no sense is not an error of the link.
    pub async fn receive(&mut self) -> Result<Result<&[u8], DecodeError>, LinkError<Stream::Error>> {
        loop {
            while self.start < self.end {
                let byte = self.chunk[self.start];
                self.start += 1;
                // A zero alone may end a frame. Asked first because a borrow that is returned from a loop lasts too
                // long.
                if byte == 0 && self.reader.has_bytes() {
                    return Ok(self.reader.finish());
                }
                self.reader.take(byte);
            }
            self.start = 0;
            self.end = 0;
            self.end = self.stream.read(&mut self.chunk).await.map_err(LinkError::Stream)?;
            if self.end == 0 {
                return Err(LinkError::Closed);
            }
        }
    }
}

impl<Stream: Write> Link<Stream> {
    /// Sends a frame.
    ///
    /// # Errors
    ///
    /// The stream failed.
    pub async fn send(&mut self, frame: &[u8]) -> Result<(), LinkError<Stream::Error>> {
        self.stream.write_all(frame).await.map_err(LinkError::Stream)?;
        self.stream.flush().await.map_err(LinkError::Stream)
    }
}
