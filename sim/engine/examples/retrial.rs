//! Impatient customers who come back: the workload by which the engine is measured.
//!
//! 200 servers, exponential service with mean 0.5 s, patience with mean 5 s, and whoever lost patience calls again after 10 s in the
//! mean. Arrivals are Poisson at twice the capacity for 600 s, then at half of it, until USERS have come. It is the smallest
//! model with all that makes an outage expensive to simulate: time-outs that are mostly cancelled, and retries that pile up.
//!
//! `cargo run --release -p stranded-engine --example retrial -- USERS SEED` prints one line of JSON.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng as _;
use std::collections::VecDeque;
use stranded_engine::{EventKey, Model, Scheduler, Simulation, Span, Time, ziggurat};

const SERVERS: u32 = 200;
const SERVICE_MEAN_SECONDS: f64 = 0.5;
const PATIENCE_MEAN_SECONDS: f64 = 5.0;
const BACKOFF_MEAN_SECONDS: f64 = 10.0;
const SURGE: Time = Time::from_nanoseconds(600_000_000_000);
/// Servers over their mean service time.
const CAPACITY_PER_SECOND: f64 = 400.0;

/// What can happen.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// The next user comes for the first time.
    Arrival,
    Retry {
        user: u32,
    },
    Completion {
        user: u32,
    },
    PatienceEnds {
        user: u32,
    },
}

/// An event in four bytes, two bits of kind and thirty of user: with them an entry of the pending-event set has sixteen bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PackedEvent(u32);

impl From<Event> for PackedEvent {
    #[inline]
    fn from(event: Event) -> Self {
        Self(match event {
            Event::Arrival => 0,
            Event::Retry { user } => 1 << 30 | user,
            Event::Completion { user } => 2 << 30 | user,
            Event::PatienceEnds { user } => 3 << 30 | user,
        })
    }
}

impl From<PackedEvent> for Event {
    #[inline]
    fn from(PackedEvent(bits): PackedEvent) -> Self {
        let user = bits & 0x3fff_ffff;
        match bits >> 30 {
            0 => Self::Arrival,
            1 => Self::Retry { user },
            2 => Self::Completion { user },
            _ => Self::PatienceEnds { user },
        }
    }
}

/// All state: a line, a count of busy servers, and eight bytes a user.
#[derive(Debug)]
pub(crate) struct CallCentre {
    users: u32,
    arrived: u32,
    busy: u32,
    line: VecDeque<(u32, EventKey)>,
    first_arrivals: Vec<Time>,
    /// One generator for all, as in the peers' models; the world of cars has a stream for every person instead.
    luck: Xoshiro256PlusPlus,
    pub(crate) retries: u64,
    pub(crate) abandoned: u64,
    pub(crate) served: u64,
    stranded_nanoseconds: u128,
}

impl CallCentre {
    fn new(users: u32, seed: u64) -> Self {
        Self {
            users,
            arrived: 0,
            busy: 0,
            line: VecDeque::new(),
            first_arrivals: Vec::with_capacity(users as usize),
            luck: Xoshiro256PlusPlus::seed_from_u64(seed),
            retries: 0,
            abandoned: 0,
            served: 0,
            stranded_nanoseconds: 0,
        }
    }

    /// Mean time from a user's first call until the end of their service.
    pub(crate) fn stranded_mean_seconds(&self) -> f64 {
        self.stranded_nanoseconds as f64 / 1e9 / self.served as f64
    }

    fn draw(&mut self, mean_seconds: f64) -> Span {
        Span::from_seconds(mean_seconds * ziggurat::exponential(&mut self.luck))
    }

    /// Poisson arrivals of two rates by inversion of the cumulated rate: exact, also across the end of the surge.
    fn schedule_arrival(&mut self, now: Time, scheduler: &mut Scheduler<PackedEvent>) {
        if self.arrived == self.users {
            return;
        }
        let (surge_rate, later_rate) = (2.0 * CAPACITY_PER_SECOND, 0.5 * CAPACITY_PER_SECOND);
        let expected = ziggurat::exponential(&mut self.luck);
        let left_in_surge = SURGE.saturating_since(now).as_seconds() * surge_rate;
        let gap_seconds = if expected < left_in_surge {
            expected / surge_rate
        } else {
            left_in_surge / surge_rate + (expected - left_in_surge) / later_rate
        };
        scheduler.after(Span::from_seconds(gap_seconds), Event::Arrival.into());
    }

    fn request(&mut self, user: u32, scheduler: &mut Scheduler<PackedEvent>) {
        if self.busy < SERVERS {
            self.busy += 1;
            scheduler.after(self.draw(SERVICE_MEAN_SECONDS), Event::Completion { user }.into());
        } else {
            let key = scheduler.after_keyed(self.draw(PATIENCE_MEAN_SECONDS), Event::PatienceEnds { user }.into());
            self.line.push_back((user, key));
        }
    }
}

impl Model for CallCentre {
    type Event = PackedEvent;

    fn fingerprint(event: &PackedEvent) -> u64 {
        u64::from(event.0)
    }

    fn handle(&mut self, now: Time, event: PackedEvent, scheduler: &mut Scheduler<PackedEvent>) {
        match Event::from(event) {
            Event::Arrival => {
                let user = self.arrived;
                self.arrived += 1;
                self.first_arrivals.push(now);
                self.schedule_arrival(now, scheduler);
                self.request(user, scheduler);
            }
            Event::Retry { user } => {
                self.retries += 1;
                self.request(user, scheduler);
            }
            Event::Completion { user } => {
                self.served += 1;
                self.stranded_nanoseconds += u128::from((now - self.first_arrivals[user as usize]).as_nanoseconds());
                self.busy -= 1;
                while let Some((next, patience)) = self.line.pop_front() {
                    // A patience that can still be cancelled belongs to somebody who still waits.
                    if scheduler.cancel(patience) {
                        self.busy += 1;
                        scheduler.after(self.draw(SERVICE_MEAN_SECONDS), Event::Completion { user: next }.into());
                        break;
                    }
                }
            }
            Event::PatienceEnds { user } => {
                self.abandoned += 1;
                scheduler.after(self.draw(BACKOFF_MEAN_SECONDS), Event::Retry { user }.into());
            }
        }
    }
}

/// Runs the model until everybody has been served.
pub(crate) fn run(users: u32, seed: u64) -> Simulation<CallCentre> {
    let mut simulation = Simulation::new(CallCentre::new(users, seed));
    let (model, scheduler) = simulation.parts();
    model.schedule_arrival(Time::ZERO, scheduler);
    simulation.run_until(Time::NEVER);
    simulation
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| {
        arguments.next().map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{text} is no number")))
    };
    let (users, seed) = (number(100_000) as u32, number(1));
    let simulation = run(users, seed);
    let model = simulation.model();
    println!(
        "{{\"users\":{users},\"seed\":{seed},\"events\":{},\"retries\":{},\"abandoned\":{},\"served\":{},\"stranded_mean_seconds\":{:.6},\
         \"end_seconds\":{:.3},\"digest\":\"{:016x}\"}}",
        simulation.events(),
        model.retries,
        model.abandoned,
        model.served,
        model.stranded_mean_seconds(),
        simulation.now().as_seconds(),
        simulation.digest(),
    );
}
