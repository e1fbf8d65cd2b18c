//! `COSE_Sign1` (RFC 9052, section 4.2) with Ed25519 (RFC 9864): the envelope of everything that is signed.
//!
//! Written by hand because the door has no allocator; the tests compare every byte with the `coset` crate.

use crate::cbor::{Reader, expect, write};
use crate::{BufferTooSmall, DecodeError, IssuerId};

/// The tag of a `COSE_Sign1`.
pub(crate) const TAG: u64 = 18;
/// Header `alg`, and the algorithm Ed25519 of RFC 9864. (`EdDSA`, -8, is deprecated there.)
pub(crate) const ALGORITHM: i64 = 1;
pub(crate) const ED25519: i64 = -19;
/// Header `kid`.
pub(crate) const KEY_ID: i64 = 4;
/// Header `typ` (RFC 9596): keeps a signed proof from passing for a signed key.
pub(crate) const TYPE: i64 = 16;

/// Bytes of an Ed25519 signature.
pub const SIGNATURE_BYTES: usize = 64;

/// The longest signed key or update in its envelope, bytes.
pub const SIGNED_BYTES_MAX: usize = 224;

/// The longest signed proof in its envelope, bytes.
pub const SIGNED_PROOF_BYTES_MAX: usize = 112;

/// The longest sequence of bytes that a signature is made over: a proof with the key it goes with, and the little
/// around them.
pub const TO_BE_SIGNED_BYTES_MAX: usize = SIGNED_BYTES_MAX + SIGNED_PROOF_BYTES_MAX + 24;

/// What a signed thing is. Numbers of media types from the range for experiments (RFC 7252, section 12.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContentType {
    /// A key.
    Key,
    /// A phone's proof.
    Proof,
    /// A vendor's update.
    Update,
}

impl ContentType {
    /// The number in the header `typ`.
    pub const fn number(self) -> u32 {
        match self {
            Self::Key => 65_001,
            Self::Proof => 65_002,
            Self::Update => 65_003,
        }
    }

    /// The longest it can be in its envelope, bytes.
    pub const fn bytes_max(self) -> usize {
        match self {
            Self::Key | Self::Update => SIGNED_BYTES_MAX,
            Self::Proof => SIGNED_PROOF_BYTES_MAX,
        }
    }
}

/// Something that was decoded, with the bytes that its signature covers. Decoded is not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed<'bytes, Content> {
    /// What it says.
    pub content: Content,
    /// What to verify.
    pub evidence: Evidence<'bytes>,
}

/// A signature and what it covers, as received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence<'bytes> {
    protected: &'bytes [u8],
    context: &'bytes [u8],
    payload: &'bytes [u8],
    signature: &'bytes [u8; SIGNATURE_BYTES],
    issuer: Option<IssuerId>,
}

impl<'bytes> Evidence<'bytes> {
    /// The signature.
    pub const fn signature(&self) -> &'bytes [u8; SIGNATURE_BYTES] {
        self.signature
    }

    /// Which of the vendor's keys is said to have signed; none for a phone.
    pub const fn issuer(&self) -> Option<IssuerId> {
        self.issuer
    }

    /// The bytes that the signature is over: the `Sig_structure` of RFC 9052, section 4.4.
    ///
    /// # Errors
    ///
    /// The buffer is too small; [`TO_BE_SIGNED_BYTES_MAX`] always suffice.
    pub fn to_be_signed<'buffer>(&self, buffer: &'buffer mut [u8]) -> Result<&'buffer [u8], BufferTooSmall> {
        write_to_be_signed(buffer, self.protected, self.context, self.payload)
    }
}

pub(crate) fn write_to_be_signed<'buffer>(
    buffer: &'buffer mut [u8],
    protected: &[u8],
    context: &[u8],
    payload: &[u8],
) -> Result<&'buffer [u8], BufferTooSmall> {
    write(buffer, |writer| {
        writer.array(4)?.str("Signature1")?.bytes(protected)?.bytes(context)?.bytes(payload)?;
        Ok(())
    })
}

/// Opens an envelope; the caller decodes the payload. `context` is what the signature covers besides: `external_aad`.
pub(crate) fn open<'bytes>(
    bytes: &'bytes [u8],
    content_type: ContentType,
    context: &'bytes [u8],
) -> Result<(&'bytes [u8], Evidence<'bytes>), DecodeError> {
    if bytes.len() > content_type.bytes_max() || context.len() > SIGNED_BYTES_MAX {
        return Err(DecodeError::Oversized);
    }
    let mut reader = Reader::new(bytes);
    reader.tag(TAG)?;
    reader.array_of(4)?;
    let protected = reader.bytes()?;
    reader.map_of(0)?;
    let payload = reader.bytes()?;
    let signature = reader.bytes_of::<SIGNATURE_BYTES>()?;
    reader.finish()?;
    let issuer = read_protected(protected, content_type)?;
    Ok((payload, Evidence { protected, context, payload, signature, issuer }))
}

fn read_protected(bytes: &[u8], content_type: ContentType) -> Result<Option<IssuerId>, DecodeError> {
    let mut reader = Reader::new(bytes);
    let by_issuer = content_type != ContentType::Proof;
    reader.map_of(if by_issuer { 3 } else { 2 })?;
    reader.label(ALGORITHM)?;
    reader.label(ED25519)?;
    let mut issuer = None;
    if by_issuer {
        reader.label(KEY_ID)?;
        issuer = Some(IssuerId(u32::from_be_bytes(*reader.bytes_of()?)));
    }
    reader.label(TYPE)?;
    expect(reader.u32()? == content_type.number())?;
    reader.finish()?;
    Ok(issuer)
}
