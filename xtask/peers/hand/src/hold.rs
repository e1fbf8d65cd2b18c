//! Case a.

use peer_workload::hold::{Delays, first_delays, measured_events, warm_up_events};
use peer_workload::{Measurement, Stopwatch};

use crate::future::{Future, nanoseconds};

pub(crate) fn run(pending: u32, seed: u64) -> Measurement {
    let mut future = Future::new();
    for (index, delay) in first_delays(pending, seed).enumerate() {
        future.push(nanoseconds(delay), index as u32);
    }
    let mut delays = Delays::new(seed, nanoseconds);
    let mut hold = |events: u64| {
        for _ in 0..events {
            let (now, event) = future.pop().expect("the number of events never changes");
            future.push(now + delays.next(), event);
        }
    };
    hold(warm_up_events(pending));
    let stopwatch = Stopwatch::start();
    hold(measured_events(pending));
    Measurement::new(measured_events(pending), stopwatch.elapsed(), [])
}
