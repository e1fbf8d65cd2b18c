//! Case b in simcore's idiom: users and servers are two components that send each other events, and a patience that is not
//! needed any more is cancelled.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use peer_workload::retrial::{Arrivals, BACKOFF_MEAN, PATIENCE_MEAN, Records, SERVERS, SERVICE_MEAN};
use peer_workload::{Luck, Measurement, Stopwatch};
use serde::Serialize;
use simcore::{Event, EventHandler, EventId, Id, Simulation, SimulationContext, cast};

#[derive(Clone, Serialize)]
struct Arrive {
    user: u32,
}

#[derive(Clone, Serialize)]
struct ComeBack {
    user: u32,
}

#[derive(Clone, Serialize)]
struct Request {
    user: u32,
}

#[derive(Clone, Serialize)]
struct Complete {
    user: u32,
}

#[derive(Clone, Serialize)]
struct TimeOut {
    user: u32,
}

#[derive(Clone, Serialize)]
struct Served {
    user: u32,
}

#[derive(Clone, Serialize)]
struct Lost {
    user: u32,
}

/// Those who come, and come back.
struct Users {
    arrivals: Arrivals,
    luck: Luck,
    records: Records,
    servers: Id,
    context: SimulationContext,
}

impl Users {
    fn schedule_arrival(&mut self) {
        if let Some((user, gap)) = self.arrivals.next(self.context.time(), &mut self.luck) {
            self.context.emit_self(Arrive { user }, gap);
        }
    }
}

impl EventHandler for Users {
    fn on(&mut self, event: Event) {
        cast!(match event.data {
            Lost { user } => {
                self.records.gave_up_waiting();
                let backoff = self.luck.exponential(BACKOFF_MEAN);
                self.context.emit_self(ComeBack { user }, backoff);
            }
            ComeBack { user } => {
                self.records.came_back();
                self.context.emit_now(Request { user }, self.servers);
            }
            Served { user } => {
                self.records.served(user, event.time);
            }
            Arrive { user } => {
                self.schedule_arrival();
                self.records.came(user, event.time);
                self.context.emit_now(Request { user }, self.servers);
            }
        });
    }
}

/// The servers and their line.
struct Servers {
    luck: Luck,
    busy: u32,
    line: VecDeque<(u32, EventId)>,
    /// Of those in line, by user.
    patience: Vec<Option<EventId>>,
    users: Id,
    context: SimulationContext,
}

impl EventHandler for Servers {
    fn on(&mut self, event: Event) {
        cast!(match event.data {
            Request { user } => {
                if self.busy < SERVERS {
                    self.busy += 1;
                    self.context.emit_self(Complete { user }, self.luck.exponential(SERVICE_MEAN));
                } else {
                    let id = self.context.emit_self(TimeOut { user }, self.luck.exponential(PATIENCE_MEAN));
                    self.patience[user as usize] = Some(id);
                    self.line.push_back((user, id));
                }
            }
            TimeOut { user } => {
                self.patience[user as usize] = None;
                self.context.emit_now(Lost { user }, self.users);
            }
            Complete { user } => {
                self.busy -= 1;
                while let Some((next, id)) = self.line.pop_front() {
                    if self.patience[next as usize] == Some(id) {
                        self.patience[next as usize] = None;
                        self.context.cancel_event(id);
                        self.busy += 1;
                        self.context.emit_self(Complete { user: next }, self.luck.exponential(SERVICE_MEAN));
                        break;
                    }
                }
                self.context.emit_now(Served { user }, self.users);
            }
        });
    }
}

pub(crate) fn run(users: u32, seed: u64) -> Measurement {
    let mut simulation = Simulation::new(seed);
    let (users_context, servers_context) = (simulation.create_context("users"), simulation.create_context("servers"));
    let (users_id, servers_id) = (users_context.id(), servers_context.id());
    let users_component = Rc::new(RefCell::new(Users {
        arrivals: Arrivals::new(users),
        luck: Luck::new(seed),
        records: Records::new(users),
        servers: servers_id,
        context: users_context,
    }));
    let servers_component = Rc::new(RefCell::new(Servers {
        luck: Luck::new(seed + 1000),
        busy: 0,
        line: VecDeque::new(),
        patience: vec![None; users as usize],
        users: users_id,
        context: servers_context,
    }));
    simulation.add_handler("users", users_component.clone());
    simulation.add_handler("servers", servers_component);
    let stopwatch = Stopwatch::start();
    users_component.borrow_mut().schedule_arrival();
    simulation.step_until_no_events();
    let elapsed = stopwatch.elapsed();
    users_component.borrow().records.measurement(elapsed)
}
