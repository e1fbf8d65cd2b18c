//! Cancelling what is pending, by key.

/// Names one scheduled event, so that it can be cancelled. A key goes stale when its event runs or is cancelled; using a stale
/// key does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventKey {
    slot: u32,
    stamp: u32,
}

/// Marks an entry that nobody can cancel.
pub(super) const UNKEYED: u32 = 0;

/// Which keyed entries are still wanted.
///
/// Every keyed entry owns a slot from push to pop and carries the slot's number plus one (its *tag*), four bytes. A slot holds a
/// stamp: even while the entry is wanted, odd once it is cancelled, and moved on when the entry leaves the set, so that a stale
/// key never meets the slot's next owner. Slots are used again, last freed first: the table stays as small and as warm in the
/// cache as the number of keyed events that pend at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    stamps: Vec<u32>,
    free: Vec<u32>,
    cancelled: usize,
}

impl Keys {
    /// No slots.
    pub(super) const fn new() -> Self {
        Self { stamps: Vec::new(), free: Vec::new(), cancelled: 0 }
    }

    /// Entries that were cancelled and still lie in the set.
    pub(super) const fn cancelled(&self) -> usize {
        self.cancelled
    }

    /// A slot for a new entry: the entry's tag and its key.
    #[inline]
    pub(super) fn claim(&mut self) -> (u32, EventKey) {
        let slot = if let Some(slot) = self.free.pop() {
            slot
        } else {
            let slot = u32::try_from(self.stamps.len()).expect("fewer than 2^32 keyed events pend at once");
            self.stamps.push(0);
            slot
        };
        (slot + 1, EventKey { slot, stamp: self.stamps[slot as usize] })
    }

    /// Whether the entry with this tag is still wanted.
    #[inline]
    pub(super) fn is_live(&self, tag: u32) -> bool {
        tag == UNKEYED || self.stamps[tag as usize - 1] & 1 == 0
    }

    /// The entry with this tag leaves the set; true when it is still wanted.
    #[inline]
    pub(super) fn release(&mut self, tag: u32) -> bool {
        let slot = tag - 1;
        let stamp = &mut self.stamps[slot as usize];
        let live = *stamp & 1 == 0;
        self.cancelled -= usize::from(!live);
        *stamp |= 1;
        // A slot whose stamps are used up is never handed out again: after 2^31 lives its keys could no longer be told apart.
        if *stamp != u32::MAX {
            *stamp += 1;
            self.free.push(slot);
        }
        live
    }

    /// Marks an entry as unwanted; false when the key is stale.
    #[inline]
    pub(super) fn cancel(&mut self, key: EventKey) -> bool {
        match self.stamps.get_mut(key.slot as usize) {
            Some(stamp) if *stamp == key.stamp => {
                *stamp |= 1;
                self.cancelled += 1;
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_whose_stamps_are_used_up_is_retired() {
        let mut keys = Keys::new();
        let (tag, _) = keys.claim();
        keys.stamps[0] = u32::MAX - 1;
        let last = EventKey { slot: 0, stamp: u32::MAX - 1 };
        assert!(keys.cancel(last));
        assert!(!keys.release(tag));
        assert!(!keys.cancel(last));
        let (next, _) = keys.claim();
        assert_ne!(tag, next);
    }

    #[test]
    fn a_key_of_another_set_is_stale() {
        let mut other = Keys::new();
        for _ in 0..3 {
            other.claim();
        }
        let (_, key) = other.claim();
        assert!(!Keys::new().cancel(key));
    }
}
