//! A small flash in RAM, whose power can go at any word.

use core::ops::Range;

use embedded_storage_async::nor_flash::{ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash};
use stranded_door::JournalRegions;

const PAGE_BYTES: usize = 512;
const PAGES: usize = 5;
const WORD_BYTES: usize = 4;

/// Where the journal lies in it.
pub const fn regions() -> JournalRegions {
    JournalRegions { memory: 0..2 * PAGE_BYTES as u32, log: 2 * PAGE_BYTES as u32..(PAGES * PAGE_BYTES) as u32 }
}

/// As NOR flash is: erasing sets a page to ones, writing clears bits, a word at a time.
#[derive(Clone, Debug)]
pub struct Flash {
    words: [u32; PAGES * PAGE_BYTES / WORD_BYTES],
    /// So many more words are written or erased before the power goes; none: it stays.
    pub words_left: Option<u32>,
    /// So many were.
    pub words_done: u32,
}

/// The power has gone, or the access makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PowerLost;

impl NorFlashError for PowerLost {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl Flash {
    /// As it comes from the factory.
    pub const fn new() -> Self {
        Self { words: [u32::MAX; PAGES * PAGE_BYTES / WORD_BYTES], words_left: None, words_done: 0 }
    }

    /// Brings a word to `target`; the one at which the power goes is left half-way.
    fn change(&mut self, index: usize, target: u32) -> Result<(), PowerLost> {
        let word = self.words.get_mut(index).ok_or(PowerLost)?;
        if self.words_left == Some(0) {
            *word ^= (*word ^ target) & 0x5A5A_5A5A;
            return Err(PowerLost);
        }
        *word = target;
        self.words_left = self.words_left.map(|left| left - 1);
        self.words_done += 1;
        Ok(())
    }
}

impl Default for Flash {
    fn default() -> Self {
        Self::new()
    }
}

fn words(from: usize, to: usize) -> Range<usize> {
    from / WORD_BYTES..to / WORD_BYTES
}

impl ErrorType for Flash {
    type Error = PowerLost;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), PowerLost> {
        for (place, byte) in (offset as usize..).zip(bytes) {
            let word = self.words.get(place / WORD_BYTES).ok_or(PowerLost)?;
            *byte = word.to_le_bytes()[place % WORD_BYTES];
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        PAGES * PAGE_BYTES
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = WORD_BYTES;
    const ERASE_SIZE: usize = PAGE_BYTES;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), PowerLost> {
        words(from as usize, to as usize).try_for_each(|index| self.change(index, u32::MAX))
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), PowerLost> {
        let start = offset as usize;
        for (index, bytes) in words(start, start + bytes.len()).zip(bytes.as_chunks().0) {
            let before = *self.words.get(index).ok_or(PowerLost)?;
            self.change(index, before & u32::from_le_bytes(*bytes))?;
        }
        Ok(())
    }
}
