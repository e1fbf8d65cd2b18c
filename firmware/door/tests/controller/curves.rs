//! Both Ed25519 libraries say the same.

use proptest::prelude::*;
use stranded_door::{Curve, Dalek, Salty};
use stranded_wire::issuer::Phone;
use stranded_wire::{KeyToken, PublicKey, Signed};

/// A key issued by an issuer with this seed: its public key, the message and the signature.
fn signed(seed: [u8; 32], key_id: u64) -> (PublicKey, Vec<u8>, [u8; 64]) {
    let issuer = stranded_wire::issuer::Issuer::from_seed(stranded_wire::IssuerId(1), &seed);
    let bench = crate::bench::Bench::without_time(stranded_door::ControllerConfig::default());
    let phone_key = Phone::from_seed(&seed).public_key();
    let token = issuer.issue(&KeyToken { key_id, phone_key, ..bench.key() });
    let evidence = Signed::<KeyToken<PublicKey>>::decode(&token).expect("we have just made it").evidence;
    let mut buffer = [0; stranded_wire::TO_BE_SIGNED_BYTES_MAX];
    let message = evidence.to_be_signed(&mut buffer).expect("it fits").to_vec();
    (issuer.public_key(), message, *evidence.signature())
}

/// RFC 8032, section 7.1, test 3.
#[test]
fn the_standards_example_holds() {
    let hex = |text: &str| -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("it is hex")).collect()
    };
    let key = hex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
    let signature = hex(concat!(
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac",
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    ));
    let key = PublicKey(key.try_into().expect("32 bytes"));
    let signature: [u8; 64] = signature.try_into().expect("64 bytes");
    assert!(Dalek::verify(&key, &[0xaf, 0x82], &signature) && Salty::verify(&key, &[0xaf, 0x82], &signature));
    assert!(!Dalek::verify(&key, b"xx", &signature) && !Salty::verify(&key, b"xx", &signature));
}

/// A key of small order verifies any message. Nobody but its owner is harmed, but one of the libraries refuses it.
#[test]
fn a_weak_key_is_refused_by_the_strict_library_only() {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    assert!(!Dalek::verify(&PublicKey(neutral), b"anything", &signature));
    assert!(Salty::verify(&PublicKey(neutral), b"anything", &signature));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn both_accept_what_is_signed_and_neither_what_is_changed(
        seed in any::<[u8; 32]>(), key_id in any::<u64>(), place in any::<prop::sample::Index>(), bit in 0..8_u8,
        what in 0..3_u8,
    ) {
        let (mut key, mut message, mut signature) = signed(seed, key_id);
        prop_assert!(Dalek::verify(&key, &message, &signature) && Salty::verify(&key, &message, &signature));
        let changed = match what {
            0 => &mut key.0[..],
            1 => &mut message[..],
            _ => &mut signature[..],
        };
        let index = place.index(changed.len());
        changed[index] ^= 1 << bit;
        prop_assert!(!Dalek::verify(&key, &message, &signature) && !Salty::verify(&key, &message, &signature));
    }

    /// Keys that are no points, or weak ones, must not make either of them panic.
    #[test]
    fn junk_does_no_harm(
        key in any::<[u8; 32]>(), message in prop::collection::vec(any::<u8>(), 0..100), r in any::<[u8; 32]>(),
    ) {
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&r);
        prop_assert!(!Dalek::verify(&PublicKey(key), &message, &signature));
        prop_assert!(!Salty::verify(&PublicKey(key), &message, &signature));
    }
}
