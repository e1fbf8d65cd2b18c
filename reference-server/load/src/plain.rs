//! The clients of plain arrivals: one need each, the same retries and the same luck as in the simulator.

use crate::agenda::Due;
use crate::ask::{Ask, Reply};
use crate::person::{Move, Next, Person};
use crate::plain_ask::PlainAsk;
use crate::record::Ending;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use stranded_model::client::{AfterFailure, Client, ClientPolicy, Safeguards, Sending};
use stranded_model::luck::{AttemptLuck, Luck, Sampler};
use stranded_model::schedule::PlainSchedule;
use stranded_model::{Span, Time};
use stranded_scenario::Scenario;

/// Draws that an attempt may make at the services; the network's come from behind them.
const DRAWS_AT_SERVICES: u64 = 15;

/// What all plain clients share.
pub struct PlainClients {
    policy: ClientPolicy,
    /// Plain requests all come from one client, which keeps one memory of retries.
    safeguards: Mutex<Safeguards>,
    latency: Sampler,
    ask: Arc<PlainAsk>,
}

impl PlainClients {
    /// The clients of a scenario, which ask `ask`.
    pub fn new(scenario: &Scenario, ask: Arc<PlainAsk>) -> Arc<Self> {
        let policy = ClientPolicy::new(scenario);
        let safeguards = Mutex::new(policy.safeguards());
        Arc::new(Self { policy, safeguards, latency: Sampler::new(&scenario.app.network_latency), ask })
    }
}

/// All plain requests of a replication; nothing for a scenario without a schedule.
pub fn plain_people(scenario: &Scenario, replication: u32, clients: &Arc<PlainClients>) -> Option<Vec<Due<Person>>> {
    let luck = Luck::new(scenario.run.seed, replication);
    let schedule = PlainSchedule::new(scenario, replication)?;
    let person = |key| {
        Person::plain(PlainPerson {
            client: Client::begin(&clients.policy, luck, key),
            clients: Arc::clone(clients),
            is_fresh: true,
            luck: None,
        })
    };
    Some(schedule.map(|request| Due { at: duration(request.at), job: person(request.person) }).collect())
}

/// One plain request and its client.
pub struct PlainPerson {
    client: Client,
    clients: Arc<PlainClients>,
    is_fresh: bool,
    luck: Option<AttemptLuck>,
}

impl PlainPerson {
    pub(crate) fn is_fresh(&self) -> bool {
        self.is_fresh
    }

    pub(crate) fn act(&mut self, due: Duration) -> Move {
        self.is_fresh = false;
        let mut safeguards = self.clients.safeguards.lock().unwrap_or_else(PoisonError::into_inner);
        match self.client.send(&self.clients.policy, &mut safeguards, time(due)) {
            Sending::Sent(luck) => {
                self.luck = Some(luck);
                Move::Ask(Box::new(Ask { luck: Some(luck), ..self.clients.ask.ask() }))
            }
            Sending::HeldBack => {
                Move::HeldBack(after(self.client.failed(&self.clients.policy, &mut safeguards, time(due)), due))
            }
        }
    }

    pub(crate) fn told(&mut self, reply: &Reply, over: Duration) -> Next {
        let mut safeguards = self.clients.safeguards.lock().unwrap_or_else(PoisonError::into_inner);
        if reply.ending == Ending::Answered {
            self.client.answered(&self.clients.policy, &mut safeguards, time(over));
            return Next { due: None, is_fulfilled: true };
        }
        after(self.client.failed(&self.clients.policy, &mut safeguards, time(over)), over)
    }

    pub(crate) fn network_latency(&self) -> Duration {
        let Some(luck) = self.luck else { return Duration::ZERO };
        // How much the services drew nobody tells: only a constant latency is the simulator's to the nanosecond.
        let behind = AttemptLuck { drawn: luck.drawn + DRAWS_AT_SERVICES, ..luck };
        duration(self.clients.latency.span(&mut behind.stream()))
    }
}

fn after(failure: AfterFailure, over: Duration) -> Next {
    let due = match failure {
        AfterFailure::RetryAfter(pause) | AfterFailure::TapAgain(pause) => Some(over + duration(pause)),
        AfterFailure::GivenUp => None,
    };
    Next { due, is_fulfilled: false }
}

/// The engine's span as the system's.
pub(crate) fn duration(span: Span) -> Duration {
    Duration::from_nanos(span.as_nanoseconds())
}

/// The system's duration since the start as the engine's time.
pub(crate) fn time(since_start: Duration) -> Time {
    Time::from_nanoseconds(u64::try_from(since_start.as_nanos()).unwrap_or(u64::MAX))
}
