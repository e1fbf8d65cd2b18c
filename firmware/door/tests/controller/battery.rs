//! The battery: when it counts as low, and what then.

use crate::bench::{Bench, gave_way, refusal};
use stranded_door::{Battery, BatteryChange, BatteryConfig, ControllerConfig, Effect, Event, Milliseconds};
use stranded_wire::{Command, LogEvent, Refusal};

/// One sample a second; the changes and when they came, seconds.
fn changes(voltages: impl IntoIterator<Item = (u64, u16)>) -> Vec<(u64, BatteryChange)> {
    let mut battery = Battery::new(BatteryConfig::default());
    voltages
        .into_iter()
        .filter_map(|(second, millivolts)| Some((second, battery.sample(Milliseconds(second * 1_000), millivolts)?)))
        .collect()
}

#[test]
fn it_is_low_after_four_minutes_below_the_cut_out() {
    assert_eq!(changes((0..600).map(|second| (second, 12_199))), [(240, BatteryChange::Low)]);
    assert_eq!(changes((0..600).map(|second| (second, 12_200))), []);
}

#[test]
fn a_cold_start_is_no_reason() {
    let sagging = |second| if second % 200 == 0 { 12_600 } else { 9_500 };
    assert_eq!(changes((0..2_000).map(|second| (second, sagging(second)))), []);
}

#[test]
fn it_recovers_above_where_it_fell() {
    let voltage = |second| match second {
        0..=300 => 12_000,
        301..=900 => 12_300,
        _ => 12_600,
    };
    let expected = [(240, BatteryChange::Low), (961, BatteryChange::Good)];
    assert_eq!(changes((0..2_000).map(|second| (second, voltage(second)))), expected);
}

#[test]
fn a_battery_that_cannot_move_the_bolt_is_not_asked_to() {
    let mut bench = Bench::new(ControllerConfig::default());
    let key = bench.key();
    let _ = bench.step(Event::Battery { millivolts: 8_900 });
    assert_eq!(refusal(&bench.command(&key, Command::Unlock)), Some(Refusal::LowBattery));
    let _ = bench.step(Event::Battery { millivolts: 9_000 });
    assert!(gave_way(&bench.command(&key, Command::Unlock)), "weak, but it moves");
}

#[test]
fn a_low_battery_is_logged_and_the_door_still_opens() {
    let mut bench = Bench::new(ControllerConfig::default());
    let mut recorded = Vec::new();
    for second in 0..300 {
        bench.now = Milliseconds(second * 1_000);
        recorded.extend(bench.step(Event::Battery { millivolts: 11_900 }));
    }
    assert_eq!(recorded, [Effect::Record(LogEvent::BatteryLow { millivolts: 11_900 })]);
    let key = bench.key();
    assert!(gave_way(&bench.command(&key, Command::Unlock)));
}
