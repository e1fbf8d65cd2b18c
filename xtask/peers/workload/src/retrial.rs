//! Case b: M/M/200 with impatience and retrials.
//!
//! Users come at twice the capacity for 600 s and at half of it afterwards. Who finds all servers busy waits in line, leaves when
//! patience ends, and comes back after a while, until served. All times are exponential.

use std::collections::VecDeque;
use std::time::Duration;

use crate::{Luck, Measurement};

/// Servers.
pub const SERVERS: u32 = 200;
/// Mean service time \[s\].
pub const SERVICE_MEAN: f64 = 0.5;
/// Mean patience in line \[s\].
pub const PATIENCE_MEAN: f64 = 5.0;
/// Mean time until somebody who left comes back \[s\].
pub const BACKOFF_MEAN: f64 = 10.0;
/// How long the surge lasts \[s\].
pub const SURGE: f64 = 600.0;
/// Users that the servers can serve \[1/s\].
pub const CAPACITY: f64 = SERVERS as f64 / SERVICE_MEAN;

/// What an attempt meets.
#[derive(Clone, Copy, Debug)]
pub enum Attempt {
    /// A free server.
    Served {
        /// Service time \[s\].
        seconds: f64,
    },
    /// A line.
    Waits {
        /// Which wait this is; never 0.
        ticket: u32,
        /// Patience \[s\].
        seconds: f64,
    },
}

/// Who comes, and when.
#[derive(Clone, Debug)]
pub struct Arrivals {
    users: u32,
    came: u32,
}

impl Arrivals {
    /// Nobody has come yet.
    pub fn new(users: u32) -> Self {
        Self { users, came: 0 }
    }

    /// The next user and the time until they come \[s\]; `None` when all have come.
    #[inline]
    pub fn next(&mut self, now: f64, luck: &mut Luck) -> Option<(u32, f64)> {
        let user = self.came;
        if user == self.users {
            return None;
        }
        self.came += 1;
        let (surge_rate, calm_rate) = (2.0 * CAPACITY, 0.5 * CAPACITY);
        let work = luck.exponential(1.0);
        let left = (SURGE - now).max(0.0) * surge_rate;
        let gap = if work < left { work / surge_rate } else { left / surge_rate + (work - left) / calm_rate };
        Some((user, gap))
    }
}

/// What is counted.
#[derive(Clone, Debug)]
pub struct Records {
    /// When a user came first \[s\].
    came_at: Vec<f64>,
    retries: u64,
    gave_up_waiting: u64,
    served: u64,
    stranded_seconds: f64,
}

impl Records {
    /// Nothing has happened yet.
    pub fn new(users: u32) -> Self {
        Self { came_at: vec![0.0; users as usize], retries: 0, gave_up_waiting: 0, served: 0, stranded_seconds: 0.0 }
    }

    /// A user comes for the first time.
    #[inline]
    pub fn came(&mut self, user: u32, now: f64) {
        self.came_at[user as usize] = now;
    }

    /// A user comes back.
    #[inline]
    pub fn came_back(&mut self) {
        self.retries += 1;
    }

    /// A user leaves the line.
    #[inline]
    pub fn gave_up_waiting(&mut self) {
        self.gave_up_waiting += 1;
    }

    /// A user has been served.
    #[inline]
    pub fn served(&mut self, user: u32, now: f64) {
        self.served += 1;
        self.stranded_seconds += now - self.came_at[user as usize];
    }

    /// What came out of a run that took `elapsed`.
    ///
    /// # Panics
    /// When somebody was not served: the engine lost an event.
    pub fn measurement(&self, elapsed: Duration) -> Measurement {
        let users = self.came_at.len() as u64;
        assert_eq!(self.served, users, "everybody is served in the end");
        Measurement::new(
            users + self.retries + self.gave_up_waiting + self.served,
            elapsed,
            [("retries", self.retries as f64), ("mean_stranded_seconds", self.stranded_seconds / users as f64)],
        )
    }
}

/// The system without its clock, for engines in their lean form.
#[derive(Clone, Debug)]
pub struct Retrial {
    luck: Luck,
    arrivals: Arrivals,
    records: Records,
    busy: u32,
    line: VecDeque<(u32, u32)>,
    last_ticket: u32,
    /// The ticket of a user in line; 0 when not in line.
    tickets: Vec<u32>,
}

impl Retrial {
    /// Nobody is there yet.
    pub fn new(users: u32, seed: u64) -> Self {
        Self {
            luck: Luck::new(seed),
            arrivals: Arrivals::new(users),
            records: Records::new(users),
            busy: 0,
            line: VecDeque::new(),
            last_ticket: 0,
            tickets: vec![0; users as usize],
        }
    }

    /// See [`Arrivals::next`].
    #[inline]
    pub fn next_arrival(&mut self, now: f64) -> Option<(u32, f64)> {
        self.arrivals.next(now, &mut self.luck)
    }

    /// A user comes for the first time.
    #[inline]
    pub fn arrive(&mut self, user: u32, now: f64) -> Attempt {
        self.records.came(user, now);
        self.attempt(user)
    }

    /// A user comes back.
    #[inline]
    pub fn come_back(&mut self, user: u32) -> Attempt {
        self.records.came_back();
        self.attempt(user)
    }

    #[inline]
    fn attempt(&mut self, user: u32) -> Attempt {
        if self.busy < SERVERS {
            self.busy += 1;
            return Attempt::Served { seconds: self.luck.exponential(SERVICE_MEAN) };
        }
        self.last_ticket += 1;
        self.tickets[user as usize] = self.last_ticket;
        self.line.push_back((user, self.last_ticket));
        Attempt::Waits { ticket: self.last_ticket, seconds: self.luck.exponential(PATIENCE_MEAN) }
    }

    /// A user has been served; the next in line, with the service time \[s\].
    #[inline]
    pub fn complete(&mut self, user: u32, now: f64) -> Option<(u32, f64)> {
        self.records.served(user, now);
        while let Some((next, ticket)) = self.line.pop_front() {
            if self.tickets[next as usize] == ticket {
                self.tickets[next as usize] = 0;
                return Some((next, self.luck.exponential(SERVICE_MEAN)));
            }
        }
        self.busy -= 1;
        None
    }

    /// The patience of a wait ends; the time until the user comes back \[s\], or `None` when the wait had ended before.
    #[inline]
    pub fn give_up_waiting(&mut self, user: u32, ticket: u32) -> Option<f64> {
        if self.tickets[user as usize] != ticket {
            return None;
        }
        self.tickets[user as usize] = 0;
        self.records.gave_up_waiting();
        Some(self.luck.exponential(BACKOFF_MEAN))
    }

    /// See [`Records::measurement`].
    ///
    /// # Panics
    /// As [`Records::measurement`].
    pub fn measurement(&self, elapsed: Duration) -> Measurement {
        self.records.measurement(elapsed)
    }
}
