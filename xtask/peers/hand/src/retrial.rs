//! Case b.

use peer_workload::retrial::{Attempt, Retrial};
use peer_workload::{Measurement, Stopwatch};

use crate::future::{Future, nanoseconds, seconds};

#[derive(Clone, Copy, Debug)]
enum Event {
    Arrival { user: u32 },
    Return { user: u32 },
    Completion { user: u32 },
    PatienceEnds { user: u32, ticket: u32 },
}

/// What an attempt brings.
#[inline]
fn follow(future: &mut Future<Event>, now: u64, user: u32, attempt: Attempt) {
    match attempt {
        Attempt::Served { seconds } => future.push(now + nanoseconds(seconds), Event::Completion { user }),
        Attempt::Waits { ticket, seconds } => {
            future.push(now + nanoseconds(seconds), Event::PatienceEnds { user, ticket });
        }
    }
}

pub(crate) fn run(users: u32, seed: u64) -> Measurement {
    let mut system = Retrial::new(users, seed);
    let mut future = Future::new();
    let stopwatch = Stopwatch::start();
    if let Some((user, gap)) = system.next_arrival(0.0) {
        future.push(nanoseconds(gap), Event::Arrival { user });
    }
    while let Some((now, event)) = future.pop() {
        match event {
            Event::Arrival { user } => {
                if let Some((next, gap)) = system.next_arrival(seconds(now)) {
                    future.push(now + nanoseconds(gap), Event::Arrival { user: next });
                }
                let attempt = system.arrive(user, seconds(now));
                follow(&mut future, now, user, attempt);
            }
            Event::Return { user } => {
                let attempt = system.come_back(user);
                follow(&mut future, now, user, attempt);
            }
            Event::Completion { user } => {
                if let Some((next, service)) = system.complete(user, seconds(now)) {
                    future.push(now + nanoseconds(service), Event::Completion { user: next });
                }
            }
            Event::PatienceEnds { user, ticket } => {
                if let Some(backoff) = system.give_up_waiting(user, ticket) {
                    future.push(now + nanoseconds(backoff), Event::Return { user });
                }
            }
        }
    }
    system.measurement(stopwatch.elapsed())
}
