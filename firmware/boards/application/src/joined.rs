//! Two links as one: the door hears both, and answers where it was spoken to last.

use core::cell::Cell;

use embassy_futures::select::{Either, select};
use embedded_io_async::{Error as _, ErrorKind, ErrorType, Read, Write};

/// Which of the two links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    First,
    Second,
}

/// Remembers for a reader and its writer where somebody spoke last. Until somebody does, it is the first link.
#[derive(Debug)]
pub struct LastHeard(Cell<Side>);

impl LastHeard {
    /// Nobody has spoken yet.
    pub const fn new() -> Self {
        Self(Cell::new(Side::First))
    }

    /// Joins two links, each a reader and a writer, into one. Two that speak at the same time spoil each other's frames; the
    /// frames' check sums say so, and both try again.
    pub fn join<R1: Read, W1: Write, R2: Read, W2: Write>(
        &self,
        first: (R1, W1),
        second: (R2, W2),
    ) -> (JoinedReader<'_, R1, R2>, JoinedWriter<'_, W1, W2>) {
        let reader = JoinedReader { heard: self, first: first.0, second: second.0 };
        let writer = JoinedWriter { heard: self, first: first.1, second: second.1 };
        (reader, writer)
    }
}

impl Default for LastHeard {
    fn default() -> Self {
        Self::new()
    }
}

/// Reads from both. As safe to cancel as its two readers are: none may lose bytes when it is dropped before it is done.
#[derive(Debug)]
pub struct JoinedReader<'heard, First, Second> {
    heard: &'heard LastHeard,
    first: First,
    second: Second,
}

impl<First, Second> ErrorType for JoinedReader<'_, First, Second> {
    type Error = ErrorKind;
}

impl<First: Read, Second: Read> Read for JoinedReader<'_, First, Second> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        // Each needs a place of its own to read into. Small, because it is on the stack; whoever wants more asks again.
        let mut second_buffer = [0; 16];
        let limit = buffer.len().min(second_buffer.len());
        match select(self.first.read(buffer), self.second.read(&mut second_buffer[..limit])).await {
            Either::First(result) => {
                self.heard.0.set(Side::First);
                result.map_err(|error| error.kind())
            }
            Either::Second(result) => {
                self.heard.0.set(Side::Second);
                let length = result.map_err(|error| error.kind())?;
                buffer[..length].copy_from_slice(&second_buffer[..length]);
                Ok(length)
            }
        }
    }
}

/// Writes to the link that was heard last.
#[derive(Debug)]
pub struct JoinedWriter<'heard, First, Second> {
    heard: &'heard LastHeard,
    first: First,
    second: Second,
}

impl<First, Second> ErrorType for JoinedWriter<'_, First, Second> {
    type Error = ErrorKind;
}

impl<First: Write, Second: Write> Write for JoinedWriter<'_, First, Second> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        match self.heard.0.get() {
            Side::First => self.first.write(bytes).await.map_err(|error| error.kind()),
            Side::Second => self.second.write(bytes).await.map_err(|error| error.kind()),
        }
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        match self.heard.0.get() {
            Side::First => self.first.flush().await.map_err(|error| error.kind()),
            Side::Second => self.second.flush().await.map_err(|error| error.kind()),
        }
    }
}
