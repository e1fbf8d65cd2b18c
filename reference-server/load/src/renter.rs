//! People of a scenario with cars, on their way from the log-in to the return.
//!
//! Each request is an intent of its own with the retries and taps of the scenario's app, as in the simulator. When somebody gives up,
//! whoever only looked or wanted to book leaves; whoever holds a car pauses and comes back.

use crate::ask::Reply;
use crate::errand::{Errand, Handset, Useless};
use crate::person::{Move, Next};
use crate::plain::{duration, time};
use crate::record::Ending;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use stranded_engine::Stream;
use stranded_model::client::{AfterFailure, Client, ClientPolicy, Safeguards, Sending};
use stranded_model::luck::{Luck, Sampler};
use stranded_scenario::Scenario;

/// Key of the streams that journeys draw from; the model's purposes are smaller.
const JOURNEY: u64 = 0x6a6f_7572_6e65_7921;
/// A car that was taken meanwhile is looked for again so often.
const SEARCHES_AGAIN_MAX: u32 = 5;
/// Most further searches of one visit.
const SEARCHES_MAX: u64 = 50;

/// What all renters share.
pub struct Renters {
    policy: ClientPolicy,
    luck: Luck,
    think_time: Sampler,
    spacing: Duration,
    latency: Sampler,
    leg: Sampler,
    parking: Sampler,
    pause: Sampler,
    session: Duration,
    log_in_again: f64,
    log_in_after_failure: f64,
    further_searches: f64,
    return_early_max: Duration,
    cars: u32,
    /// How the journeys went.
    pub journeys: Journeys,
}

/// Counts of journeys.
#[derive(Debug, Default)]
pub struct Journeys {
    begun: AtomicU64,
    looked: AtomicU64,
    booked: AtomicU64,
    started: AtomicU64,
    returned: AtomicU64,
    given_up: AtomicU64,
    no_car: AtomicU64,
    broken: AtomicU64,
}

/// Counts of journeys, as they are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyCounts {
    /// People who came.
    pub begun: u64,
    /// Only looked, and saw what they came for.
    pub looked: u64,
    /// Reserved a car.
    pub booked: u64,
    /// Opened it.
    pub started: u64,
    /// Returned it.
    pub returned: u64,
    /// Gave up before they had a car.
    pub given_up: u64,
    /// Found no free car.
    pub no_car: u64,
    /// Got an answer that makes no sense on the way: not what a loaded server does, but a mistake of somebody's.
    pub broken: u64,
}

impl Journeys {
    /// What the counts are now.
    pub fn counts(&self) -> JourneyCounts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        JourneyCounts {
            begun: read(&self.begun),
            looked: read(&self.looked),
            booked: read(&self.booked),
            started: read(&self.started),
            returned: read(&self.returned),
            given_up: read(&self.given_up),
            no_car: read(&self.no_car),
            broken: read(&self.broken),
        }
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Renters {
    /// The renters of a scenario and replication, with `cars` cars to choose from.
    pub fn new(scenario: &Scenario, replication: u32, cars: u32) -> Arc<Self> {
        let (app, booking, trip) = (&scenario.app, &scenario.demand.booking, &scenario.trip);
        let system = |it: stranded_scenario::Duration| Duration::from_nanos(it.as_nanoseconds());
        Arc::new(Self {
            policy: ClientPolicy::new(scenario),
            luck: Luck::new(scenario.run.seed, replication),
            think_time: Sampler::new(&booking.think_time),
            spacing: system(app.request_spacing),
            latency: Sampler::new(&app.network_latency),
            leg: Sampler::new(&trip.leg),
            parking: Sampler::new(&trip.parking),
            pause: Sampler::new(&scenario.renter.pause.gap),
            session: system(app.session),
            log_in_again: app.log_in_again.value(),
            log_in_after_failure: app.log_in_after_failure.value(),
            further_searches: booking.further_searches,
            return_early_max: system(trip.return_early_max),
            cars,
            journeys: Journeys::default(),
        })
    }
}

/// What a renter wants just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    Browse,
    Book,
    Start,
    Lock,
    Unlock,
    Return,
}

/// Where a renter stands at the beginning of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// Opens the app.
    Opens,
    /// Has booked before, and holds the reservation when the run begins.
    Booked,
    /// Drives already.
    Drives,
}

/// One renter.
pub struct Renter {
    shared: Arc<Renters>,
    person: u64,
    handset: Handset,
    luck: Stream,
    need: Need,
    /// What is still to be asked for the present need.
    errands: VecDeque<Errand>,
    /// When the rental shall start and end, since the start of the run.
    rental: Option<(Duration, Duration)>,
    beginning: Beginning,
    last_answer: Option<Duration>,
    client: Client,
    safeguards: Safeguards,
    intents: u64,
    is_fresh: bool,
    searches_again: u32,
    latency: Duration,
    pick: u64,
}

impl Renter {
    /// A renter who comes for a rental, or only to look.
    pub fn new(
        shared: &Arc<Renters>,
        person: u64,
        user: u32,
        rental: Option<(Duration, Duration)>,
        beginning: Beginning,
    ) -> Self {
        let mut luck = Stream::new(shared.luck.key(), person, JOURNEY);
        let mut secret = [0; 32];
        secret.chunks_exact_mut(8).for_each(|chunk| chunk.copy_from_slice(&luck.next_bits().to_le_bytes()));
        Self {
            shared: Arc::clone(shared),
            person,
            handset: Handset::new(user, &secret),
            luck,
            need: if rental.is_some() { Need::Book } else { Need::Browse },
            errands: VecDeque::new(),
            rental,
            beginning,
            last_answer: None,
            client: Client::begin(&shared.policy, shared.luck, person),
            safeguards: shared.policy.safeguards(),
            intents: 0,
            is_fresh: true,
            searches_again: 0,
            latency: Duration::ZERO,
            pick: 0,
        }
    }

    pub(crate) fn is_fresh(&self) -> bool {
        self.is_fresh
    }

    pub(crate) fn network_latency(&self) -> Duration {
        self.latency
    }

    pub(crate) fn act(&mut self, due: Duration) -> Move {
        if self.errands.is_empty() {
            self.begin_need(due);
        }
        if self.is_fresh {
            self.begin_intent();
        }
        let Some(&errand) = self.errands.front() else { return Move::HeldBack(NOTHING) };
        let luck = match self.client.send(&self.shared.policy, &mut self.safeguards, time(due)) {
            Sending::Sent(luck) => luck,
            Sending::HeldBack => return Move::HeldBack(self.failed(due)),
        };
        let rental = self.rental.map_or((Duration::ZERO, Duration::from_hours(1)), |(start, end)| {
            (start.saturating_sub(due), end.saturating_sub(due))
        });
        let repeat = format!("{:x}-{}", self.person, self.intents);
        let Some(mut ask) = self.handset.ask(errand, rental, self.pick, self.shared.cars, repeat) else {
            // Nothing was found, so there is nothing to reserve.
            count(&self.shared.journeys.no_car);
            return Move::HeldBack(NOTHING);
        };
        ask.luck = Some(luck);
        self.latency = duration(self.shared.latency.span(&mut self.luck));
        Move::Ask(Box::new(ask))
    }

    pub(crate) fn told(&mut self, reply: &Reply, over: Duration) -> Next {
        if reply.ending != Ending::Answered {
            return self.failed(over);
        }
        self.client.answered(&self.shared.policy, &mut self.safeguards, time(over));
        self.is_fresh = true;
        self.last_answer = Some(over);
        let Some(errand) = self.errands.pop_front() else { return NOTHING };
        if let Err(useless) = self.handset.take(errand, reply) {
            return self.useless(errand, useless, over);
        }
        if self.errands.is_empty() {
            return self.served(over);
        }
        let looks = matches!(self.need, Need::Browse | Need::Book) && errand != Errand::LogIn;
        let pause = if looks { duration(self.shared.think_time.span(&mut self.luck)) } else { self.shared.spacing };
        Next { due: Some(over + pause), is_fulfilled: true }
    }

    /// A new need: what has to be asked for it.
    fn begin_need(&mut self, due: Duration) {
        let stale = self.last_answer.is_none_or(|last| due.saturating_sub(last) > self.shared.session);
        let again = self.luck.chance(self.shared.log_in_again);
        if stale || again || !self.handset.has_session() {
            self.errands.push_back(Errand::LogIn);
        }
        match self.need {
            Need::Browse | Need::Book => {
                if self.last_answer.is_none() {
                    count(&self.shared.journeys.begun);
                }
                // Who is only brought into position looks once.
                let further = match self.beginning {
                    Beginning::Opens => self.luck.poisson(self.shared.further_searches).min(SEARCHES_MAX),
                    Beginning::Booked | Beginning::Drives => 0,
                };
                (0..=further).for_each(|_| self.errands.push_back(Errand::Search));
                if self.need == Need::Book {
                    self.errands.push_back(Errand::Reserve);
                }
            }
            Need::Start => self.errands.extend([Errand::FetchKey, Errand::Unlock]),
            Need::Lock => self.errands.push_back(Errand::Lock),
            Need::Unlock => self.errands.push_back(Errand::Unlock),
            Need::Return => self.errands.push_back(Errand::ReturnCar),
        }
    }

    /// A new request: retries and taps begin anew, with luck of their own.
    fn begin_intent(&mut self) {
        self.is_fresh = false;
        self.intents += 1;
        self.pick = self.luck.next_bits();
        // One key for each of a person's intents: their luck must not be the same, and no two people may share any.
        let key = self.person.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(self.intents);
        self.client = Client::begin(&self.shared.policy, self.shared.luck, key);
    }

    fn failed(&mut self, over: Duration) -> Next {
        let failure = self.client.failed(&self.shared.policy, &mut self.safeguards, time(over));
        match failure {
            AfterFailure::RetryAfter(pause) => Next { due: Some(over + duration(pause)), is_fulfilled: false },
            AfterFailure::TapAgain(pause) => {
                // The failure may have thrown the app back to its log-in.
                let is_out = self.luck.chance(self.shared.log_in_after_failure);
                if is_out && self.errands.front() != Some(&Errand::LogIn) {
                    self.errands.push_front(Errand::LogIn);
                }
                Next { due: Some(over + duration(pause)), is_fulfilled: false }
            }
            AfterFailure::GivenUp if matches!(self.need, Need::Browse | Need::Book) => {
                count(&self.shared.journeys.given_up);
                NOTHING
            }
            AfterFailure::GivenUp => {
                self.is_fresh = true;
                Next { due: Some(over + duration(self.shared.pause.span(&mut self.luck))), is_fulfilled: false }
            }
        }
    }

    /// An answer that does not help.
    fn useless(&mut self, errand: Errand, useless: Useless, over: Duration) -> Next {
        let again = match useless {
            Useless::LoggedOut => [Errand::LogIn, errand],
            Useless::NoCar if self.searches_again < SEARCHES_AGAIN_MAX => {
                self.searches_again += 1;
                [Errand::Search, errand]
            }
            Useless::NoCar => {
                count(&self.shared.journeys.no_car);
                return ANSWERED;
            }
            Useless::Wrong => {
                count(&self.shared.journeys.broken);
                return ANSWERED;
            }
        };
        again.into_iter().rev().for_each(|errand| self.errands.push_front(errand));
        Next { due: Some(over + self.shared.spacing), is_fulfilled: true }
    }

    /// All of a need was granted: what comes next, and when.
    fn served(&mut self, over: Duration) -> Next {
        let journeys = &self.shared.journeys;
        let Some((start, end)) = self.rental else {
            count(&journeys.looked);
            return ANSWERED;
        };
        let due = match self.need {
            Need::Browse => return ANSWERED,
            Need::Book => {
                count(&journeys.booked);
                self.need = Need::Start;
                start.max(over + self.shared.spacing)
            }
            Need::Start | Need::Unlock => {
                if self.need == Need::Start {
                    count(&journeys.started);
                }
                let leg = duration(self.shared.leg.span(&mut self.luck));
                let early = self.shared.return_early_max.mul_f64(self.luck.uniform());
                let back = end.saturating_sub(early).max(over + self.shared.spacing);
                self.need = if over + leg < back { Need::Lock } else { Need::Return };
                (over + leg).min(back)
            }
            Need::Lock => {
                self.need = Need::Unlock;
                over + duration(self.shared.parking.span(&mut self.luck))
            }
            Need::Return => {
                count(&journeys.returned);
                return ANSWERED;
            }
        };
        Next { due: Some(due), is_fulfilled: true }
    }
}

const NOTHING: Next = Next { due: None, is_fulfilled: false };
const ANSWERED: Next = Next { due: None, is_fulfilled: true };
