//! A flash whose power can go at any word.

use embedded_storage_async::nor_flash::{ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash};

pub(crate) const PAGE_BYTES: u32 = 512;
pub(crate) const PAGES: u32 = 8;
const WORD_BYTES: u32 = 4;

/// As NOR flash is: erasing sets a page to ones, writing clears bits. A word is written to its end once; only where
/// that was cut off may it be written again, as the nRF52840 allows (two writes a word).
#[derive(Clone, Debug)]
pub(crate) struct Flash {
    bytes: Vec<u8>,
    /// So many more words are written or erased before the power goes; none: it stays.
    pub(crate) words_left: Option<u32>,
    /// What half-done work leaves behind is drawn from here.
    random: fastrand::Rng,
    pub(crate) words_done: u32,
    pub(crate) erased: [u32; PAGES as usize],
    written: Vec<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlashError {
    PowerLost,
    Misaligned,
    WrittenTwice,
}

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl Flash {
    pub(crate) fn new() -> Self {
        Self {
            bytes: vec![0xff; (PAGES * PAGE_BYTES) as usize],
            words_left: None,
            random: fastrand::Rng::with_seed(1),
            words_done: 0,
            erased: [0; PAGES as usize],
            written: vec![false; (PAGES * PAGE_BYTES / WORD_BYTES) as usize],
        }
    }

    /// A flash that somebody else has written to.
    pub(crate) fn full_of_junk(seed: u64) -> Self {
        let mut flash = Self::new();
        let mut random = fastrand::Rng::with_seed(seed);
        // Sparse or dense, so that some of it looks empty.
        let density = random.u8(1..=8);
        for byte in &mut flash.bytes {
            if random.u8(0..8) < density {
                *byte = random.u8(..);
            }
        }
        flash
    }

    /// The same flash when the power is back; `seed` decides what a half-written word looks like next time.
    pub(crate) fn power_up(mut self, seed: u64) -> Self {
        self.words_left = None;
        self.random = fastrand::Rng::with_seed(seed);
        self
    }

    /// Brings one word to `target`; the one at which the power goes is left in any state in between.
    fn word(&mut self, at: u32, target: [u8; WORD_BYTES as usize]) -> Result<(), FlashError> {
        let place = &mut self.bytes[at as usize..(at + WORD_BYTES) as usize];
        if self.words_left == Some(0) {
            for (byte, wanted) in place.iter_mut().zip(target) {
                // Any of the bits that were to change may have.
                *byte ^= (*byte ^ wanted) & self.random.u8(..);
            }
            return Err(FlashError::PowerLost);
        }
        place.copy_from_slice(&target);
        self.words_left = self.words_left.map(|left| left - 1);
        self.words_done += 1;
        Ok(())
    }
}

impl ErrorType for Flash {
    type Error = FlashError;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        let start = offset as usize;
        bytes.copy_from_slice(&self.bytes[start..start + bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = WORD_BYTES as usize;
    const ERASE_SIZE: usize = PAGE_BYTES as usize;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        if !from.is_multiple_of(PAGE_BYTES) || !to.is_multiple_of(PAGE_BYTES) {
            return Err(FlashError::Misaligned);
        }
        for page in from / PAGE_BYTES..to / PAGE_BYTES {
            self.erased[page as usize] += 1;
        }
        for at in (from..to).step_by(WORD_BYTES as usize) {
            self.written[(at / WORD_BYTES) as usize] = false;
            self.word(at, [0xff; WORD_BYTES as usize])?;
        }
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        let (words, rest) = bytes.as_chunks::<{ WORD_BYTES as usize }>();
        if !offset.is_multiple_of(WORD_BYTES) || !rest.is_empty() {
            return Err(FlashError::Misaligned);
        }
        for (at, word) in (offset..).step_by(WORD_BYTES as usize).zip(words) {
            if self.written[(at / WORD_BYTES) as usize] {
                return Err(FlashError::WrittenTwice);
            }
            let before = &self.bytes[at as usize..(at + WORD_BYTES) as usize];
            self.word(at, std::array::from_fn(|index| before[index] & word[index]))?;
            self.written[(at / WORD_BYTES) as usize] = true;
        }
        Ok(())
    }
}
