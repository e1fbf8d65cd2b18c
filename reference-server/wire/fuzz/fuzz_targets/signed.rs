//! Any bytes as a signed key, proof or update: no panic, what a signature covers always fits its buffer, and nothing is two of
//! them at once.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stranded_wire::vectors::KEY;
use stranded_wire::{Evidence, KeyToken, Proof, PublicKey, Signed, TO_BE_SIGNED_BYTES_MAX, VendorUpdate};

fn covers(evidence: &Evidence<'_>) {
    let mut buffer = [0; TO_BE_SIGNED_BYTES_MAX];
    assert!(evidence.to_be_signed(&mut buffer).is_ok());
}

fuzz_target!(|bytes: &[u8]| {
    let key = Signed::<KeyToken<PublicKey>>::decode(bytes);
    let proof = Signed::<Proof>::decode(bytes, KEY);
    let update = Signed::<VendorUpdate>::decode(bytes);
    let _ = key.as_ref().map(|signed| covers(&signed.evidence));
    let _ = proof.as_ref().map(|signed| covers(&signed.evidence));
    let _ = update.as_ref().map(|signed| covers(&signed.evidence));
    let ways = usize::from(key.is_ok()) + usize::from(proof.is_ok()) + usize::from(update.is_ok());
    assert!(ways <= 1);
});
