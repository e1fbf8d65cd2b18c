//! Any bytes from the flash: no panic, and what is read can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stranded_wire::{LOG_ENTRY_BYTES_MAX, LogEntry};

fuzz_target!(|bytes: &[u8]| {
    let Ok(entry) = LogEntry::decode(bytes) else {
        return;
    };
    let mut buffer = [0; LOG_ENTRY_BYTES_MAX];
    let written = entry.encode(&mut buffer).expect("every entry fits");
    assert_eq!(LogEntry::decode(written), Ok(entry));
});
