//! The world of the day: what must hold in every run, and what makes the collapse.

use proptest::prelude::*;
use stranded_model::{Outcomes, Relief, Unfinished, simulate};
use stranded_scenario::Scenario;
use stranded_scenario::document::Assignment;
use stranded_scenario::loaded::Loaded;
use stranded_scenario::loader::Loader;

fn load(name: &str) -> Loaded<Scenario> {
    let path = format!("{}/../../scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    Loader::new().load(path).unwrap_or_else(|findings| panic!("{findings}"))
}

fn with(loaded: &Loaded<Scenario>, assignments: &[&str]) -> Scenario {
    let assignments: Vec<_> = assignments
        .iter()
        .map(|text| Assignment::parse(text, "test").unwrap_or_else(|finding| panic!("{finding:?}")))
        .collect();
    loaded.variant(&assignments).unwrap_or_else(|findings| panic!("{findings}")).value
}

/// Runs a replication; the world checks by itself that attempts, rentals and episodes are conserved.
fn run(scenario: &Scenario, replication: u32) -> Outcomes {
    simulate(scenario, replication, &mut |_| true).expect("nobody stops it")
}

/// The share of two replications in which the service was down at 20:00, and the mean of the peak of first attempts in a minute.
fn down_in_the_evening(scenario: &Scenario) -> f64 {
    (0..2).map(|replication| run(scenario, replication).metrics["service.down_at_20"]).sum::<f64>() / 2.0
}

#[test]
fn the_collapse_carries_itself_when_the_surge_has_gone() {
    let town = load("midsize-town");
    assert!((down_in_the_evening(&with(&town, &["demand.surge_ends=2022-04-10T14:00:00+09:00"])) - 1.0).abs() < 1e-9);
}

#[test]
fn without_retries_nothing_collapses() {
    let town = load("midsize-town");
    let scenario = with(&town, &["app.retry.attempts=1", "renter.persistence=0", "renter.come_back=0"]);
    for replication in 0..2 {
        let outcomes = run(&scenario, replication);
        assert!(outcomes.outages.is_empty(), "{:?}", outcomes.outages);
    }
}

#[test]
fn the_surge_is_the_product_of_its_named_factors() {
    // A server that carries everything, so that demand is all that differs; new attempts on Sunday afternoon measure it.
    let town = load("midsize-town");
    let demand = |without: &[&str]| {
        // Nobody is turned away by a booked-out fleet either.
        let mut changes = vec!["service.vendor.workers=500".to_owned(), "fleet.cars_in_reach=500".to_owned()];
        changes.extend(without.iter().map(|factor| format!("demand.factor.{factor}.enabled=false")));
        let changes: Vec<&str> = changes.iter().map(String::as_str).collect();
        let outcomes = run(&with(&town, &changes), 0);
        // 12:00 to 20:00 of the third day.
        let minutes = &outcomes.minutes[60 * 60..68 * 60];
        f64::from(minutes.iter().map(|minute| minute.first_attempts).sum::<u32>())
    };
    let surge = demand(&[]);
    for (factor, size) in [("blossom", 1.4), ("promotion", 1.2), ("easing", 1.1)] {
        let ratio = surge / demand(&[factor]);
        assert!((ratio / size - 1.0).abs() < 0.04, "{factor}: {ratio} for {size}");
    }
    let ordinary = demand(&["blossom", "promotion", "easing"]);
    assert!((surge / ordinary / (1.4 * 1.2 * 1.1) - 1.0).abs() < 0.05, "{}", surge / ordinary);
}

#[test]
fn an_ordinary_sunday_strands_nobody() {
    let town = load("midsize-town");
    let outcomes = run(
        &with(
            &town,
            &[
                "demand.factor.blossom.enabled=false",
                "demand.factor.promotion.enabled=false",
                "demand.factor.easing.enabled=false",
            ],
        ),
        0,
    );
    assert!(outcomes.outages.is_empty());
    assert!(outcomes.metrics["stranded_people"] <= 3.0, "{}", outcomes.metrics["stranded_people"]);
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    let smoke = load("smoke").value;
    let (first, second, other) = (run(&smoke, 0), run(&smoke, 0), run(&smoke, 1));
    assert_eq!((first.digest, first.events), (second.digest, second.events));
    assert_eq!(first.episodes, second.episodes);
    assert_eq!(first.minutes, second.minutes);
    assert_ne!(first.digest, other.digest);
}

#[test]
fn the_digest_is_the_same_on_every_machine_and_profile() {
    // Written down once; `cargo test` and `cargo test --release` must both meet it. It changes whenever the model does: renew it
    // with the number that the failure prints, in the commit that changes the model.
    assert_eq!(format!("{:016x}", run(&load("smoke").value, 0).digest), "86ac3eef542bfe4f");
}

#[test]
fn an_arm_that_changes_nothing_changes_nothing() {
    let smoke = load("smoke");
    let same = with(&smoke, &["support.call_centre.agents=2"]);
    assert_eq!(run(&smoke.value, 0).digest, run(&same, 0).digest);
}

#[test]
fn what_happens_before_a_decision_does_not_depend_on_it() {
    // The notice of an arm comes at another time; until the service goes down the two worlds are the same event for event.
    let town = load("small-town");
    let (base, early) = (run(&town.value, 0), run(&with(&town, &["support.notice.delay=15 min"]), 0));
    let down = base.outages[0].down;
    let minutes = down.as_whole_minutes() as usize;
    assert_eq!(base.minutes[..minutes], early.minutes[..minutes]);
    assert!(early.metrics["notice_lag_minutes"] < base.metrics["notice_lag_minutes"]);
}

#[test]
fn a_key_that_needs_no_server_helps_when_the_server_is_down() {
    let town = load("small-town");
    // The server collapses all the same: it has a third less capacity.
    let weak = "service.vendor.workers=3";
    let without = run(&with(&town, &[weak]), 0);
    let with_key = run(&with(&town, &[weak, "car.offline_key.enabled=true"]), 0);
    assert!(!with_key.outages.is_empty(), "the server must be down for this to show anything");
    assert!(with_key.metrics["stranded_hours"] < 0.2 * without.metrics["stranded_hours"]);
    assert_eq!(with_key.metrics["false_unlocks"].to_bits(), 0.0_f64.to_bits());
    assert!(with_key.metrics["key_trials"] > 0.0);
}

#[test]
fn every_door_out_of_an_episode_is_used_on_the_day() {
    let outcomes = run(&load("midsize-town").value, 0);
    for relief in Relief::ALL {
        if !matches!(relief, Relief::OfflineKey | Relief::Censored) {
            assert!(
                outcomes.episodes.iter().any(|episode| episode.counted && episode.relief == relief),
                "{}",
                relief.name()
            );
        }
    }
    for metric in [
        "lost_bookings",
        "failed_starts",
        "overbilled_minutes",
        "permission_failures",
        "claims.filed",
        "churned_people",
    ] {
        assert!(outcomes.metrics[metric] > 0.0, "{metric}");
    }
}

#[test]
fn each_system_can_be_switched_off() {
    let town = load("small-town");
    let off = run(
        &with(
            &town,
            &[
                "support.call_centre.enabled=false",
                "support.notice.enabled=false",
                "support.guide.enabled=false",
                "support.form.enabled=false",
                "support.peer_advice.enabled=false",
                "support.staff.people=0",
                "support.locksmiths.crews=0",
                "support.claims.share=0",
                "relief.churn.per_stranded_hour=0",
                "relief.pent_up.start_share=0",
                "security.trials.forged=0 /day",
                "security.trials.stale=0 /day",
                "security.trials.stolen=0 /day",
                "security.trials.replayed=0 /day",
            ],
        ),
        0,
    );
    assert!(off.metrics["stranded_people"] > 0.0);
    for metric in ["calls.attempts", "claims.filed", "churned_people", "key_trials", "locksmith_krw"] {
        assert!(off.metrics[metric].abs() < 1e-12, "{metric}: {}", off.metrics[metric]);
    }
    assert!(!off.metrics.contains_key("notice_lag_minutes"));
    for episode in &off.episodes {
        assert!(
            matches!(episode.relief, Relief::Server | Relief::GaveUp | Relief::Censored),
            "{}",
            episode.relief.name()
        );
    }
}

#[test]
fn a_copy_of_the_world_goes_on_by_itself() {
    use stranded_engine::{Simulation, Time};
    use stranded_model::World;
    let scenario = load("smoke").value;
    let mut simulation = Simulation::new(World::new(&scenario, 0));
    let (world, scheduler) = simulation.parts();
    world.begin(scheduler);
    simulation.run_until(Time::from_seconds(12.0 * 3600.0));
    let mut branch = simulation.clone();
    let end = simulation.model().end();
    simulation.run_until(end);
    branch.run_until(end);
    assert_eq!(simulation.digest(), branch.digest());
    assert_eq!(simulation.events(), branch.events());
}

#[test]
fn a_service_that_stood_still_works_again_when_the_action_ends() {
    let smoke = load("smoke");
    let town = ["service.vendor.workers=50", "measure.outage.up_for=5 min"];
    let stands =
        "action=[{name='stands', at=2022-04-10T12:00:00+09:00, service='vendor', capacity='0 x', lasts='20 min'}]";
    let outcomes = run(&with(&smoke, &[town[0], town[1], stands]), 0);
    assert_eq!(outcomes.outages.len(), 1, "{:?}", outcomes.outages);
    assert!(outcomes.outages[0].up.is_some(), "the workers never came back");
}

#[test]
fn the_end_of_one_change_of_capacity_leaves_the_others_in_force() {
    let smoke = load("smoke");
    let actions = "action=[{name='trigger', at=2022-04-10T08:00:00+09:00, service='vendor', capacity='0.5 x', lasts='2 h'}, \
                   {name='more', at=2022-04-10T09:00:00+09:00, service='vendor', capacity='2 x'}]";
    let outcomes = run(&with(&smoke, &[actions]), 0);
    let capacity = |hour: usize| outcomes.minutes[hour * 60 + 30].capacity_work_seconds;
    let expected = [capacity(7), 0.5 * capacity(7), 2.0 * capacity(7), 2.0 * capacity(7)];
    for (hour, expected) in (7..).zip(expected) {
        assert!((capacity(hour) - expected).abs() < 1e-3, "{hour} h: {} for {expected}", capacity(hour));
    }
}

#[test]
fn where_there_are_no_locksmiths_nobody_waits_for_one() {
    let town = load("small-town");
    let outcomes = run(&with(&town, &["support.locksmiths.crews=0", "support.locksmiths.contract=true"]), 0);
    assert!(outcomes.episodes.iter().all(|episode| episode.locksmith_decided.is_none()));
    let by_staff = |episode: &&stranded_model::Episode| {
        episode.class == stranded_model::Class::Unlock && episode.relief == Relief::Staff
    };
    assert!(outcomes.episodes.iter().any(|episode| by_staff(&episode)));
}

#[test]
fn an_agent_who_opens_from_afar_need_not_wait_for_the_locksmith() {
    let town = load("small-town");
    let changes = [
        "support.call_centre.remote_unlock=1.0",
        "support.call_centre.agents=50",
        "support.notice.delay=5 min",
        "support.notice.reach_time=1 min",
        "support.call_centre.first_call=2 h",
        "support.locksmiths.contract=true",
        "support.locksmiths.crews=1",
    ];
    let outcomes = run(&with(&town, &changes), 0);
    let latest =
        outcomes.episodes.iter().filter(|it| it.calls > 0 && it.relief != Relief::Censored).all(|it| it.calls == 1);
    assert!(latest, "somebody had to call again although the first agent could open");
}

#[test]
fn hours_are_those_of_the_local_day_when_the_run_begins_in_its_middle() {
    let smoke = load("smoke");
    let start = ["calendar.start=2022-04-10T06:00:00+09:00", "measure.from=2022-04-10T06:00:00+09:00"];
    let outcomes = run(&with(&smoke, &start), 0);
    let down = outcomes.outages[0].down.as_seconds() / 3600.0 + 6.0;
    assert!((outcomes.metrics["service.down_hour"] - down).abs() < 1e-9, "{}", outcomes.metrics["service.down_hour"]);
}

#[test]
fn a_run_can_be_stopped_in_the_middle_of_a_busy_hour() {
    let scenario = with(&load("smoke"), &["security.trials.forged=1000000 /s"]);
    let mut looks = 0;
    let outcomes = simulate(&scenario, 0, &mut |done| {
        looks += 1;
        assert!(done < 0.01, "{done}");
        false
    });
    assert!(outcomes.is_err() && looks == 1);
}

#[test]
fn a_run_whose_clock_stands_still_ends_and_says_where() {
    // Refused at once, asked again at once, four thousand million times. No file can say so, because validation names that circle; the
    // engine stops it all the same, and others that validation does not see.
    let mut scenario = with(
        &load("queueing/mm1"),
        &["service.server.queue.capacity=0", "service.server.refusal_time=0 s", "app.retry.backoff=none"],
    );
    scenario.app.retry.attempts = 4_000_000_000;
    let unfinished = simulate(&scenario, 0, &mut |_| true).expect_err("it never ends");
    assert!(matches!(unfinished, Unfinished::Stalled { at } if at > stranded_engine::Time::ZERO), "{unfinished:?}");
}

#[test]
fn a_flood_of_plain_requests_is_estimated() {
    let flood = with(&load("queueing/mm1"), &["arrivals.rate=1e9 /s", "app.timeout=10 s"]);
    assert!(stranded_model::memory_estimate_bytes(&flood) > 1_000_000_000_000);
    assert!(stranded_model::memory_estimate_bytes(&load("queueing/mm1").value) < 1_000_000_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Random small worlds: the world's own books (attempts, rentals, episodes) must balance, and time must never run back, whatever
    /// the services, retries and help are. A broken invariant panics inside `simulate`.
    #[test]
    fn the_books_balance_in_any_world(
        cars in 5_u32..60,
        openings in 500_u32..8_000,
        workers in 1_u32..4,
        mean_milliseconds in 200_u32..4_000,
        capacity in proptest::option::of(0_u32..400),
        discipline in prop_oneof![
            Just("\"fifo\""), Just("\"lifo\""), Just("{ adaptive-lifo = { threshold = 20 } }"),
            Just("{ deadline-drop = { margin = \"1 s\" } }"), Just("{ codel = { interval = \"100 ms\", target = \"5 ms\" } }"),
        ],
        prioritised in any::<bool>(),
        cancel in any::<bool>(),
        blocking in any::<bool>(),
        cached in 0.0_f64..1.0,
        attempts in 1_u32..6,
        persistence in 0.0_f64..0.85,
        offline in any::<bool>(),
        walk_away in any::<bool>(),
        coverage in 0.5_f64..1.0,
        budget in any::<bool>(),
        contract in any::<bool>(),
        seed in any::<u32>(),
    ) {
        let smoke = load("smoke");
        let mut changes = vec![
            format!("fleet.cars={cars}"),
            format!("demand.app_openings={openings} /day"),
            format!("service.vendor.workers={workers}"),
            format!("service.vendor.service_time={{ exponential = {{ mean = \"{mean_milliseconds} ms\" }} }}"),
            format!("service.vendor.queue.discipline={discipline}"),
            format!("service.vendor.queue.prioritised={prioritised}"),
            format!("service.vendor.cancel_abandoned={cancel}"),
            format!("service.operator.calls.blocking={blocking}"),
            format!("service.operator.workers={}", if blocking { 30 } else { 200 }),
            format!("service.operator.calls.cached={cached}"),
            format!("app.retry.attempts={attempts}"),
            format!("renter.persistence={persistence}"),
            format!("car.offline_key.enabled={offline}"),
            format!("car.walk_away_lock={walk_away}"),
            format!("place.remote.coverage={coverage}"),
            format!("support.locksmiths.contract={contract}"),
            "support.notice.delay=10 min".to_owned(),
            format!("run.seed={seed}"),
        ];
        if let Some(capacity) = capacity {
            changes.push(format!("service.vendor.queue.capacity={capacity}"));
        }
        if budget {
            changes.push("app.retry_budget={ ratio = 0.1, tokens_max = 2.0 }".to_owned());
        }
        let changes: Vec<&str> = changes.iter().map(String::as_str).collect();
        let scenario = with(&smoke, &changes);
        let outcomes = run(&scenario, 0);
        let relieved: u32 = outcomes.minutes.iter().flat_map(|minute| minute.relieved).sum();
        let ended = outcomes.episodes.iter().filter(|episode| episode.relief != Relief::Censored).count();
        prop_assert_eq!(relieved as usize, ended, "each episode ends in exactly one minute");
        prop_assert_eq!(outcomes.metrics["false_unlocks"].to_bits(), 0.0_f64.to_bits());
        let shares: f64 = Relief::ALL.iter().filter_map(|it| outcomes.metrics.get(format!("relief.{}", it.name()).as_str())).sum();
        prop_assert!(outcomes.metrics["stranded_people"].abs() < 0.5 || (shares - 1.0).abs() < 1e-9);
        if offline {
            prop_assert!(outcomes.warnings.is_empty(), "{:?}", outcomes.warnings);
        }
    }
}
