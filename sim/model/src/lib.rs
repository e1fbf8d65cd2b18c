//! The world of the day: demand, renters, phones, services, cars, support, relief, outcomes.
//!
//! Pure: no files, no threads, no wall clock, no hash order. The same scenario, replication number and version give the same
//! [`Outcomes`] and the same digest on every machine.
//!
//! | room | holds |
//! |---|---|
//! | `world` | all state, and what happens at which event |
//! | `demand` | who comes when: a layered Poisson process whose people stay the same whatever the factors are |
//! | `app` | intents, attempts, retries, taps |
//! | [`client`], [`luck`], [`schedule`] | who comes when with which luck, and what a client does after a failure: shared with load driver and server |
//! | `network` | services as queues that call one another |
//! | [`policies`] | what the scenario says of retries, lines, limits and breakers, as the policy crate's types |
//! | `trip`, `fleet` | rentals from booking to return; cars, calendars, doors |
//! | `episode`, `help` | stranding, and every way out of it |
//! | [`scalability`] | the law between requests in flight and throughput, and how it is found in measurements: shared with load driver and calibration |
//! | `calibrated_range` | whether a service is offered more than it was measured with |
//! | `monitor`, `tally`, `result` | minutes, counts, scalar results |
//! | `plain`, `arrival_process`, `queue_record` | requests without cars, for queueing theory: who comes when, and what is measured |

mod almanac;
mod app;
mod arrival_process;
mod calibrated_range;
pub mod client;
mod demand;
mod episode;
mod event;
mod fleet;
mod help;
pub mod luck;
pub mod metric;
mod monitor;
mod network;
mod outcome;
mod person;
mod plain;
pub mod policies;
mod purpose;
mod queue_record;
mod result;
mod sampler;
pub mod scalability;
pub mod schedule;
mod service_draws;
mod settings;
mod tally;
mod trip;
mod world;

pub use outcome::{Class, Episode, Minute, Need, Outage, Outcomes, PlainMinute, Relief, Second};
pub use world::{World, WorldEvent};

/// The engine's time and luck, in which [`schedule`], [`client`] and [`luck`] speak.
pub use stranded_engine::{Span, Stream, Time};

use stranded_engine::{Simulation, StopReason};
use stranded_scenario::Scenario;

/// Events between two looks at whether to go on: some tens of milliseconds.
const WATCH_EVENTS: u64 = 250_000;

/// Why a replication has no outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfinished {
    /// Whoever watched did not want it to go on.
    Interrupted,
    /// Time stands still: events cause one another without delay, and the run would never end.
    Stalled {
        /// The moment that does not pass.
        at: Time,
    },
}

/// Runs one replication of a valid scenario.
///
/// `watch` is told the share of simulated time that is done, about every quarter of a million events, and says whether to go on.
///
/// # Errors
/// [`Unfinished::Interrupted`] when `watch` said no; [`Unfinished::Stalled`] when millions of events happen at one moment, as when a
/// service refuses at once and its client asks again at once.
///
/// # Panics
/// When the model's books do not balance, which is a bug of the model.
pub fn simulate(
    scenario: &Scenario,
    replication: u32,
    watch: &mut dyn FnMut(f64) -> bool,
) -> Result<Outcomes, Unfinished> {
    let mut simulation = Simulation::new(World::new(scenario, replication));
    let (world, scheduler) = simulation.parts();
    world.begin(scheduler);
    let end = simulation.model().end();
    // What happens at the very end, the last minute's record among it, still belongs to the run.
    let reason = simulation.run_watched(end + Span::from_nanoseconds(1), WATCH_EVENTS, |simulation| {
        watch(simulation.now().as_seconds() / end.as_seconds())
    });
    match reason {
        StopReason::Interrupted => return Err(Unfinished::Interrupted),
        StopReason::Stalled => return Err(Unfinished::Stalled { at: simulation.now() }),
        StopReason::Time | StopReason::Count | StopReason::Drained | StopReason::Model => {}
    }
    let (events, digest) = (simulation.events(), simulation.digest());
    Ok(simulation.into_model().finish_run(events, digest))
}

/// Memory that one replication is expected to need, in bytes: people, their plans, cars, minutes. A bound to warn by, not an account.
pub fn memory_estimate_bytes(scenario: &Scenario) -> u64 {
    const BYTES_PER_VISIT: f64 = 320.0;
    const BYTES_PER_CAR: f64 = 512.0;
    // A person, a request, and the time-out that waits in the set of pending events.
    const BYTES_PER_REQUEST: f64 = 320.0;
    let cars = scenario.fleet.as_ref().map_or(0.0, |fleet| f64::from(fleet.cars));
    let accounts = scenario.demand.monthly_users as f64 / 8.0;
    let seconds =
        scenario.calendar.end.since(scenario.calendar.start).map_or(0.0, stranded_scenario::Duration::as_seconds);
    // A time-out stays in the set of pending events until it is due, answered or not, unless that is after the end.
    let requests = scenario.arrivals.as_ref().map_or(0.0, |arrivals| {
        let lasts = arrivals.lasts.map_or(seconds, stranded_scenario::Duration::as_seconds);
        let timeout = scenario.app.timeout.as_seconds();
        // Where clients wait as long as it takes, only what the service cannot keep up with piles up.
        let capacity = scenario
            .service
            .get(&arrivals.service)
            .map_or(0.0, |service| f64::from(service.workers) / service.service_time.mean().max(f64::MIN_POSITIVE));
        let rate = arrivals.rate.per_second();
        let pending =
            if timeout > seconds { (rate - capacity).max(0.0) * lasts.min(seconds) } else { rate * timeout.min(lasts) };
        let clients = arrivals.finite_source.as_ref().map(|source| f64::from(source.clients));
        clients.unwrap_or(pending) + f64::from(arrivals.waiting_at_start) + f64::from(arrivals.in_orbit_at_start)
    });
    (demand::expected_visits(scenario) * BYTES_PER_VISIT
        + cars * BYTES_PER_CAR
        + accounts
        + requests * BYTES_PER_REQUEST
        + seconds / 60.0 * 256.0) as u64
}
