//! A strict reader and a bounded writer of CBOR (RFC 8949).

use crate::DecodeError;
use minicbor::encode::write::Cursor;
use minicbor::{Decoder, Encoder, decode, encode};

/// The bytes do not fit into the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BufferTooSmall;

impl core::fmt::Display for BufferTooSmall {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("the bytes do not fit into the buffer")
    }
}

impl core::error::Error for BufferTooSmall {}

impl<E> From<encode::Error<E>> for BufferTooSmall {
    fn from(_: encode::Error<E>) -> Self {
        // Nothing else can go wrong while writing integers, bytes and text to memory.
        Self
    }
}

pub(crate) type Writer<'buffer> = Encoder<Cursor<&'buffer mut [u8]>>;

/// Lets `write` write to the buffer and returns what it wrote.
pub(crate) fn write(
    buffer: &mut [u8],
    write: impl FnOnce(&mut Writer<'_>) -> Result<(), BufferTooSmall>,
) -> Result<&[u8], BufferTooSmall> {
    let mut writer = Encoder::new(Cursor::new(&mut buffer[..]));
    write(&mut writer)?;
    let length = writer.writer().position();
    buffer.get(..length).ok_or(BufferTooSmall)
}

impl From<decode::Error> for DecodeError {
    fn from(error: decode::Error) -> Self {
        if error.is_end_of_input() { Self::Truncated } else { Self::Malformed }
    }
}

/// Reads exactly what is expected: definite lengths, labels in order, nothing left over.
///
/// The profile is closed on purpose. A lock should not act on a message of which it understood only a part; a new claim
/// comes with a new `typ`.
pub(crate) struct Reader<'bytes>(Decoder<'bytes>);

impl<'bytes> Reader<'bytes> {
    pub(crate) fn new(bytes: &'bytes [u8]) -> Self {
        Self(Decoder::new(bytes))
    }

    pub(crate) fn array(&mut self) -> Result<u64, DecodeError> {
        self.0.array()?.ok_or(DecodeError::Malformed)
    }

    pub(crate) fn array_of(&mut self, length: u64) -> Result<(), DecodeError> {
        expect(self.array()? == length)
    }

    pub(crate) fn map_of(&mut self, length: u64) -> Result<(), DecodeError> {
        expect(self.0.map()? == Some(length))
    }

    pub(crate) fn tag(&mut self, number: u64) -> Result<(), DecodeError> {
        expect(self.0.tag()?.as_u64() == number)
    }

    /// The label of a map's next value, or a value that can only be this one.
    pub(crate) fn label(&mut self, label: i64) -> Result<(), DecodeError> {
        expect(self.0.i64()? == label)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, DecodeError> {
        Ok(self.0.u8()?)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, DecodeError> {
        Ok(self.0.u32()?)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, DecodeError> {
        Ok(self.0.u64()?)
    }

    /// A number, or nothing.
    pub(crate) fn optional_u64(&mut self) -> Result<Option<u64>, DecodeError> {
        if self.0.datatype()? == minicbor::data::Type::Null {
            self.0.null()?;
            return Ok(None);
        }
        self.u64().map(Some)
    }

    pub(crate) fn text(&mut self) -> Result<&'bytes str, DecodeError> {
        Ok(self.0.str()?)
    }

    pub(crate) fn bytes(&mut self) -> Result<&'bytes [u8], DecodeError> {
        Ok(self.0.bytes()?)
    }

    pub(crate) fn bytes_of<const LENGTH: usize>(&mut self) -> Result<&'bytes [u8; LENGTH], DecodeError> {
        self.bytes()?.try_into().map_err(|_| DecodeError::Malformed)
    }

    pub(crate) fn finish(self) -> Result<(), DecodeError> {
        expect(self.0.position() == self.0.input().len())
    }
}

pub(crate) fn expect(condition: bool) -> Result<(), DecodeError> {
    if condition { Ok(()) } else { Err(DecodeError::Malformed) }
}
