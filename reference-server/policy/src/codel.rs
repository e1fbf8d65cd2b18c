//! Controlled delay (`CoDel`): drop by how long jobs have waited, not by how many wait.
//!
//! Two forms, both deciding when a job's turn comes:
//!
//! - [`DropSchedule`] is RFC 8289 section 5 with jobs for packets: once the wait has stayed above the target for an
//!   interval, one job is dropped at a time, at gaps of `interval / sqrt(drops)`. It counts on senders that slow down
//!   when they see a loss.
//! - [`StandingQueue`] is the form Facebook published for request queues (Ben Maurer, "Fail at Scale", ACM Queue, 2015;
//!   also behind folly's `Codel`): every job has a time limit, `interval` while the queue was empty within the last
//!   interval and `target` once it has stood longer. Clients that retry do not slow down, and this form does not ask
//!   them to.

use crate::Nanoseconds;

/// The drop schedule of RFC 8289, section 5.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DropSchedule {
    /// When the wait will have been above target for an interval; `None` while it is below.
    above_since_interval_at: Option<Nanoseconds>,
    drop_next_at: Nanoseconds,
    /// Drops since dropping began.
    count: u32,
    count_last: u32,
    dropping: bool,
}

impl DropSchedule {
    /// Whether the job now at the head, having waited `waited`, is dropped. Call it for each job in turn until one is
    /// kept; `is_last` says that nobody waits behind it (the RFC's "less than one packet of backlog").
    pub fn drops(
        &mut self,
        now: Nanoseconds,
        waited: Nanoseconds,
        is_last: bool,
        interval: Nanoseconds,
        target: Nanoseconds,
    ) -> bool {
        if !self.has_stood(now, waited, is_last, interval, target) {
            self.dropping = false;
            return false;
        }
        if self.dropping {
            if now < self.drop_next_at {
                return false;
            }
            self.count = self.count.saturating_add(1);
            self.drop_next_at = next_drop(self.drop_next_at, interval, self.count);
            return true;
        }
        self.dropping = true;
        // Soon after the last spell of dropping, resume near its rate instead of learning it again.
        let drops_last_spell = self.count.saturating_sub(self.count_last);
        let recent = now.saturating_sub(self.drop_next_at) < Nanoseconds(interval.0.saturating_mul(16));
        self.count = if drops_last_spell > 1 && recent { drops_last_spell } else { 1 };
        self.count_last = self.count;
        self.drop_next_at = next_drop(now, interval, self.count);
        true
    }

    /// A job came and found nobody waiting: no wait to speak of.
    pub fn found_empty(&mut self) {
        self.above_since_interval_at = None;
        self.dropping = false;
    }

    fn has_stood(
        &mut self,
        now: Nanoseconds,
        waited: Nanoseconds,
        is_last: bool,
        interval: Nanoseconds,
        target: Nanoseconds,
    ) -> bool {
        if waited < target || is_last {
            self.above_since_interval_at = None;
            return false;
        }
        if let Some(at) = self.above_since_interval_at {
            return now >= at;
        }
        self.above_since_interval_at = Some(now.saturating_add(interval));
        false
    }
}

/// The RFC's control law: `from + interval / sqrt(count)`. `libm` gives the same bits on every platform.
fn next_drop(from: Nanoseconds, interval: Nanoseconds, count: u32) -> Nanoseconds {
    from.saturating_add(Nanoseconds((interval.0 as f64 / libm::sqrt(f64::from(count.max(1)))) as u64))
}

/// Remembers since when a queue has not been empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StandingQueue {
    empty_last_at: Nanoseconds,
}

impl StandingQueue {
    /// A job came at `now` and found nobody waiting.
    pub fn found_empty(&mut self, now: Nanoseconds) {
        self.empty_last_at = now;
    }

    /// Whether the queue has not been empty for an interval.
    pub fn has_stood(self, now: Nanoseconds, interval: Nanoseconds) -> bool {
        now.saturating_sub(self.empty_last_at) > interval
    }

    /// Whether a job whose turn comes at `now` has waited past its limit.
    pub fn drops(self, now: Nanoseconds, waited: Nanoseconds, interval: Nanoseconds, target: Nanoseconds) -> bool {
        waited > if self.has_stood(now, interval) { target.min(interval) } else { interval }
    }
}
