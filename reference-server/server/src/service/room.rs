//! The service as a state machine: workers behind a queue, driven by the instants at which things ideally happen.
//!
//! A paced service is the simulated one, fed by real arrivals. Every change first works through all that was due before it, in the order
//! of its due instants, and a worker that becomes free begins its next job at that instant. So a timer that rings late makes an answer
//! late, but never costs the service capacity.

use super::counts::Counts;
use super::fault::{Fault, FaultId, Faults};
use super::settings::Settings;
use slab::Slab;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use stranded_engine::Stream;
use stranded_policy::{Completion, ConcurrencyLimit, Entry, Nanoseconds, Pushed, Queue};
use stranded_scenario::section::Pace;
use tokio::sync::oneshot;

/// A request as it enters the service.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// Priority class, 0 first.
    pub(crate) class: u8,
    /// Service time against the service's own.
    pub(crate) work: f64,
    /// When its client stops waiting; [`Nanoseconds::MAX`] when it did not say.
    pub(crate) deadline: Nanoseconds,
    /// Where its draws come from.
    pub(crate) stream: Stream,
    /// Set once its client is known to have gone.
    pub(crate) abandoned: Arc<AtomicBool>,
    /// It will be told when a worker takes it up, does something real, and then calls [`Room::work_done`].
    pub(crate) has_real_work: bool,
}

/// What a request hears from the service.
#[derive(Debug)]
pub(crate) enum News {
    /// A worker has taken it up: its real work may begin.
    Started {
        /// Its place, for [`Room::work_done`].
        job: u32,
    },
    /// The service is done with it.
    Served(Served),
    /// The service refused it, or threw it out of its line.
    Refused {
        /// Why.
        reason: Refusal,
        /// Its client is not told.
        hangs: bool,
    },
}

/// What the service did for a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Served {
    /// Time in the line.
    pub(crate) waited: Nanoseconds,
    /// Time with a worker.
    pub(crate) worked: Nanoseconds,
    /// A cache spares the call of the next service; also true where there is none.
    pub(crate) is_cached: bool,
    /// A worker stays with the request until [`Room::release`].
    pub(crate) holds_worker: bool,
    /// When it came into the service.
    pub(crate) entered: Nanoseconds,
    /// A fault that was injected lets it fail.
    pub(crate) fails: bool,
    /// The request's luck after what was drawn here.
    pub(crate) stream: Stream,
}

/// Why a service does not serve a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The line is full.
    Full,
    /// It had to make room for a request that matters more.
    Displaced,
    /// The queue's discipline threw it away.
    Dropped,
    /// Its client had gone when its turn came.
    Abandoned,
    /// The operator of the service emptied the line.
    Purged,
    /// The service's limit on the requests under way was reached.
    Limited,
}

impl Refusal {
    /// The word in metrics and problems.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Displaced => "displaced",
            Self::Dropped => "dropped",
            Self::Abandoned => "abandoned",
            Self::Purged => "purged",
            Self::Limited => "limited",
        }
    }
}

#[derive(Debug)]
struct Job {
    work: f64,
    deadline: Nanoseconds,
    stream: Stream,
    abandoned: Arc<AtomicBool>,
    has_real_work: bool,
    queued: Nanoseconds,
    started: Nanoseconds,
    /// When the paced work ends; in real pace, when it began.
    ends: Nanoseconds,
    /// Its real work came out well, so that the next service may be called.
    goes_on: bool,
    refusal: Option<(Refusal, bool)>,
    listener: Option<oneshot::Sender<News>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Served(u32),
    Told(u32),
    FaultBegins(FaultId),
    FaultEnds(FaultId),
}

/// The service.
#[derive(Debug)]
pub(crate) struct Room {
    settings: Settings,
    busy: u32,
    queue: Queue<u32>,
    limit: Option<ConcurrencyLimit>,
    jobs: Slab<Job>,
    due: BinaryHeap<Reverse<(Nanoseconds, u64, Due)>>,
    sequence: u64,
    dropped: Vec<Entry<u32>>,
    faults: Faults,
    luck: Stream,
    counts: Counts,
}

impl Room {
    pub(crate) fn new(settings: Settings, seed: u64) -> Self {
        Self {
            queue: Queue::new(settings.queue),
            limit: settings.limit.as_ref().map(ConcurrencyLimit::new),
            settings,
            busy: 0,
            jobs: Slab::new(),
            due: BinaryHeap::new(),
            sequence: 0,
            dropped: Vec::new(),
            faults: Faults::default(),
            luck: Stream::new(seed, 0, u64::from_be_bytes(*b"injected")),
            counts: Counts::default(),
        }
    }

    /// The next instant at which something is due.
    pub(crate) fn next_due(&self) -> Option<Nanoseconds> {
        self.due.peek().map(|Reverse((at, ..))| *at)
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn busy(&self) -> u32 {
        self.busy
    }

    pub(crate) fn waiting(&self) -> usize {
        self.queue.len()
    }

    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Lets everything happen that was due by `now`.
    pub(crate) fn advance(&mut self, now: Nanoseconds) {
        while let Some(&Reverse((at, _, due))) = self.due.peek()
            && at <= now
        {
            self.due.pop();
            match due {
                Due::Served(job) => self.served(job, at),
                Due::Told(job) => self.tell_refusal(job),
                Due::FaultBegins(id) => {
                    self.faults.begin(id);
                    self.take_up_work(at);
                }
                Due::FaultEnds(id) => {
                    self.faults.end(id);
                    self.take_up_work(at);
                }
            }
        }
    }

    /// Takes a request in.
    pub(crate) fn enter(&mut self, arrival: Arrival, now: Nanoseconds) -> oneshot::Receiver<News> {
        self.advance(now);
        self.counts.entered += 1;
        let (sender, receiver) = oneshot::channel();
        let (class, deadline) = (arrival.class, arrival.deadline);
        let job = self.jobs.insert(Job {
            work: arrival.work,
            deadline,
            stream: arrival.stream,
            abandoned: arrival.abandoned,
            has_real_work: arrival.has_real_work,
            queued: now,
            started: now,
            ends: now,
            goes_on: true,
            refusal: None,
            listener: Some(sender),
        }) as u32;
        if self.limit.is_some_and(|limit| !limit.admits(self.in_flight())) {
            self.turn_away(job, Refusal::Limited, now);
            return receiver;
        }
        if self.busy < self.settings.workers && self.queue.is_empty() && self.faults.speed() > 0.0 {
            self.busy += 1;
            self.start(job, now);
            return receiver;
        }
        match self.queue.push(Entry { item: job, class, enqueued_at: now, deadline }) {
            Pushed::Accepted => {}
            Pushed::Refused(entry) => self.turn_away(entry.item, Refusal::Full, now),
            Pushed::Displaced(entry) => self.refuse(entry.item, Refusal::Displaced, now),
        }
        receiver
    }

    /// The real work of a request that was told [`News::Started`] is over; `goes_on`: it came out well. The answer comes when its
    /// paced time is over too.
    pub(crate) fn work_done(&mut self, job: u32, goes_on: bool, now: Nanoseconds) -> oneshot::Receiver<News> {
        self.advance(now);
        let (sender, receiver) = oneshot::channel();
        let speed = self.faults.speed();
        let pace = self.settings.pace;
        let it = &mut self.jobs[job as usize];
        it.listener = Some(sender);
        it.goes_on = goes_on;
        let mut ends = it.ends.max(now);
        if pace == Pace::Real && speed > 0.0 && speed < 1.0 {
            // What takes a whole machine this long takes half a machine twice as long.
            let slowed = now.saturating_sub(it.started).as_seconds_f64() / speed;
            ends = it.started.saturating_add(Nanoseconds::from_seconds_f64(slowed));
        }
        self.schedule(ends, Due::Served(job));
        self.advance(now);
        receiver
    }

    /// A worker that stayed with its request while the next service worked on it is free again; the request came at `entered`, and
    /// `is_lost` when that service gave no good answer.
    pub(crate) fn release(&mut self, entered: Nanoseconds, is_lost: bool, now: Nanoseconds) {
        self.advance(now);
        self.completed(entered, is_lost, now);
        self.release_worker(now);
    }

    /// Throws away all that waits, as the scenario's `purge` does.
    pub(crate) fn purge(&mut self, now: Nanoseconds) {
        self.advance(now);
        let mut purged = std::mem::take(&mut self.dropped);
        self.queue.clear_into(&mut purged);
        for entry in purged.drain(..) {
            self.refuse(entry.item, Refusal::Purged, now);
        }
        self.dropped = purged;
    }

    /// Injects a fault.
    pub(crate) fn inject(&mut self, fault: Fault, now: Nanoseconds) -> FaultId {
        self.advance(now);
        let (ends, begins_again, ends_again) = fault.instants(now);
        let id = self.faults.add(fault);
        if let Some(at) = ends {
            self.schedule(at, Due::FaultEnds(id));
        }
        if let Some(at) = begins_again {
            self.schedule(at, Due::FaultBegins(id));
        }
        if let Some(at) = ends_again {
            self.schedule(at, Due::FaultEnds(id));
        }
        self.take_up_work(now);
        id
    }

    /// Empties the line and takes all faults back. What workers have in hand they finish.
    pub(crate) fn reset(&mut self, now: Nanoseconds) {
        self.purge(now);
        self.faults = Faults::default();
        self.due.retain(|Reverse((_, _, due))| matches!(due, Due::Served(_) | Due::Told(_)));
        self.take_up_work(now);
    }

    fn schedule(&mut self, at: Nanoseconds, due: Due) {
        self.sequence += 1;
        self.due.push(Reverse((at, self.sequence, due)));
    }

    fn start(&mut self, job: u32, now: Nanoseconds) {
        let speed = self.faults.speed();
        let it = &mut self.jobs[job as usize];
        it.started = now;
        it.ends = now;
        if self.settings.pace == Pace::Paced {
            let seconds = self.settings.draws.work_seconds(&mut it.stream) * it.work / speed;
            it.ends = now.saturating_add(Nanoseconds::from_seconds_f64(seconds));
        }
        if it.has_real_work {
            if let Some(listener) = it.listener.take() {
                // Nobody listens when the process shuts down.
                let _ = listener.send(News::Started { job });
            }
        } else {
            let ends = it.ends;
            self.schedule(ends, Due::Served(job));
        }
    }

    fn served(&mut self, job: u32, now: Nanoseconds) {
        let mut it = self.jobs.remove(job as usize);
        let is_cached = !self.settings.calls || self.settings.draws.is_cached(&mut it.stream);
        let fails = self.faults.fails(&mut self.luck);
        let goes_on = it.goes_on && !is_cached && !fails;
        let holds_worker = goes_on && self.settings.blocking;
        if !holds_worker {
            self.completed(it.queued, false, now);
            self.release_worker(now);
        }
        self.counts.served += 1;
        self.counts.abandoned_served += u64::from(it.deadline <= now || it.abandoned.load(Ordering::Relaxed));
        let waited = it.started.saturating_sub(it.queued);
        let worked = now.saturating_sub(it.started);
        self.counts.busy += worked.0;
        let served = Served { waited, worked, is_cached, holds_worker, entered: it.queued, fails, stream: it.stream };
        if let Some(listener) = it.listener {
            let _ = listener.send(News::Served(served));
        }
    }

    /// A worker turns to the next request worth its time.
    fn release_worker(&mut self, now: Nanoseconds) {
        let mut dropped = std::mem::take(&mut self.dropped);
        let mut abandoned = Vec::new();
        let next = loop {
            if self.faults.speed() <= 0.0 {
                break None;
            }
            let Some(entry) = self.queue.pop(now, &mut dropped) else { break None };
            let job = &self.jobs[entry.item as usize];
            let has_gone = job.deadline <= now || job.abandoned.load(Ordering::Relaxed);
            if self.settings.cancel_abandoned && has_gone {
                abandoned.push(entry.item);
            } else {
                break Some(entry.item);
            }
        };
        match next {
            Some(job) => self.start(job, now),
            None => self.busy -= 1,
        }
        for entry in dropped.drain(..) {
            self.refuse(entry.item, Refusal::Dropped, now);
        }
        for job in abandoned {
            self.refuse(job, Refusal::Abandoned, now);
        }
        self.dropped = dropped;
    }

    /// Idle workers look for work: the speed may have changed.
    fn take_up_work(&mut self, now: Nanoseconds) {
        while self.busy < self.settings.workers && !self.queue.is_empty() && self.faults.speed() > 0.0 {
            self.busy += 1;
            self.release_worker(now);
        }
    }

    /// Requests in the service, waiting or with a worker.
    fn in_flight(&self) -> u32 {
        self.busy + self.queue.len() as u32
    }

    /// The limit learns of a request that it let in.
    fn completed(&mut self, entered: Nanoseconds, is_lost: bool, now: Nanoseconds) {
        let in_flight = self.in_flight();
        if let (Some(limit), Some(config)) = (&mut self.limit, &self.settings.limit) {
            limit.completed(config, Completion { started_at: entered, ended_at: now, in_flight, is_lost });
        }
    }

    /// Throws a request out that had been let in.
    fn refuse(&mut self, job: u32, reason: Refusal, now: Nanoseconds) {
        self.completed(self.jobs[job as usize].queued, true, now);
        self.turn_away(job, reason, now);
    }

    /// Tells a request that it is not served.
    fn turn_away(&mut self, job: u32, reason: Refusal, now: Nanoseconds) {
        self.counts.refuse(reason);
        let it = &mut self.jobs[job as usize];
        let hangs = self.settings.draws.hangs(&mut it.stream);
        it.refusal = Some((reason, hangs));
        if hangs || self.settings.refusal_time == Nanoseconds::ZERO {
            self.tell_refusal(job);
        } else {
            self.schedule(now.saturating_add(self.settings.refusal_time), Due::Told(job));
        }
    }

    fn tell_refusal(&mut self, job: u32) {
        let it = self.jobs.remove(job as usize);
        if let (Some(listener), Some((reason, hangs))) = (it.listener, it.refusal) {
            let _ = listener.send(News::Refused { reason, hangs });
        }
    }
}
