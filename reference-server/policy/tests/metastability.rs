//! The queue disciplines and retry policies against the known outcomes of one overloaded server: 100 jobs/s, clients that
//! time out after 1 s and try three times, capacity halved from 60 s to 70 s, goodput over 200-400 s, five seeds.
//!
//! The bounds leave room for five seeds of Poisson noise (standard error about 0.3/s) and nothing else.

mod common;

use common::{Setting, goodput_by_seed};
use stranded_policy::{Backoff, Discipline, Nanoseconds, RetryBudgetConfig, RetryPolicy};

const fn milliseconds(count: u64) -> Nanoseconds {
    Nanoseconds(count * 1_000_000)
}

const CODEL: Discipline = Discipline::CoDel { interval: milliseconds(100), target: milliseconds(5) };
const CODEL_RFC: Discipline = Discipline::CoDelRfc { interval: milliseconds(100), target: milliseconds(5) };

/// 80/s of 100/s, three attempts at once after each other, a boundless first-in-first-out queue.
const FRAGILE: Setting = Setting {
    arrivals_per_second: 80.0,
    discipline: Discipline::Fifo,
    capacity: None,
    retry: RetryPolicy { attempts_max: 3, backoff: Backoff::None },
    budget: None,
    silent_drops: false,
    trigger: true,
};

/// Twice the capacity, for ever, without any other trigger.
const OVERLOADED: Setting = Setting { arrivals_per_second: 200.0, trigger: false, ..FRAGILE };

fn mean(setting: Setting) -> f64 {
    goodput_by_seed(setting, 5).iter().sum::<f64>() / 5.0
}

#[track_caller]
fn assert_goodput(setting: Setting, expected: f64, tolerance: f64) {
    let goodput = mean(setting);
    assert!((goodput - expected).abs() <= tolerance, "goodput {goodput:.2}/s, expected {expected} +- {tolerance}");
}

/// Whether every seed ends at no goodput at all: the collapse has outlived its trigger.
#[track_caller]
fn assert_collapsed(setting: Setting) {
    let goodput = goodput_by_seed(setting, 5);
    assert!(goodput.iter().all(|&answers| answers < 1.0), "{goodput:?}");
}

fn at(arrivals_per_second: f64) -> Setting {
    Setting { arrivals_per_second, ..FRAGILE }
}

fn with(discipline: Discipline) -> Setting {
    Setting { discipline, ..FRAGILE }
}

#[test]
fn a_lightly_loaded_queue_recovers() {
    for seed_goodput in goodput_by_seed(at(40.0), 5) {
        assert!((seed_goodput - 40.0).abs() < 2.0, "{seed_goodput}");
    }
}

#[test]
fn a_busy_queue_stays_collapsed() {
    assert_collapsed(at(70.0));
    assert_collapsed(FRAGILE);
}

/// Between 50/s and 60/s a run either recovers or never does, by luck: the cliff shows in the share of seeds.
#[test]
fn the_cliff_lies_between_fifty_and_sixty() {
    let collapsed = |rate| {
        let goodput = goodput_by_seed(at(rate), 20);
        goodput.iter().filter(|&&answers| answers < 1.0).count()
    };
    assert!(collapsed(50.0) <= 8);
    assert!(collapsed(60.0) >= 16);
}

#[test]
fn without_retries_there_is_no_collapse() {
    assert_goodput(Setting { retry: RetryPolicy::NEVER, ..FRAGILE }, 80.0, 1.5);
}

#[test]
fn backoff_alone_does_not_save_it() {
    assert_collapsed(Setting {
        retry: RetryPolicy {
            attempts_max: 3,
            backoff: Backoff::FullJitter { base: milliseconds(100), cap: milliseconds(10_000) },
        },
        ..FRAGILE
    });
}

#[test]
fn a_retry_budget_of_a_tenth_saves_it() {
    assert_goodput(Setting { budget: Some(RetryBudgetConfig::new(0.1, 10.0, 10.0)), ..FRAGILE }, 80.0, 1.5);
}

#[test]
fn a_queue_shorter_than_the_timeout_saves_it_and_a_longer_one_does_not() {
    let capped = |capacity| Setting { capacity: Some(capacity), ..FRAGILE };
    assert_goodput(capped(50), 80.0, 1.5);
    assert_goodput(capped(90), 80.0, 1.5);
    assert_collapsed(capped(200));
}

#[test]
fn each_defending_discipline_saves_it() {
    for discipline in [
        Discipline::Lifo,
        Discipline::AdaptiveLifo { threshold: 20 },
        Discipline::DeadlineDrop { margin: Nanoseconds::ZERO },
        CODEL,
        CODEL_RFC,
    ] {
        assert_goodput(with(discipline), 80.0, 1.5);
    }
}

/// Adaptive LIFO that never adapts is FIFO, and collapses like it.
#[test]
fn a_threshold_out_of_reach_saves_nothing() {
    assert_collapsed(with(Discipline::AdaptiveLifo { threshold: u32::MAX }));
}

/// Drops that nobody hears of cost the client its timeout, and a few answers with it.
#[test]
fn controlled_delay_with_silent_drops_gives_the_published_figures() {
    let silent = |setting| Setting { silent_drops: true, discipline: CODEL, ..setting };
    assert_goodput(silent(FRAGILE), 78.0, 1.5);
    assert_goodput(silent(OVERLOADED), 97.6, 1.5);
}

#[test]
fn lasting_overload_separates_the_disciplines() {
    let overloaded = |discipline| Setting { discipline, ..OVERLOADED };
    assert_collapsed(OVERLOADED);
    assert_goodput(Setting { capacity: Some(50), ..OVERLOADED }, 99.5, 1.5);
    assert_goodput(overloaded(Discipline::Lifo), 99.5, 1.5);
    assert_goodput(overloaded(Discipline::DeadlineDrop { margin: Nanoseconds::ZERO }), 17.5, 1.5);
    assert_goodput(overloaded(Discipline::DeadlineDrop { margin: milliseconds(50) }), 99.5, 1.5);
}

/// Why requests have a form of controlled delay of their own: retrying clients do not slow down when one job is dropped,
/// so the RFC's one-at-a-time schedule falls far behind an overload whose drops go unheard.
#[test]
fn the_drop_schedule_made_for_packets_falls_behind() {
    let goodput = mean(Setting { discipline: CODEL_RFC, silent_drops: true, ..OVERLOADED });
    assert!(goodput < 50.0, "{goodput}");
}

#[test]
fn near_capacity_retries_turn_bad_luck_into_collapse() {
    let near = Setting { trigger: false, ..at(95.0) };
    let patient = Setting { retry: RetryPolicy::NEVER, ..near };
    let (near, patient) = (mean(near), mean(patient));
    assert!(patient > 92.0, "{patient}");
    assert!(near < patient - 10.0, "{near} against {patient}");
}
