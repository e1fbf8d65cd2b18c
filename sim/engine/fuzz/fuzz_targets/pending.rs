//! The pending-event set against a sorted map, steered by the fuzzer.
//!
//! `cargo +nightly fuzz run pending` in the folder above, or `RUSTC_BOOTSTRAP=1 cargo fuzz run pending` with a stable compiler.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use stranded_engine::{EventKey, PendingEvents, Time};

#[derive(Arbitrary, Debug)]
enum Step {
    Push { after: u64, times: u8 },
    PushNear { after: u16, times: u8 },
    PushKeyed { after: u64 },
    Cancel { key: u16 },
    Pop { times: u8 },
    PopBefore { span: u64 },
    /// The set is copied, and the copy goes on.
    Branch,
}

fuzz_target!(|steps: Vec<Step>| {
    let mut pending = PendingEvents::new();
    let mut reference: BTreeMap<(u64, u32), ()> = BTreeMap::new();
    let mut keys: Vec<(EventKey, (u64, u32))> = Vec::new();
    let mut inserted = 0_u32;
    let mut now = 0_u64;
    for step in steps {
        let mut push = |pending: &mut PendingEvents<u32>, after: u64| {
            // The end of the clock means never; the engine does not keep it.
            let time = now.saturating_add(after).min(u64::MAX - 1);
            reference.insert((time, inserted), ());
            pending.push(Time::from_nanoseconds(time), inserted);
            inserted += 1;
        };
        match step {
            Step::Push { after, times } => (0..times).for_each(|time| push(&mut pending, after.wrapping_add(u64::from(time)))),
            Step::PushNear { after, times } => (0..times).for_each(|_| push(&mut pending, u64::from(after))),
            Step::PushKeyed { after } => {
                let time = now.saturating_add(after).min(u64::MAX - 1);
                reference.insert((time, inserted), ());
                keys.push((pending.push_keyed(Time::from_nanoseconds(time), inserted), (time, inserted)));
                inserted += 1;
            }
            Step::Cancel { key } => {
                if let Some(&(key, entry)) = keys.get(usize::from(key)) {
                    assert_eq!(pending.cancel(key), reference.remove(&entry).is_some());
                }
            }
            Step::Pop { times } => {
                for _ in 0..times {
                    let expected = reference.pop_first().map(|(entry, ())| entry);
                    let popped = pending.pop_before(Time::NEVER).map(|(time, event)| (time.as_nanoseconds(), event));
                    assert_eq!(popped, expected);
                    now = expected.map_or(now, |(time, _)| time);
                }
            }
            Step::PopBefore { span } => {
                let end = now.saturating_add(span);
                let expected = reference.first_key_value().map(|(&entry, ())| entry).filter(|&(time, _)| time < end);
                let popped =
                    pending.pop_before(Time::from_nanoseconds(end)).map(|(time, event)| (time.as_nanoseconds(), event));
                assert_eq!(popped, expected);
                if let Some(entry) = expected {
                    reference.remove(&entry);
                    now = entry.0;
                }
            }
            Step::Branch => pending = pending.clone(),
        }
        assert_eq!(pending.len(), reference.len());
    }
    while let Some((expected, ())) = reference.pop_first() {
        let popped = pending.pop_before(Time::NEVER).map(|(time, event)| (time.as_nanoseconds(), event));
        assert_eq!(popped, Some(expected));
    }
    assert!(pending.is_empty());
});
