#![no_std]
#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! # Types
//!
//! What a key says ([`KeyToken`]), what passes between phone and door ([`Challenge`], [`Response`]), what the vendor
//! tells a door ([`VendorUpdate`]), what a door remembers ([`LogEntry`]) and why it refuses ([`Refusal`]). Signatures
//! and phone keys are type parameters: a note of who signed in the simulator, `Evidence` and [`PublicKey`] on the
//! wire.
//!
//! # Bytes (feature `codec`)
//!
//! | layer | what | module of origin |
//! |---|---|---|
//! | frame | COBS, length, CRC-32: `FrameReader`, `encode_frame` | serial lines |
//! | message | CBOR array: `Request`, `Reply` | ours |
//! | envelope | `COSE_Sign1` with Ed25519: `Signed`, `Evidence` | RFC 9052, RFC 9864 |
//! | claims | CBOR Web Token with `cnf`: [`KeyToken`] | RFC 8392, RFC 8747 |
//!
//! No allocator is needed. Decoding never verifies; `Evidence::to_be_signed` gives what a verifier needs.
//!
//! # One unlock
//!
//! ```text
//! phone                                       door
//!   | Hello                                     |
//!   |------------------------------------------>|  draws a nonce
//!   |       Challenge (car, nonce, epoch, count)|
//!   |<------------------------------------------|
//!   | Response (key, proof)                     |
//!   |------------------------------------------>|  verifies both, drives the bolt
//!   |                     Done (command, count) |
//!   |<------------------------------------------|
//! ```
//!
//! The phone signs the challenge, the command, the next counter and, as external data, the bytes of the key it uses.
//!
//! # The host's side (feature `issuer`)
//!
//! `issuer::Issuer` signs as the vendor, `issuer::Phone` as a phone, `issuer::Session` holds a phone's conversation
//! with a door, and `issuer::BadKey` makes the keys that a door must refuse. `link` (feature `link`) carries frames
//! over any `embedded-io-async` stream. `vectors` (feature `vectors`) holds golden bytes that host and target check
//! alike.

#[cfg(feature = "issuer")]
extern crate std;

#[cfg(feature = "codec")]
mod cbor;
#[cfg(feature = "codec")]
mod claims;
#[cfg(feature = "codec")]
mod cose;
#[cfg(feature = "codec")]
mod decode_error;
mod exchange;
#[cfg(feature = "codec")]
mod frame;
#[cfg(feature = "issuer")]
pub mod issuer;
mod key;
#[cfg(feature = "codec")]
mod labels;
#[cfg(feature = "link")]
pub mod link;
mod log;
#[cfg(feature = "codec")]
mod log_bytes;
#[cfg(feature = "codec")]
mod message;
mod refusal;
mod update;
#[cfg(feature = "vectors")]
pub mod vectors;

#[cfg(feature = "codec")]
pub use cbor::BufferTooSmall;
#[cfg(feature = "codec")]
pub use cose::{
    ContentType, Evidence, SIGNATURE_BYTES, SIGNED_BYTES_MAX, SIGNED_PROOF_BYTES_MAX, Signed, TO_BE_SIGNED_BYTES_MAX,
};
#[cfg(feature = "codec")]
pub use decode_error::DecodeError;
pub use exchange::{Challenge, Command, Proof, Response};
#[cfg(feature = "codec")]
pub use frame::{BODY_BYTES_MAX, FRAME_BYTES_MAX, FrameReader, PROTOCOL_VERSION, decode_frame, encode_frame};
pub use key::{CarId, CarSeconds, IssuerId, KeyToken, PublicKey, PublicKeyId, Rights, Role};
pub use log::{BoltFault, LogEntry, LogEvent};
#[cfg(feature = "codec")]
pub use log_bytes::LOG_ENTRY_BYTES_MAX;
#[cfg(feature = "codec")]
pub use message::{REPLY_FRAME_BYTES_MAX, Reply, Request};
pub use refusal::Refusal;
pub use update::VendorUpdate;
