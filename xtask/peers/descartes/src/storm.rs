//! Case c.

use std::time::Duration;

use descartes_core::{Component, Executor, Key, Scheduler, SimTime, Simulation, SimulationConfig};
use peer_workload::storm::{ATTEMPTS_MAX, Storm, TIMEOUT};
use peer_workload::{Measurement, Stopwatch};

#[derive(Clone, Copy, Debug)]
enum Event {
    Arrival,
    Completion,
    TimeOut { attempt: u32, tries: u8 },
}

struct Lab {
    system: Storm,
    timeout: SimTime,
}

fn delay(seconds: f64) -> SimTime {
    SimTime::from_duration(Duration::from_nanos((seconds * 1e9) as u64))
}

impl Lab {
    fn follow(&self, sent: (u32, Option<f64>), tries: u8, key: Key<Event>, scheduler: &mut Scheduler) {
        let (attempt, service) = sent;
        scheduler.schedule(self.timeout, key, Event::TimeOut { attempt, tries });
        if let Some(service) = service {
            scheduler.schedule(delay(service), key, Event::Completion);
        }
    }
}

impl Component for Lab {
    type Event = Event;

    fn process_event(&mut self, key: Key<Event>, event: &Event, scheduler: &mut Scheduler) {
        let now = scheduler.time().as_duration().as_secs_f64();
        match *event {
            Event::Arrival => {
                scheduler.schedule(delay(self.system.arrival_gap()), key, Event::Arrival);
                let sent = self.system.arrive(now);
                self.follow(sent, 1, key, scheduler);
            }
            Event::TimeOut { attempt, tries } => {
                if self.system.time_out(attempt) && tries < ATTEMPTS_MAX {
                    let sent = self.system.send(now);
                    self.follow(sent, tries + 1, key, scheduler);
                }
            }
            Event::Completion => {
                if let Some(service) = self.system.complete(now) {
                    scheduler.schedule(delay(service), key, Event::Completion);
                }
            }
        }
    }
}

pub(crate) fn run(seconds: u32, seed: u64, triggered: bool) -> Measurement {
    let mut simulation = Simulation::new(SimulationConfig { seed });
    let mut system = Storm::new(triggered, seed);
    let first = delay(system.arrival_gap());
    let key = simulation.add_component(Lab { system, timeout: delay(TIMEOUT) });
    let stopwatch = Stopwatch::start();
    simulation.schedule(first, key, Event::Arrival);
    simulation.execute(Executor::timed(SimTime::from_secs(u64::from(seconds))));
    let elapsed = stopwatch.elapsed();
    let lab: Lab = simulation.remove_component(key).expect("it is still there");
    lab.system.measurement(seconds, elapsed)
}
