#![no_std]
#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! Plain data types: what a key says ([`KeyToken`]), what passes between phone and door ([`Challenge`], [`Response`]),
//! what the vendor tells a door ([`VendorUpdate`]) and why a door refuses ([`Refusal`]). The bytes on the wire (CBOR Web
//! Token in `COSE_Sign1`, and framing) are not here yet; nothing in this crate pretends to an encoding.
//!
//! Signatures are a type parameter: the firmware will put 64 bytes of Ed25519 there, the simulator a note of who signed.

mod exchange;
mod key;
mod refusal;
mod update;

pub use exchange::{Challenge, Command, Proof, Response};
pub use key::{CarId, CarSeconds, KeyToken, PublicKeyId, Rights, Role};
pub use refusal::Refusal;
pub use update::VendorUpdate;
