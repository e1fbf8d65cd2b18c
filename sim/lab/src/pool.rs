//! Jobs on all cores, results in the order of the jobs.

use std::any::Any;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How a series of jobs ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// All jobs were done.
    Finished,
    /// The consumer had seen enough.
    Enough,
    /// A job gave up because it was told to from outside.
    Interrupted,
}

/// Runs jobs `0..count` on `threads` threads and hands each result to `consume` on the caller's thread, in the order of the
/// jobs, whatever the order in which they finish. So everything `consume` decides is independent of the number of threads.
///
/// `work` gets the number of its job and a function that says whether to go on; it returns `None` when it stopped early. At
/// most a few jobs per thread wait to be consumed, which bounds the memory. When `consume` breaks, jobs under way are told to
/// stop and their results are dropped. A panic in a job is raised again on the caller's thread.
///
/// # Errors
/// Those of `consume`; jobs under way are told to stop first.
pub(crate) fn run_in_order<T: Send, E>(
    count: u32,
    threads: NonZeroUsize,
    work: impl Fn(u32, &dyn Fn() -> bool) -> Option<T> + Sync,
    mut consume: impl FnMut(u32, T) -> Result<ControlFlow<()>, E>,
) -> Result<End, E> {
    let shared = Shared {
        board: Mutex::new(Board { next: 0, consumed: 0, done: BTreeMap::new() }),
        changed: Condvar::new(),
        stop: AtomicBool::new(false),
        count,
        // One result in hand for every thread keeps them busy while the consumer writes.
        ahead: u32::try_from(threads.get()).unwrap_or(u32::MAX / 2).saturating_mul(2),
    };
    let end = std::thread::scope(|scope| {
        for _ in 0..threads.get().min(count as usize) {
            scope.spawn(|| shared.work_on(&work));
        }
        // Also on a panic of the consumer: workers that wait would be joined for ever.
        let _stop = StopOnDrop(&shared);
        for job in 0..count {
            match shared.wait_for(job) {
                Done::Result(result) => {
                    if consume(job, result)?.is_break() {
                        return Ok(Ok(End::Enough));
                    }
                }
                Done::GaveUp => return Ok(Ok(End::Interrupted)),
                Done::Panicked(panic) => return Ok(Err(panic)),
            }
        }
        Ok(Ok(End::Finished))
    })?;
    end.or_else(|panic| resume_unwind(panic))
}

enum Done<T> {
    Result(T),
    GaveUp,
    Panicked(Box<dyn Any + Send>),
}

struct Board<T> {
    next: u32,
    consumed: u32,
    done: BTreeMap<u32, Done<T>>,
}

struct Shared<T> {
    board: Mutex<Board<T>>,
    changed: Condvar,
    stop: AtomicBool,
    count: u32,
    ahead: u32,
}

impl<T> Shared<T> {
    /// The board. Nothing panics while holding it, so a poisoned lock still guards sound data.
    fn board(&self) -> MutexGuard<'_, Board<T>> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// The life of a worker.
    fn work_on(&self, work: &(impl Fn(u32, &dyn Fn() -> bool) -> Option<T> + Sync)) {
        while let Some(job) = self.take() {
            let done = match catch_unwind(AssertUnwindSafe(|| work(job, &|| !self.stopped()))) {
                Ok(Some(result)) => Done::Result(result),
                Ok(None) => Done::GaveUp,
                Err(panic) => Done::Panicked(panic),
            };
            self.board().done.insert(job, done);
            self.changed.notify_all();
        }
    }

    /// The next job, once it is not too far ahead of the consumer; `None` when there is nothing left to do.
    fn take(&self) -> Option<u32> {
        let mut board = self.board();
        loop {
            if self.stopped() || board.next >= self.count {
                return None;
            }
            if board.next < board.consumed.saturating_add(self.ahead) {
                board.next += 1;
                return Some(board.next - 1);
            }
            board = self.changed.wait(board).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for the result of a job.
    fn wait_for(&self, job: u32) -> Done<T> {
        let mut board = self.board();
        loop {
            if let Some(done) = board.done.remove(&job) {
                board.consumed = job + 1;
                drop(board);
                self.changed.notify_all();
                return done;
            }
            board = self.changed.wait(board).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Tells the workers to go home when the consumer is done with them, for whatever reason.
struct StopOnDrop<'a, T>(&'a Shared<T>);

impl<T> Drop for StopOnDrop<'_, T> {
    fn drop(&mut self) {
        // Under the lock: a worker between its check and its wait would miss the notification otherwise.
        let board = self.0.board();
        self.0.stop.store(true, Ordering::Relaxed);
        drop(board);
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use std::sync::atomic::AtomicU32;

    fn threads(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).unwrap()
    }

    /// Spins for a time that differs from job to job, so that threads finish out of order.
    fn busy(job: u32) -> u64 {
        (0..u64::from(job % 7) * 20_000).fold(u64::from(job), |hash, step| hash.rotate_left(5) ^ step)
    }

    #[test]
    fn results_come_in_order_and_do_not_depend_on_the_threads() {
        let run = |count| {
            let mut seen = Vec::new();
            let end = run_in_order(
                200,
                threads(count),
                |job, _| Some(busy(job)),
                |job, result| {
                    seen.push((job, result));
                    Ok::<_, Infallible>(ControlFlow::Continue(()))
                },
            );
            assert_eq!(end, Ok(End::Finished));
            seen
        };
        let alone = run(1);
        assert_eq!(alone.iter().map(|(job, _)| *job).collect::<Vec<_>>(), (0..200).collect::<Vec<_>>());
        assert_eq!(alone, run(2));
        assert_eq!(alone, run(7));
    }

    #[test]
    fn workers_do_not_run_far_ahead_of_the_consumer() {
        let started = AtomicU32::new(0);
        run_in_order(
            100,
            threads(2),
            |job, _| {
                started.fetch_add(1, Ordering::SeqCst);
                Some(job)
            },
            |job, _| {
                let ahead = started.load(Ordering::SeqCst) - job;
                assert!(ahead <= 5, "{ahead} jobs in memory");
                Ok::<_, Infallible>(ControlFlow::Continue(()))
            },
        )
        .unwrap();
    }

    #[test]
    fn enough_is_enough_and_stops_jobs_under_way() {
        let end = run_in_order(
            u32::MAX,
            threads(3),
            // Every job but the first ones goes on until it is told to stop.
            |job, go_on| {
                while job > 3 && go_on() {
                    std::thread::yield_now();
                }
                Some(job)
            },
            |job, _| Ok::<_, Infallible>(if job == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }),
        );
        assert_eq!(end, Ok(End::Enough));
    }

    #[test]
    fn a_job_that_gives_up_interrupts() {
        let give_up = |job, _: &dyn Fn() -> bool| (job < 5).then_some(job);
        let end = run_in_order(50, threads(2), give_up, |_, _| Ok::<_, Infallible>(ControlFlow::Continue(())));
        assert_eq!(end, Ok(End::Interrupted));
    }

    #[test]
    fn an_error_of_the_consumer_ends_the_run() {
        let end = run_in_order(
            50,
            threads(2),
            |job, _| Some(job),
            |job, _| {
                if job == 4 { Err("disk full") } else { Ok(ControlFlow::Continue(())) }
            },
        );
        assert_eq!(end, Err("disk full"));
    }

    #[test]
    fn a_panic_in_a_job_reaches_the_caller() {
        let panic = catch_unwind(|| {
            run_in_order(
                50,
                threads(2),
                |job, _| {
                    assert!(job != 7, "time runs back");
                    Some(job)
                },
                |_, _| Ok::<_, Infallible>(ControlFlow::Continue(())),
            )
        });
        let message = panic.unwrap_err();
        assert_eq!(message.downcast_ref::<&str>().copied(), Some("time runs back"));
    }
}
