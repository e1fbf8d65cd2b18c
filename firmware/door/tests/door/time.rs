//! The door's clock: what it makes of a key's validity, and who may set it.

use crate::bench::{BOOT_EPOCH, Bench, NOON, PHONE, Signer, an_update, guest_key, sign};
use stranded_door::{Action, Bolt, DoorConfig, Input, Milliseconds};
use stranded_wire::{CarId, CarSeconds, Command, KeyToken, Refusal, VendorUpdate};

const UNLOCKED: Action = Action::MoveBolt(Bolt::Unlocked);

fn bench() -> Bench {
    Bench::new(DoorConfig::default())
}

#[track_caller]
fn assert_refused(bench: &mut Bench, token: KeyToken, refusal: Refusal) {
    assert_eq!(bench.command(token, Command::Unlock), Action::Refuse(refusal));
    assert_eq!(bench.door.bolt(), Bolt::Locked);
}

#[test]
fn validity_is_a_matter_of_certainty() {
    let refused = Action::Refuse;
    // At noon the clock is certain to one second: it is between 11:59:59 and 12:00:01.
    let cases = [
        (-1, 2, UNLOCKED),
        (0, 2, refused(Refusal::ClockUnsure)),
        (-1, 1, refused(Refusal::ClockUnsure)),
        (-9, 0, refused(Refusal::ClockUnsure)),
        (-9, -1, refused(Refusal::Expired)),
        (1, 9, refused(Refusal::ClockUnsure)),
        (2, 9, refused(Refusal::NotYetValid)),
    ];
    for (not_before, expires, expected) in cases {
        let token = KeyToken {
            not_before: CarSeconds(NOON.saturating_add_signed(not_before)),
            expires: CarSeconds(NOON.saturating_add_signed(expires)),
            ..guest_key()
        };
        let action = bench().command(token, Command::Unlock);
        assert_eq!(action, expected, "{not_before} to {expires}");
    }
}

#[test]
fn the_clock_goes_on_by_itself() {
    let mut bench = bench();
    bench.now = Milliseconds(3_500_000);
    assert_eq!(bench.command(guest_key(), Command::Unlock), UNLOCKED);
    bench.now = Milliseconds(3_610_000);
    let again = bench.command(guest_key(), Command::Unlock);
    assert_eq!(again, Action::Refuse(Refusal::Expired));
}

#[test]
fn a_door_that_never_heard_the_time_accepts_nobody() {
    let mut bench = Bench::without_time(DoorConfig::default());
    assert_refused(&mut bench, guest_key(), Refusal::ClockUnsure);
    assert_eq!(bench.update(NOON, 0), Action::Nothing);
    assert_eq!(bench.command(guest_key(), Command::Unlock), UNLOCKED);
}

#[test]
fn a_stale_clock_accepts_nobody_until_it_is_set() {
    let mut bench = bench();
    // 300 s at 50 ppm take 6,000,000 s; one second goes to rounding.
    assert_eq!(bench.config.offline_grace_milliseconds(), 5_980_000_000);
    let forever = KeyToken { expires: CarSeconds(u64::MAX), ..guest_key() };
    bench.now = Milliseconds(5_980_000_000);
    assert_eq!(bench.command(forever, Command::Unlock), UNLOCKED);
    bench.now = Milliseconds(5_980_000_001);
    assert_eq!(bench.command(forever, Command::Unlock), Action::Refuse(Refusal::ClockUnsure));
    assert_eq!(bench.update(NOON + 5_980_100, 0), Action::Nothing);
    assert_eq!(bench.command(forever, Command::Unlock), UNLOCKED);
}

#[test]
fn the_clock_cannot_be_turned_back() {
    let mut bench = bench();
    bench.now = Milliseconds(3_610_000);
    assert_eq!(bench.update(NOON, 0), Action::Refuse(Refusal::Replayed));
    assert_refused(&mut bench, guest_key(), Refusal::Expired);
}

#[test]
fn an_update_must_be_genuine_and_for_this_start_of_this_car() {
    let genuine = VendorUpdate { time: CarSeconds(NOON + 9_000), epoch_min: 9, ..an_update() };
    let other_car = VendorUpdate { car: CarId(8), ..genuine };
    let other_boot = VendorUpdate { boot_epoch: BOOT_EPOCH - 1, ..genuine };
    for (update, signer, refusal) in [
        (genuine, Signer::Nobody, Refusal::Forged),
        (genuine, Signer::Phone(PHONE), Refusal::Forged),
        (other_car, Signer::Vendor, Refusal::WrongCar),
        (other_boot, Signer::Vendor, Refusal::Replayed),
    ] {
        let mut bench = bench();
        let update = VendorUpdate { nonce: bench.challenge().nonce, ..update };
        let signature = sign(signer, &update);
        assert_eq!(bench.step(&Input::VendorUpdate { update, signature }), Action::Refuse(refusal));
        assert_eq!(bench.door.epoch_min(), 0);
        assert_eq!(bench.command(guest_key(), Command::Unlock), UNLOCKED);
    }
}

#[test]
fn an_update_that_was_held_back_is_refused() {
    let send = |bench: &mut Bench, nonce| {
        let update = VendorUpdate { nonce, time: CarSeconds(NOON + 9_000), ..an_update() };
        let signature = sign(Signer::Vendor, &update);
        bench.step(&Input::VendorUpdate { update, signature })
    };
    let refused = Action::Refuse(Refusal::Replayed);
    // Answers nothing; another challenge; one that is too old; one twice.
    let mut bench = bench();
    assert_eq!(send(&mut bench, 0), refused);
    let old = bench.challenge().nonce;
    let open = bench.challenge().nonce;
    assert_eq!(send(&mut bench, old), refused);
    bench.now = Milliseconds(5_001);
    assert_eq!(send(&mut bench, open), refused);
    let fresh = bench.challenge().nonce;
    assert_eq!(send(&mut bench, fresh), Action::Nothing);
    assert_eq!(send(&mut bench, fresh), refused);

    let mut trusting = Bench::new(DoorConfig { accept_unasked_updates: true, ..DoorConfig::default() });
    assert_eq!(send(&mut trusting, 0), Action::Nothing);
}
