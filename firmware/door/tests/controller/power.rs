//! Sleep, and who may wake a door how often.

use crate::bench::{Bench, gave_way};
use proptest::prelude::*;
use stranded_door::{Bolt, BoltSense, ControllerConfig, Effect, Event, Milliseconds, Power, PowerConfig, Sleep, Wake};
use stranded_wire::Command;
use stranded_wire::issuer::hello;

const DAY: u64 = 86_400_000;
/// Long enough for every ration to run out.
const SPAN: u64 = 7_200_000;

#[test]
fn it_sleeps_when_nobody_speaks_and_wakes_when_somebody_does() {
    let mut bench = Bench::new(ControllerConfig::default());
    let effects = bench.wait(20_000);
    assert!(effects.contains(&Effect::Sleep(Sleep { radio: true, until: None })));
    assert!(!bench.controller.is_awake());
    let _ = bench.step(Event::Wake(Wake::Radio));
    assert!(bench.controller.is_awake());
    let key = bench.key();
    assert!(gave_way(&bench.command(&key, Command::Unlock)));
}

#[test]
fn it_does_not_sleep_while_the_bolt_moves() {
    let mut config = ControllerConfig::default();
    config.bolt.travel_milliseconds_max = 60_000;
    let mut bench = Bench::new(config);
    let key = bench.key();
    let _ = bench.command(&key, Command::Unlock);
    let sleeps = |effects: Vec<Effect>| effects.iter().any(|effect| matches!(effect, Effect::Sleep(_)));
    assert!(!sleeps(bench.wait(40_000)));
    let _ = bench.step(Event::Bolt(BoltSense::At(Bolt::Unlocked)));
    assert!(sleeps(bench.wait(200)));
}

/// Somebody without a key who speaks all day long, and a controller that lets itself be woken. Returns how long it was
/// awake in `span`; all in milliseconds.
fn awake_under_attack(config: PowerConfig, span: u64, speaks_every_milliseconds: u64, battery_low: bool) -> u64 {
    let mut power = Power::new(config);
    let mut awake = 0;
    let mut timer = None;
    let step = 50;
    for now in (0..span).step_by(step) {
        if timer.is_some_and(|until: Milliseconds| until.0 <= now) {
            power.wake(Milliseconds(now), Wake::Timer, battery_low);
            timer = None;
        }
        if now % speaks_every_milliseconds < step as u64 {
            let _ = power.message(Milliseconds(now), battery_low);
        }
        if let Some(sleep) = power.tick(Milliseconds(now), battery_low, false) {
            timer = sleep.until;
        }
        awake += if power.is_awake() { step as u64 } else { 0 };
    }
    awake
}

#[test]
fn waking_it_all_day_does_not_keep_it_awake_all_day() {
    let config = PowerConfig::default();
    for (speaks_every_milliseconds, battery_low) in [(50, false), (700, false), (10_000, false), (50, true)] {
        let awake = awake_under_attack(config, DAY, speaks_every_milliseconds, battery_low);
        let bound = config.awake_milliseconds_bound(DAY);
        assert!(awake <= bound, "awake {awake} ms, bound {bound} ms, a message every {speaks_every_milliseconds} ms");
    }
    // The bound means something, and the attack does reach it, nearly.
    assert!(config.awake_milliseconds_bound(DAY) <= (4 * 60 + 15) * 60_000, "as firmware/SECURITY.md says");
    assert!(awake_under_attack(config, DAY, 50, false) > config.awake_milliseconds_bound(DAY) / 2);
}

#[test]
fn a_renter_gets_through_under_attack_within_a_window() {
    let mut bench = Bench::new(ControllerConfig::default());
    // An attacker has used up the ration.
    let mut sleep = None;
    for _ in 0..100 {
        let _ = bench.send(&hello());
        for effect in bench.wait(30_000) {
            if let Effect::Sleep(now) = effect {
                sleep = Some(now);
            }
        }
        if sleep.is_some_and(|sleep: Sleep| !sleep.radio) {
            break;
        }
    }
    let until = sleep.and_then(|sleep| sleep.until).expect("the ration is used up");
    assert!(bench.send(&hello()).is_empty(), "the radio is off");
    assert!(until.0 - bench.now.0 <= 30_000);
    bench.now = until;
    let _ = bench.step(Event::Wake(Wake::Timer));
    let key = bench.key();
    assert!(gave_way(&bench.command(&key, Command::Unlock)));
    // The renter is at the car: the door is all ears again.
    let effects = bench.wait(30_000);
    assert!(!effects.contains(&Effect::Sleep(Sleep { radio: false, until: None })));
}

#[test]
fn a_low_battery_listens_in_windows_only() {
    let mut power = Power::new(PowerConfig::default());
    let sleep = power.tick(Milliseconds(20_000), true, false).expect("it sleeps");
    assert_eq!(sleep, Sleep { radio: false, until: Some(Milliseconds(50_000)) });
    assert!(!power.message(Milliseconds(30_000), true));
    power.wake(Milliseconds(50_000), Wake::Timer, true);
    assert!(power.message(Milliseconds(50_100), true));
    assert_eq!(power.tick(Milliseconds(51_999), true, false), None);
    assert!(power.tick(Milliseconds(52_000), true, false).is_some());
}

#[test]
fn the_handle_wakes_it_without_a_ration() {
    let mut power = Power::new(PowerConfig::default());
    let _ = power.tick(Milliseconds(20_000), true, false);
    power.wake(Milliseconds(21_000), Wake::Door, true);
    assert!(power.is_awake());
}

proptest! {
    /// Whatever the configuration: no day is longer awake than the bound says.
    #[test]
    fn the_bound_holds_for_any_configuration(
        awake in 50..60_000_u32, extra in 0..60_000_u32, burst in 0..50_u16, interval in 1_000..600_000_u32,
        window_interval in 1_000..60_000_u32, window in 50..900_u32, window_extra in 0..2_000_u32,
    ) {
        let config = PowerConfig {
            awake_milliseconds: awake,
            awake_low_battery_milliseconds: awake,
            awake_milliseconds_max: awake + extra,
            wake_ups: stranded_door::PaceConfig { burst, interval_milliseconds: interval },
            window_interval_milliseconds: window_interval,
            window_milliseconds: window,
            window_milliseconds_max: window + window_extra,
        };
        // A tick of 50 ms may come late by as much for every time it falls asleep.
        let wakes = u64::from(burst) + SPAN / u64::from(interval) + SPAN / u64::from(window_interval) + 2;
        let bound = config.awake_milliseconds_bound(SPAN) + 50 * wakes;
        prop_assert!(awake_under_attack(config, SPAN, 50, false) <= bound);
    }
}
