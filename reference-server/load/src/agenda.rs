//! What is due when: one schedule that all users share, and the thread that hands its jobs out.
//!
//! The schedule is open-loop: a job becomes due at its instant whether or not anybody is free to do it. Whoever picks it up late
//! is late, and says so; the job does not move.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

/// Longest time without a look at whether to go on.
const LOOK: Duration = Duration::from_millis(50);

/// A job and the instant at which it is due, since the start of the run.
#[derive(Clone, Debug)]
pub struct Due<J> {
    /// When, since the start of the run.
    pub at: Duration,
    /// What.
    pub job: J,
}

/// What comes back from whoever was handed a job.
#[derive(Debug)]
pub enum Report<J> {
    /// The job is over, and another one follows.
    Again(Due<J>),
    /// The job is over, and nothing follows.
    Over,
}

/// Orders jobs by instant, and among equals by when they were entered.
struct Entry<J> {
    at: Duration,
    number: u64,
    job: J,
}

impl<J> PartialEq for Entry<J> {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.number) == (other.at, other.number)
    }
}

impl<J> Eq for Entry<J> {}

impl<J> PartialOrd for Entry<J> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<J> Ord for Entry<J> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

/// The jobs that are not due yet.
pub struct Agenda<J> {
    /// Known from the start, in order.
    planned: std::iter::Peekable<std::vec::IntoIter<Due<J>>>,
    /// Entered on the way: retries, next steps.
    followed: BinaryHeap<Reverse<Entry<J>>>,
    entered: u64,
    /// Handed out and not reported back.
    outstanding: usize,
}

impl<J> Agenda<J> {
    /// An agenda of jobs that are known from the start.
    pub fn new(mut planned: Vec<Due<J>>) -> Self {
        planned.sort_by_key(|due| due.at);
        Self { planned: planned.into_iter().peekable(), followed: BinaryHeap::new(), entered: 0, outstanding: 0 }
    }

    /// When the next job is due.
    fn next(&mut self) -> Option<Duration> {
        let planned = self.planned.peek().map(|due| due.at);
        let followed = self.followed.peek().map(|Reverse(entry)| entry.at);
        planned.into_iter().chain(followed).min()
    }

    /// The next job that is due by `now`.
    fn take(&mut self, now: Duration) -> Option<Due<J>> {
        let planned = self.planned.peek().map(|due| due.at);
        let followed = self.followed.peek().map(|Reverse(entry)| entry.at);
        let due = match (planned, followed) {
            (Some(planned), followed) if planned <= now && followed.is_none_or(|followed| planned <= followed) => {
                self.planned.next()
            }
            (_, Some(followed)) if followed <= now => {
                self.followed.pop().map(|Reverse(entry)| Due { at: entry.at, job: entry.job })
            }
            _ => None,
        }?;
        self.outstanding += 1;
        Some(due)
    }

    fn note(&mut self, report: Report<J>) {
        self.outstanding = self.outstanding.saturating_sub(1);
        if let Report::Again(due) = report {
            self.entered += 1;
            self.followed.push(Reverse(Entry { at: due.at, number: self.entered, job: due.job }));
        }
    }

    /// Hands jobs out as they become due, until `until`, or until nothing is left to do, or until `is_over` says so. Blocks: a thread
    /// of its own is as precise as the system's timers, where an async runtime rounds to milliseconds.
    pub fn hand_out(
        mut self,
        start: Instant,
        until: Duration,
        reports: &flume::Receiver<Report<J>>,
        hands: &flume::Sender<Due<J>>,
        is_over: &dyn Fn() -> bool,
    ) {
        loop {
            let now = Instant::now().saturating_duration_since(start);
            if now >= until || is_over() {
                return;
            }
            while let Some(due) = self.take(now) {
                if hands.send(due).is_err() {
                    return;
                }
            }
            let next = self.next();
            if next.is_none() && self.outstanding == 0 {
                return;
            }
            let wake = next.unwrap_or(until).min(until).min(now + LOOK);
            match reports.recv_deadline(start + wake) {
                Ok(report) => self.note(report),
                Err(flume::RecvTimeoutError::Timeout) => {}
                Err(flume::RecvTimeoutError::Disconnected) => return,
            }
            while let Ok(report) = reports.try_recv() {
                self.note(report);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(milliseconds: u64, job: u32) -> Due<u32> {
        Due { at: Duration::from_millis(milliseconds), job }
    }

    fn taken(agenda: &mut Agenda<u32>, milliseconds: u64) -> Option<u32> {
        agenda.take(Duration::from_millis(milliseconds)).map(|due| due.job)
    }

    #[test]
    fn jobs_come_in_the_order_of_their_instants_and_of_entry() {
        let mut agenda = Agenda::new(vec![due(30, 3), due(10, 1), due(20, 2)]);
        assert_eq!(taken(&mut agenda, 5), None);
        assert_eq!(taken(&mut agenda, 10), Some(1));
        agenda.note(Report::Again(due(20, 4)));
        agenda.note(Report::Again(due(15, 5)));
        agenda.note(Report::Again(due(15, 6)));
        let order: Vec<u32> = std::iter::from_fn(|| taken(&mut agenda, 30)).collect();
        assert_eq!(order, [5, 6, 2, 4, 3]);
    }

    #[test]
    fn everything_is_handed_out_and_it_ends_when_nothing_is_left() {
        let (report, reports) = flume::unbounded();
        let (hand, hands) = flume::unbounded();
        let worker = std::thread::spawn(move || {
            let mut done = Vec::new();
            while let Ok(Due { at, job }) = hands.recv() {
                done.push(job);
                // Every job below ten is followed by one more.
                let follow = job < 10;
                let again = Due { at: at + Duration::from_millis(1), job: job + 10 };
                report.send(if follow { Report::Again(again) } else { Report::Over }).unwrap();
            }
            done
        });
        let agenda = Agenda::new(vec![due(0, 1), due(2, 2), due(4, 3)]);
        agenda.hand_out(Instant::now(), Duration::from_mins(1), &reports, &hand, &|| false);
        drop(hand);
        let mut done = worker.join().unwrap();
        done.sort_unstable();
        assert_eq!(done, [1, 2, 3, 11, 12, 13]);
    }

    #[test]
    fn it_ends_at_its_end_and_when_told() {
        let (_report, reports) = flume::unbounded();
        let (hand, hands) = flume::unbounded();
        Agenda::new(vec![due(0, 1), due(3_600_000, 2)]).hand_out(
            Instant::now(),
            Duration::from_millis(5),
            &reports,
            &hand,
            &|| false,
        );
        assert_eq!(hands.drain().map(|due| due.job).collect::<Vec<_>>(), [1]);
        Agenda::new(vec![due(0, 1)]).hand_out(Instant::now(), Duration::from_hours(1), &reports, &hand, &|| true);
        assert!(hands.is_empty());
    }
}
