//! What a phone says to a door and what a door says to a phone: the bodies of frames.
//!
//! A body is an array whose first element is the message's number. Numbers of requests and of replies differ, so that
//! an echo is never taken for an answer.

use crate::cbor::{Reader, write};
use crate::frame::{BODY_BYTES_MAX, encode_frame};
use crate::log_bytes::{read_log_entry, write_log_entry};
use crate::{
    BoltFault, BufferTooSmall, CarId, Challenge, Command, ContentType, DecodeError, Evidence, KeyToken, LogEntry,
    Proof, PublicKey, Refusal, Response, Signed,
};

/// What a phone says. Signed parts are still bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request<'bytes> {
    /// Here I am: send a challenge.
    Hello,
    /// The answer to a challenge.
    Response {
        /// The signed key.
        token: &'bytes [u8],
        /// The signed proof.
        proof: &'bytes [u8],
    },
    /// The vendor's signed word, carried by a phone or by the car's own modem.
    Update {
        /// The signed update.
        update: &'bytes [u8],
    },
}

const HELLO: u8 = 0;
const RESPONSE: u8 = 1;
const UPDATE: u8 = 2;

impl<'bytes> Request<'bytes> {
    /// Writes the request's body.
    ///
    /// # Errors
    ///
    /// The buffer is too small; [`BODY_BYTES_MAX`] always suffice for signed parts that can be decoded.
    pub fn encode<'buffer>(&self, buffer: &'buffer mut [u8]) -> Result<&'buffer [u8], BufferTooSmall> {
        write(buffer, |writer| {
            match self {
                Self::Hello => writer.array(1)?.u8(HELLO)?,
                Self::Response { token, proof } => writer.array(3)?.u8(RESPONSE)?.bytes(token)?.bytes(proof)?,
                Self::Update { update } => writer.array(2)?.u8(UPDATE)?.bytes(update)?,
            };
            Ok(())
        })
    }

    /// Writes the request as a frame, ready to send.
    ///
    /// # Errors
    ///
    /// It does not fit; a buffer of [`FRAME_BYTES_MAX`](crate::FRAME_BYTES_MAX) always suffices for signed parts that
    /// can be decoded.
    pub fn frame<'buffer>(&self, buffer: &'buffer mut [u8]) -> Result<&'buffer [u8], BufferTooSmall> {
        let mut body = [0; BODY_BYTES_MAX];
        encode_frame(self.encode(&mut body)?, buffer)
    }

    /// Reads a request's body.
    ///
    /// # Errors
    ///
    /// It is no request.
    pub fn decode(body: &'bytes [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(body);
        let request = match (reader.array()?, reader.u8()?) {
            (1, HELLO) => Self::Hello,
            (3, RESPONSE) => Self::Response {
                token: signed(&mut reader, ContentType::Key)?,
                proof: signed(&mut reader, ContentType::Proof)?,
            },
            (2, UPDATE) => Self::Update { update: signed(&mut reader, ContentType::Update)? },
            _ => return Err(DecodeError::Malformed),
        };
        reader.finish()?;
        Ok(request)
    }
}

/// Its size alone, so that nobody parses what is too long.
fn signed<'bytes>(reader: &mut Reader<'bytes>, content_type: ContentType) -> Result<&'bytes [u8], DecodeError> {
    let bytes = reader.bytes()?;
    if bytes.len() > content_type.bytes_max() { Err(DecodeError::Oversized) } else { Ok(bytes) }
}

impl<'bytes> Response<Evidence<'bytes>, PublicKey> {
    /// Decodes the two signed parts of [`Request::Response`]. Verifies nothing.
    ///
    /// # Errors
    ///
    /// One of them is not what it should be.
    pub fn decode(token: &'bytes [u8], proof: &'bytes [u8]) -> Result<Self, DecodeError> {
        let key = Signed::<KeyToken<PublicKey>>::decode(token)?;
        let answer = Signed::<Proof>::decode(proof, token)?;
        Ok(Self { token: key.content, issued_by: key.evidence, proof: answer.content, signed_by: answer.evidence })
    }
}

/// What a door says. Nothing of it is signed: whoever stands between phone and door can make it up, so that a phone
/// learns from it but must not rely on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Answer this.
    Challenge {
        /// Which car asks, so that the phone knows which key to take.
        car: CarId,
        /// The question.
        challenge: Challenge,
    },
    /// The command was carried out: the bolt has arrived, the engine may start, or the log has been told to its end.
    Done {
        /// The command.
        command: Command,
        /// The command's counter.
        counter: u32,
    },
    /// No.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// The command was accepted, but the bolt did not get there.
    BoltFailed {
        /// Why.
        fault: BoltFault,
    },
    /// The update was accepted.
    Updated,
    /// One line of the log, oldest first.
    Log {
        /// The line.
        entry: LogEntry,
    },
}

const CHALLENGE: u8 = 16;
const DONE: u8 = 17;
const REFUSED: u8 = 18;
const BOLT_FAILED: u8 = 19;
const UPDATED: u8 = 20;
const LOG: u8 = 21;

impl Reply {
    /// Writes the reply's body.
    ///
    /// # Errors
    ///
    /// The buffer is too small; [`BODY_BYTES_MAX`] always suffice.
    pub fn encode<'buffer>(&self, buffer: &'buffer mut [u8]) -> Result<&'buffer [u8], BufferTooSmall> {
        write(buffer, |writer| {
            match self {
                Self::Challenge { car, challenge } => {
                    writer.array(5)?.u8(CHALLENGE)?.u32(car.0)?;
                    writer.u64(challenge.nonce)?.u32(challenge.boot_epoch)?.u32(challenge.counter)?;
                }
                Self::Done { command, counter } => {
                    writer.array(3)?.u8(DONE)?.u8(command.code())?.u32(*counter)?;
                }
                Self::Refused { refusal } => {
                    writer.array(2)?.u8(REFUSED)?.u8(refusal.code())?;
                }
                Self::BoltFailed { fault } => {
                    writer.array(2)?.u8(BOLT_FAILED)?.u8(fault.code())?;
                }
                Self::Updated => {
                    writer.array(1)?.u8(UPDATED)?;
                }
                Self::Log { entry } => {
                    writer.array(2)?.u8(LOG)?;
                    write_log_entry(writer, entry)?;
                }
            }
            Ok(())
        })
    }

    /// Writes the reply as a frame, ready to send.
    ///
    /// # Errors
    ///
    /// It does not fit; a buffer of [`REPLY_FRAME_BYTES_MAX`] always suffices.
    pub fn frame<'buffer>(&self, buffer: &'buffer mut [u8]) -> Result<&'buffer [u8], BufferTooSmall> {
        let mut body = [0; REPLY_BODY_BYTES_MAX];
        encode_frame(self.encode(&mut body)?, buffer)
    }

    /// Reads a reply's body.
    ///
    /// # Errors
    ///
    /// It is no reply.
    pub fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(body);
        let reply = match (reader.array()?, reader.u8()?) {
            (5, CHALLENGE) => Self::Challenge {
                car: CarId(reader.u32()?),
                challenge: Challenge { nonce: reader.u64()?, boot_epoch: reader.u32()?, counter: reader.u32()? },
            },
            (3, DONE) => Self::Done {
                command: Command::from_code(reader.u8()?).ok_or(DecodeError::Malformed)?,
                counter: reader.u32()?,
            },
            (2, REFUSED) => Self::Refused { refusal: Refusal::from_code(reader.u8()?).ok_or(DecodeError::Malformed)? },
            (2, BOLT_FAILED) => {
                Self::BoltFailed { fault: BoltFault::from_code(reader.u8()?).ok_or(DecodeError::Malformed)? }
            }
            (1, UPDATED) => Self::Updated,
            (2, LOG) => Self::Log { entry: read_log_entry(&mut reader)? },
            _ => return Err(DecodeError::Malformed),
        };
        reader.finish()?;
        Ok(reply)
    }
}

/// The longest reply, bytes: a line of the log.
const REPLY_BODY_BYTES_MAX: usize = crate::LOG_ENTRY_BYTES_MAX + 4;

/// The longest frame of a reply with its closing zero, bytes.
pub const REPLY_FRAME_BYTES_MAX: usize = REPLY_BODY_BYTES_MAX + 16;
