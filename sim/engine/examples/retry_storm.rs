//! A retry storm that outlives its trigger: the smallest model of a metastable failure.
//!
//! One server does 100 requests a second and 80 clients a second want something. A client waits 1 s for an answer, tries again at once, and
//! gives up after the third attempt; nobody takes abandoned requests out of the line. From 60 s to 70 s the server works at half its
//! speed. The line passes one second, every client makes three attempts, 240 requests a second meet a server that does 100, and all of
//! them are answered too late - for ever, although the server has been healthy again since 70 s.
//!
//! `cargo run --release -p stranded-engine --example retry_storm -- SECONDS SEED` prints one line of JSON, and `SECONDS SEED calm` the same
//! clients without the trigger.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng as _;
use stranded_engine::{Model, Scheduler, Simulation, Span, Time, ziggurat};

const CLIENT_GAP_MEAN_NANOSECONDS: f64 = 1e9 / 80.0;
const SERVICE_MEAN_NANOSECONDS: f64 = 1e9 / 100.0;
const TIMEOUT: Span = Span::from_nanoseconds(1_000_000_000);
const ATTEMPTS_MAX: u8 = 3;
const TRIGGER_FROM: Time = Time::from_nanoseconds(60_000_000_000);
const TRIGGER_UNTIL: Time = Time::from_nanoseconds(70_000_000_000);
const TRIGGER_SPEED: f64 = 0.5;
/// Goodput counts from here on.
const MEASURED_FROM: Time = Time::from_nanoseconds(200_000_000_000);

/// What happens. A time-out is not cancelled when the answer comes: it is cheaper to let it pass.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    /// The next client comes.
    Arrival,
    /// The server has done a request.
    Completion,
    /// A client has waited long enough for the answer to this attempt, its `tries`-th.
    TimeOut { attempt: u32, tries: u8 },
}

/// All state.
///
/// Attempts are numbered as they are sent, and the line is first come, first served: who waits is known from two numbers, and a
/// line of a million abandoned requests takes no memory.
#[derive(Clone, Debug)]
pub(crate) struct Storm {
    triggered: bool,
    luck: Xoshiro256PlusPlus,
    /// Attempts sent, and the number of the next one.
    sent: u32,
    /// Attempts served, and the number of the one in service if there is one.
    served: u32,
    /// Attempts whose time-out has passed: all below this number, since all time-outs are equally long.
    passed: u32,
    timeouts: u64,
    counts: Counts,
}

/// What is counted from [`MEASURED_FROM`] on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) clients: u64,
    pub(crate) attempts: u64,
    pub(crate) served_in_time: u64,
}

impl Storm {
    fn new(triggered: bool, seed: u64) -> Self {
        Self {
            triggered,
            luck: Xoshiro256PlusPlus::seed_from_u64(seed),
            sent: 0,
            served: 0,
            passed: 0,
            timeouts: 0,
            counts: Counts::default(),
        }
    }

    /// Attempts, requests served and time-outs of requests that were not.
    pub(crate) fn events(&self) -> u64 {
        u64::from(self.sent) + u64::from(self.served) + self.timeouts
    }

    /// Counts of the measured time.
    pub(crate) const fn counts(&self) -> Counts {
        self.counts
    }

    #[inline]
    fn draw(&mut self, mean_nanoseconds: f64) -> Span {
        Span::from_nanoseconds((mean_nanoseconds * ziggurat::exponential(&mut self.luck)) as u64)
    }

    #[inline]
    fn send(&mut self, now: Time, tries: u8, scheduler: &mut Scheduler<Event>) {
        let attempt = self.sent;
        self.sent += 1;
        self.counts.attempts += u64::from(now >= MEASURED_FROM);
        scheduler.after(TIMEOUT, Event::TimeOut { attempt, tries });
        if attempt == self.served {
            self.serve(now, scheduler);
        }
    }

    #[inline]
    fn serve(&mut self, now: Time, scheduler: &mut Scheduler<Event>) {
        let slow = self.triggered && TRIGGER_FROM <= now && now < TRIGGER_UNTIL;
        let mean = if slow { SERVICE_MEAN_NANOSECONDS / TRIGGER_SPEED } else { SERVICE_MEAN_NANOSECONDS };
        let service = self.draw(mean);
        scheduler.after(service, Event::Completion);
    }
}

impl Model for Storm {
    type Event = Event;

    fn fingerprint(event: &Event) -> u64 {
        match *event {
            Event::Arrival => 0,
            Event::Completion => 1,
            Event::TimeOut { attempt, tries } => u64::from(attempt) << 8 | u64::from(tries) << 2 | 2,
        }
    }

    fn handle(&mut self, now: Time, event: Event, scheduler: &mut Scheduler<Event>) {
        match event {
            Event::Arrival => {
                let gap = self.draw(CLIENT_GAP_MEAN_NANOSECONDS);
                scheduler.after(gap, Event::Arrival);
                self.counts.clients += u64::from(now >= MEASURED_FROM);
                self.send(now, 1, scheduler);
            }
            Event::Completion => {
                if self.served >= self.passed {
                    self.counts.served_in_time += u64::from(now >= MEASURED_FROM);
                }
                self.served += 1;
                if self.served < self.sent {
                    self.serve(now, scheduler);
                }
            }
            Event::TimeOut { attempt, tries } => {
                self.passed = attempt + 1;
                let unanswered = attempt >= self.served;
                self.timeouts += u64::from(unanswered);
                if unanswered && tries < ATTEMPTS_MAX {
                    self.send(now, tries + 1, scheduler);
                }
            }
        }
    }
}

/// Runs the model for so many simulated seconds.
pub(crate) fn run(seconds: u32, seed: u64, triggered: bool) -> Simulation<Storm> {
    let mut simulation = Simulation::new(Storm::new(triggered, seed));
    let (model, scheduler) = simulation.parts();
    let gap = model.draw(CLIENT_GAP_MEAN_NANOSECONDS);
    scheduler.after(gap, Event::Arrival);
    simulation.run_until(Time::from_seconds(f64::from(seconds)));
    simulation
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, default: u64| {
        words.get(index).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{text} is no number")))
    };
    let (seconds, seed) = (number(0, 400) as u32, number(1, 1));
    let triggered = words.get(2).is_none_or(|word| word != "calm");
    let simulation = run(seconds, seed, triggered);
    let Counts { clients, attempts, served_in_time } = simulation.model().counts();
    let measured_seconds = f64::from(seconds) - MEASURED_FROM.as_seconds();
    println!(
        "{{\"seconds\":{seconds},\"seed\":{seed},\"triggered\":{triggered},\"events\":{},\"attempts_per_client\":{:.4},\
         \"goodput_per_second\":{:.3},\"digest\":\"{:016x}\"}}",
        simulation.model().events(),
        attempts as f64 / clients as f64,
        served_in_time as f64 / measured_seconds,
        simulation.digest(),
    );
}
