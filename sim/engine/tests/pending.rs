//! The pending-event set against the obvious structure: a sorted map of (time, insertion number).

use proptest::prelude::*;
use std::collections::BTreeMap;
use stranded_engine::{EventKey, PendingEvents, Span, Stream, Time};

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
    PushKeyed(u64),
    /// Cancel the key at this share of all keys that were ever given out, stale ones among them.
    Cancel(f64),
    Pop,
    PopBefore(u64),
}

fn delay() -> impl Strategy<Value = u64> {
    // Ties, clusters, the ordinary, the far future, and the edge of the clock.
    prop_oneof![
        3 => 0_u64..4,
        3 => 0_u64..1_000_000,
        3 => 0_u64..10_000_000_000,
        1 => 0_u64..1_000_000_000_000_000_000,
        1 => Just(u64::MAX - 1),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => delay().prop_map(Step::Push),
        6 => delay().prop_map(Step::PushKeyed),
        3 => (0.0..1.0).prop_map(Step::Cancel),
        6 => Just(Step::Pop),
        2 => (0_u64..10_000_000).prop_map(Step::PopBefore),
    ]
}

proptest! {
    #[test]
    fn behaves_like_a_sorted_map(steps in proptest::collection::vec((step(), 1_usize..200), 1..120)) {
        let mut pending = PendingEvents::new();
        let mut reference = Reference::default();
        let mut keys: Vec<(EventKey, (u64, u64))> = Vec::new();
        let mut now = 0_u64;
        for (step, times) in steps {
            for _ in 0..times {
                match step {
                    Step::Push(after) => {
                        let time = now.saturating_add(after).min(u64::MAX - 1);
                        let event = reference.push(time);
                        pending.push(Time::from_nanoseconds(time), event);
                    }
                    Step::PushKeyed(after) => {
                        let time = now.saturating_add(after).min(u64::MAX - 1);
                        let event = reference.push(time);
                        keys.push((pending.push_keyed(Time::from_nanoseconds(time), event), (time, event)));
                    }
                    Step::Cancel(share) => {
                        if let Some(&(key, entry)) = keys.get((share * keys.len() as f64) as usize) {
                            prop_assert_eq!(pending.cancel(key), reference.events.remove(&entry).is_some());
                        }
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
    let mut stream = Stream::new(3, 1, 4);
    for event in 0..100_000_u32 {
        pending.push(Time::from_seconds(stream.exponential(100.0)), event);
    }
    let mut last = Time::ZERO;
    for _ in 0..500_000 {
        let (time, event) = pending.pop_before(Time::NEVER).expect("the set is never empty");
        assert!(time >= last);
        last = time;
        pending.push(time + Span::from_seconds(stream.exponential(100.0)), event);
    }
    assert_eq!(pending.len(), 100_000);
}

#[test]
fn cancelled_events_are_thrown_out_long_before_their_turn() {
    // A time-out of a year, cancelled a moment later, a million times: what is stored must follow what is wanted.
    let mut pending = PendingEvents::new();
    let year = Span::from_seconds(31_557_600.0);
    let mut now = Time::ZERO;
    for event in 0..1_000_000_u32 {
        let time_out = pending.push_keyed(now + year, event);
        pending.push(now + Span::from_nanoseconds(1_000), event);
        now = pending.pop_before(Time::NEVER).expect("the answer comes first").0;
        assert!(pending.cancel(time_out));
        assert!(pending.is_empty());
        assert!(pending.stored() <= 2048, "{} entries are stored for nothing", pending.stored());
    }
}

#[test]
fn the_last_nanosecond_of_the_clock_is_in_order_too() {
    let mut pending = PendingEvents::new();
    for after in [3_u64, 1, 2, 1, 0] {
        pending.push(Time::from_nanoseconds(u64::MAX - 1 - after), after);
    }
    let order: Vec<u64> = std::iter::from_fn(|| pending.pop_before(Time::NEVER)).map(|(_, after)| after).collect();
    assert_eq!(order, [3, 2, 1, 1, 0]);
}

#[test]
fn weeks_keep_a_resolution_far_below_a_millisecond() {
    let weeks = Time::from_seconds(12.0 * 7.0 * 86_400.0);
    let mut pending = PendingEvents::new();
    pending.push(weeks + Span::from_nanoseconds(2), 'b');
    pending.push(weeks + Span::from_nanoseconds(1), 'a');
    assert_eq!(pending.pop_before(Time::NEVER), Some((weeks + Span::from_nanoseconds(1), 'a')));
}
