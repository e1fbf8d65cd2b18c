//! The pending-event set and its rivals under the hold model: with N events pending, take the next and push it again a random time later
//! (Vaucher and Duval, "A comparison of simulation event list algorithms", Communications of the ACM 18(4), 1975).
//!
//! `cargo bench -p stranded-engine` prints the holds of a second; on a shared machine compare the *fastest* samples of one run.

use dary_heap::QuaternaryHeap;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use stranded_engine::{PendingEvents, Span, Stream, Time};

const PENDING: [usize; 3] = [1_000, 100_000, 1_000_000];
const HOLDS_MIN: usize = 100_000;

fn main() {
    divan::main();
}

/// What a set must do here: keep time order, first in first out among equal times.
trait Set {
    fn push(&mut self, time: u64, event: u64);
    fn pop(&mut self) -> (u64, u64);
}

#[derive(Default)]
struct Ladder(PendingEvents<u64>);

impl Set for Ladder {
    fn push(&mut self, time: u64, event: u64) {
        self.0.push(Time::from_nanoseconds(time), event);
    }

    fn pop(&mut self) -> (u64, u64) {
        let (time, event) = self.0.pop_before(Time::NEVER).expect("the set is never empty");
        (time.as_nanoseconds(), event)
    }
}

/// A heap needs an insertion number to keep equal times in order.
#[derive(Default)]
struct Binary {
    heap: BinaryHeap<Reverse<(u64, u64, u64)>>,
    pushed: u64,
}

impl Set for Binary {
    fn push(&mut self, time: u64, event: u64) {
        self.heap.push(Reverse((time, self.pushed, event)));
        self.pushed += 1;
    }

    fn pop(&mut self) -> (u64, u64) {
        let Reverse((time, _, event)) = self.heap.pop().expect("the set is never empty");
        (time, event)
    }
}

#[derive(Default)]
struct Quaternary {
    heap: QuaternaryHeap<Reverse<(u64, u64, u64)>>,
    pushed: u64,
}

impl Set for Quaternary {
    fn push(&mut self, time: u64, event: u64) {
        self.heap.push(Reverse((time, self.pushed, event)));
        self.pushed += 1;
    }

    fn pop(&mut self) -> (u64, u64) {
        let Reverse((time, _, event)) = self.heap.pop().expect("the set is never empty");
        (time, event)
    }
}

/// Holds with exponential increments, mean one second; the increments are drawn before the clock runs.
///
/// A sample goes through all that is pending, because a ladder does its work in lumps.
#[divan::bench(types = [Ladder, Binary, Quaternary], args = PENDING, sample_count = 10, sample_size = 1)]
fn hold<S: Set + Default>(bencher: divan::Bencher<'_, '_>, pending: usize) {
    let mut stream = Stream::new(1, 0, 0);
    let mut gap = || Span::from_seconds(stream.ziggurat_exponential(1.0)).as_nanoseconds();
    let mut set = S::default();
    for event in 0..pending as u64 {
        set.push(gap(), event);
    }
    let gaps: Vec<u64> = (0..8192).map(|_| gap()).collect();
    let mut turn = 0;
    let mut hold = || {
        let (time, event) = set.pop();
        turn = (turn + 1) & 8191;
        set.push(time + gaps[turn], event);
        time
    };
    // Past the start, where all structures still show how they were filled.
    for _ in 0..2 * pending {
        hold();
    }
    let holds = pending.max(HOLDS_MIN);
    bencher.counter(divan::counter::ItemsCount::new(holds)).bench_local(|| {
        let mut last = 0;
        for _ in 0..holds {
            last = hold();
        }
        last
    });
}
