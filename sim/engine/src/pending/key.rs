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
/// Every keyed entry owns a slot from push to pop and carries the slot's number (its *tag*), four bytes. A slot holds a
/// stamp: even while the entry is wanted, odd once it is cancelled, and moved on when the entry leaves the set, so that a stale
/// key never meets the slot's next owner. Slots are used again, last freed first: the table stays as small and as warm in the
/// cache as the number of keyed events that pend at once.
///
/// Slot 0 belongs to all entries without a key and never changes: whether an entry has a key is as good as random, and so the
/// processor need not guess.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    slots: Vec<Slot>,
    /// The slot freed last; 0 when none is free.
    free: u32,
    cancelled: usize,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    stamp: u32,
    /// The slot freed before this one, while this one is free.
    free: u32,
}

impl Keys {
    /// No slots.
    pub(super) const fn new() -> Self {
        Self { slots: Vec::new(), free: UNKEYED, cancelled: 0 }
    }

    /// Entries that were cancelled and still lie in the set.
    pub(super) const fn cancelled(&self) -> usize {
        self.cancelled
    }

    /// A slot for a new entry: the entry's tag and its key.
    #[inline]
    pub(super) fn claim(&mut self) -> (u32, EventKey) {
        if self.free == UNKEYED {
            self.add_slot();
        }
        let slot = self.free;
        let Slot { stamp, free } = self.slots[slot as usize];
        self.free = free;
        (slot, EventKey { slot, stamp })
    }

    #[cold]
    fn add_slot(&mut self) {
        if self.slots.is_empty() {
            self.slots.push(Slot { stamp: 0, free: UNKEYED });
        }
        self.free = u32::try_from(self.slots.len()).expect("fewer than 2^32 keyed events pend at once");
        self.slots.push(Slot { stamp: 0, free: UNKEYED });
    }

    /// Whether the entry with this tag is still wanted.
    #[inline]
    pub(super) fn is_live(&self, tag: u32) -> bool {
        self.slots.get(tag as usize).is_none_or(|slot| slot.stamp & 1 == 0)
    }

    /// The entry with this tag leaves the set; true when it is still wanted.
    #[inline]
    pub(super) fn release(&mut self, tag: u32) -> bool {
        // Before the first key there are no slots.
        let Some(slot) = self.slots.get_mut(tag as usize) else { return true };
        let live = slot.stamp & 1 == 0;
        self.cancelled -= usize::from(!live);
        // A slot whose stamps are used up is never handed out again: after 2^31 lives its keys could no longer be told apart.
        let used = slot.stamp | 1;
        let is_keyed = tag != UNKEYED;
        if used == u32::MAX {
            slot.stamp = used;
            return live;
        }
        slot.stamp = if is_keyed { used + 1 } else { 0 };
        slot.free = if is_keyed { self.free } else { UNKEYED };
        self.free = if is_keyed { tag } else { self.free };
        live
    }

    /// Marks an entry as unwanted; false when the key is stale.
    #[inline]
    pub(super) fn cancel(&mut self, key: EventKey) -> bool {
        match self.slots.get_mut(key.slot as usize) {
            Some(slot) if slot.stamp == key.stamp => {
                slot.stamp |= 1;
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
        keys.slots[tag as usize].stamp = u32::MAX - 1;
        let last = EventKey { slot: tag, stamp: u32::MAX - 1 };
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
