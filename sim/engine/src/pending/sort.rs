//! Sorting the entries of one bucket, latest first, equal times in insertion order.

use super::Entry;
use super::bucket::CHUNK;

/// Bits that number the entries of a chunk.
const FEW_BITS: u32 = CHUNK.trailing_zeros();
/// Bits that number the entries in [`many`].
const MANY_BITS: u32 = 7;
/// Most entries that [`many`] sorts by numbers.
pub(super) const MANY_MAX: usize = 1 << MANY_BITS;

/// Sorts at most a chunk of entries, none of them before `start`, into `sorted`, which is empty. False, and nothing done, when they are
/// further apart than a quarter of 2^29 ns: then they do not fit the numbers.
///
/// Every entry's place is the number of those that come before it. To count them is quadratic, but without a branch that the processor
/// could guess wrong, and in pieces of four: some twenty instructions an entry, where sorting by comparisons takes three times as many.
/// Numbers are made of the time since `start` and the place in the bucket; so no two are equal, and equal times stay in order.
#[inline]
pub(super) fn few<E: Copy>(entries: &[Entry<E>], start: u64, sorted: &mut Vec<Entry<E>>) -> bool {
    let count = entries.len();
    let mut numbers = [i32::MAX; CHUNK];
    let mut widest = 0;
    for (place, (entry, number)) in entries.iter().zip(&mut numbers).enumerate() {
        let after = entry.time - start;
        widest |= after;
        *number = (after << FEW_BITS) as i32 | place as i32;
    }
    let Some(&filler) = entries.first() else { return true };
    if widest >> (i32::BITS - 1 - FEW_BITS) != 0 {
        return false;
    }
    // How many come after each entry, negative, as comparisons of whole vectors have it.
    let mut later = [0_i32; CHUNK];
    for &number in &numbers[..count.min(CHUNK)] {
        for (later, &other) in later.iter_mut().zip(&numbers) {
            *later -= i32::from(number > other);
        }
    }
    sorted.resize(count, filler);
    for (entry, &later) in entries.iter().zip(&later) {
        sorted[-later as usize] = *entry;
    }
    true
}

/// Sorts entries, none of them before `start`, into `sorted`, which is empty, and leaves `entries` empty.
///
/// Up to [`MANY_MAX`] entries are sorted by numbers made of the time since `start` and the place in the bucket: the library sorts whole
/// numbers without a branch that the processor could guess wrong, which it cannot do with entries. More entries, and those too far
/// apart for such numbers, are sorted as they are, stably.
pub(super) fn many<E: Copy>(
    entries: &mut Vec<Entry<E>>,
    start: u64,
    order: &mut Vec<u64>,
    sorted: &mut Vec<Entry<E>>,
) {
    let mut widest = 0;
    order.clear();
    for (place, entry) in entries.iter().enumerate() {
        let after = entry.time - start;
        widest |= after;
        order.push(after << MANY_BITS | place as u64);
    }
    if entries.len() <= MANY_MAX && widest >> (u64::BITS - MANY_BITS) == 0 {
        order.sort_unstable();
        let place = |number: u64| (number & ((1 << MANY_BITS) - 1)) as usize;
        sorted.extend(order.iter().rev().map(|&number| entries[place(number)]));
        entries.clear();
    } else {
        std::mem::swap(sorted, entries);
        sorted.reverse();
        sorted.sort_by_key(|entry| std::cmp::Reverse(entry.time));
    }
}
