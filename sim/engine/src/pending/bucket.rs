//! Buckets of entries whose memory is shared and used again.

/// Entries in a chunk. A power of two, so that the place in a chunk is read off the number of an entry.
pub(super) const CHUNK: usize = 16;
/// Ends a chain of free chunks.
const NONE: u32 = u32::MAX;

/// Entries in insertion order: a chain of chunks in a [`Store`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    first: u32,
    /// Where the next entry goes. At the start of a chunk there is no room: that chunk is somebody else's.
    next: u32,
    chunks: u32,
}

impl Bucket {
    /// An empty bucket.
    pub(super) const EMPTY: Self = Self { first: 0, next: 0, chunks: 0 };

    /// Number of entries.
    #[inline]
    pub(super) const fn len(self) -> usize {
        self.chunks as usize * CHUNK - (self.next as usize).wrapping_neg() % CHUNK
    }

    /// Whether it holds nothing.
    #[inline]
    pub(super) const fn is_empty(self) -> bool {
        self.chunks == 0
    }
}

/// The memory of all buckets of a set.
///
/// A vector for each bucket would keep the room of its fullest day, and every push would write to memory that has not been touched
/// for long. Here a chunk that is emptied is the next to be filled, while it is still in the cache, and memory follows the number of
/// entries.
#[derive(Clone, Debug)]
pub(super) struct Store<T> {
    /// Chunk `k` is the entries from `k * CHUNK` on.
    entries: Vec<T>,
    /// The chunk after each one, in its bucket or among the free.
    next: Vec<u32>,
    free: u32,
}

impl<T: Copy> Store<T> {
    /// No memory yet.
    pub(super) const fn new() -> Self {
        Self { entries: Vec::new(), next: Vec::new(), free: NONE }
    }

    /// Adds an entry to the end of a bucket.
    ///
    /// # Panics
    /// When the set holds 2^32 entries.
    #[expect(
        clippy::inline_always,
        reason = "a dozen instructions, a call costs as many; the compiler judges by its panics"
    )]
    #[inline(always)]
    pub(super) fn push(&mut self, bucket: &mut Bucket, entry: T) {
        self.push_made(bucket, || entry);
    }

    /// Adds the entry that `make` makes. It is made where it is stored: built on the stack and copied, it would be read in wider pieces
    /// than it was written in, and the processor waits for that.
    #[expect(clippy::inline_always, reason = "as above")]
    #[inline(always)]
    pub(super) fn push_made(&mut self, bucket: &mut Bucket, make: impl Fn() -> T) {
        if (bucket.next as usize).is_multiple_of(CHUNK) {
            self.push_into_new_chunk(bucket, make());
        } else {
            self.entries[bucket.next as usize] = make();
            bucket.next += 1;
        }
    }

    /// A call in whose stead nothing is left to do, so that the way past it keeps no registers for afterwards.
    #[inline(never)]
    fn push_into_new_chunk(&mut self, bucket: &mut Bucket, entry: T) {
        self.extend(bucket, entry);
        self.entries[bucket.next as usize] = entry;
        bucket.next += 1;
    }

    /// Gives a bucket one more chunk; `filler` stands in it until entries do.
    fn extend(&mut self, bucket: &mut Bucket, filler: T) {
        let chunk = if self.free == NONE {
            let chunk = self.next.len();
            assert!(chunk < (1 << 32) / CHUNK - 1, "fewer than 2^32 events pend at once");
            self.entries.resize(self.entries.len() + CHUNK, filler);
            self.next.push(NONE);
            chunk as u32
        } else {
            let chunk = self.free;
            self.free = self.next[chunk as usize];
            chunk
        };
        if bucket.is_empty() {
            bucket.first = chunk;
        } else {
            let last = (bucket.next as usize - 1) / CHUNK;
            self.next[last] = chunk;
        }
        bucket.next = chunk * CHUNK as u32;
        bucket.chunks += 1;
    }

    /// Shows a bucket's entries in insertion order.
    #[inline]
    pub(super) fn for_each(&self, bucket: Bucket, mut look: impl FnMut(&T)) {
        let (mut chunk, mut left) = (bucket.first, bucket.len());
        while left > 0 {
            let count = left.min(CHUNK);
            let start = chunk as usize * CHUNK;
            self.entries[start..start + count].iter().for_each(&mut look);
            chunk = self.next[chunk as usize];
            left -= count;
        }
    }

    /// The chunk of a bucket that has one. What is behind the bucket's length are entries of earlier days.
    #[inline]
    pub(super) fn only_chunk(&self, bucket: Bucket) -> Option<&[T; CHUNK]> {
        if bucket.chunks == 1 { self.entries[bucket.first as usize * CHUNK..].first_chunk() } else { None }
    }

    /// Forgets the entries of a bucket.
    #[inline]
    pub(super) fn clear(&mut self, bucket: &mut Bucket) {
        if !bucket.is_empty() {
            let last = (bucket.next as usize - 1) / CHUNK;
            self.next[last] = self.free;
            self.free = bucket.first;
        }
        *bucket = Bucket::EMPTY;
    }

    /// Empties a bucket into a vector, in insertion order.
    pub(super) fn drain_into(&mut self, bucket: &mut Bucket, vector: &mut Vec<T>) {
        self.for_each(*bucket, |&entry| vector.push(entry));
        self.clear(bucket);
    }

    /// Spreads the entries of a bucket over others, in insertion order; `index` says which one an entry belongs to. A chunk is free
    /// as soon as it has been read, so that the entries of the next may be written where this one was.
    pub(super) fn spread(&mut self, bucket: Bucket, buckets: &mut [Bucket], index: impl Fn(&T) -> usize) {
        let (mut chunk, mut left) = (bucket.first, bucket.len());
        while left > 0 {
            let count = left.min(CHUNK);
            let start = chunk as usize * CHUNK;
            for place in start..start + count {
                let entry = self.entries[place];
                self.push(&mut buckets[index(&entry)], entry);
            }
            let next = self.next[chunk as usize];
            self.next[chunk as usize] = self.free;
            self.free = chunk;
            chunk = next;
            left -= count;
        }
    }

    /// Takes out of a bucket what `keep` does not want to keep.
    pub(super) fn retain(&mut self, bucket: &mut Bucket, mut keep: impl FnMut(&T) -> bool) {
        let mut kept = Vec::with_capacity(bucket.len());
        self.drain_into(bucket, &mut kept);
        kept.retain(&mut keep);
        for entry in kept {
            self.push(bucket, entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(store: &Store<u32>, bucket: Bucket) -> Vec<u32> {
        let mut seen = Vec::new();
        store.for_each(bucket, |&entry| seen.push(entry));
        seen
    }

    #[test]
    fn entries_come_out_in_the_order_in_which_they_went_in_and_chunks_are_used_again() {
        let mut store = Store::new();
        let (mut even, mut odd) = (Bucket::EMPTY, Bucket::EMPTY);
        for round in 0..3 {
            for entry in 0..100 {
                store.push(if entry % 2 == 0 { &mut even } else { &mut odd }, entry);
            }
            assert_eq!(contents(&store, even), (0..100).step_by(2).collect::<Vec<_>>(), "round {round}");
            let mut drained = Vec::new();
            store.drain_into(&mut odd, &mut drained);
            assert_eq!(drained, (1..100).step_by(2).collect::<Vec<_>>());
            store.drain_into(&mut even, &mut drained);
            assert!(even.is_empty() && odd.is_empty());
        }
        // Fifty entries fill four chunks; two buckets of them are all there ever was.
        assert_eq!(store.next.len(), 8);
    }

    #[test]
    fn spreading_keeps_the_order_within_each_bucket() {
        let mut store = Store::new();
        let mut source = Bucket::EMPTY;
        for entry in 0..100 {
            store.push(&mut source, entry);
        }
        let mut thirds = [Bucket::EMPTY; 3];
        store.spread(source, &mut thirds, |&entry| entry as usize % 3);
        for (remainder, &third) in thirds.iter().enumerate() {
            assert_eq!(contents(&store, third), (remainder as u32..100).step_by(3).collect::<Vec<_>>());
        }
    }

    #[test]
    fn retaining_throws_out_the_rest_and_keeps_the_order() {
        let mut store = Store::new();
        let mut bucket = Bucket::EMPTY;
        for entry in 0..40 {
            store.push(&mut bucket, entry);
        }
        store.retain(&mut bucket, |entry| entry % 4 == 0);
        assert_eq!(contents(&store, bucket), (0..40).step_by(4).collect::<Vec<_>>());
        assert_eq!(bucket.len(), 10);
    }
}
