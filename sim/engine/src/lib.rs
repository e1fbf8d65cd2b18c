//! Discrete-event engine: clock, pending-event set, random streams, run loop, digest.
//!
//! The engine knows no cars, files, threads or wall clock. A model is a [`Model`]: one `Copy` event type and one `handle`
//! function that may schedule more events. [`Simulation`] runs it: events in time order, equal times in the order in which
//! they were scheduled, every event folded into a digest, so that two runs with the same seed can be compared by one number.
//!
//! | room | holds |
//! |---|---|
//! | [`time`] | [`Time`] and [`Span`], whole nanoseconds: no rounding, 584 years |
//! | [`pending`] | [`PendingEvents`], the pending-event set: a ladder of buckets above a small sorted bottom; [`EventKey`] |
//! | [`stream`] | [`Stream`], random numbers keyed by (seed, entity, purpose) |
//! | [`ziggurat`] | exponentials and normals for any generator of the `rand` family, same bits everywhere |
//! | [`simulation`] | [`Simulation`], [`Scheduler`], stop conditions |
//! | [`digest`] | [`Digest`], the running hash over all events |
//! | [`time_average`] | [`TimeAverage`], queue lengths over time |
//!
//! # A queue in forty lines
//!
//! One server, Poisson arrivals at 0.5 per second, exponential service with mean 1 s; theory says that in the mean exactly one customer is in
//! the system (rho / (1 - rho) at rho = 0.5).
//!
//! ```
//! use stranded_engine::{Model, Scheduler, Simulation, Span, StopReason, Stream, Time, TimeAverage};
//!
//! #[derive(Clone, Copy)]
//! enum Event { Arrival, Departure }
//!
//! struct Queue { arrivals: Stream, services: Stream, in_system: TimeAverage }
//!
//! impl Queue {
//!     fn serve(&mut self, scheduler: &mut Scheduler<Event>) {
//!         scheduler.after(Span::from_seconds(self.services.exponential(1.0)), Event::Departure);
//!     }
//! }
//!
//! impl Model for Queue {
//!     type Event = Event;
//!     fn fingerprint(event: &Event) -> u64 { *event as u64 }
//!     fn handle(&mut self, now: Time, event: Event, scheduler: &mut Scheduler<Event>) {
//!         match event {
//!             Event::Arrival => {
//!                 scheduler.after(Span::from_seconds(self.arrivals.exponential(2.0)), Event::Arrival);
//!                 self.in_system.set(now, self.in_system.value() + 1.0);
//!                 if self.in_system.value() == 1.0 { self.serve(scheduler) }
//!             }
//!             Event::Departure => {
//!                 self.in_system.set(now, self.in_system.value() - 1.0);
//!                 if self.in_system.value() > 0.0 { self.serve(scheduler) }
//!             }
//!         }
//!     }
//! }
//!
//! let queue = Queue {
//!     arrivals: Stream::new(2022, 0, 1),
//!     services: Stream::new(2022, 0, 2),
//!     in_system: TimeAverage::new(Time::ZERO, 0.0),
//! };
//! let mut simulation = Simulation::new(queue);
//! simulation.scheduler().at(Time::ZERO, Event::Arrival);
//! let end = Time::from_seconds(400_000.0);
//! assert_eq!(simulation.run_until(end), StopReason::Time);
//! let mean_in_system = simulation.model().in_system.mean(end);
//! assert!((mean_in_system - 1.0).abs() < 0.05, "{mean_in_system}");
//! ```
//!
//! # Time-outs
//!
//! [`Scheduler::at_keyed`] gives a key that takes the event back. [`Scheduler::cancel`] says whether it was still to come, so that a
//! key answers the question "does this client still wait?" without a flag of the model's own:
//!
//! ```
//! use stranded_engine::{EventKey, Model, Scheduler, Simulation, Span, Time};
//!
//! #[derive(Clone, Copy)]
//! enum Event { Ask, Answer, TimeOut }
//!
//! #[derive(Default)]
//! struct Client { time_out: Option<EventKey>, answered: u32, gave_up: u32 }
//!
//! impl Model for Client {
//!     type Event = Event;
//!     fn fingerprint(event: &Event) -> u64 { *event as u64 }
//!     fn handle(&mut self, _: Time, event: Event, scheduler: &mut Scheduler<Event>) {
//!         match event {
//!             Event::Ask => {
//!                 scheduler.after(Span::from_seconds(2.0), Event::Answer);
//!                 self.time_out = Some(scheduler.after_keyed(Span::from_seconds(1.0), Event::TimeOut));
//!             }
//!             Event::Answer => self.answered += u32::from(self.time_out.take().is_some_and(|key| scheduler.cancel(key))),
//!             Event::TimeOut => self.gave_up += 1,
//!         }
//!     }
//! }
//!
//! let mut simulation = Simulation::new(Client::default());
//! simulation.scheduler().at(Time::ZERO, Event::Ask);
//! simulation.run_until(Time::NEVER);
//! assert_eq!((simulation.model().answered, simulation.model().gave_up), (0, 1));
//! ```
//!
//! # How a run ends
//!
//! [`StopReason`] tells: at the wanted moment or count, because nothing is left, because the model or a watcher said so, or because time
//! stands still - ten million events at one moment. Scheduling before the current moment panics, for it is a bug of the model; an
//! endless [`Span`] leads to [`Time::NEVER`], which no event reaches. Nothing wraps around.
//!
//! A clone of a [`Simulation`] is a branch: both go on by themselves, from the same state, to results that depend only on what is done
//! to them. [`Simulation::run_traced`] shows every event, [`Simulation::run_watched`] the simulation now and then.
//!
//! # What it costs
//!
//! `cargo bench -p stranded-engine`, nanoseconds to take the next event and to push one (fastest sample of ten, two shared cores of an
//! AMD EPYC, November 2026):
//!
//! | pending events | this set | binary heap | quaternary heap |
//! |---|---|---|---|
//! | 1,000 | 23 | 65 | 61 |
//! | 100,000 | 35 | 452 | 320 |
//! | 1,000,000 | 74 | 1,353 | 771 |
//!
//! Memory: 12 bytes and the event for each pending event, four more for each that can be cancelled, rounded up to chunks of sixteen
//! entries per bucket in use. `cargo xtask instructions` counts what an event of the model in `examples/retrial.rs` costs, about 380
//! instructions; `cargo xtask bench-peers` compares it with other engines.

#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod digest;
pub mod normal;
pub mod pending;
pub mod simulation;
pub mod stream;
pub mod time;
pub mod time_average;
pub mod ziggurat;

pub use digest::Digest;
pub use pending::{EventKey, PendingEvents};
pub use simulation::{Model, Scheduler, Simulation, StopReason};
pub use stream::Stream;
pub use time::{Span, Time};
pub use time_average::TimeAverage;
