//! Memory and log in flash: what survives when the power goes, and a whole lock on top of it.

mod flash;
mod lock;
mod log;
mod power_loss;

use crate::flash::{Flash, PAGE_BYTES};
use embassy_futures::block_on;
use stranded_door::{Journal, JournalRegions, Memory};
use stranded_wire::LogEntry;

/// Two pages for the memory, three for the log, and space around them that nobody may touch.
pub(crate) fn regions() -> JournalRegions {
    JournalRegions { memory: PAGE_BYTES..3 * PAGE_BYTES, log: 4 * PAGE_BYTES..7 * PAGE_BYTES }
}

pub(crate) fn open(flash: Flash) -> (Journal<Flash>, Memory) {
    block_on(Journal::open(flash, regions())).expect("the journal opens")
}

pub(crate) fn lines(journal: &mut Journal<Flash>) -> Vec<LogEntry> {
    let mut lines = Vec::new();
    block_on(journal.read(async |entry| lines.push(entry))).expect("the log can be read");
    lines
}
