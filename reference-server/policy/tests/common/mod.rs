//! One server, one queue, clients that time out and retry: the world of the metastability oracle, and no more.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use stranded_policy::{
    Discipline, Entry, Nanoseconds, Pushed, Queue, QueueConfig, RetryBudget, RetryBudgetConfig, RetryPolicy,
};

const TRIGGER_SECONDS: [f64; 2] = [60.0, 70.0];
const MEASURED_SECONDS: [f64; 2] = [200.0, 400.0];
const SERVICE_RATE_PER_SECOND: f64 = 100.0;
const TIMEOUT: Nanoseconds = Nanoseconds(1_000_000_000);

/// One row of the oracle.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) arrivals_per_second: f64,
    pub(crate) discipline: Discipline,
    pub(crate) capacity: Option<u32>,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: Option<RetryBudgetConfig>,
    /// A dropped job answers nobody: the client learns of it from its timeout.
    pub(crate) silent_drops: bool,
    /// Capacity is halved from 60 s to 70 s.
    pub(crate) trigger: bool,
}

/// Splitmix64 (Steele, Lea, Flood 2014): enough randomness for a test, without a dependency.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn exponential(&mut self, rate_per_second: f64) -> Nanoseconds {
        Nanoseconds::from_seconds_f64(-libm::log(1.0 - self.uniform()) / rate_per_second)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Arrival,
    Attempt { number: u32, previous: Nanoseconds },
    Served { attempt: usize },
    TimedOut { attempt: usize },
}

#[derive(Clone, Copy)]
struct Attempt {
    number: u32,
    previous: Nanoseconds,
    open: bool,
}

struct World {
    setting: Setting,
    random: Random,
    events: BinaryHeap<Reverse<(Nanoseconds, u64, Event)>>,
    scheduled: u64,
    attempts: Vec<Attempt>,
    queue: Queue<usize>,
    dropped: Vec<Entry<usize>>,
    busy: bool,
    budget: Option<RetryBudget>,
    good_answers: u64,
}

/// Answers in time for each second of the measured span, one figure a seed.
pub(crate) fn goodput_by_seed(setting: Setting, seeds: u64) -> Vec<f64> {
    (0..seeds).map(|seed| World::new(setting, seed).run()).collect()
}

impl World {
    fn new(setting: Setting, seed: u64) -> Self {
        let config = QueueConfig { capacity: setting.capacity, discipline: setting.discipline, priority_classes: 1 };
        Self {
            setting,
            random: Random(seed.wrapping_mul(0x0123_4567_89ab_cdef)),
            events: BinaryHeap::new(),
            scheduled: 0,
            attempts: Vec::new(),
            queue: Queue::new(config),
            dropped: Vec::new(),
            busy: false,
            budget: setting.budget.as_ref().map(RetryBudget::new),
            good_answers: 0,
        }
    }

    fn schedule(&mut self, at: Nanoseconds, event: Event) {
        self.scheduled += 1;
        self.events.push(Reverse((at, self.scheduled, event)));
    }

    fn run(mut self) -> f64 {
        let [from, to] = MEASURED_SECONDS;
        self.schedule(Nanoseconds::ZERO, Event::Arrival);
        while let Some(Reverse((now, _, event))) = self.events.pop() {
            if now.as_seconds_f64() >= to {
                break;
            }
            match event {
                Event::Arrival => {
                    let gap = self.random.exponential(self.setting.arrivals_per_second);
                    self.schedule(now.saturating_add(gap), Event::Arrival);
                    self.attempt(now, 1, Nanoseconds::ZERO);
                }
                Event::Attempt { number, previous } => self.attempt(now, number, previous),
                Event::Served { attempt } => {
                    if self.attempts[attempt].open {
                        self.attempts[attempt].open = false;
                        self.good_answers += u64::from(now.as_seconds_f64() >= from);
                    }
                    self.busy = false;
                    self.serve_next(now);
                }
                Event::TimedOut { attempt } => self.failed(now, attempt),
            }
        }
        self.good_answers as f64 / (to - from)
    }

    fn attempt(&mut self, now: Nanoseconds, number: u32, previous: Nanoseconds) {
        if let (1, Some(budget), Some(config)) = (number, &mut self.budget, &self.setting.budget) {
            budget.deposit(config);
        }
        let attempt = self.attempts.len();
        self.attempts.push(Attempt { number, previous, open: true });
        let deadline = now.saturating_add(TIMEOUT);
        self.schedule(deadline, Event::TimedOut { attempt });
        match self.queue.push(Entry { item: attempt, class: 0, enqueued_at: now, deadline }) {
            Pushed::Accepted => self.serve_next(now),
            Pushed::Refused(entry) | Pushed::Displaced(entry) => self.failed(now, entry.item),
        }
    }

    /// A refusal, a drop and a timeout are the same to the client, only sooner or later.
    fn failed(&mut self, now: Nanoseconds, attempt: usize) {
        let Attempt { number, previous, open } = self.attempts[attempt];
        if !open {
            return;
        }
        self.attempts[attempt].open = false;
        let uniform = self.random.uniform();
        let Some(delay) = self.setting.retry.delay(number, previous, uniform) else {
            return;
        };
        if self.budget.as_mut().is_some_and(|budget| !budget.try_withdraw()) {
            return;
        }
        self.schedule(now.saturating_add(delay), Event::Attempt { number: number + 1, previous: delay });
    }

    fn serve_next(&mut self, now: Nanoseconds) {
        if self.busy {
            return;
        }
        let mut dropped = std::mem::take(&mut self.dropped);
        let next = self.queue.pop(now, &mut dropped);
        for entry in dropped.drain(..) {
            if !self.setting.silent_drops {
                self.failed(now, entry.item);
            }
        }
        self.dropped = dropped;
        let Some(entry) = next else {
            return;
        };
        self.busy = true;
        let [from, to] = TRIGGER_SECONDS;
        let halved = self.setting.trigger && (from..to).contains(&now.as_seconds_f64());
        let rate = if halved { SERVICE_RATE_PER_SECOND / 2.0 } else { SERVICE_RATE_PER_SECOND };
        let service = self.random.exponential(rate);
        self.schedule(now.saturating_add(service), Event::Served { attempt: entry.item });
    }
}
