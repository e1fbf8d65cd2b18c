//! The order and number of effects, and messages that are no keys.

use crate::bench::{Bench, refusal};
use stranded_door::{ControllerConfig, Effect};
use stranded_wire::issuer::hello;
use stranded_wire::{PROTOCOL_VERSION, Refusal, Reply, encode_frame};

#[test]
fn every_greeting_gets_a_challenge_of_its_own() {
    let mut bench = Bench::new(ControllerConfig::default());
    let first = bench.challenge();
    let second = bench.challenge();
    assert_ne!(first.nonce, second.nonce);
    let token = bench.issuer.issue(&bench.key());
    let late = bench.phone.answer(first, &token, stranded_wire::Command::Unlock);
    assert_eq!(refusal(&bench.send(&late)), Some(Refusal::Replayed));
}

#[test]
fn a_frame_that_says_nothing_is_malformed() {
    let mut bench = Bench::new(ControllerConfig::default());
    for body in [&[][..], &[0x80], &[0xff], &[0x81, 0x07], &[0x81, 0x10], &[0x81, 0x00, 0x00], b"open sesame"] {
        let mut buffer = [0; stranded_wire::FRAME_BYTES_MAX];
        let frame = encode_frame(body, &mut buffer).expect("it fits").to_vec();
        let effects = bench.send(&frame);
        assert!(matches!(refusal(&effects), Some(Refusal::Malformed | Refusal::Truncated)), "{body:?}: {effects:?}");
    }
}

#[test]
fn another_version_is_told_apart() {
    let mut bench = Bench::new(ControllerConfig::default());
    let mut frame = hello();
    // COBS: the first byte counts, the second is the version.
    assert_eq!(frame[1], PROTOCOL_VERSION);
    frame[1] += 1;
    assert_eq!(bench.send(&frame), [Effect::Send(Reply::Refused { refusal: Refusal::WrongVersion })]);
}
