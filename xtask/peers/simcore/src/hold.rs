//! Case a.

use std::cell::RefCell;
use std::rc::Rc;

use peer_workload::hold::{Delays, first_delays, measured_events, warm_up_events};
use peer_workload::{Measurement, Stopwatch};
use serde::Serialize;
use simcore::{Event, EventHandler, Simulation, SimulationContext, cast};

#[derive(Clone, Serialize)]
struct Happen {
    index: u32,
}

struct Hold {
    delays: Delays<f64>,
    context: SimulationContext,
}

impl EventHandler for Hold {
    fn on(&mut self, event: Event) {
        cast!(match event.data {
            Happen { index } => {
                self.context.emit_self(Happen { index }, self.delays.next());
            }
        });
    }
}

pub(crate) fn run(pending: u32, seed: u64) -> Measurement {
    let mut simulation = Simulation::new(seed);
    let context = simulation.create_context("hold");
    for (index, delay) in first_delays(pending, seed).enumerate() {
        context.emit_self(Happen { index: index as u32 }, delay);
    }
    let hold = Hold { delays: Delays::new(seed, |seconds| seconds), context };
    simulation.add_handler("hold", Rc::new(RefCell::new(hold)));
    simulation.steps(warm_up_events(pending));
    let stopwatch = Stopwatch::start();
    simulation.steps(measured_events(pending));
    Measurement::new(measured_events(pending), stopwatch.elapsed(), [])
}
