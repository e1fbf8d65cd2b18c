//! Case a.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::EventSource;
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use peer_workload::hold::{Delays, first_delays, measured_events, seconds, warm_up_events};
use peer_workload::{Measurement, Stopwatch};
use serde::{Deserialize, Serialize};

use crate::delay;

/// nexosim wants models that can be saved; ours is not, so its state is skipped.
#[derive(Serialize, Deserialize)]
struct Hold {
    #[serde(skip)]
    state: Option<State>,
}

struct State {
    pending: u32,
    seed: u64,
    delays: Delays<Duration>,
    /// Read by the program; the model stays with the framework.
    events: Arc<AtomicU64>,
}

#[Model]
impl Hold {
    fn start(&mut self, (): (), context: &Context<Self>) {
        let Some(state) = &self.state else { return };
        for (index, seconds) in first_delays(state.pending, state.seed).enumerate() {
            context.schedule_event(delay(seconds), schedulable!(Self::happen), index as u32).expect("it lies ahead");
        }
    }

    #[nexosim(schedulable)]
    fn happen(&mut self, index: u32, context: &Context<Self>) {
        let Some(state) = &mut self.state else { return };
        // A load and a store: one thread, so no locked instruction is needed.
        state.events.store(state.events.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        context.schedule_event(state.delays.next(), schedulable!(Self::happen), index).expect("it lies ahead");
    }
}

pub(crate) fn run(pending: u32, seed: u64) -> Measurement {
    let events = Arc::new(AtomicU64::new(0));
    let hold = Hold { state: Some(State { pending, seed, delays: Delays::new(seed, delay), events: events.clone() }) };
    let mailbox = Mailbox::new();
    let mut bench = SimInit::with_num_threads(1);
    let start = EventSource::new().connect(Hold::start, &mailbox).register(&mut bench);
    let mut simulation = bench.add_model(hold, mailbox, "hold").init(MonotonicTime::EPOCH).expect("one model");
    simulation.process_event(&start, ()).expect("it starts");
    simulation.step_until(delay(seconds(warm_up_events(pending), pending))).expect("it runs");
    let before = events.load(Ordering::Relaxed);
    let stopwatch = Stopwatch::start();
    simulation.step_until(delay(seconds(measured_events(pending), pending))).expect("it runs");
    Measurement::new(events.load(Ordering::Relaxed) - before, stopwatch.elapsed(), [])
}
