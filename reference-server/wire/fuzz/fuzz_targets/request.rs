//! Any body from a phone: no panic, and what is read can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stranded_wire::{BODY_BYTES_MAX, Evidence, PublicKey, Request, Response};

fuzz_target!(|bytes: &[u8]| {
    let Ok(request) = Request::decode(bytes) else {
        return;
    };
    let mut buffer = [0; BODY_BYTES_MAX];
    let written = request.encode(&mut buffer).expect("what was read can be written");
    assert!(written.len() <= bytes.len(), "ours is the shortest form");
    assert_eq!(Request::decode(written), Ok(request));
    if let Request::Response { token, proof } = request {
        let _ = Response::<Evidence<'_>, PublicKey>::decode(token, proof);
    }
});
