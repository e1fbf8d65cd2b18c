//! Cases c and d through the whole world: scenario file, people, phones, services, and every metric.

use std::time::Duration;

use peer_workload::{Measurement, Stopwatch};
use stranded_model::{Outcomes, simulate};
use stranded_scenario::{Loader, Scenario};

/// Cars of the main scenario.
const CARS: u32 = 10_000;

/// Loads a scenario with assignments. A mistake in one is a mistake in this program: the message is all there is to do.
fn load(path: &str, assignments: impl IntoIterator<Item = String>) -> Scenario {
    let loader = assignments.into_iter().fold(Loader::new(), Loader::set);
    loader.load(path).unwrap_or_else(|findings| panic!("{findings}")).value
}

fn run(scenario: &Scenario, replication: u64) -> (Outcomes, Duration) {
    let stopwatch = Stopwatch::start();
    let outcomes = simulate(scenario, replication as u32, &mut |_| true).expect("nobody stops it");
    (outcomes, stopwatch.elapsed())
}

/// Case c, on the scenario that is also a test of the world.
pub(crate) fn storm(seconds: u32, replication: u64, triggered: bool) -> Measurement {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let scenario = load(
        "scenarios/queueing/metastable.toml",
        [
            format!("calendar.end=2022-01-01T{hours:02}:{minutes:02}:{rest:02}+00:00"),
            format!("action.trigger.enabled={triggered}"),
        ],
    );
    let (outcomes, elapsed) = run(&scenario, replication);
    Measurement::new(
        outcomes.events,
        elapsed,
        [
            ("attempts_per_client", outcomes.metrics["retry_amplification"]),
            ("goodput_per_second", outcomes.metrics["goodput_per_second"]),
        ],
    )
}

/// Case d: the main scenario as it is, or with fewer cars and all that goes with them - people, servers, staff - in the same proportion.
pub(crate) fn day(cars: u32, replication: u64) -> Measurement {
    let share = f64::from(cars) / f64::from(CARS);
    let count = |path: &str, of_all: f64| format!("{path}={}", (of_all * share).round().max(1.0));
    let assignments = [
        count("fleet.cars", f64::from(CARS)),
        count("demand.monthly_users", 259_582.0),
        count("measure.outage.minimum_attempts", 200.0),
        count("service.operator.workers", 200.0),
        count("service.vendor.workers", 20.0),
        count("service.vendor.queue.capacity", 2600.0),
        count("support.call_centre.agents", 27.0),
        count("support.call_centre.lines", 60.0),
        count("support.form.readers", 10.0),
        count("support.staff.people", 40.0),
        count("support.locksmiths.crews", 300.0),
        count("support.claims.clerks", 20.0),
        format!("demand.app_openings={} /day", 45_000.0 * share),
    ];
    let unchanged = cars == CARS;
    let scenario = load("scenarios/2022-04-10-greencar.toml", assignments.into_iter().filter(|_| !unchanged));
    let (outcomes, elapsed) = run(&scenario, replication);
    Measurement::new(outcomes.events, elapsed, [("stranded_people", outcomes.metrics["stranded_people"])])
}
