//! Sorting the entries of one bucket, latest first, equal times in insertion order.

use super::Entry;
use super::bucket::CHUNK;

/// Bits that number the entries of a chunk.
const FEW_BITS: u32 = CHUNK.trailing_zeros();
/// Bits that number the entries in [`many`].
const MANY_BITS: u32 = 7;
/// Most entries that [`many`] sorts by numbers.
pub(super) const MANY_MAX: usize = 1 << MANY_BITS;

/// Sorts the first `count` entries of a chunk, none of them before `start`, into `sorted`, which is empty. False, and nothing done, when
/// they are further apart than 2^27 ns: then they do not fit the numbers.
///
/// Every entry's place is the number of those that come after it. To count them is quadratic, but without a branch that the processor
/// could guess wrong, and in pieces of four: some sixty instructions an entry, where the library takes eighty.
/// Numbers are made of the time since `start` and the place in the bucket; so no two are equal, and equal times stay in order.
#[inline]
pub(super) fn few<E: Copy>(chunk: &[Entry<E>; CHUNK], count: usize, start: u64, sorted: &mut Vec<Entry<E>>) -> bool {
    let entries = &chunk[..count];
    let mut numbers = [i32::MIN; CHUNK];
    let mut widest = 0;
    for (place, (entry, number)) in entries.iter().zip(&mut numbers).enumerate() {
        let after = entry.time - start;
        widest |= after;
        *number = (after << FEW_BITS) as i32 | place as i32;
    }
    if widest >> (i32::BITS - 1 - FEW_BITS) != 0 {
        return false;
    }
    // How many come after each entry, negative, as comparisons of whole vectors have it.
    let mut later = [0_i32; CHUNK];
    for number in &numbers[..count] {
        // The box keeps the compiler from working on several numbers at once: for that there are too few registers.
        let number = std::hint::black_box(*number);
        for (later, &other) in later.iter_mut().zip(&numbers) {
            *later -= i32::from(number > other);
        }
    }
    sorted.resize(count, chunk[0]);
    for (entry, later) in entries.iter().zip(later) {
        sorted[later.unsigned_abs() as usize] = *entry;
    }
    true
}

/// Sorts entries, none of them before `start`, into `sorted`, which is empty, and leaves `entries` empty.
///
/// Up to [`MANY_MAX`] entries are sorted by numbers made of the time since `start` and the place in the bucket: the library sorts whole
/// numbers without a branch that the processor could guess wrong, which it cannot do with entries. More entries, and those too far
/// apart for such numbers, are sorted as they are, stably.
pub(super) fn many<E: Copy>(entries: &mut Vec<Entry<E>>, start: u64, order: &mut Vec<u64>, sorted: &mut Vec<Entry<E>>) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(time: u64, event: u32) -> Entry<u32> {
        Entry { time, tag: 0, event }
    }

    fn content(entries: &[Entry<u32>]) -> Vec<(u64, u32)> {
        entries.iter().map(|entry| (entry.time, entry.event)).collect()
    }

    proptest! {
        #[test]
        fn counting_sorts_like_the_library(
            start in prop_oneof![Just(0), Just(u64::MAX - (1 << 28)), any::<u32>().prop_map(u64::from)],
            after in prop::collection::vec(prop_oneof![0_u64..4, 0_u64..1 << 27], 1..=CHUNK),
            rest in any::<u64>(),
        ) {
            let mut chunk = [entry(rest, u32::MAX); CHUNK];
            for (place, (slot, after)) in chunk.iter_mut().zip(&after).enumerate() {
                *slot = entry(start + after, place as u32);
            }
            let count = after.len();
            let mut wanted = chunk[..count].to_vec();
            wanted.sort_by_key(|entry| entry.time);
            wanted.reverse();
            let mut sorted = Vec::new();
            prop_assert!(few(&chunk, count, start, &mut sorted));
            prop_assert_eq!(content(&sorted), content(&wanted));
            let (mut entries, mut order, mut sorted) = (chunk[..count].to_vec(), Vec::new(), Vec::new());
            many(&mut entries, start, &mut order, &mut sorted);
            prop_assert_eq!(content(&sorted), content(&wanted));
        }
    }

    #[test]
    fn what_lies_too_far_apart_for_the_numbers_is_left_alone() {
        let mut chunk = [entry(7, 0); CHUNK];
        chunk[3] = entry(7 + (1 << 27), 1);
        let mut sorted = Vec::new();
        assert!(!few(&chunk, 4, 7, &mut sorted));
        assert!(sorted.is_empty());
        assert!(few(&chunk, 3, 7, &mut sorted), "what is behind the count does not matter");
    }
}
