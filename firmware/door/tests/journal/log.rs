//! The journal while the power stays.

use crate::flash::{Flash, PAGE_BYTES, PAGES};
use crate::{lines, open, regions};
use embassy_futures::block_on;
use stranded_door::{Journal, JournalError, JournalRegions, Memory, Milliseconds};
use stranded_wire::{CarSeconds, IssuerId, LogEvent};

#[test]
fn every_start_is_a_new_one() {
    let mut flash = Flash::new();
    for boot_epoch in 1..200 {
        let (journal, memory) = open(flash);
        assert_eq!(memory, Memory { boot_epoch, ..Memory::BLANK });
        flash = journal.into_flash();
    }
}

#[test]
fn memory_survives_a_restart() {
    let (mut journal, memory) = open(Flash::new());
    let learned = Memory { epoch_min: 7, issuer_min: IssuerId(2), ..memory };
    block_on(journal.remember(learned)).expect("the flash works");
    let (_, memory) = open(journal.into_flash());
    assert_eq!(memory, Memory { boot_epoch: 2, ..learned });
}

#[test]
fn the_log_goes_on_after_a_restart() {
    let mut flash = Flash::new();
    for boot_epoch in 1..=3 {
        let (mut journal, _) = open(flash);
        let event = LogEvent::Unlocked { key_id: u64::from(boot_epoch) };
        block_on(journal.append(Milliseconds(5), Some(CarSeconds(9)), event)).expect("the flash works");
        let told: Vec<_> = lines(&mut journal).iter().map(|entry| (entry.sequence, entry.boot_epoch)).collect();
        let expected: Vec<_> = (1..=boot_epoch).map(|boot_epoch| (boot_epoch - 1, boot_epoch)).collect();
        assert_eq!(told, expected);
        flash = journal.into_flash();
    }
}

#[test]
fn a_full_log_loses_its_oldest_lines_and_wears_all_pages_alike() {
    let (mut journal, _) = open(Flash::new());
    let count = 2_000;
    for key_id in 0..count {
        let event = LogEvent::Locked { key_id };
        block_on(journal.append(Milliseconds(key_id), None, event)).expect("the flash works");
    }
    let told = lines(&mut journal);
    assert!(told.len() > 40, "two of three pages are full: {}", told.len());
    assert_eq!(told.last().map(|entry| entry.sequence), Some(count as u32 - 1));
    assert!(told.is_sorted_by_key(|entry| entry.sequence));
    let erased = journal.into_flash().erased;
    let ring = &erased[4..7];
    assert!(ring.iter().max().zip(ring.iter().min()).is_some_and(|(most, least)| most - least <= 1), "{erased:?}");
    assert_eq!([erased[0], erased[3], erased[7]], [0; 3], "pages that are not ours");
}

#[test]
fn regions_must_lie_on_pages() {
    for (memory, log) in [
        (PAGE_BYTES + 1..3 * PAGE_BYTES, regions().log),
        (regions().memory, 4 * PAGE_BYTES..7 * PAGE_BYTES - 4),
        (PAGE_BYTES..2 * PAGE_BYTES, regions().log),
        (regions().memory, 4 * PAGE_BYTES..5 * PAGE_BYTES),
        (PAGE_BYTES..PAGE_BYTES, regions().log),
        (regions().memory, 0..(PAGES + 1) * PAGE_BYTES),
        (regions().memory, 2 * PAGE_BYTES..7 * PAGE_BYTES),
    ] {
        let regions = JournalRegions { memory, log };
        let outcome = block_on(Journal::open(Flash::new(), regions.clone())).map(|(_, memory)| memory);
        assert_eq!(outcome, Err(JournalError::BadRegion), "{regions:?}");
    }
}

#[test]
fn a_door_at_its_last_epoch_does_not_begin_anew() {
    let (mut journal, memory) = open(Flash::new());
    block_on(journal.remember(Memory { boot_epoch: u32::MAX, ..memory })).expect("the flash works");
    let outcome = block_on(Journal::open(journal.into_flash(), regions())).map(|(_, memory)| memory);
    assert_eq!(outcome, Err(JournalError::WornOut));
}

#[test]
fn a_flash_full_of_something_else_is_erased_and_used() {
    for seed in 0..200 {
        let flash = Flash::full_of_junk(seed);
        let opened = block_on(Journal::open_or_erase(flash, regions()));
        let (mut journal, memory) = opened.expect("whatever was there");
        let event = LogEvent::Unlocked { key_id: 1 };
        block_on(journal.append(Milliseconds(0), None, event)).expect("the flash works");
        assert_eq!(lines(&mut journal).last().map(|entry| entry.event), Some(event), "{seed}");
        let (_, again) = open(journal.into_flash());
        assert_eq!(again.boot_epoch, memory.boot_epoch + 1, "{seed}");
    }
}
