//! Another implementation of COSE reads and makes the same bytes.

use coset::cbor::Value;
use coset::cwt::ClaimsSet;
use coset::{CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder, Label, TaggedCborSerializable, iana};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier};
use stranded_wire::issuer::{Issuer, Phone};
use stranded_wire::vectors::{GOOD_PROOF, GOOD_UPDATE, key_token};
use stranded_wire::{CarId, CarSeconds, ContentType, IssuerId, KeyToken, PublicKey, Rights, Role};

const SEED: [u8; 32] = [1; 32];

fn issuer() -> (Issuer, SigningKey) {
    (Issuer::from_seed(IssuerId(1), &SEED), SigningKey::from_bytes(&SEED))
}

fn keys() -> Vec<KeyToken<PublicKey>> {
    let common = key_token(Phone::from_seed(&[2; 32]).public_key());
    let longest = KeyToken {
        key_id: u64::MAX,
        car: CarId(u32::MAX),
        reservation: u32::MAX,
        rights: Rights::RENTER | Rights::SERVICE,
        not_before: CarSeconds(u64::MAX),
        expires: CarSeconds(u64::MAX),
        epoch: u32::MAX,
        role: Role::Service,
        ..common
    };
    let shortest = KeyToken {
        key_id: 0,
        car: CarId(0),
        reservation: 0,
        rights: Rights::NONE,
        not_before: CarSeconds(0),
        expires: CarSeconds(0),
        epoch: 0,
        ..common
    };
    vec![common, longest, shortest]
}

fn header(content_type: ContentType, issuer: Option<&[u8]>) -> coset::Header {
    let mut header = HeaderBuilder::new().algorithm(iana::Algorithm::Ed25519);
    if let Some(issuer) = issuer {
        header = header.key_id(issuer.to_vec());
    }
    // `typ`, RFC 9596.
    header.value(16, Value::from(content_type.number())).build()
}

fn number(value: u64) -> Value {
    Value::from(value)
}

/// The claims as the standards name them, in an order that is not ours to choose.
fn claims(key: &KeyToken<PublicKey>) -> Vec<u8> {
    let cose_key = Value::Map(vec![
        (number(1), number(1)),
        (Value::from(-1), number(6)),
        (Value::from(-2), Value::Bytes(key.phone_key.0.to_vec())),
    ]);
    let own = |label: i64, value: u64| (Value::from(label), number(value));
    let map = Value::Map(vec![
        (number(3), Value::Text(format!("car:{}", key.car.0))),
        (number(4), number(key.expires.0)),
        (number(5), number(key.not_before.0)),
        (number(7), Value::Bytes(key.key_id.to_be_bytes().to_vec())),
        (number(8), Value::Map(vec![(number(1), cose_key)])),
        own(-65_537, u64::from(key.rights.bits())),
        own(-65_538, u64::from(key.reservation)),
        own(-65_539, u64::from(key.epoch)),
        own(-65_540, u64::from(key.role.code())),
    ]);
    map.to_vec().expect("it is CBOR")
}

#[test]
fn coset_makes_the_same_key() {
    let (issuer, signing) = issuer();
    for key in keys() {
        let theirs = CoseSign1Builder::new()
            .protected(header(ContentType::Key, Some(&[0, 0, 0, 1])))
            .payload(claims(&key))
            .create_signature(&[], |bytes| signing.sign(bytes).to_bytes().to_vec())
            .build()
            .to_tagged_vec()
            .expect("it is CBOR");
        assert_eq!(issuer.issue(&key), theirs);
    }
}

#[test]
fn coset_reads_and_verifies_our_key() {
    let (issuer, signing) = issuer();
    for key in keys() {
        let theirs = CoseSign1::from_tagged_slice(&issuer.issue(&key)).expect("it is COSE");
        theirs
            .verify_signature(&[], |signature, bytes| {
                signing.verifying_key().verify(bytes, &Signature::from_slice(signature)?)
            })
            .expect("it is signed");
        let payload = theirs.payload.expect("it has a payload");
        // Their reader of claims takes times of signed 64-bit numbers only; the longest key has longer ones.
        if key.expires.0 < u64::MAX {
            let read = ClaimsSet::from_slice(&payload).expect("it is a CBOR Web Token");
            assert_eq!(read.audience, Some(format!("car:{}", key.car.0)));
            assert_eq!(read.expiration_time, Some(coset::cwt::Timestamp::WholeSeconds(key.expires.0 as i64)));
            assert_eq!(read.cwt_id, Some(key.key_id.to_be_bytes().to_vec()));
        }
    }
}

#[test]
fn coset_makes_the_same_proof_and_the_same_update() {
    let (issuer, signing) = issuer();
    let phone = Phone::from_seed(&SEED);
    let token = issuer.issue(&keys()[0]);
    let challenge = GOOD_PROOF.challenge;
    let payload = Value::Array(vec![
        number(challenge.nonce),
        number(u64::from(challenge.boot_epoch)),
        number(u64::from(challenge.counter)),
        number(u64::from(GOOD_PROOF.command.code())),
        number(u64::from(GOOD_PROOF.counter)),
    ]);
    let sign = |content_type, issuer, payload: Value, context: &[u8]| {
        CoseSign1Builder::new()
            .protected(header(content_type, issuer))
            .payload(payload.to_vec().expect("it is CBOR"))
            .create_signature(context, |bytes| signing.sign(bytes).to_bytes().to_vec())
            .build()
            .to_tagged_vec()
            .expect("it is CBOR")
    };
    assert_eq!(phone.prove(&GOOD_PROOF, &token), sign(ContentType::Proof, None, payload, &token));

    let update = GOOD_UPDATE;
    let payload = Value::Map(vec![
        (number(3), Value::Text(format!("car:{}", update.car.0))),
        (number(6), number(update.time.0)),
        (Value::from(-65_539), number(u64::from(update.epoch_min))),
        (Value::from(-65_541), number(u64::from(update.boot_epoch))),
        (Value::from(-65_542), number(update.nonce)),
        (Value::from(-65_543), number(u64::from(update.issuer_min.0))),
    ]);
    assert_eq!(issuer.update(&update), sign(ContentType::Update, Some(&[0, 0, 0, 1]), payload, &[]));
}

#[test]
fn coset_knows_what_we_call_typ() {
    let (issuer, _) = issuer();
    let theirs = CoseSign1::from_tagged_slice(&issuer.issue(&keys()[0])).expect("it is COSE");
    let typ = theirs.protected.header.rest.iter().find(|(label, _)| *label == Label::Int(16)).map(|(_, value)| value);
    assert_eq!(typ, Some(&Value::from(65_001)));
}
