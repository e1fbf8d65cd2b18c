//! Case a.

use peer_workload::hold::{Delays, first_delays, measured_events, warm_up_events};
use peer_workload::{Measurement, Stopwatch};
use stranded_engine::{Model, Scheduler, Simulation, Span, Time};

struct Hold {
    delays: Delays<Span>,
}

impl Model for Hold {
    type Event = u32;

    fn fingerprint(event: &u32) -> u64 {
        u64::from(*event)
    }

    fn handle(&mut self, _: Time, event: u32, scheduler: &mut Scheduler<u32>) {
        scheduler.after(self.delays.next(), event);
    }
}

pub(crate) fn run(pending: u32, seed: u64) -> Measurement {
    let mut simulation = Simulation::new(Hold { delays: Delays::new(seed, Span::from_seconds) });
    for (index, delay) in first_delays(pending, seed).enumerate() {
        simulation.scheduler().after(Span::from_seconds(delay), index as u32);
    }
    simulation.run(Time::NEVER, warm_up_events(pending));
    let stopwatch = Stopwatch::start();
    simulation.run(Time::NEVER, measured_events(pending));
    Measurement::new(measured_events(pending), stopwatch.elapsed(), [])
}
