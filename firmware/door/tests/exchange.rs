//! Each accepting path and each refusal of the door.

mod common;

use common::{
    BOOT_EPOCH, Bench, CAR, NOON, Notes, PHONE, Signer, answer, guest_key, service_key, sign,
};
use stranded_door::{Action, Bolt, Door, DoorConfig, Input, Milliseconds};
use stranded_wire::{
    CarId, CarSeconds, Command, KeyToken, PublicKeyId, Refusal, Rights, VendorUpdate,
};

const UNLOCKED: Action = Action::MoveBolt(Bolt::Unlocked);
const LOCKED: Action = Action::MoveBolt(Bolt::Locked);

fn bench() -> Bench {
    Bench::new(DoorConfig::default())
}

#[track_caller]
fn assert_refused(bench: &mut Bench, token: KeyToken, refusal: Refusal) {
    assert_eq!(
        bench.command(token, Command::Unlock),
        Action::Refuse(refusal)
    );
    assert_eq!(bench.door.bolt(), Bolt::Locked);
}

/// One guess: a key the vendor never signed.
fn guess(bench: &mut Bench) -> Action {
    guess_with(bench, guest_key())
}

fn guess_with(bench: &mut Bench, token: KeyToken) -> Action {
    let challenge = bench.challenge();
    let mut response = answer(token, challenge, Command::Unlock);
    response.issued_by = sign(Signer::Nobody, &token);
    bench.respond(response)
}

fn locked_out_bench() -> Bench {
    let mut bench = bench();
    for _ in 0..bench.config.guesses_max {
        assert_eq!(guess(&mut bench), Action::Refuse(Refusal::Forged));
    }
    bench
}

#[test]
fn a_key_unlocks_starts_and_locks_offline() {
    let mut bench = bench();
    assert_eq!(bench.command(guest_key(), Command::Unlock), UNLOCKED);
    assert_eq!(bench.door.bolt(), Bolt::Unlocked);
    assert_eq!(
        bench.command(guest_key(), Command::Start),
        Action::EnableStart
    );
    assert_eq!(bench.command(guest_key(), Command::Lock), LOCKED);
    assert_eq!(bench.door.bolt(), Bolt::Locked);
}

#[test]
fn a_service_key_works_too() {
    assert_eq!(bench().command(service_key(), Command::Unlock), UNLOCKED);
}

#[test]
fn two_phones_take_turns() {
    let mut bench = bench();
    let other = KeyToken {
        phone_key: PublicKeyId(41),
        ..guest_key()
    };
    for token in [guest_key(), other, guest_key(), other] {
        assert_eq!(bench.command(token, Command::Unlock), UNLOCKED);
    }
}

#[test]
fn a_key_the_vendor_did_not_sign_is_forged() {
    assert_eq!(guess(&mut bench()), Action::Refuse(Refusal::Forged));
}

#[test]
fn a_key_changed_after_signing_is_forged() {
    let mut bench = bench();
    let challenge = bench.challenge();
    let mut response = answer(guest_key(), challenge, Command::Unlock);
    response.token.expires = CarSeconds(NOON + 99_999);
    assert_eq!(bench.respond(response), Action::Refuse(Refusal::Forged));
}

#[test]
fn validity_is_a_matter_of_certainty() {
    let cases = [
        // (not before, expires, refusal); the clock is certain to one second.
        (0, 1, None),
        (1, 2, Some(Refusal::ClockUnsure)),
        (-1, 2, None),
        (-1, 1, Some(Refusal::ClockUnsure)),
        (-9, -1, Some(Refusal::Expired)),
        (-9, 0, Some(Refusal::ClockUnsure)),
        (2, 9, Some(Refusal::NotYetValid)),
    ];
    for (not_before, expires, refusal) in cases {
        let token = KeyToken {
            not_before: CarSeconds(NOON.saturating_add_signed(not_before)),
            expires: CarSeconds(NOON.saturating_add_signed(expires)),
            ..guest_key()
        };
        let expected = match (not_before, expires) {
            // One second of validity is less than the clock can tell.
            (0, 1) => Action::Refuse(Refusal::ClockUnsure),
            _ => refusal.map_or(UNLOCKED, Action::Refuse),
        };
        assert_eq!(
            bench().command(token, Command::Unlock),
            expected,
            "{not_before} to {expires}"
        );
    }
}

#[test]
fn the_clock_goes_on_by_itself() {
    let mut bench = bench();
    bench.now = Milliseconds(3_500_000);
    assert_eq!(bench.command(guest_key(), Command::Unlock), UNLOCKED);
    bench.now = Milliseconds(3_610_000);
    bench.command(guest_key(), Command::Lock);
    assert_eq!(
        bench.command(guest_key(), Command::Unlock),
        Action::Refuse(Refusal::Expired)
    );
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
    let forever = KeyToken {
        expires: CarSeconds(u64::MAX),
        ..guest_key()
    };
    bench.now = Milliseconds(5_980_000_000);
    assert_eq!(bench.command(forever, Command::Unlock), UNLOCKED);
    bench.now = Milliseconds(5_980_000_001);
    assert_eq!(
        bench.command(forever, Command::Unlock),
        Action::Refuse(Refusal::ClockUnsure)
    );
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
    let genuine = VendorUpdate {
        car: CAR,
        boot_epoch: BOOT_EPOCH,
        time: CarSeconds(NOON + 9_000),
        epoch_min: 9,
    };
    let other_car = VendorUpdate {
        car: CarId(8),
        ..genuine
    };
    let other_boot = VendorUpdate {
        boot_epoch: BOOT_EPOCH - 1,
        ..genuine
    };
    for (update, signer, refusal) in [
        (genuine, Signer::Nobody, Refusal::Forged),
        (genuine, Signer::Phone(PHONE), Refusal::Forged),
        (other_car, Signer::Vendor, Refusal::WrongCar),
        (other_boot, Signer::Vendor, Refusal::Replayed),
    ] {
        let mut bench = bench();
        let signature = sign(signer, &update);
        assert_eq!(
            bench.step(&Input::VendorUpdate { update, signature }),
            Action::Refuse(refusal)
        );
        assert_eq!(bench.door.epoch_min(), 0);
        assert_eq!(bench.command(guest_key(), Command::Unlock), UNLOCKED);
    }
}

#[test]
fn a_key_for_another_car_is_refused() {
    assert_refused(
        &mut bench(),
        KeyToken {
            car: CarId(8),
            ..guest_key()
        },
        Refusal::WrongCar,
    );
}

#[test]
fn a_copied_key_opens_nothing_for_another_phone() {
    let mut bench = bench();
    let challenge = bench.challenge();
    let mut response = answer(guest_key(), challenge, Command::Unlock);
    response.signed_by = sign(Signer::Phone(PublicKeyId(666)), &response.proof);
    assert_eq!(bench.respond(response), Action::Refuse(Refusal::WrongPhone));
}

#[test]
fn a_command_changed_on_the_way_is_not_the_phones() {
    let mut bench = bench();
    let challenge = bench.challenge();
    let mut response = answer(guest_key(), challenge, Command::Lock);
    response.proof.command = Command::Unlock;
    assert_eq!(bench.respond(response), Action::Refuse(Refusal::WrongPhone));
}

#[test]
fn a_recorded_answer_is_worthless() {
    let mut bench = bench();
    let challenge = bench.challenge();
    let response = answer(guest_key(), challenge, Command::Unlock);
    assert_eq!(bench.respond(response), UNLOCKED);
    assert_eq!(bench.respond(response), Action::Refuse(Refusal::Replayed));
    bench.challenge();
    assert_eq!(bench.respond(response), Action::Refuse(Refusal::Replayed));
}

#[test]
fn a_recorded_answer_is_worthless_after_a_restart_even_with_the_same_nonce() {
    let mut bench = bench();
    let challenge = bench.challenge();
    let response = answer(guest_key(), challenge, Command::Unlock);
    bench.door = Door::new(CAR, BOOT_EPOCH + 1, 0);
    let nonce = challenge.nonce;
    let _ = bench.step(&Input::ChallengeRequest { nonce });
    assert_eq!(bench.respond(response), Action::Refuse(Refusal::Replayed));
}

#[test]
fn an_answer_must_come_while_the_challenge_lives() {
    for (late, expected) in [
        (5_000, UNLOCKED),
        (5_001, Action::Refuse(Refusal::Replayed)),
    ] {
        let mut bench = bench();
        let challenge = bench.challenge();
        bench.now = Milliseconds(late);
        assert_eq!(
            bench.respond(answer(guest_key(), challenge, Command::Unlock)),
            expected
        );
    }
}

#[test]
fn a_challenge_takes_one_answer_good_or_bad() {
    let mut bench = bench();
    let challenge = bench.challenge();
    let good = answer(guest_key(), challenge, Command::Unlock);
    let mut bad = good;
    bad.signed_by = sign(Signer::Nobody, &bad.proof);
    assert_eq!(bench.respond(bad), Action::Refuse(Refusal::WrongPhone));
    assert_eq!(bench.respond(good), Action::Refuse(Refusal::Replayed));
}

#[test]
fn counters_go_up_by_one() {
    for counter in [0, 1, 3, u32::MAX] {
        let mut bench = bench();
        assert_eq!(bench.command(guest_key(), Command::Lock), LOCKED);
        let challenge = bench.challenge();
        let mut response = answer(guest_key(), challenge, Command::Unlock);
        response.proof.counter = counter;
        response.signed_by = sign(Signer::Phone(PHONE), &response.proof);
        assert_eq!(
            bench.respond(response),
            Action::Refuse(Refusal::CounterReuse),
            "{counter}"
        );
    }
}

#[test]
fn raising_the_epoch_revokes_and_nothing_lowers_it() {
    let mut bench = bench();
    assert_eq!(bench.update(NOON, 5), Action::Nothing);
    assert_refused(
        &mut bench,
        KeyToken {
            epoch: 4,
            ..guest_key()
        },
        Refusal::Revoked,
    );
    assert_eq!(bench.update(NOON, 2), Action::Nothing);
    assert_refused(
        &mut bench,
        KeyToken {
            epoch: 4,
            ..guest_key()
        },
        Refusal::Revoked,
    );
    let renewed = KeyToken {
        epoch: 5,
        ..guest_key()
    };
    assert_eq!(bench.command(renewed, Command::Unlock), UNLOCKED);
}

#[test]
fn a_key_does_what_it_allows_and_no_more() {
    let commands = [Command::Unlock, Command::Lock, Command::Start];
    for allowed in commands {
        for asked in commands {
            let token = KeyToken {
                rights: allowed.right(),
                ..guest_key()
            };
            let refused = bench().command(token, asked) == Action::Refuse(Refusal::WrongRights);
            assert_eq!(
                refused,
                allowed != asked,
                "{allowed:?} allowed, {asked:?} asked"
            );
        }
    }
}

#[test]
fn a_service_role_without_the_service_right_is_refused() {
    let token = KeyToken {
        rights: Rights::RENTER,
        ..service_key()
    };
    assert_refused(&mut bench(), token, Refusal::WrongRights);
}

#[test]
fn as_on_the_day_no_server_means_no_door() {
    let config = DoorConfig {
        offline_keys: false,
        ..DoorConfig::default()
    };
    let mut bench = Bench::new(config);
    assert_refused(&mut bench, guest_key(), Refusal::Unconfirmed);
    let challenge = bench.challenge();
    let response = answer(guest_key(), challenge, Command::Unlock);
    let confirmed = Input::Response {
        response,
        server_confirmed: true,
    };
    assert_eq!(bench.step(&confirmed), UNLOCKED);
}

#[test]
fn the_servers_word_replaces_no_key() {
    let mut bench = bench();
    let challenge = bench.challenge();
    let mut response = answer(guest_key(), challenge, Command::Unlock);
    response.issued_by = sign(Signer::Nobody, &response.token);
    let confirmed = Input::Response {
        response,
        server_confirmed: true,
    };
    assert_eq!(bench.step(&confirmed), Action::Refuse(Refusal::Forged));
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
    assert_eq!(
        bench.command(guest_key(), Command::Lock),
        LOCKED,
        "staff ends a lock-out"
    );
}

#[test]
fn a_false_service_key_learns_nothing_during_a_lock_out() {
    let mut bench = locked_out_bench();
    assert_eq!(
        guess_with(&mut bench, service_key()),
        Action::Refuse(Refusal::LockedOut)
    );
}

#[test]
fn guesses_are_forgotten_after_a_quiet_while_and_after_a_success() {
    let mut bench = bench();
    for _ in 0..20 {
        assert_eq!(guess(&mut bench), Action::Refuse(Refusal::Forged));
        bench.now = Milliseconds(bench.now.0 + 30_000);
    }
    for _ in 0..20 {
        assert_eq!(guess(&mut bench), Action::Refuse(Refusal::Forged));
        assert_eq!(bench.command(guest_key(), Command::Unlock), UNLOCKED);
    }
}

#[test]
fn an_honest_renters_mistake_is_no_guess() {
    let mut bench = bench();
    for _ in 0..20 {
        let expired = KeyToken {
            expires: CarSeconds(NOON - 60),
            ..guest_key()
        };
        assert_refused(&mut bench, expired, Refusal::Expired);
    }
    assert_eq!(bench.command(guest_key(), Command::Unlock), UNLOCKED);
}

#[test]
fn a_lock_out_can_be_turned_off() {
    let mut bench = Bench::new(DoorConfig {
        guesses_max: 0,
        ..DoorConfig::default()
    });
    for _ in 0..300 {
        assert_eq!(guess(&mut bench), Action::Refuse(Refusal::Forged));
    }
    assert_eq!(bench.command(guest_key(), Command::Unlock), UNLOCKED);
}

#[test]
fn walking_away_locks_if_it_should() {
    for (walk_away_lock, expected) in [(true, LOCKED), (false, Action::Nothing)] {
        let mut bench = Bench::new(DoorConfig {
            walk_away_lock,
            ..DoorConfig::default()
        });
        assert_eq!(
            bench.step(&Input::PhoneLeft),
            Action::Nothing,
            "it is locked already"
        );
        assert_eq!(bench.command(guest_key(), Command::Unlock), UNLOCKED);
        assert_eq!(bench.step(&Input::PhoneLeft), expected);
    }
}

#[test]
fn a_challenge_leaves_with_its_phone() {
    let mut bench = bench();
    let challenge = bench.challenge();
    let _ = bench.step(&Input::PhoneLeft);
    assert_eq!(
        bench.respond(answer(guest_key(), challenge, Command::Unlock)),
        Action::Refuse(Refusal::Replayed)
    );
}

#[test]
fn a_door_is_small() {
    assert!(size_of::<Door>() <= 64, "{}", size_of::<Door>());
}

#[test]
fn a_copy_of_a_door_lives_its_own_life() {
    let mut bench = bench();
    let challenge = bench.challenge();
    let mut copy = bench.door;
    let response = answer(guest_key(), challenge, Command::Unlock);
    let input = Input::Response {
        response,
        server_confirmed: false,
    };
    assert_eq!(
        copy.step(&bench.config, bench.now, &input, &Notes),
        UNLOCKED
    );
    assert_eq!(bench.door.bolt(), Bolt::Locked);
}
