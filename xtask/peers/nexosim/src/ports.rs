//! Case b in nexosim's idiom: users and servers are two models joined by ports, and a patience that is not needed any more is
//! cancelled by its key.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{EventSource, Output};
use nexosim::simulation::{EventKey, Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use peer_workload::retrial::{Arrivals, BACKOFF_MEAN, PATIENCE_MEAN, Records, SERVERS, SERVICE_MEAN};
use peer_workload::{Luck, Measurement, Stopwatch};
use serde::{Deserialize, Serialize};

use crate::delay;

/// Those who come, and come back.
#[derive(Serialize, Deserialize)]
struct Users {
    request: Output<u32>,
    #[serde(skip)]
    state: Option<UsersState>,
    #[serde(skip)]
    finished: Arc<Mutex<Option<Records>>>,
}

struct UsersState {
    arrivals: Arrivals,
    luck: Luck,
    records: Records,
}

#[Model]
impl Users {
    fn start(&mut self, (): (), context: &Context<Self>) {
        self.schedule_arrival(context);
    }

    fn finish(&mut self, (): ()) {
        *self.finished.lock().expect("one thread") = self.state.take().map(|state| state.records);
    }

    fn schedule_arrival(&mut self, context: &Context<Self>) {
        let Some(state) = &mut self.state else { return };
        if let Some((user, gap)) = state.arrivals.next(seconds(context.time()), &mut state.luck) {
            context.schedule_event(delay(gap), schedulable!(Self::arrive), user).expect("it lies ahead");
        }
    }

    #[nexosim(schedulable)]
    async fn arrive(&mut self, user: u32, context: &Context<Self>) {
        self.schedule_arrival(context);
        if let Some(state) = &mut self.state {
            state.records.came(user, seconds(context.time()));
        }
        self.request.send(user).await;
    }

    #[nexosim(schedulable)]
    async fn come_back(&mut self, user: u32) {
        if let Some(state) = &mut self.state {
            state.records.came_back();
        }
        self.request.send(user).await;
    }

    fn be_served(&mut self, user: u32, context: &Context<Self>) {
        if let Some(state) = &mut self.state {
            state.records.served(user, seconds(context.time()));
        }
    }

    fn lose_patience(&mut self, user: u32, context: &Context<Self>) {
        let Some(state) = &mut self.state else { return };
        state.records.gave_up_waiting();
        let backoff = state.luck.exponential(BACKOFF_MEAN);
        context.schedule_event(delay(backoff), schedulable!(Self::come_back), user).expect("it lies ahead");
    }
}

/// The servers and their line.
#[derive(Serialize, Deserialize)]
struct Servers {
    served: Output<u32>,
    lost: Output<u32>,
    #[serde(skip)]
    state: Option<ServersState>,
}

struct ServersState {
    luck: Luck,
    busy: u32,
    line: VecDeque<u32>,
    /// Of those in line, by user. A user who left and came again stands in line twice; the older place is skipped.
    patience: Vec<Option<EventKey>>,
    places_left: Vec<u32>,
}

#[Model]
impl Servers {
    fn take(&mut self, user: u32, context: &Context<Self>) {
        let Some(state) = &mut self.state else { return };
        if state.busy < SERVERS {
            state.busy += 1;
            let service = delay(state.luck.exponential(SERVICE_MEAN));
            context.schedule_event(service, schedulable!(Self::complete), user).expect("it lies ahead");
            return;
        }
        let patience = delay(state.luck.exponential(PATIENCE_MEAN));
        let key = context.schedule_keyed_event(patience, schedulable!(Self::time_out), user).expect("it lies ahead");
        state.patience[user as usize] = Some(key);
        state.line.push_back(user);
    }

    #[nexosim(schedulable)]
    async fn complete(&mut self, user: u32, context: &Context<Self>) {
        let Some(state) = &mut self.state else { return };
        state.busy -= 1;
        while let Some(next) = state.line.pop_front() {
            if state.places_left[next as usize] > 0 {
                state.places_left[next as usize] -= 1;
                continue;
            }
            if let Some(key) = state.patience[next as usize].take() {
                key.cancel();
            }
            state.busy += 1;
            let service = delay(state.luck.exponential(SERVICE_MEAN));
            context.schedule_event(service, schedulable!(Self::complete), next).expect("it lies ahead");
            break;
        }
        self.served.send(user).await;
    }

    #[nexosim(schedulable)]
    async fn time_out(&mut self, user: u32) {
        if let Some(state) = &mut self.state {
            state.patience[user as usize] = None;
            state.places_left[user as usize] += 1;
        }
        self.lost.send(user).await;
    }
}

fn seconds(time: MonotonicTime) -> f64 {
    time.duration_since(MonotonicTime::EPOCH).as_secs_f64()
}

pub(crate) fn run(users: u32, seed: u64) -> Measurement {
    let finished = Arc::new(Mutex::new(None));
    let state = UsersState { arrivals: Arrivals::new(users), luck: Luck::new(seed), records: Records::new(users) };
    let mut users_model = Users { request: Output::default(), state: Some(state), finished: finished.clone() };
    let state = ServersState {
        luck: Luck::new(seed + 1000),
        busy: 0,
        line: VecDeque::new(),
        patience: (0..users).map(|_| None).collect(),
        places_left: vec![0; users as usize],
    };
    let mut servers_model = Servers { served: Output::default(), lost: Output::default(), state: Some(state) };
    let (users_mailbox, servers_mailbox) = (Mailbox::new(), Mailbox::new());
    users_model.request.connect(Servers::take, &servers_mailbox);
    servers_model.served.connect(Users::be_served, &users_mailbox);
    servers_model.lost.connect(Users::lose_patience, &users_mailbox);
    let mut bench = SimInit::with_num_threads(1);
    let start = EventSource::new().connect(Users::start, &users_mailbox).register(&mut bench);
    let finish = EventSource::new().connect(Users::finish, &users_mailbox).register(&mut bench);
    let mut simulation = bench
        .add_model(users_model, users_mailbox, "users")
        .add_model(servers_model, servers_mailbox, "servers")
        .init(MonotonicTime::EPOCH)
        .expect("two models");
    let stopwatch = Stopwatch::start();
    simulation.process_event(&start, ()).expect("it starts");
    simulation.run().expect("it runs");
    let elapsed = stopwatch.elapsed();
    simulation.process_event(&finish, ()).expect("it ends");
    let records = finished.lock().expect("one thread").take().expect("the model gave its records back");
    records.measurement(elapsed)
}
