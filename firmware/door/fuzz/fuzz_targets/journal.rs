//! Any flash at all: the journal opens, no panic, no hang, and it opens again.
#![no_main]

use embassy_futures::block_on;
use embedded_storage_async::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
use libfuzzer_sys::fuzz_target;
use std::convert::Infallible;
use stranded_door::{Journal, JournalError, JournalRegions, Milliseconds};
use stranded_wire::LogEvent;

const PAGE_BYTES: usize = 256;
const PAGES: usize = 4;

struct Flash([u8; PAGES * PAGE_BYTES]);

impl ErrorType for Flash {
    type Error = Infallible;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Infallible> {
        let start = offset as usize;
        bytes.copy_from_slice(&self.0[start..start + bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.0.len()
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = PAGE_BYTES;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), Infallible> {
        self.0[from as usize..to as usize].fill(0xff);
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Infallible> {
        for (place, byte) in self.0[offset as usize..].iter_mut().zip(bytes) {
            *place &= byte;
        }
        Ok(())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut flash = Flash([0xff; PAGES * PAGE_BYTES]);
    for (place, byte) in flash.0.iter_mut().zip(bytes) {
        *place = *byte;
    }
    let page = PAGE_BYTES as u32;
    let regions = JournalRegions { memory: 0..2 * page, log: 2 * page..4 * page };
    let (mut journal, memory) = match block_on(Journal::open_or_erase(flash, regions.clone())) {
        Ok(opened) => opened,
        Err(JournalError::WornOut) => return,
        Err(error) => panic!("{error}"),
    };
    for key_id in 0..20 {
        let _ = block_on(journal.append(Milliseconds(key_id), None, LogEvent::Unlocked { key_id }));
    }
    let mut lines = 0;
    let _ = block_on(journal.read(async |_| lines += 1));
    // The next start is another one; or damage elsewhere came to light, and it is the first of a new journal.
    let (_, again) = block_on(Journal::open_or_erase(journal.into_flash(), regions)).expect("it was opened before");
    assert!([memory.boot_epoch + 1, 1].contains(&again.boot_epoch));
});
