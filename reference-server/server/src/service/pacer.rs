//! Wakes the service when something is due.

use super::room::Room;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use stranded_policy::Nanoseconds;
use tokio::sync::Notify;

/// Which clock a service lives by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timekeeper {
    /// The machine's clock, and a thread that sleeps to the next due instant: about a tenth of a millisecond late, where Tokio's timers
    /// round up to the next millisecond.
    #[default]
    Thread,
    /// Tokio's clock and timers, for simulated networks in which time is virtual.
    Tokio,
}

#[derive(Clone, Copy, Debug)]
enum Clock {
    Machine(Instant),
    Tokio(tokio::time::Instant),
}

/// A service together with what keeps it going.
#[derive(Debug)]
pub(crate) struct Pacer {
    clock: Clock,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    earlier: Condvar,
    earlier_task: Notify,
}

#[derive(Debug)]
struct State {
    room: Room,
    /// The instant that the keeper sleeps to.
    sleeps_until: Nanoseconds,
    is_over: bool,
}

impl Pacer {
    /// Starts the thread (or, inside a Tokio runtime, the task) that keeps `room` going until this is dropped.
    ///
    /// # Errors
    /// The system has no thread left.
    pub(crate) fn start(room: Room, timekeeper: Timekeeper) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::new(State { room, sleeps_until: Nanoseconds::MAX, is_over: false }),
            earlier: Condvar::new(),
            earlier_task: Notify::new(),
        });
        let clock = match timekeeper {
            Timekeeper::Thread => Clock::Machine(Instant::now()),
            Timekeeper::Tokio => Clock::Tokio(tokio::time::Instant::now()),
        };
        match clock {
            Clock::Machine(_) => {
                let shared = Arc::clone(&shared);
                std::thread::Builder::new().name("pacer".to_owned()).spawn(move || keep(&shared, clock))?;
            }
            Clock::Tokio(_) => {
                tokio::spawn(keep_as_task(Arc::clone(&shared), clock));
            }
        }
        Ok(Self { clock, shared })
    }

    /// Now, as the service counts time.
    pub(crate) fn now(&self) -> Nanoseconds {
        self.clock.now()
    }

    /// Does something to the service at the present instant.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut Room, Nanoseconds) -> T) -> T {
        let mut state = self.shared.lock();
        // Read under the lock, so that time never runs backwards for the service.
        let now = self.clock.now();
        let result = act(&mut state.room, now);
        if state.room.next_due().is_some_and(|due| due < state.sleeps_until) {
            state.sleeps_until = Nanoseconds::ZERO;
            drop(state);
            self.shared.wake();
        }
        result
    }
}

impl Drop for Pacer {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.wake();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic in the service is our bug; the others go on.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self) {
        self.earlier.notify_one();
        self.earlier_task.notify_one();
    }
}

impl Clock {
    fn now(self) -> Nanoseconds {
        let since = match self {
            Self::Machine(start) => start.elapsed(),
            Self::Tokio(start) => start.elapsed(),
        };
        Nanoseconds(since.as_nanos() as u64)
    }
}

fn keep(shared: &Shared, clock: Clock) {
    let mut state = shared.lock();
    while !state.is_over {
        let now = clock.now();
        state.room.advance(now);
        match state.room.next_due() {
            None => {
                state.sleeps_until = Nanoseconds::MAX;
                state = shared.earlier.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            Some(due) => {
                state.sleeps_until = due;
                let pause = Duration::from_nanos(due.saturating_sub(now).0);
                state = shared.earlier.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner).0;
            }
        }
    }
}

async fn keep_as_task(shared: Arc<Shared>, clock: Clock) {
    loop {
        let pause = {
            let mut state = shared.lock();
            if state.is_over {
                return;
            }
            let now = clock.now();
            state.room.advance(now);
            state.sleeps_until = state.room.next_due().unwrap_or(Nanoseconds::MAX);
            state.room.next_due().map(|due| Duration::from_nanos(due.saturating_sub(now).0))
        };
        match pause {
            None => shared.earlier_task.notified().await,
            Some(pause) => {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = shared.earlier_task.notified() => {}
                }
            }
        }
    }
}
