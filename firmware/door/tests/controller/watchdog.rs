//! The watchdog is fed while every part shows life, and only then.

use crate::bench::Bench;
use stranded_door::{ControllerConfig, Effect, Event, Part, Wake};
use stranded_wire::LogEvent;

fn fed(effects: &[Effect]) -> bool {
    effects.contains(&Effect::FeedWatchdog)
}

fn second(bench: &mut Bench, parts: &[Part]) -> Vec<Effect> {
    for &part in parts {
        assert!(bench.step(Event::Alive(part)).is_empty());
    }
    bench.wait(1_000)
}

#[test]
fn a_silent_part_starves_the_watchdog_and_is_logged_once() {
    let mut bench = Bench::new(ControllerConfig::default());
    for _ in 0..30 {
        assert!(fed(&second(&mut bench, &[Part::Link, Part::Bolt])));
    }
    let mut effects = Vec::new();
    for second_of_silence in 0..30 {
        let now = second(&mut bench, &[Part::Link]);
        assert_eq!(fed(&now), second_of_silence < 9, "{second_of_silence}");
        effects.extend(now);
    }
    assert_eq!(effects.iter().filter(|effect| **effect == Effect::Record(LogEvent::Hung)).count(), 1);
}

#[test]
fn sleep_is_no_silence() {
    let mut bench = Bench::new(ControllerConfig::default());
    let _ = bench.wait(20_000);
    assert!(!bench.controller.is_awake());
    bench.now.0 += 3_600_000;
    let _ = bench.step(Event::Wake(Wake::Radio));
    assert!(fed(&bench.wait(1_000)));
}
