//! Case b.

use std::cell::RefCell;
use std::rc::Rc;

use peer_workload::retrial::{Attempt, Retrial};
use peer_workload::{Measurement, Stopwatch};
use serde::Serialize;
use simcore::{Event, EventHandler, Simulation, SimulationContext, cast};

#[derive(Clone, Serialize)]
struct Arrive {
    user: u32,
}

#[derive(Clone, Serialize)]
struct ComeBack {
    user: u32,
}

#[derive(Clone, Serialize)]
struct Complete {
    user: u32,
}

#[derive(Clone, Serialize)]
struct LosePatience {
    user: u32,
    ticket: u32,
}

struct Lab {
    system: Retrial,
    context: SimulationContext,
}

impl Lab {
    fn schedule_arrival(&mut self) {
        if let Some((user, gap)) = self.system.next_arrival(self.context.time()) {
            self.context.emit_self(Arrive { user }, gap);
        }
    }

    fn follow(&self, user: u32, attempt: Attempt) {
        match attempt {
            Attempt::Served { seconds } => self.context.emit_self(Complete { user }, seconds),
            Attempt::Waits { ticket, seconds } => self.context.emit_self(LosePatience { user, ticket }, seconds),
        };
    }
}

impl EventHandler for Lab {
    fn on(&mut self, event: Event) {
        // The macro tries one type after the other: the frequent ones stand first.
        cast!(match event.data {
            LosePatience { user, ticket } => {
                if let Some(backoff) = self.system.give_up_waiting(user, ticket) {
                    self.context.emit_self(ComeBack { user }, backoff);
                }
            }
            ComeBack { user } => {
                let attempt = self.system.come_back(user);
                self.follow(user, attempt);
            }
            Complete { user } => {
                if let Some((next, service)) = self.system.complete(user, event.time) {
                    self.context.emit_self(Complete { user: next }, service);
                }
            }
            Arrive { user } => {
                self.schedule_arrival();
                let attempt = self.system.arrive(user, event.time);
                self.follow(user, attempt);
            }
        });
    }
}

pub(crate) fn run(users: u32, seed: u64) -> Measurement {
    let mut simulation = Simulation::new(seed);
    let context = simulation.create_context("lab");
    let lab = Rc::new(RefCell::new(Lab { system: Retrial::new(users, seed), context }));
    simulation.add_handler("lab", lab.clone());
    let stopwatch = Stopwatch::start();
    lab.borrow_mut().schedule_arrival();
    simulation.step_until_no_events();
    let elapsed = stopwatch.elapsed();
    lab.borrow().system.measurement(elapsed)
}
