//! Case c.

use std::collections::VecDeque;

use peer_workload::storm::{ATTEMPTS_MAX, Storm, TIMEOUT};
use peer_workload::{Measurement, Stopwatch};

use crate::future::{Future, nanoseconds, seconds};

#[derive(Clone, Copy, Debug)]
enum Event {
    Arrival,
    Completion,
    TimeOut { attempt: u32, tries: u8 },
}

/// A timer an attempt, all in one heap.
pub(crate) fn with_heap(seconds_simulated: u32, seed: u64, triggered: bool) -> Measurement {
    let mut system = Storm::new(triggered, seed);
    let mut future = Future::new();
    let (end, timeout) = (nanoseconds(f64::from(seconds_simulated)), nanoseconds(TIMEOUT));
    let stopwatch = Stopwatch::start();
    future.push(nanoseconds(system.arrival_gap()), Event::Arrival);
    while let Some((now, event)) = future.pop() {
        if now >= end {
            break;
        }
        let (sent, tries) = match event {
            Event::Arrival => {
                future.push(now + nanoseconds(system.arrival_gap()), Event::Arrival);
                (system.arrive(seconds(now)), 1)
            }
            Event::TimeOut { attempt, tries } => {
                if !system.time_out(attempt) || tries == ATTEMPTS_MAX {
                    continue;
                }
                (system.send(seconds(now)), tries + 1)
            }
            Event::Completion => {
                if let Some(service) = system.complete(seconds(now)) {
                    future.push(now + nanoseconds(service), Event::Completion);
                }
                continue;
            }
        };
        let (attempt, service) = sent;
        future.push(now + timeout, Event::TimeOut { attempt, tries });
        if let Some(service) = service {
            future.push(now + nanoseconds(service), Event::Completion);
        }
    }
    system.measurement(seconds_simulated, stopwatch.elapsed())
}

/// The floor: equally long timers go off in the order in which they were set, so a ring holds them and nothing is sorted at all.
/// It holds for this one workload only: the first random time-out, backoff or latency ends it.
pub(crate) fn without_heap(seconds_simulated: u32, seed: u64, triggered: bool) -> Measurement {
    const NEVER: u64 = u64::MAX;
    let mut system = Storm::new(triggered, seed);
    let mut timers: VecDeque<(u64, u32, u8)> = VecDeque::new();
    let (end, timeout) = (nanoseconds(f64::from(seconds_simulated)), nanoseconds(TIMEOUT));
    let stopwatch = Stopwatch::start();
    let mut arrival = nanoseconds(system.arrival_gap());
    let mut completion = NEVER;
    loop {
        let timer = timers.front().map_or(NEVER, |timer| timer.0);
        let now = arrival.min(completion).min(timer);
        if now >= end {
            break;
        }
        let (sent, tries) = if now == completion {
            completion = system.complete(seconds(now)).map_or(NEVER, |service| now + nanoseconds(service));
            continue;
        } else if now == arrival {
            arrival = now + nanoseconds(system.arrival_gap());
            (system.arrive(seconds(now)), 1)
        } else {
            let Some((_, attempt, tries)) = timers.pop_front() else { break };
            if !system.time_out(attempt) || tries == ATTEMPTS_MAX {
                continue;
            }
            (system.send(seconds(now)), tries + 1)
        };
        let (attempt, service) = sent;
        timers.push_back((now + timeout, attempt, tries));
        if let Some(service) = service {
            completion = now + nanoseconds(service);
        }
    }
    system.measurement(seconds_simulated, stopwatch.elapsed())
}
