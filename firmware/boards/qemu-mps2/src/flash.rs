//! Flash for the journal. This machine has none; its pseudo-static RAM plays the part.
//!
//! QEMU can keep that RAM in a file, and then it survives the power cut of QEMU's end. It holds the complement of every byte,
//! because fresh RAM is zero and erased flash is ones.

use embedded_storage_async::nor_flash::{ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash};

/// Where the RAM begins.
const ADDRESS: usize = 0x2100_0000;
/// How much of it we use.
const BYTES: usize = 64 * 1024;
/// As an nRF52840 has.
const PAGE_BYTES: usize = 4096;
const WORD_BYTES: usize = 4;

/// The journal's flash.
#[derive(Debug)]
pub(crate) struct Flash {
    /// Complements.
    words: &'static mut [u32; BYTES / WORD_BYTES],
}

/// Not within the flash, or not on its boundaries.
#[derive(Debug)]
pub(crate) struct OutOfPlace;

impl NorFlashError for OutOfPlace {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::NotAligned
    }
}

impl Flash {
    /// The flash.
    ///
    /// The peripherals stand for the right to it: they are given once.
    pub(crate) fn new(_: &cortex_m::Peripherals) -> Self {
        #[allow(unsafe_code, reason = "the linker knows nothing of this memory, so nothing else is in it")]
        let words = unsafe { &mut *(ADDRESS as *mut [u32; BYTES / WORD_BYTES]) };
        Self { words }
    }

    /// The words that these bytes are, whole ones only.
    fn words(&mut self, offset: usize, length: usize, unit: usize) -> Result<&mut [u32], OutOfPlace> {
        if !offset.is_multiple_of(unit) || !length.is_multiple_of(unit) {
            return Err(OutOfPlace);
        }
        self.words.get_mut(offset / WORD_BYTES..(offset + length) / WORD_BYTES).ok_or(OutOfPlace)
    }
}

impl ErrorType for Flash {
    type Error = OutOfPlace;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), OutOfPlace> {
        for (place, byte) in (offset as usize..).zip(bytes) {
            let word = self.words.get(place / WORD_BYTES).ok_or(OutOfPlace)?;
            *byte = !word.to_le_bytes()[place % WORD_BYTES];
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        BYTES
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = WORD_BYTES;
    const ERASE_SIZE: usize = PAGE_BYTES;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), OutOfPlace> {
        let length = to.checked_sub(from).ok_or(OutOfPlace)?;
        self.words(from as usize, length as usize, PAGE_BYTES)?.fill(0);
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), OutOfPlace> {
        let words = self.words(offset as usize, bytes.len(), WORD_BYTES)?;
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
            // Writing clears bits; their complements it sets.
            *word |= !u32::from_le_bytes(*bytes);
        }
        Ok(())
    }
}
