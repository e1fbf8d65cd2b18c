//! Any bytes on the line: no panic, and a frame that is read can be written again to the same body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stranded_wire::{FRAME_BYTES_MAX, FrameReader, encode_frame};

fuzz_target!(|bytes: &[u8]| {
    let mut reader = FrameReader::new();
    for &byte in bytes {
        if let Some(Ok(body)) = reader.push(byte) {
            let body = body.to_vec();
            let mut buffer = [0; FRAME_BYTES_MAX];
            let frame = encode_frame(&body, &mut buffer).expect("what was read can be written");
            let mut again = FrameReader::new();
            let read = frame.iter().find_map(|&byte| again.push(byte).map(|body| body.map(<[u8]>::to_vec)));
            assert_eq!(read, Some(Ok(body)));
        }
    }
    // Whatever came before, the next whole frame is read.
    let mut buffer = [0; FRAME_BYTES_MAX];
    let frame = encode_frame(b"next", &mut buffer).expect("it fits");
    let _ = reader.push(0);
    let read = frame.iter().find_map(|&byte| reader.push(byte).map(|body| body.map(<[u8]>::to_vec)));
    assert_eq!(read, Some(Ok(b"next".to_vec())));
    // The body of a frame, as most fuzzers never find the check sum.
    if let Ok(frame) = encode_frame(bytes, &mut buffer) {
        let mut again = FrameReader::new();
        let read = frame.iter().find_map(|&byte| again.push(byte).map(|body| body.map(<[u8]>::to_vec)));
        assert_eq!(read, Some(Ok(bytes.to_vec())));
    }
});
