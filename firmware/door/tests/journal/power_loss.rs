//! The power goes in the middle of a write: at every word, and again and again.

use crate::flash::{Flash, FlashError};
use crate::regions;
use embassy_futures::block_on;
use proptest::prelude::*;
use stranded_door::{Journal, JournalError, Memory, Milliseconds};
use stranded_wire::LogEvent;

const LINES_A_SESSION: u64 = 6;
/// So many lines are kept for sure: what fits on two of the log's three pages.
const LINES_KEPT: usize = 20;

/// An independent book of what the door was told is safe.
#[derive(Clone)]
struct Book {
    lines: Vec<u64>,
    /// It was being written when the power went: it may be there or not.
    line_in_doubt: Option<u64>,
    memory: Memory,
    epoch_in_doubt: Option<u32>,
}

impl Book {
    fn new() -> Self {
        Self { lines: Vec::new(), line_in_doubt: None, memory: Memory::BLANK, epoch_in_doubt: None }
    }

    fn check_memory(&mut self, memory: Memory) {
        assert!(memory.boot_epoch > self.memory.boot_epoch, "a boot epoch came twice");
        let epoch_in_doubt = self.epoch_in_doubt.take();
        assert!(
            memory.epoch_min == self.memory.epoch_min || Some(memory.epoch_min) == epoch_in_doubt,
            "{memory:?} instead of {:?} or {epoch_in_doubt:?}",
            self.memory
        );
        self.memory = memory;
    }

    /// Everything that was said to be safe is there, in order, but for the oldest lines; and nothing else but what is
    /// in doubt.
    fn check_lines(&mut self, told: &[u64]) {
        if let Some(line) = self.line_in_doubt.take()
            && told.last() == Some(&line)
        {
            self.lines.push(line);
        }
        assert!(self.lines.ends_with(told), "{told:x?} instead of {:x?}", self.lines);
        assert!(told.len() >= self.lines.len().min(LINES_KEPT), "only {} lines are left", told.len());
    }
}

/// One start of the door and what it writes until it is switched off. An error if the power went before that.
fn session(flash: &mut Flash, book: &mut Book) -> Result<(), JournalError<FlashError>> {
    let (mut journal, memory) = block_on(Journal::open(flash, regions()))?;
    book.check_memory(memory);
    let mut told = Vec::new();
    block_on(journal.read(async |entry| match entry.event {
        LogEvent::Unlocked { key_id } => told.push(key_id),
        other => panic!("nobody wrote {other:?}"),
    }))?;
    book.check_lines(&told);
    for number in 0..LINES_A_SESSION {
        let key_id = u64::from(memory.boot_epoch) << 32 | number;
        book.line_in_doubt = Some(key_id);
        block_on(journal.append(Milliseconds(number), None, LogEvent::Unlocked { key_id }))?;
        book.lines.extend(book.line_in_doubt.take());
    }
    let learned = Memory { epoch_min: memory.epoch_min + 1, ..memory };
    book.epoch_in_doubt = Some(learned.epoch_min);
    block_on(journal.remember(learned))?;
    book.epoch_in_doubt = None;
    book.memory = learned;
    Ok(())
}

fn lose_power(flash: &mut Flash, book: &mut Book, words: u32, seed: u64) {
    flash.words_left = Some(words);
    if let Err(error) = session(flash, book) {
        assert_eq!(error, JournalError::Flash(FlashError::PowerLost), "after {words} words");
    }
    *flash = flash.clone().power_up(seed);
}

#[test]
fn every_word_can_be_the_last() {
    let mut flash = Flash::new();
    let mut book = Book::new();
    let mut losses = 0;
    // Long enough for the log to go round its three pages twice.
    for _ in 0..20 {
        let before = flash.words_done;
        let (mut whole, mut whole_book) = (flash.clone(), book.clone());
        session(&mut whole, &mut whole_book).expect("the power stays");
        for words in 0..whole.words_done - before {
            for seed in 0..3 {
                let (mut flash, mut book) = (flash.clone().power_up(seed), book.clone());
                lose_power(&mut flash, &mut book, words, seed);
                session(&mut flash, &mut book).expect("the door comes up, reads and writes again");
                session(&mut flash, &mut book).expect("and once more");
                losses += 1;
            }
        }
        (flash, book) = (whole, whole_book);
    }
    assert!(losses > 4_000, "{losses}");
}

proptest! {
    /// A loose contact: the power goes again while the door is still tidying up after the last time.
    #[test]
    fn the_power_can_go_again_and_again(losses in prop::collection::vec((0..200_u32, any::<u64>()), 1..40)) {
        let mut flash = Flash::new();
        let mut book = Book::new();
        for (words, seed) in losses {
            lose_power(&mut flash, &mut book, words, seed);
        }
        session(&mut flash, &mut book).expect("the door comes up, reads and writes again");
    }
}
