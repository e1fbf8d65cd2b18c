//! The pending-event set.

mod bucket;
mod key;
mod sort;

pub use key::EventKey;

use crate::Time;
use bucket::{Bucket, Store};
use key::{Keys, UNKEYED};

/// Buckets larger than this are split into a finer rung before they are sorted.
const SORTED_AT_ONCE_MAX: usize = sort::MANY_MAX;
/// The sorted bottom may grow to this before it becomes a rung of its own: insertion into it costs a move of what comes later.
const BOTTOM_MAX: usize = 192;
/// Most events wanted in a bucket of a fresh rung; rounding makes it half of that at times. So few that nearly all buckets fit one chunk
/// with what is still added, and are sorted by [`sort::few`].
const EVENTS_PER_BUCKET: usize = 10;
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
}

impl Rung {
    /// Takes the next bucket that is not empty, if there is one: its entries, none before the time that comes with it.
    fn take_bucket(&mut self) -> Option<(Bucket, u64)> {
        let left = self.buckets.get_mut(self.current..)?;
        let Some(empty) = left.iter().position(|bucket| !bucket.is_empty()) else {
            self.current = self.buckets.len();
            self.boundary = u64::MAX;
            return None;
        };
        let bucket = std::mem::replace(&mut left[empty], Bucket::EMPTY);
        let start = self.start + (((self.current + empty) as u64) << self.shift);
        self.current += empty + 1;
        let taken = self.current == self.buckets.len();
        self.boundary = if taken { u64::MAX } else { self.start + ((self.current as u64) << self.shift) };
        Some((bucket, start))
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
        if cancelled && self.keys.cancelled() > PURGED_AT_ONCE_MIN.max(self.stored / 2) {
            self.purge();
        }
        cancelled
    }

    #[inline]
    fn insert(&mut self, time: u64, tag: u32, event: E) {
        self.stored += 1;
        if time >= self.top_start {
            self.store.push_made(&mut self.top, || Entry { time, tag, event });
            return;
        }
        for rung in &mut self.rungs {
            if time >= rung.boundary {
                self.store.push_made(rung.bucket_of(time), || Entry { time, tag, event });
                return;
            }
        }
        self.push_bottom(time, tag, event);
    }

    #[inline(never)]
    fn push_bottom(&mut self, time: u64, tag: u32, event: E) {
        let entry = Entry { time, tag, event };
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
            let times = self.times(bucket);
            self.add_rung(bucket, times);
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
            if self.keys.release(next.tag) {
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
                let top = std::mem::replace(&mut self.top, Bucket::EMPTY);
                let times = self.times(top);
                self.top_start = times.1.saturating_add(1);
                if top.len() <= SORTED_AT_ONCE_MAX {
                    self.sort_into_bottom(top, times.0);
                    return true;
                }
                self.add_rung(top, times);
                continue;
            };
            let Some((bucket, start)) = rung.take_bucket() else {
                if let Some(rung) = self.rungs.pop()
                    && self.spare.len() < RUNGS_MAX
                {
                    self.spare.push(rung.buckets);
                }
                continue;
            };
            if bucket.len() > SORTED_AT_ONCE_MAX && self.rungs.len() < RUNGS_MAX {
                let times = self.times(bucket);
                // What happens at one moment no finer rung can part.
                if times.0 < times.1 {
                    self.add_rung(bucket, times);
                    continue;
                }
            }
            self.sort_into_bottom(bucket, start);
            return true;
        }
    }

    /// Earliest and latest time in a bucket that is not empty.
    fn times(&self, bucket: Bucket) -> (u64, u64) {
        let (mut earliest, mut latest) = (u64::MAX, 0);
        self.store.for_each(bucket, |entry| {
            let time = entry.time;
            earliest = earliest.min(time);
            latest = latest.max(time);
        });
        (earliest, latest)
    }

    /// Moves the entries of a bucket, none of them before `start`, into the empty bottom.
    fn sort_into_bottom(&mut self, mut bucket: Bucket, start: u64) {
        if let Some(chunk) = self.store.only_chunk(bucket)
            && sort::few(chunk, bucket.len(), start, &mut self.bottom)
        {
            self.store.clear(&mut bucket);
            return;
        }
        self.store.drain_into(&mut bucket, &mut self.unsorted);
        sort::many(&mut self.unsorted, start, &mut self.order, &mut self.bottom);
    }

    /// Spreads the entries of a bucket, in insertion order, over a new innermost rung from the first to the second time.
    fn add_rung(&mut self, bucket: Bucket, (earliest, latest): (u64, u64)) {
        let wanted = (bucket.len() / EVENTS_PER_BUCKET).clamp(4, BUCKETS_MAX) as u64;
        let width = ((latest - earliest) / wanted).max(1);
        let shift = width.ilog2();
        let bucket_count = ((latest - earliest) >> shift) as usize + 1;
        let mut buckets = self.spare.pop().unwrap_or_default();
        buckets.clear();
        buckets.resize(bucket_count, Bucket::EMPTY);
        self.store.spread(bucket, &mut buckets, |entry| ((entry.time - earliest) >> shift) as usize);
        self.rungs.push(Rung { buckets, start: earliest, shift, current: 0, boundary: earliest });
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
            for bucket in &mut rung.buckets[rung.current..] {
                self.store.retain(bucket, &mut keep);
                self.stored += bucket.len();
            }
        }
        self.bottom.retain(&mut keep);
        self.stored += self.bottom.len();
    }
}
