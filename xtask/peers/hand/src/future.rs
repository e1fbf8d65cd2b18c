//! What is to come, in a binary heap.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Nanoseconds from seconds.
#[inline]
pub(crate) fn nanoseconds(seconds: f64) -> u64 {
    (seconds * 1e9) as u64
}

/// Seconds from nanoseconds.
#[inline]
pub(crate) fn seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 * 1e-9
}

/// Pending events; equal times in the order of insertion. The standard library's heap, since that is what one reaches for.
#[derive(Debug)]
pub(crate) struct Future<E> {
    heap: BinaryHeap<Reverse<Entry<E>>>,
    inserted: u32,
}

#[derive(Clone, Copy, Debug)]
struct Entry<E> {
    time: u64,
    number: u32,
    event: E,
}

impl<E> Entry<E> {
    fn key(&self) -> (u64, u32) {
        (self.time, self.number)
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<E> Eq for Entry<E> {}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl<E> Future<E> {
    /// Nothing is to come.
    pub(crate) fn new() -> Self {
        Self { heap: BinaryHeap::new(), inserted: 0 }
    }

    /// Adds an event at a time in nanoseconds.
    #[inline]
    pub(crate) fn push(&mut self, time: u64, event: E) {
        self.heap.push(Reverse(Entry { time, number: self.inserted, event }));
        self.inserted += 1;
    }

    /// The next event and its time in nanoseconds.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<(u64, E)> {
        let Reverse(entry) = self.heap.pop()?;
        Some((entry.time, entry.event))
    }
}
