//! Frames: where one message ends and whether it arrived whole.
//!
//! A frame is COBS(`version`, `length`, `body`, `check`) and a zero byte:
//!
//! | field | bytes | what |
//! |---|---|---|
//! | `version` | 1 | [`PROTOCOL_VERSION`] |
//! | `length` | 2 | bytes of the body, little-endian |
//! | `body` | 1 to [`BODY_BYTES_MAX`] | one message, CBOR |
//! | `check` | 4 | CRC-32 (ISO-HDLC) of everything before it, little-endian |
//!
//! Consistent overhead byte stuffing keeps zero out of a frame, so that whoever starts to listen in the middle, or lost
//! a byte, is back at the next zero. It costs at most one byte in 254. The length tells a frame that was cut off from
//! one that was damaged. The check sum is no protection against anybody - the signatures are - but without it a bit
//! that flips on the radio would cost the battery two curve operations and would count as a guess against the renter.
//! At 32 bits one damaged frame in four thousand million gets through; at 16 it would be one in 65,536. Postcard would
//! frame as well, but the key must be CBOR anyway, and a second format is a second parser to attack.

use crate::{BufferTooSmall, DecodeError};
use crc::{CRC_32_ISO_HDLC, Crc, NoTable};

/// The protocol's version: the first byte of every frame.
pub const PROTOCOL_VERSION: u8 = 1;

/// The longest body, bytes.
pub const BODY_BYTES_MAX: usize = 384;

const HEADER_BYTES: usize = 3;
const CHECK_BYTES: usize = 4;
const PLAIN_BYTES_MAX: usize = HEADER_BYTES + BODY_BYTES_MAX + CHECK_BYTES;

/// The longest frame with its closing zero, bytes.
pub const FRAME_BYTES_MAX: usize = cobs::max_encoding_length(PLAIN_BYTES_MAX) + 1;

/// Without a table: frames are short, and a table is a kilobyte of flash.
const CHECK: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// Frames a body.
///
/// # Errors
///
/// The body is longer than [`BODY_BYTES_MAX`], or the frame does not fit; a buffer of [`FRAME_BYTES_MAX`] always
/// suffices.
pub fn encode_frame<'buffer>(body: &[u8], buffer: &'buffer mut [u8]) -> Result<&'buffer [u8], BufferTooSmall> {
    if body.len() > BODY_BYTES_MAX {
        return Err(BufferTooSmall);
    }
    let [length_low, length_high] = (body.len() as u16).to_le_bytes();
    let header = [PROTOCOL_VERSION, length_low, length_high];
    let mut digest = CHECK.digest();
    digest.update(&header);
    digest.update(body);
    let check = digest.finalize().to_le_bytes();

    if buffer.len() <= cobs::max_encoding_length(HEADER_BYTES + body.len() + CHECK_BYTES) {
        return Err(BufferTooSmall);
    }
    let mut encoder = cobs::CobsEncoder::new(buffer);
    for part in [&header[..], body, &check] {
        encoder.push(part).map_err(|_| BufferTooSmall)?;
    }
    let end = encoder.finalize();
    *buffer.get_mut(end).ok_or(BufferTooSmall)? = 0;
    buffer.get(..=end).ok_or(BufferTooSmall)
}

/// The body of the frame in `bytes`, which end before the closing zero and are overwritten.
///
/// # Errors
///
/// Every way in which bytes can be no frame.
pub fn decode_frame(bytes: &mut [u8]) -> Result<&[u8], DecodeError> {
    let length = cobs::decode_in_place(bytes).map_err(|error| match error {
        cobs::DecodeError::TargetBufTooSmall => DecodeError::Oversized,
        cobs::DecodeError::EmptyFrame | cobs::DecodeError::InvalidFrame { .. } => DecodeError::Truncated,
    })?;
    let plain = bytes.get(..length).ok_or(DecodeError::Truncated)?;
    let (&[version, length_low, length_high], rest) =
        plain.split_first_chunk::<HEADER_BYTES>().ok_or(DecodeError::Truncated)?;
    if version != PROTOCOL_VERSION {
        return Err(DecodeError::WrongVersion);
    }
    let body_length = usize::from(u16::from_le_bytes([length_low, length_high]));
    if body_length > BODY_BYTES_MAX {
        return Err(DecodeError::Oversized);
    }
    let (body, check) = rest.split_at_checked(body_length).ok_or(DecodeError::Truncated)?;
    let (check, left_over) = check.split_first_chunk::<CHECK_BYTES>().ok_or(DecodeError::Truncated)?;
    let (covered, _) = plain.split_at_checked(HEADER_BYTES + body_length).ok_or(DecodeError::Truncated)?;
    if !left_over.is_empty() || u32::from_le_bytes(*check) != CHECK.checksum(covered) {
        return Err(DecodeError::Corrupted);
    }
    Ok(body)
}

/// Cuts a stream of bytes into frames. Holds one frame at a time.
#[derive(Clone, Debug)]
pub struct FrameReader {
    bytes: [u8; FRAME_BYTES_MAX],
    length: usize,
    /// The bytes in `bytes` were handed out: the next byte begins a new frame.
    done: bool,
}

impl Default for FrameReader {
    fn default() -> Self {
        Self::new()
    }
}

impl FrameReader {
    /// A reader at the beginning of a frame.
    pub const fn new() -> Self {
        Self { bytes: [0; FRAME_BYTES_MAX], length: 0, done: false }
    }

    /// Takes one byte; gives the body, or what is wrong, when a frame ends with it. Two zeros in a row are no frame, so
    /// a sender may begin with one to be sure of the boundary.
    pub fn push(&mut self, byte: u8) -> Option<Result<&[u8], DecodeError>> {
        if byte == 0 && self.has_bytes() {
            return Some(self.finish());
        }
        self.take(byte);
        None
    }

    /// Whether a zero now would end a frame.
    pub(crate) const fn has_bytes(&self) -> bool {
        !self.done && self.length > 0
    }

    /// Takes a byte that does not end a frame.
    pub(crate) fn take(&mut self, byte: u8) {
        if self.done {
            self.done = false;
            self.length = 0;
        }
        if byte == 0 {
            return;
        }
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
        }
        // Counts on beyond the end, so that the zero at the end knows that it was too long.
        self.length = self.length.saturating_add(1);
    }

    /// The body of the frame that a zero has just ended.
    pub(crate) fn finish(&mut self) -> Result<&[u8], DecodeError> {
        self.done = true;
        if self.length >= FRAME_BYTES_MAX {
            return Err(DecodeError::Oversized);
        }
        decode_frame(self.bytes.get_mut(..self.length).ok_or(DecodeError::Oversized)?)
    }
}
