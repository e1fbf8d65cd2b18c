//! Labels of claims: RFC 8392, RFC 8747, RFC 9053, and our own from the range for private use.

pub(crate) const AUDIENCE: i64 = 3;
pub(crate) const EXPIRATION: i64 = 4;
pub(crate) const NOT_BEFORE: i64 = 5;
pub(crate) const ISSUED_AT: i64 = 6;
pub(crate) const TOKEN_ID: i64 = 7;
pub(crate) const CONFIRMATION: i64 = 8;
pub(crate) const RIGHTS: i64 = -65_537;
pub(crate) const RESERVATION: i64 = -65_538;
pub(crate) const EPOCH: i64 = -65_539;
pub(crate) const ROLE: i64 = -65_540;
pub(crate) const BOOT_EPOCH: i64 = -65_541;
pub(crate) const NONCE: i64 = -65_542;
pub(crate) const ISSUER_MIN: i64 = -65_543;

// In `cnf`: a `COSE_Key`, and in that: key type OKP, curve Ed25519, the point.
pub(crate) const COSE_KEY: i64 = 1;
pub(crate) const KEY_TYPE: i64 = 1;
pub(crate) const OCTET_KEY_PAIR: i64 = 1;
pub(crate) const CURVE: i64 = -1;
pub(crate) const ED25519: i64 = 6;
pub(crate) const POINT: i64 = -2;

/// `aud` must be a string or a URI: the car's number in decimal behind this.
pub(crate) const AUDIENCE_PREFIX: &str = "car:";
