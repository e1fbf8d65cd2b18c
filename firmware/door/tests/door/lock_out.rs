//! The lock-out against guessing.

use crate::bench::{Bench, NOON, guest_key, service_key};
use stranded_door::{Action, Bolt, DoorConfig, Milliseconds};
use stranded_wire::{CarSeconds, Command, KeyToken, Refusal};

const UNLOCKED: Action = Action::MoveBolt(Bolt::Unlocked);
const LOCKED: Action = Action::MoveBolt(Bolt::Locked);

fn bench() -> Bench {
    Bench::new(DoorConfig::default())
}

#[track_caller]
fn assert_refused(bench: &mut Bench, token: KeyToken, refusal: Refusal) {
    assert_eq!(bench.command(token, Command::Unlock), Action::Refuse(refusal));
    assert_eq!(bench.door.bolt(), Bolt::Locked);
}

fn locked_out_bench() -> Bench {
    let mut bench = bench();
    for _ in 0..bench.config.guesses_max {
        assert_eq!(bench.guess(guest_key()), Action::Refuse(Refusal::Forged));
    }
    bench
}

#[test]
fn guessing_locks_out_everybody_but_staff_and_ends() {
    let mut bench = locked_out_bench();
    assert_refused(&mut bench, guest_key(), Refusal::LockedOut);
    bench.now = Milliseconds(29_999);
    assert_refused(&mut bench, guest_key(), Refusal::LockedOut);
    bench.now = Milliseconds(30_000);
    assert_eq!(bench.command(guest_key(), Command::Unlock), UNLOCKED);

    let mut bench = locked_out_bench();
    assert_eq!(bench.command(service_key(), Command::Unlock), UNLOCKED);
    assert_eq!(bench.command(guest_key(), Command::Lock), LOCKED, "staff ends a lock-out");
}

#[test]
fn a_false_service_key_learns_nothing_during_a_lock_out() {
    let mut bench = locked_out_bench();
    assert_eq!(bench.guess(service_key()), Action::Refuse(Refusal::LockedOut));
}

#[test]
fn guesses_are_forgotten_after_a_quiet_while_and_after_a_success() {
    let mut bench = bench();
    for _ in 0..20 {
        assert_eq!(bench.guess(guest_key()), Action::Refuse(Refusal::Forged));
        bench.now = Milliseconds(bench.now.0 + 30_000);
    }
    for _ in 0..20 {
        assert_eq!(bench.guess(guest_key()), Action::Refuse(Refusal::Forged));
        assert_eq!(bench.command(guest_key(), Command::Unlock), UNLOCKED);
    }
}

#[test]
fn an_honest_renters_mistake_is_no_guess() {
    let mut bench = bench();
    for _ in 0..20 {
        let expired = KeyToken { expires: CarSeconds(NOON - 60), ..guest_key() };
        assert_refused(&mut bench, expired, Refusal::Expired);
    }
    assert_eq!(bench.command(guest_key(), Command::Unlock), UNLOCKED);
}

#[test]
fn a_lock_out_can_be_turned_off() {
    let mut bench = Bench::new(DoorConfig { guesses_max: 0, ..DoorConfig::default() });
    for _ in 0..300 {
        assert_eq!(bench.guess(guest_key()), Action::Refuse(Refusal::Forged));
    }
    assert_eq!(bench.command(guest_key(), Command::Unlock), UNLOCKED);
}
