//! Discrete-event engine: clock, pending-event set, random streams, run loop, digest.
//!
//! The engine knows no cars, files, threads or wall clock. A model is a [`Model`]: one `Copy` event type and one `handle`
//! function that may schedule more events. [`Simulation`] runs it: events in time order, equal times in the order in which
//! they were scheduled, every event folded into a digest, so that two runs with the same seed can be compared by one number.
//!
//! | room | holds |
//! |---|---|
//! | [`time`] | [`Time`] and [`Span`], whole nanoseconds: no rounding, 584 years |
//! | [`pending`] | [`PendingEvents`], the pending-event set: a ladder of buckets above a small sorted bottom |
//! | [`stream`] | [`Stream`], random numbers keyed by (seed, entity, purpose) |
//! | [`simulation`] | [`Simulation`], [`Scheduler`], stop conditions |
//! | [`digest`] | [`Digest`], the running hash over all events |
//!
//! # A queue in forty lines
//!
//! One server, Poisson arrivals at 0.5 per second, exponential service with mean 1 s; theory says that in the mean exactly one customer is in
//! the system (rho / (1 - rho) at rho = 0.5).
//!
//! ```
//! use stranded_engine::{Model, Scheduler, Simulation, Span, StopReason, Stream, Time};
//!
//! #[derive(Clone, Copy)]
//! enum Event { Arrival, Departure }
//!
//! struct Queue { arrivals: Stream, services: Stream, in_system: u32, area: f64, since: Time }
//!
//! impl Model for Queue {
//!     type Event = Event;
//!     fn fingerprint(event: &Event) -> u64 { *event as u64 }
//!     fn handle(&mut self, now: Time, event: Event, scheduler: &mut Scheduler<Event>) {
//!         self.area += f64::from(self.in_system) * (now - self.since).as_seconds();
//!         self.since = now;
//!         match event {
//!             Event::Arrival => {
//!                 scheduler.after(Span::from_seconds(self.arrivals.exponential(2.0)), Event::Arrival);
//!                 self.in_system += 1;
//!                 if self.in_system == 1 {
//!                     scheduler.after(Span::from_seconds(self.services.exponential(1.0)), Event::Departure);
//!                 }
//!             }
//!             Event::Departure => {
//!                 self.in_system -= 1;
//!                 if self.in_system > 0 {
//!                     scheduler.after(Span::from_seconds(self.services.exponential(1.0)), Event::Departure);
//!                 }
//!             }
//!         }
//!     }
//! }
//!
//! let queue = Queue {
//!     arrivals: Stream::new(2022, 0, 1),
//!     services: Stream::new(2022, 0, 2),
//!     in_system: 0,
//!     area: 0.0,
//!     since: Time::ZERO,
//! };
//! let mut simulation = Simulation::new(queue);
//! simulation.scheduler().at(Time::ZERO, Event::Arrival);
//! let end = Time::from_seconds(400_000.0);
//! assert_eq!(simulation.run_until(end), StopReason::Time);
//! let mean_in_system = simulation.model().area / end.as_seconds();
//! assert!((mean_in_system - 1.0).abs() < 0.05, "{mean_in_system}");
//! ```

#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod digest;
pub mod normal;
pub mod pending;
pub mod simulation;
pub mod stream;
pub mod time;
pub mod ziggurat;

pub use digest::Digest;
pub use pending::{EventKey, PendingEvents};
pub use simulation::{Model, Scheduler, Simulation, StopReason};
pub use stream::Stream;
pub use time::{Span, Time};
