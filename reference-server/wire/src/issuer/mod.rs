//! The host's side of the door: the vendor that signs, the phone that answers, and keys that are bad on purpose.
//!
//! For the server, for `devkit` and for tests. Needs an allocator and Ed25519 signing; the door has neither.

mod bad_key;
mod phone;
mod session;
#[cfg(feature = "link")]
mod talk;
mod vendor;
mod write;

pub use bad_key::{BadKey, Scene};
pub use phone::Phone;
pub use session::{Next, Outcome, Session, hello};
#[cfg(feature = "link")]
pub use talk::talk;
pub use vendor::Issuer;

use crate::cbor::write as write_cbor;
use crate::cose::{TAG, write_to_be_signed};
use crate::{
    BufferTooSmall, ContentType, FRAME_BYTES_MAX, IssuerId, Request, SIGNATURE_BYTES, SIGNED_BYTES_MAX,
    TO_BE_SIGNED_BYTES_MAX,
};
use std::vec::Vec;

/// Signs `payload` and puts it into its envelope. `context` is signed with it and not sent with it.
fn sign(
    content_type: ContentType,
    issuer: Option<IssuerId>,
    context: &[u8],
    payload: &[u8],
    sign: impl FnOnce(&[u8]) -> [u8; SIGNATURE_BYTES],
) -> Result<Vec<u8>, BufferTooSmall> {
    let mut header = [0; 24];
    let protected = write_cbor(&mut header, |writer| write::write_protected(writer, content_type, issuer))?;
    let mut covered = [0; TO_BE_SIGNED_BYTES_MAX];
    let signature = sign(write_to_be_signed(&mut covered, protected, context, payload)?);
    let mut bytes = [0; SIGNED_BYTES_MAX];
    let signed = write_cbor(&mut bytes, |writer| {
        writer.tag(minicbor::data::Tag::new(TAG))?.array(4)?;
        writer.bytes(protected)?.map(0)?.bytes(payload)?.bytes(&signature)?;
        Ok(())
    })?;
    Ok(signed.to_vec())
}

/// The frame of a request whose signed parts we made ourselves.
fn frame(request: Request<'_>) -> Vec<u8> {
    let mut buffer = [0; FRAME_BYTES_MAX];
    request.frame(&mut buffer).expect("what we sign fits into a frame").to_vec()
}
