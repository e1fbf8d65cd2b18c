//! Case b.

use std::sync::{Arc, Mutex};

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::EventSource;
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use peer_workload::retrial::{Attempt, Retrial};
use peer_workload::{Measurement, Stopwatch};
use serde::{Deserialize, Serialize};

use crate::delay;

/// nexosim wants models that can be saved; ours is not, so its state is skipped.
#[derive(Serialize, Deserialize)]
struct Lab {
    #[serde(skip)]
    system: Option<Retrial>,
    /// Where the system goes at the end, since the model stays with the framework.
    #[serde(skip)]
    finished: Arc<Mutex<Option<Retrial>>>,
}

#[Model]
impl Lab {
    fn start(&mut self, (): (), context: &Context<Self>) {
        self.schedule_arrival(context);
    }

    fn finish(&mut self, (): ()) {
        *self.finished.lock().expect("one thread") = self.system.take();
    }

    #[nexosim(schedulable)]
    fn arrive(&mut self, user: u32, context: &Context<Self>) {
        self.schedule_arrival(context);
        let Some(system) = &mut self.system else { return };
        let attempt = system.arrive(user, now(context));
        follow(user, attempt, context);
    }

    #[nexosim(schedulable)]
    fn come_back(&mut self, user: u32, context: &Context<Self>) {
        let Some(system) = &mut self.system else { return };
        let attempt = system.come_back(user);
        follow(user, attempt, context);
    }

    #[nexosim(schedulable)]
    fn complete(&mut self, user: u32, context: &Context<Self>) {
        let Some(system) = &mut self.system else { return };
        if let Some((next, service)) = system.complete(user, now(context)) {
            context.schedule_event(delay(service), schedulable!(Self::complete), next).expect("it lies ahead");
        }
    }

    #[nexosim(schedulable)]
    fn lose_patience(&mut self, (user, ticket): (u32, u32), context: &Context<Self>) {
        let Some(system) = &mut self.system else { return };
        if let Some(backoff) = system.give_up_waiting(user, ticket) {
            context.schedule_event(delay(backoff), schedulable!(Self::come_back), user).expect("it lies ahead");
        }
    }

    fn schedule_arrival(&mut self, context: &Context<Self>) {
        let Some(system) = &mut self.system else { return };
        if let Some((user, gap)) = system.next_arrival(now(context)) {
            context.schedule_event(delay(gap), schedulable!(Self::arrive), user).expect("it lies ahead");
        }
    }
}

fn now(context: &Context<Lab>) -> f64 {
    context.time().duration_since(MonotonicTime::EPOCH).as_secs_f64()
}

fn follow(user: u32, attempt: Attempt, context: &Context<Lab>) {
    match attempt {
        Attempt::Served { seconds } => context.schedule_event(delay(seconds), schedulable!(Lab::complete), user),
        Attempt::Waits { ticket, seconds } => {
            context.schedule_event(delay(seconds), schedulable!(Lab::lose_patience), (user, ticket))
        }
    }
    .expect("it lies ahead");
}

pub(crate) fn run(users: u32, seed: u64) -> Measurement {
    let finished = Arc::new(Mutex::new(None));
    let lab = Lab { system: Some(Retrial::new(users, seed)), finished: finished.clone() };
    let mailbox = Mailbox::new();
    let mut bench = SimInit::with_num_threads(1);
    let start = EventSource::new().connect(Lab::start, &mailbox).register(&mut bench);
    let finish = EventSource::new().connect(Lab::finish, &mailbox).register(&mut bench);
    let mut simulation = bench.add_model(lab, mailbox, "lab").init(MonotonicTime::EPOCH).expect("one model");
    let stopwatch = Stopwatch::start();
    simulation.process_event(&start, ()).expect("it starts");
    simulation.run().expect("it runs");
    let elapsed = stopwatch.elapsed();
    simulation.process_event(&finish, ()).expect("it ends");
    let system = finished.lock().expect("one thread").take().expect("the model gave its system back");
    system.measurement(elapsed)
}
