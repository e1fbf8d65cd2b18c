//! Whoever sends requests: a plain client, or a renter on a journey.

use crate::ask::{Ask, Reply};
use crate::plain::PlainPerson;
use crate::renter::Renter;
use std::time::Duration;

/// What follows an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// When this person is due again, since the start of the run; nothing when all is over.
    pub due: Option<Duration>,
    /// The intent got what it wanted.
    pub is_fulfilled: bool,
}

/// What a person does when due.
#[derive(Debug)]
pub enum Move {
    /// Sends a request.
    Ask(Box<Ask>),
    /// Sends nothing: a safeguard of the client holds it back.
    HeldBack(Next),
}

/// One who sends requests.
pub struct Person {
    kind: Kind,
    /// The present intent began in the measured window.
    is_measured: bool,
}

enum Kind {
    Plain(PlainPerson),
    Renter(Box<Renter>),
}

impl Person {
    /// A plain client with one need.
    pub fn plain(person: PlainPerson) -> Self {
        Self { kind: Kind::Plain(person), is_measured: false }
    }

    /// A renter on a journey.
    pub fn renter(person: Renter) -> Self {
        Self { kind: Kind::Renter(Box::new(person)), is_measured: false }
    }

    /// Whether the present intent belongs to the measured window; `is_now` says it of the present instant, which counts for a new one.
    pub fn note_measured(&mut self, is_now: bool) -> bool {
        if self.is_fresh() {
            self.is_measured = is_now;
        }
        self.is_measured
    }

    /// Whether what is due now is a new intent, and not another try.
    pub fn is_fresh(&self) -> bool {
        match &self.kind {
            Kind::Plain(person) => person.is_fresh(),
            Kind::Renter(person) => person.is_fresh(),
        }
    }

    /// What the person does now, at its due instant.
    pub fn act(&mut self, due: Duration) -> Move {
        match &mut self.kind {
            Kind::Plain(person) => person.act(due),
            Kind::Renter(person) => person.act(due),
        }
    }

    /// The attempt is over.
    pub fn told(&mut self, reply: &Reply, over: Duration) -> Next {
        match &mut self.kind {
            Kind::Plain(person) => person.told(reply, over),
            Kind::Renter(person) => person.told(reply, over),
        }
    }

    /// Time on the network, both ways, that the present attempt takes besides the real one.
    pub fn network_latency(&self) -> Duration {
        match &self.kind {
            Kind::Plain(person) => person.network_latency(),
            Kind::Renter(person) => person.network_latency(),
        }
    }
}
