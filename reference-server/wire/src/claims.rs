//! The claims of a key, of a proof and of an update, and their bytes.
//!
//! A key is a CBOR Web Token (RFC 8392): `aud` the car, `exp`, `nbf`, `cti` the key's number, `cnf` the phone's public
//! key (RFC 8747), and claims of our own from the range for private use. Keys of a map stand in the order of RFC 8949,
//! section 4.2.1.

use crate::cbor::{Reader, expect};
use crate::cose::{ContentType, open};
use crate::labels::{
    AUDIENCE, AUDIENCE_PREFIX, BOOT_EPOCH, CONFIRMATION, COSE_KEY, CURVE, ED25519, EPOCH, EXPIRATION, ISSUED_AT,
    ISSUER_MIN, KEY_TYPE, NONCE, NOT_BEFORE, OCTET_KEY_PAIR, POINT, RESERVATION, RIGHTS, ROLE, TOKEN_ID,
};
use crate::{
    CarId, CarSeconds, Challenge, Command, DecodeError, IssuerId, KeyToken, Proof, PublicKey, Rights, Role, Signed,
    VendorUpdate,
};

impl<'bytes> Signed<'bytes, KeyToken<PublicKey>> {
    /// Decodes a signed key. Verifies nothing.
    ///
    /// # Errors
    ///
    /// The bytes are no signed key.
    pub fn decode(bytes: &'bytes [u8]) -> Result<Self, DecodeError> {
        let (payload, evidence) = open(bytes, ContentType::Key, &[])?;
        let mut reader = Reader::new(payload);
        reader.map_of(9)?;
        let car = read_audience(&mut reader)?;
        reader.label(EXPIRATION)?;
        let expires = CarSeconds(reader.u64()?);
        reader.label(NOT_BEFORE)?;
        let not_before = CarSeconds(reader.u64()?);
        reader.label(TOKEN_ID)?;
        let key_id = u64::from_be_bytes(*reader.bytes_of()?);
        let phone_key = read_confirmation(&mut reader)?;
        reader.label(RIGHTS)?;
        let rights = Rights::from_bits(reader.u8()?).ok_or(DecodeError::Malformed)?;
        reader.label(RESERVATION)?;
        let reservation = reader.u32()?;
        reader.label(EPOCH)?;
        let epoch = reader.u32()?;
        reader.label(ROLE)?;
        let role = Role::from_code(reader.u8()?).ok_or(DecodeError::Malformed)?;
        reader.finish()?;
        let content = KeyToken { key_id, car, reservation, rights, not_before, expires, phone_key, epoch, role };
        Ok(Self { content, evidence })
    }
}

impl<'bytes> Signed<'bytes, Proof> {
    /// Decodes a signed proof that goes with the signed key in `token`: the phone's signature covers both. Verifies
    /// nothing.
    ///
    /// # Errors
    ///
    /// The bytes are no signed proof.
    pub fn decode(bytes: &'bytes [u8], token: &'bytes [u8]) -> Result<Self, DecodeError> {
        let (payload, evidence) = open(bytes, ContentType::Proof, token)?;
        let mut reader = Reader::new(payload);
        reader.array_of(5)?;
        let challenge = Challenge { nonce: reader.u64()?, boot_epoch: reader.u32()?, counter: reader.u32()? };
        let command = Command::from_code(reader.u8()?).ok_or(DecodeError::Malformed)?;
        let counter = reader.u32()?;
        reader.finish()?;
        Ok(Self { content: Proof { challenge, command, counter }, evidence })
    }
}

impl<'bytes> Signed<'bytes, VendorUpdate> {
    /// Decodes a signed update. Verifies nothing.
    ///
    /// # Errors
    ///
    /// The bytes are no signed update.
    pub fn decode(bytes: &'bytes [u8]) -> Result<Self, DecodeError> {
        let (payload, evidence) = open(bytes, ContentType::Update, &[])?;
        let mut reader = Reader::new(payload);
        reader.map_of(6)?;
        let car = read_audience(&mut reader)?;
        reader.label(ISSUED_AT)?;
        let time = CarSeconds(reader.u64()?);
        reader.label(EPOCH)?;
        let epoch_min = reader.u32()?;
        reader.label(BOOT_EPOCH)?;
        let boot_epoch = reader.u32()?;
        reader.label(NONCE)?;
        let nonce = reader.u64()?;
        reader.label(ISSUER_MIN)?;
        let issuer_min = IssuerId(reader.u32()?);
        reader.finish()?;
        Ok(Self { content: VendorUpdate { car, boot_epoch, nonce, time, epoch_min, issuer_min }, evidence })
    }
}

fn read_audience(reader: &mut Reader<'_>) -> Result<CarId, DecodeError> {
    reader.label(AUDIENCE)?;
    let digits = reader.text()?.strip_prefix(AUDIENCE_PREFIX).ok_or(DecodeError::Malformed)?;
    // One way to write a number: no plus sign, no leading zeros.
    expect(digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0')))?;
    digits.parse().map(CarId).map_err(|_| DecodeError::Malformed)
}

fn read_confirmation(reader: &mut Reader<'_>) -> Result<PublicKey, DecodeError> {
    reader.label(CONFIRMATION)?;
    reader.map_of(1)?;
    reader.label(COSE_KEY)?;
    reader.map_of(3)?;
    for label in [KEY_TYPE, OCTET_KEY_PAIR, CURVE, ED25519, POINT] {
        reader.label(label)?;
    }
    Ok(PublicKey(*reader.bytes_of()?))
}
