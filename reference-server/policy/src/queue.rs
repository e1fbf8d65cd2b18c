//! A bounded waiting room with priority classes.

use crate::codel::{DropSchedule, StandingQueue};
use crate::{Discipline, Nanoseconds};
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// The most priority classes a queue can have.
pub const PRIORITY_CLASSES_MAX: u8 = 8;

/// The shape of a waiting room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueConfig {
    /// Jobs that may wait, all classes together, those in service not counted; `None` is unbounded.
    pub capacity: Option<u32>,
    /// The order inside each class.
    pub discipline: Discipline,
    /// Priority classes, 1 to [`PRIORITY_CLASSES_MAX`]. Class 0 is served first; a job of a class beyond the last
    /// waits with the last.
    pub priority_classes: u8,
}

/// A waiting job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<T> {
    /// The job, a small handle of the caller's.
    pub item: T,
    /// Priority class, 0 first.
    pub class: u8,
    /// When it began to wait.
    pub enqueued_at: Nanoseconds,
    /// When its answer is of no more use; [`Nanoseconds::MAX`] for never.
    pub deadline: Nanoseconds,
}

/// What became of an arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Pushed<T> {
    /// It waits.
    Accepted,
    /// The queue is full and nobody in it matters less: the arrival is handed back.
    Refused(Entry<T>),
    /// It waits in the place of this job, the newest of the lowest class, which is handed back.
    Displaced(Entry<T>),
}

/// One class's jobs, oldest at the front, and its controlled-delay memory.
#[derive(Clone, Debug)]
struct Lane<T> {
    jobs: VecDeque<Entry<T>>,
    schedule: DropSchedule,
    standing: StandingQueue,
}

/// The waiting room. `Clone` copies it whole, so that a world holding it can be copied in mid-run.
#[derive(Clone, Debug)]
pub struct Queue<T> {
    config: QueueConfig,
    lanes: Vec<Lane<T>>,
    /// Bit `n` is set while lane `n` has a job: finds the next class without walking the lanes.
    occupied: u8,
    waiting: u32,
}

impl<T: Copy> Queue<T> {
    /// An empty queue. Allocates only when the first jobs arrive and when it outgrows its longest so far.
    ///
    /// # Panics
    /// If `priority_classes` is not within 1 to [`PRIORITY_CLASSES_MAX`]; check what people typed before.
    pub fn new(config: QueueConfig) -> Self {
        assert!(
            (1..=PRIORITY_CLASSES_MAX).contains(&config.priority_classes),
            "priority_classes is {}, it must be within 1 to {PRIORITY_CLASSES_MAX}",
            config.priority_classes
        );
        let lane =
            || Lane { jobs: VecDeque::new(), schedule: DropSchedule::default(), standing: StandingQueue::default() };
        let lanes = (0..config.priority_classes).map(|_| lane()).collect();
        Self { config, lanes, occupied: 0, waiting: 0 }
    }

    /// The shape it was made with.
    pub fn config(&self) -> &QueueConfig {
        &self.config
    }

    /// Jobs waiting, all classes together.
    pub fn len(&self) -> usize {
        self.waiting as usize
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// The waiting jobs, class by class, oldest first within each.
    pub fn iter(&self) -> impl Iterator<Item = &Entry<T>> {
        self.lanes.iter().flat_map(|lane| &lane.jobs)
    }

    /// Takes a job in. Entries must come in order of `enqueued_at`.
    ///
    /// A full queue makes room for an arrival of a higher class by putting out the newest job of the lowest class: the
    /// oldest has the most waiting invested in it.
    pub fn push(&mut self, entry: Entry<T>) -> Pushed<T> {
        let index = self.lane_index(entry.class);
        if self.config.capacity.is_none_or(|capacity| self.waiting < capacity) {
            self.append(index, entry);
            return Pushed::Accepted;
        }
        // With no room at all nobody waits and there is nobody to displace.
        let Some(lowest) = self.occupied.checked_ilog2().map(|lane| lane as usize) else {
            return Pushed::Refused(entry);
        };
        if lowest <= index {
            return Pushed::Refused(entry);
        }
        let Some(displaced) = self.take(lowest, End::Newest) else {
            return Pushed::Refused(entry);
        };
        self.append(index, entry);
        Pushed::Displaced(displaced)
    }

    /// The next job to serve at `now`, or `None` when nobody (worth serving) waits.
    ///
    /// Jobs the discipline throws away on the way are appended to `dropped`, which is not cleared: hand in the same
    /// buffer every time and nothing is allocated. `now` must not run backwards.
    pub fn pop(&mut self, now: Nanoseconds, dropped: &mut Vec<Entry<T>>) -> Option<Entry<T>> {
        while self.occupied != 0 {
            let index = self.occupied.trailing_zeros() as usize;
            while let Some(entry) = self.take(index, self.next_end(index, now)) {
                if !self.drops(index, now, &entry) {
                    return Some(entry);
                }
                dropped.push(entry);
            }
        }
        None
    }

    /// Empties the queue into `purged` (appended), class by class, oldest first: what an operator's purge does.
    pub fn clear_into(&mut self, purged: &mut Vec<Entry<T>>) {
        for lane in &mut self.lanes {
            purged.extend(lane.jobs.drain(..));
        }
        self.occupied = 0;
        self.waiting = 0;
    }

    fn lane_index(&self, class: u8) -> usize {
        class.min(self.config.priority_classes - 1) as usize
    }

    fn append(&mut self, index: usize, entry: Entry<T>) {
        let lane = &mut self.lanes[index];
        if lane.jobs.is_empty() {
            lane.standing.found_empty(entry.enqueued_at);
            lane.schedule.found_empty();
        }
        lane.jobs.push_back(entry);
        self.occupied |= 1 << index;
        self.waiting += 1;
    }

    fn take(&mut self, index: usize, end: End) -> Option<Entry<T>> {
        let jobs = &mut self.lanes[index].jobs;
        let entry = match end {
            End::Oldest => jobs.pop_front(),
            End::Newest => jobs.pop_back(),
        }?;
        if jobs.is_empty() {
            self.occupied &= !(1 << index);
        }
        self.waiting -= 1;
        Some(entry)
    }

    fn next_end(&self, index: usize, now: Nanoseconds) -> End {
        let lane = &self.lanes[index];
        match self.config.discipline {
            Discipline::Lifo => End::Newest,
            Discipline::AdaptiveLifo { threshold } if lane.jobs.len() > threshold as usize => End::Newest,
            Discipline::CoDelLifo { interval, .. } if lane.standing.has_stood(now, interval) => End::Newest,
            _ => End::Oldest,
        }
    }

    fn drops(&mut self, index: usize, now: Nanoseconds, entry: &Entry<T>) -> bool {
        let lane = &mut self.lanes[index];
        let waited = now.saturating_sub(entry.enqueued_at);
        match self.config.discipline {
            Discipline::Fifo | Discipline::Lifo | Discipline::AdaptiveLifo { .. } => false,
            Discipline::DeadlineDrop { margin } => now.saturating_add(margin) > entry.deadline,
            Discipline::CoDelRfc { interval, target } => {
                lane.schedule.drops(now, waited, lane.jobs.is_empty(), interval, target)
            }
            Discipline::CoDel { interval, target } | Discipline::CoDelLifo { interval, target } => {
                lane.standing.drops(now, waited, interval, target)
            }
        }
    }
}

/// Which end of a lane to take from.
#[derive(Clone, Copy)]
enum End {
    Oldest,
    Newest,
}
