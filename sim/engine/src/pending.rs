//! The pending-event set.

use crate::Time;

/// Buckets larger than this are split into a finer rung before they are sorted.
const SORTED_AT_ONCE_MAX: usize = 64;
/// The sorted bottom may grow to this before it becomes a rung of its own: insertion into it costs a move of what comes later.
const BOTTOM_MAX: usize = 192;
/// Wanted number of events in a bucket of a fresh rung.
const EVENTS_PER_BUCKET: usize = 16;
/// Deepest nesting; below it a bucket is sorted whatever its size.
const RUNGS_MAX: usize = 8;

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
#[derive(Clone, Debug)]
pub struct PendingEvents<E> {
    /// Unsorted events at or after `top_start`.
    top: Vec<Entry<E>>,
    top_start: u64,
    /// Coarse first; each later rung lies before the current bucket of the one above it.
    rungs: Vec<Rung<E>>,
    /// Sorted, latest first; the next event is the last entry.
    bottom: Vec<Entry<E>>,
    /// Bucket vectors of used-up rungs, kept for their allocations; never more than [`RUNGS_MAX`].
    spare: Vec<Vec<Vec<Entry<E>>>>,
    length: usize,
}

#[derive(Clone, Copy, Debug)]
struct Entry<E> {
    time: u64,
    event: E,
}

#[derive(Clone, Debug)]
struct Rung<E> {
    buckets: Vec<Vec<Entry<E>>>,
    /// Buckets in use; the vector may be longer, from an earlier life.
    bucket_count: usize,
    start: u64,
    /// A bucket is 2^shift nanoseconds wide. The last one is open-ended.
    shift: u32,
    /// First bucket not yet taken.
    current: usize,
    length: usize,
}

impl<E> Rung<E> {
    /// Events before this moment belong to a deeper level.
    fn boundary(&self) -> u64 {
        if self.current >= self.bucket_count { u64::MAX } else { self.start + ((self.current as u64) << self.shift) }
    }

    fn push(&mut self, entry: Entry<E>) {
        let index = (((entry.time - self.start) >> self.shift) as usize).min(self.bucket_count - 1);
        self.buckets[index].push(entry);
        self.length += 1;
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
        Self { top: Vec::new(), top_start: 0, rungs: Vec::new(), bottom: Vec::new(), spare: Vec::new(), length: 0 }
    }

    /// Number of pending events.
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether nothing is pending.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Adds an event. Events may be pushed at any time, also before those already taken: order among the pending is all this
    /// set knows about.
    #[inline]
    pub fn push(&mut self, time: Time, event: E) {
        let entry = Entry { time: time.as_nanoseconds(), event };
        self.length += 1;
        if entry.time >= self.top_start {
            self.top.push(entry);
            return;
        }
        for rung in &mut self.rungs {
            if entry.time >= rung.boundary() {
                rung.push(entry);
                return;
            }
        }
        self.push_bottom(entry);
    }

    fn push_bottom(&mut self, entry: Entry<E>) {
        if self.bottom.len() >= BOTTOM_MAX
            && self.rungs.len() < RUNGS_MAX
            && self.bottom[0].time > self.bottom[self.bottom.len() - 1].time
        {
            let mut entries = std::mem::take(&mut self.bottom);
            entries.reverse();
            self.add_rung(&mut entries);
            self.bottom = entries;
            self.length -= 1;
            self.push(Time::from_nanoseconds(entry.time), entry.event);
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
        if self.bottom.is_empty() && !self.refill() {
            return None;
        }
        let next = *self.bottom.last()?;
        if next.time >= end.as_nanoseconds() {
            return None;
        }
        self.bottom.pop();
        self.length -= 1;
        Some((Time::from_nanoseconds(next.time), next.event))
    }

    /// Fills the empty bottom from the rungs or the top; false when nothing is pending.
    #[cold]
    fn refill(&mut self) -> bool {
        if self.length == 0 {
            return false;
        }
        loop {
            let depth = self.rungs.len();
            let Some(rung) = self.rungs.last_mut() else {
                let mut entries = std::mem::take(&mut self.top);
                let latest = entries.iter().map(|entry| entry.time).max().unwrap_or(0);
                self.top_start = latest.saturating_add(1);
                if entries.len() <= SORTED_AT_ONCE_MAX {
                    self.sort_into_bottom(&mut entries);
                    self.top = entries;
                    return true;
                }
                self.add_rung(&mut entries);
                self.top = entries;
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
            while rung.buckets[rung.current].is_empty() {
                rung.current += 1;
            }
            let mut entries = std::mem::take(&mut rung.buckets[rung.current]);
            let index = rung.current;
            rung.current += 1;
            rung.length -= entries.len();
            let splits = entries.len() > SORTED_AT_ONCE_MAX
                && depth < RUNGS_MAX
                && entries.iter().any(|entry| entry.time != entries[0].time);
            if splits {
                self.add_rung(&mut entries);
            } else {
                self.sort_into_bottom(&mut entries);
            }
            // The emptied vector goes back, so that its allocation is used again.
            self.rungs[depth - 1].buckets[index] = entries;
            if !splits {
                return true;
            }
        }
    }

    /// Moves `entries`, in insertion order, into the empty bottom.
    fn sort_into_bottom(&mut self, entries: &mut Vec<Entry<E>>) {
        std::mem::swap(&mut self.bottom, entries);
        self.bottom.reverse();
        self.bottom.sort_by_key(|entry| std::cmp::Reverse(entry.time));
    }

    /// Spreads `entries`, in insertion order, over a new innermost rung and leaves the vector empty.
    fn add_rung(&mut self, entries: &mut Vec<Entry<E>>) {
        let (mut earliest, mut latest) = (u64::MAX, 0);
        for entry in entries.iter() {
            earliest = earliest.min(entry.time);
            latest = latest.max(entry.time);
        }
        let wanted = (entries.len() / EVENTS_PER_BUCKET).max(4) as u64;
        let width = ((latest - earliest) / wanted).max(1);
        let shift = width.ilog2();
        let bucket_count = ((latest - earliest) >> shift) as usize + 1;
        let mut buckets = self.spare.pop().unwrap_or_default();
        if buckets.len() < bucket_count {
            buckets.resize_with(bucket_count, Vec::new);
        }
        let mut rung = Rung { buckets, bucket_count, start: earliest, shift, current: 0, length: 0 };
        for entry in entries.drain(..) {
            rung.push(entry);
        }
        self.rungs.push(rung);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// The obvious structure: a sorted map of (time, insertion number).
    #[derive(Default)]
    struct Reference {
        events: BTreeMap<(u64, u64), u64>,
        inserted: u64,
    }

    impl Reference {
        fn push(&mut self, time: u64) -> u64 {
            self.events.insert((time, self.inserted), self.inserted);
            self.inserted += 1;
            self.inserted - 1
        }

        fn pop_before(&mut self, end: u64) -> Option<(u64, u64)> {
            let (&(time, _), _) = self.events.first_key_value()?;
            if time >= end {
                return None;
            }
            let ((time, _), event) = self.events.pop_first()?;
            Some((time, event))
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        /// Push this long after the last popped time.
        Push(u64),
        Pop,
        PopBefore(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            // Ties, clusters, the ordinary, the far future, and the edge of the clock.
            3 => (0_u64..4).prop_map(Step::Push),
            3 => (0_u64..1_000_000).prop_map(Step::Push),
            3 => (0_u64..10_000_000_000).prop_map(Step::Push),
            1 => (0_u64..1_000_000_000_000_000_000).prop_map(Step::Push),
            1 => Just(Step::Push(u64::MAX - 1)),
            6 => Just(Step::Pop),
            2 => (0_u64..10_000_000).prop_map(Step::PopBefore),
        ]
    }

    proptest! {
        #[test]
        fn behaves_like_a_sorted_map(steps in proptest::collection::vec((step(), 1_usize..200), 1..120)) {
            let mut pending = PendingEvents::new();
            let mut reference = Reference::default();
            let mut now = 0_u64;
            for (step, times) in steps {
                for _ in 0..times {
                    match step {
                        Step::Push(after) => {
                            let time = now.saturating_add(after).min(u64::MAX - 1);
                            let event = reference.push(time);
                            pending.push(Time::from_nanoseconds(time), event);
                        }
                        Step::Pop | Step::PopBefore(_) => {
                            let end = if let Step::PopBefore(span) = step { now.saturating_add(span) } else { u64::MAX };
                            let expected = reference.pop_before(end);
                            let popped = pending.pop_before(Time::from_nanoseconds(end));
                            prop_assert_eq!(popped.map(|(time, event)| (time.as_nanoseconds(), event)), expected);
                            now = expected.map_or(now, |(time, _)| time);
                        }
                    }
                    prop_assert_eq!(pending.len(), reference.events.len());
                }
            }
            while let Some(expected) = reference.pop_before(u64::MAX) {
                let popped = pending.pop_before(Time::NEVER).map(|(time, event)| (time.as_nanoseconds(), event));
                prop_assert_eq!(popped, Some(expected));
            }
            prop_assert!(pending.is_empty());
        }
    }

    #[test]
    fn a_hundred_thousand_held_events_come_out_in_order() {
        // The hold model: every event taken is pushed again a random time later.
        let mut pending = PendingEvents::new();
        let mut stream = crate::Stream::new(3, 1, 4);
        for event in 0..100_000_u32 {
            pending.push(Time::from_seconds(stream.exponential(100.0)), event);
        }
        let mut last = Time::ZERO;
        for _ in 0..500_000 {
            let (time, event) = pending.pop_before(Time::NEVER).expect("the set is never empty");
            assert!(time >= last);
            last = time;
            pending.push(time + crate::Span::from_seconds(stream.exponential(100.0)), event);
        }
        assert_eq!(pending.len(), 100_000);
    }
}
