//! How many of the latest calls were of a kind.

use crate::Nanoseconds;

/// Buckets that a window is divided into.
const BUCKETS: usize = 10;

/// Calls of the latest stretch of time, and how many of them are marked. A bucket is forgotten as a whole, so that a window remembers
/// between nine tenths and all of its length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SlidingWindow {
    buckets: [Counts; BUCKETS],
    total: Counts,
    /// Number of the newest bucket, counted from the start of time.
    newest: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) all: u32,
    pub(crate) marked: u32,
}

impl SlidingWindow {
    /// Adds to the counts of `now`. Where several threads read a clock, one may be a little late: it counts in the newest bucket.
    pub(crate) fn add(&mut self, window: Nanoseconds, now: Nanoseconds, all: u32, marked: u32) {
        self.advance(window, now);
        let bucket = &mut self.buckets[(self.newest % BUCKETS as u64) as usize];
        for counts in [bucket, &mut self.total] {
            counts.all = counts.all.saturating_add(all);
            counts.marked = counts.marked.saturating_add(marked);
        }
    }

    /// What the window holds at `now`.
    pub(crate) fn total(&mut self, window: Nanoseconds, now: Nanoseconds) -> Counts {
        self.advance(window, now);
        self.total
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        *self = Self { newest: self.newest, ..Self::default() };
    }

    fn advance(&mut self, window: Nanoseconds, now: Nanoseconds) {
        let number = now.0 / (window.0 / BUCKETS as u64).max(1);
        for before in (self.newest..number).take(BUCKETS) {
            let old = core::mem::take(&mut self.buckets[((before + 1) % BUCKETS as u64) as usize]);
            self.total.all = self.total.all.saturating_sub(old.all);
            self.total.marked = self.total.marked.saturating_sub(old.marked);
        }
        self.newest = self.newest.max(number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Nanoseconds = Nanoseconds(1_000);

    fn all_at(window: &mut SlidingWindow, now: u64) -> u32 {
        window.total(WINDOW, Nanoseconds(now)).all
    }

    #[test]
    fn remembers_nine_tenths_to_all_of_its_length() {
        let mut window = SlidingWindow::default();
        window.add(WINDOW, Nanoseconds(50), 1, 0);
        window.add(WINDOW, Nanoseconds(150), 1, 1);
        assert_eq!(all_at(&mut window, 999), 2);
        assert_eq!(all_at(&mut window, 1_000), 1);
        assert_eq!(all_at(&mut window, 1_099), 1);
        assert_eq!(all_at(&mut window, 1_100), 0);
        assert_eq!(window.total(WINDOW, Nanoseconds(1_100)).marked, 0);
    }

    #[test]
    fn a_long_silence_forgets_everything_and_a_late_clock_counts_as_new() {
        let mut window = SlidingWindow::default();
        window.add(WINDOW, Nanoseconds(0), 5, 5);
        window.add(WINDOW, Nanoseconds(u64::MAX), 1, 0);
        assert_eq!(all_at(&mut window, u64::MAX), 1);
        window.add(WINDOW, Nanoseconds(0), 1, 0);
        assert_eq!(all_at(&mut window, u64::MAX), 2);
        window.clear();
        assert_eq!(all_at(&mut window, u64::MAX), 0);
    }
}
