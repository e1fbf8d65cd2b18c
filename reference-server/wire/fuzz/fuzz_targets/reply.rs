//! Any body from a door: no panic, and what is read can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stranded_wire::{REPLY_FRAME_BYTES_MAX, Reply, decode_frame};

fuzz_target!(|bytes: &[u8]| {
    let Ok(reply) = Reply::decode(bytes) else {
        return;
    };
    let mut buffer = [0; REPLY_FRAME_BYTES_MAX];
    let length = reply.frame(&mut buffer).expect("every reply fits").len();
    let body = decode_frame(&mut buffer[..length - 1]).expect("we have just framed it");
    assert_eq!(Reply::decode(body), Ok(reply));
});
