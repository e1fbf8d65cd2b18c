//! The pending-event set.

mod bucket;
mod key;

pub use key::EventKey;

use crate::Time;
use bucket::{Bucket, Store};
use key::{Keys, UNKEYED};

/// Bits that number the entries of a bucket while it is sorted.
const PLACE_BITS: u32 = 7;
/// Buckets larger than this are split into a finer rung before they are sorted.
const SORTED_AT_ONCE_MAX: usize = 1 << PLACE_BITS;
/// The sorted bottom may grow to this before it becomes a rung of its own: insertion into it costs a move of what comes later.
const BOTTOM_MAX: usize = 192;
/// Wanted number of events in a bucket of a fresh rung. More than twenty, from where on the library sorts whole numbers by networks; few enough
/// for the nearest cache.
const EVENTS_PER_BUCKET: usize = 48;
/// Most buckets of a fresh rung before rounding to a power of two of width. So many ends of buckets, each a line of the cache being
/// written to, fit the nearest caches; spreading a hundred thousand events over six thousand buckets at once would miss the cache at
/// every second push. Moving them twice instead is cheaper, because both moves are sequential on one side.
const BUCKETS_MAX: usize = 256;
/// Deepest nesting; below it a bucket is sorted whatever its size.
const RUNGS_MAX: usize = 8;
/// Fewer cancelled entries than this are left to be met in their turn.
const PURGED_AT_ONCE_MIN: usize = 1024;

/// The events to come, in time order; equal times in the order in which they were pushed.
///
/// A ladder queue (Tang, Goh, Thng: "Ladder queue: an O(1) priority queue structure for large-scale discrete event
/// simulation", ACM TOMACS 15(3), 2005). Far events lie unsorted in `top`. When the near ones run out, they are spread over the
/// buckets of a rung; a full bucket is spread over a finer rung; a small one is sorted into `bottom`, from whose end events are
/// taken. Each event is moved a bounded number of times, so that push and pop cost about the same at a thousand and at a
/// million pending events, where a binary heap pays a cache miss per level.
///
/// Buckets keep insertion order and the sort is stable: that alone gives first-in first-out among equal times, no sequence
/// number is stored.
///
/// Cancellation is lazy: a cancelled entry stays until its turn comes and is then skipped. When more than half of what is
/// stored is cancelled, all of that is thrown out at once, so that memory is bounded by twice what is wanted and a cancellation
/// costs constant time in the mean.
#[derive(Clone, Debug)]
pub struct PendingEvents<E: Copy> {
    store: Store<Entry<E>>,
    /// Unsorted events at or after `top_start`.
    top: Bucket,
    top_start: u64,
    /// Coarse first; each later rung lies before the current bucket of the one above it.
    rungs: Vec<Rung>,
    /// Sorted, latest first; the next event is the last entry.
    bottom: Vec<Entry<E>>,
    /// Room to sort a bucket in; empty in between.
    unsorted: Vec<Entry<E>>,
    order: Vec<u64>,
    /// Bucket vectors of used-up rungs, kept for their allocations; never more than [`RUNGS_MAX`].
    spare: Vec<Vec<Bucket>>,
    keys: Keys,
    /// Entries stored, cancelled ones among them.
    stored: usize,
}

/// Packed to four bytes, because an event is most often a kind and one or two 32-bit numbers: with the tag it fills what alignment
/// to eight bytes would leave empty, and a cancellable entry is no larger than one that is not.
#[derive(Clone, Copy, Debug)]
#[repr(C, packed(4))]
struct Entry<E: Copy> {
    time: u64,
    /// [`UNKEYED`], or the slot of [`Keys`] that says whether this is still wanted, plus one.
    tag: u32,
    event: E,
}

#[derive(Clone, Debug)]
struct Rung {
    buckets: Vec<Bucket>,
    start: u64,
    /// A bucket is 2^shift nanoseconds wide. The last one is open-ended.
    shift: u32,
    /// First bucket not yet taken.
    current: usize,
    /// Start of that bucket: events before it belong to a deeper level. The end of the clock when all are taken.
    boundary: u64,
    /// Entries in all buckets.
    length: usize,
}

impl Rung {
    /// Takes the next bucket that is not empty: its entries, none before the time that comes with it. There must be one.
    fn take_bucket(&mut self) -> (Bucket, u64) {
        while self.buckets[self.current].is_empty() {
            self.current += 1;
        }
        let bucket = std::mem::replace(&mut self.buckets[self.current], Bucket::EMPTY);
        let start = self.start + ((self.current as u64) << self.shift);
        self.current += 1;
        let taken = self.current == self.buckets.len();
        self.boundary = if taken { u64::MAX } else { self.start + ((self.current as u64) << self.shift) };
        self.length -= bucket.len();
        (bucket, start)
    }

    #[inline]
    fn bucket_of(&mut self, time: u64) -> &mut Bucket {
        let index = (((time - self.start) >> self.shift) as usize).min(self.buckets.len() - 1);
        &mut self.buckets[index]
    }
}

impl<E: Copy> Default for PendingEvents<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: Copy> PendingEvents<E> {
    /// An empty set.
    pub const fn new() -> Self {
        Self {
            store: Store::new(),
            top: Bucket::EMPTY,
            top_start: 0,
            rungs: Vec::new(),
            bottom: Vec::new(),
            unsorted: Vec::new(),
            order: Vec::new(),
            spare: Vec::new(),
            keys: Keys::new(),
            stored: 0,
        }
    }

    /// Number of pending events; cancelled ones do not count.
    pub const fn len(&self) -> usize {
        self.stored - self.keys.cancelled()
    }

    /// Number of entries held in memory: the pending ones, and cancelled ones that were not thrown out yet.
    pub const fn stored(&self) -> usize {
        self.stored
    }

    /// Whether nothing is pending.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds an event. Events may be pushed at any time, also before those already taken: order among the pending is all this
    /// set knows about.
    #[inline]
    pub fn push(&mut self, time: Time, event: E) {
        self.insert(time.as_nanoseconds(), UNKEYED, event);
    }

    /// Adds an event that can be cancelled.
    ///
    /// # Panics
    /// When 2^32 such events are pending.
    #[inline]
    pub fn push_keyed(&mut self, time: Time, event: E) -> EventKey {
        let (tag, key) = self.keys.claim();
        self.insert(time.as_nanoseconds(), tag, event);
        key
    }

    /// Takes an event back; false when it has run or was cancelled before.
    #[inline]
    pub fn cancel(&mut self, key: EventKey) -> bool {
        let cancelled = self.keys.cancel(key);
        if self.keys.cancelled() > PURGED_AT_ONCE_MIN.max(self.stored / 2) {
            self.purge();
        }
        cancelled
    }

    /// Takes the parts of an entry, which is put together where it is stored: built on the stack and copied, it would be read in
    /// wider pieces than it was written in, and the processor waits for that.
    #[inline]
    fn insert(&mut self, time: u64, tag: u32, event: E) {
        self.stored += 1;
        if time >= self.top_start {
            self.store.push(&mut self.top, Entry { time, tag, event });
            return;
        }
        for rung in &mut self.rungs {
            if time >= rung.boundary {
                rung.length += 1;
                self.store.push(rung.bucket_of(time), Entry { time, tag, event });
                return;
            }
        }
        self.push_bottom(Entry { time, tag, event });
    }

    fn push_bottom(&mut self, entry: Entry<E>) {
        if self.bottom.len() >= BOTTOM_MAX
            && self.rungs.len() < RUNGS_MAX
            && self.bottom[0].time > self.bottom[self.bottom.len() - 1].time
        {
            // What is sorted latest first goes back into a bucket earliest first.
            let mut bucket = Bucket::EMPTY;
            for &entry in self.bottom.iter().rev() {
                self.store.push(&mut bucket, entry);
            }
            self.bottom.clear();
            self.add_rung(bucket);
            self.stored -= 1;
            self.insert(entry.time, entry.tag, entry.event);
            return;
        }
        // Most insertions are near the end, where the next events are: walk from there.
        let mut index = self.bottom.len();
        while index > 0 && self.bottom[index - 1].time <= entry.time {
            index -= 1;
        }
        self.bottom.insert(index, entry);
    }

    /// Takes the next event if it happens before `end`.
    #[inline]
    pub fn pop_before(&mut self, end: Time) -> Option<(Time, E)> {
        loop {
            if self.bottom.is_empty() && !self.refill() {
                return None;
            }
            let next = *self.bottom.last()?;
            if next.time >= end.as_nanoseconds() {
                return None;
            }
            self.bottom.pop();
            self.stored -= 1;
            if next.tag == UNKEYED || self.keys.release(next.tag) {
                return Some((Time::from_nanoseconds(next.time), next.event));
            }
        }
    }

    /// Fills the empty bottom from the rungs or the top; false when nothing is stored.
    #[cold]
    fn refill(&mut self) -> bool {
        if self.stored == 0 {
            return false;
        }
        loop {
            let Some(rung) = self.rungs.last_mut() else {
                let mut latest = 0;
                self.store.for_each(self.top, |entry| latest = latest.max(entry.time));
                let start = std::mem::replace(&mut self.top_start, latest.saturating_add(1));
                let top = std::mem::replace(&mut self.top, Bucket::EMPTY);
                if top.len() <= SORTED_AT_ONCE_MAX {
                    self.sort_into_bottom(top, start);
                    return true;
                }
                self.add_rung(top);
                continue;
            };
            if rung.length == 0 {
                if let Some(rung) = self.rungs.pop()
                    && self.spare.len() < RUNGS_MAX
                {
                    self.spare.push(rung.buckets);
                }
                continue;
            }
            let (bucket, start) = rung.take_bucket();
            if bucket.len() > SORTED_AT_ONCE_MAX && self.rungs.len() < RUNGS_MAX && !self.is_one_moment(bucket) {
                self.add_rung(bucket);
            } else {
                self.sort_into_bottom(bucket, start);
                return true;
            }
        }
    }

    /// Whether all events of a bucket, which is not empty, happen at once: then no finer rung can part them.
    fn is_one_moment(&self, bucket: Bucket) -> bool {
        let (earliest, latest) = self.times(bucket);
        earliest == latest
    }

    /// Earliest and latest time in a bucket that is not empty.
    fn times(&self, bucket: Bucket) -> (u64, u64) {
        let (mut earliest, mut latest) = (u64::MAX, 0);
        self.store.for_each(bucket, |entry| {
            earliest = earliest.min(entry.time);
            latest = latest.max(entry.time);
        });
        (earliest, latest)
    }

    /// Moves the entries of a bucket, none of them before `start`, into the empty bottom.
    ///
    /// Small buckets are sorted by numbers made of the time since `start` and the place in the bucket: the library sorts whole
    /// numbers without a branch that the processor could guess wrong, which it cannot do with entries. The place makes the order among
    /// equal times that of insertion. Buckets that are too full or too wide for such numbers are sorted as they are, stably.
    fn sort_into_bottom(&mut self, mut bucket: Bucket, start: u64) {
        self.store.drain_into(&mut bucket, &mut self.unsorted);
        let mut widest = 0;
        self.order.clear();
        for (place, entry) in self.unsorted.iter().enumerate() {
            let after = entry.time - start;
            widest |= after;
            self.order.push(after << PLACE_BITS | place as u64);
        }
        if self.unsorted.len() <= 1 << PLACE_BITS && widest >> (u64::BITS - PLACE_BITS) == 0 {
            self.order.sort_unstable();
            let place = |number: u64| (number & ((1 << PLACE_BITS) - 1)) as usize;
            self.bottom.extend(self.order.iter().rev().map(|&number| self.unsorted[place(number)]));
            self.unsorted.clear();
        } else {
            std::mem::swap(&mut self.bottom, &mut self.unsorted);
            self.bottom.reverse();
            self.bottom.sort_by_key(|entry| std::cmp::Reverse(entry.time));
        }
    }

    /// Spreads the entries of a bucket, in insertion order, over a new innermost rung.
    fn add_rung(&mut self, bucket: Bucket) {
        let (earliest, latest) = self.times(bucket);
        let wanted = (bucket.len() / EVENTS_PER_BUCKET).clamp(4, BUCKETS_MAX) as u64;
        let width = ((latest - earliest) / wanted).max(1);
        let shift = width.ilog2();
        let bucket_count = ((latest - earliest) >> shift) as usize + 1;
        let mut buckets = self.spare.pop().unwrap_or_default();
        buckets.clear();
        buckets.resize(bucket_count, Bucket::EMPTY);
        let length = bucket.len();
        self.store.spread(bucket, &mut buckets, |entry| ((entry.time - earliest) >> shift) as usize);
        self.rungs.push(Rung { buckets, start: earliest, shift, current: 0, boundary: earliest, length });
    }

    /// Throws out all that was cancelled.
    #[cold]
    fn purge(&mut self) {
        let keys = &mut self.keys;
        let mut keep = |entry: &Entry<E>| {
            let live = keys.is_live(entry.tag);
            if !live {
                keys.release(entry.tag);
            }
            live
        };
        self.store.retain(&mut self.top, &mut keep);
        self.stored = self.top.len();
        for rung in &mut self.rungs {
            rung.length = 0;
            for bucket in &mut rung.buckets[rung.current..] {
                self.store.retain(bucket, &mut keep);
                rung.length += bucket.len();
            }
            self.stored += rung.length;
        }
        self.bottom.retain(&mut keep);
        self.stored += self.bottom.len();
    }
}
