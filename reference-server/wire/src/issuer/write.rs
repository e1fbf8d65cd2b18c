//! The bytes of what is signed: the counterpart of `claims.rs`.

use crate::cbor::Writer;
use crate::cose;
use crate::labels::{
    AUDIENCE, AUDIENCE_PREFIX, BOOT_EPOCH, CONFIRMATION, COSE_KEY, CURVE, ED25519, EPOCH, EXPIRATION, ISSUED_AT,
    ISSUER_MIN, KEY_TYPE, NONCE, NOT_BEFORE, OCTET_KEY_PAIR, POINT, RESERVATION, RIGHTS, ROLE, TOKEN_ID,
};
use crate::{BufferTooSmall, CarId, ContentType, IssuerId, KeyToken, Proof, PublicKey, VendorUpdate};
use std::format;

/// The protected header: the algorithm, who signed, and what it is.
pub(super) fn write_protected(
    writer: &mut Writer<'_>,
    content_type: ContentType,
    issuer: Option<IssuerId>,
) -> Result<(), BufferTooSmall> {
    writer.map(if issuer.is_some() { 3 } else { 2 })?;
    writer.i64(cose::ALGORITHM)?.i64(cose::ED25519)?;
    if let Some(issuer) = issuer {
        writer.i64(cose::KEY_ID)?.bytes(&issuer.0.to_be_bytes())?;
    }
    writer.i64(cose::TYPE)?.u32(content_type.number())?;
    Ok(())
}

pub(super) fn write_key(writer: &mut Writer<'_>, key: &KeyToken<PublicKey>) -> Result<(), BufferTooSmall> {
    writer.map(9)?;
    write_audience(writer, key.car)?;
    writer.i64(EXPIRATION)?.u64(key.expires.0)?;
    writer.i64(NOT_BEFORE)?.u64(key.not_before.0)?;
    writer.i64(TOKEN_ID)?.bytes(&key.key_id.to_be_bytes())?;
    writer.i64(CONFIRMATION)?.map(1)?.i64(COSE_KEY)?.map(3)?;
    writer.i64(KEY_TYPE)?.i64(OCTET_KEY_PAIR)?.i64(CURVE)?.i64(ED25519)?.i64(POINT)?.bytes(&key.phone_key.0)?;
    writer.i64(RIGHTS)?.u8(key.rights.bits())?;
    writer.i64(RESERVATION)?.u32(key.reservation)?;
    writer.i64(EPOCH)?.u32(key.epoch)?;
    writer.i64(ROLE)?.u8(key.role.code())?;
    Ok(())
}

pub(super) fn write_proof(writer: &mut Writer<'_>, proof: &Proof) -> Result<(), BufferTooSmall> {
    let Proof { challenge, command, counter } = proof;
    writer.array(5)?.u64(challenge.nonce)?.u32(challenge.boot_epoch)?.u32(challenge.counter)?;
    writer.u8(command.code())?.u32(*counter)?;
    Ok(())
}

pub(super) fn write_update(writer: &mut Writer<'_>, update: &VendorUpdate) -> Result<(), BufferTooSmall> {
    writer.map(6)?;
    write_audience(writer, update.car)?;
    writer.i64(ISSUED_AT)?.u64(update.time.0)?;
    writer.i64(EPOCH)?.u32(update.epoch_min)?;
    writer.i64(BOOT_EPOCH)?.u32(update.boot_epoch)?;
    writer.i64(NONCE)?.u64(update.nonce)?;
    writer.i64(ISSUER_MIN)?.u32(update.issuer_min.0)?;
    Ok(())
}

fn write_audience(writer: &mut Writer<'_>, car: CarId) -> Result<(), BufferTooSmall> {
    writer.i64(AUDIENCE)?.str(&format!("{AUDIENCE_PREFIX}{}", car.0))?;
    Ok(())
}
