//! Mutated frames open nothing. The long run is `cargo run --release -p stranded-door --example mutate -- 1000000`.

mod harness;

use stranded_door::{Curve, Dalek};
use stranded_wire::{PublicKey, SIGNATURE_BYTES};

#[test]
fn twenty_thousand_mutated_frames_open_nothing() {
    let tally = harness::run::<Dalek>(20_000, 1);
    assert_eq!(tally.false_unlocks, 0, "{tally:?}");
    // It does get somewhere: to the parsers, to the signatures, and with the good key into the car.
    assert!(tally.good == 20, "{tally:?}");
    assert!(tally.refused_by_the_door > 5_000 && tally.refused_by_the_decoders > 5_000, "{tally:?}");
}

#[test]
fn the_same_seed_gives_the_same_frames() {
    assert_eq!(harness::run::<Dalek>(500, 7), harness::run::<Dalek>(500, 7));
}

/// Takes every signature for genuine.
enum Gullible {}

impl Curve for Gullible {
    fn verify(_: &PublicKey, _: &[u8], _: &[u8; SIGNATURE_BYTES]) -> bool {
        true
    }
}

/// The canary: a door that can be opened is found out.
#[test]
fn a_gullible_door_is_found_out() {
    let tally = harness::run::<Gullible>(2_000, 1);
    assert!(tally.false_unlocks > 100, "{tally:?}");
}
