//! Keys that are nearly right.

use coset::cbor::Value;
use coset::{CborSerializable, CoseSign1, TaggedCborSerializable};
use proptest::prelude::*;
use stranded_wire::vectors::KEY;
use stranded_wire::{DecodeError, KeyToken, PublicKey, Signed};

fn decode(bytes: &[u8]) -> Result<KeyToken<PublicKey>, DecodeError> {
    Signed::<KeyToken<PublicKey>>::decode(bytes).map(|signed| signed.content)
}

/// The golden key with another payload.
fn with_claims(change: impl FnOnce(&mut Vec<(Value, Value)>)) -> Vec<u8> {
    let mut key = CoseSign1::from_tagged_slice(KEY).expect("it is COSE");
    let payload = Value::from_slice(key.payload.as_deref().expect("it has a payload")).expect("it is CBOR");
    let Value::Map(mut claims) = payload else {
        panic!("a token is a map");
    };
    change(&mut claims);
    key.payload = Some(Value::Map(claims).to_vec().expect("it is CBOR"));
    key.to_tagged_vec().expect("it is CBOR")
}

#[test]
fn the_profile_is_closed() {
    let malformed = |change: fn(&mut Vec<(Value, Value)>), why: &str| {
        assert_eq!(decode(&with_claims(change)), Err(DecodeError::Malformed), "{why}");
    };
    assert!(decode(&with_claims(|_| {})).is_ok());
    malformed(|claims| claims.push((Value::from(99), Value::from(1))), "a claim that nobody knows");
    malformed(|claims| drop(claims.pop()), "a claim is missing");
    malformed(|claims| claims.swap(0, 1), "another order");
    malformed(|claims| claims[1] = claims[0].clone(), "a claim twice");
    malformed(|claims| claims[5].1 = Value::from(16), "a right that nobody knows");
    malformed(|claims| claims[8].1 = Value::from(2), "a role that nobody knows");
    malformed(|claims| claims[6].1 = Value::from(1_u64 << 32), "a number that is too large");
    malformed(|claims| claims[1].1 = Value::from(-1), "a date before dates");
    malformed(|claims| claims[3].1 = Value::Bytes(vec![1; 7]), "a short number of the key");
    malformed(|claims| claims[4].1 = Value::Map(vec![]), "a phone without a key");
    for audience in ["car:07", "car:+7", "car:", "car", "7", "car:4294967296", "car:7 ", "Car:7", "car:\u{667}"] {
        let bytes = with_claims(|claims| claims[0].1 = Value::Text(audience.to_owned()));
        assert_eq!(decode(&bytes), Err(DecodeError::Malformed), "{audience}");
    }
}

#[test]
fn the_envelope_is_closed_too() {
    let malformed = |change: fn(&mut CoseSign1), why: &str| {
        let mut key = CoseSign1::from_tagged_slice(KEY).expect("it is COSE");
        change(&mut key);
        // What was read keeps its original header bytes unless they are dropped.
        key.protected.original_data = None;
        let decoded = decode(&key.to_tagged_vec().expect("it is CBOR"));
        assert_eq!(decoded, Err(DecodeError::Malformed), "{why}");
    };
    malformed(|key| key.protected.header.key_id = vec![1], "a short number of the issuer");
    malformed(|key| key.protected.header.key_id.clear(), "no issuer");
    malformed(|key| key.protected.header.rest[0].1 = Value::from(65_002), "a proof");
    malformed(|key| key.protected.header.rest.clear(), "no type");
    malformed(|key| key.unprotected.key_id = vec![1], "something unprotected");
    malformed(|key| key.signature.truncate(63), "a short signature");
    malformed(
        |key| key.protected.header.alg = Some(coset::Algorithm::Assigned(coset::iana::Algorithm::EdDSA)),
        "another algorithm",
    );
    let untagged = CoseSign1::from_tagged_slice(KEY).expect("it is COSE").to_vec().expect("it is CBOR");
    assert_eq!(decode(&untagged), Err(DecodeError::Malformed));
}

proptest! {
    /// A changed bit makes another key or none; a key that still reads alike differs in bytes that the signature
    /// covers, or in the signature.
    #[test]
    fn a_changed_bit_is_never_overlooked(place in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut bytes = KEY.to_vec();
        let index = place.index(bytes.len());
        bytes[index] ^= 1 << bit;
        if let Ok(changed) = Signed::<KeyToken<PublicKey>>::decode(&bytes) {
            let original = Signed::<KeyToken<PublicKey>>::decode(KEY).expect("it is a key");
            prop_assert_ne!(changed.evidence, original.evidence);
        }
    }
}
