//! Each accepting path and each refusal of the door, but for the clock and the lock-out.

use crate::bench::{BOOT_EPOCH, Bench, CAR, NOON, Notes, PHONE, Signer, answer, guest_key, service_key, sign};
use stranded_door::{Action, Bolt, Door, DoorConfig, Input, Milliseconds};
use stranded_wire::{CarId, CarSeconds, Command, KeyToken, PublicKeyId, Refusal, Rights};

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

#[test]
fn a_key_unlocks_starts_and_locks_offline() {
    let mut bench = bench();
    assert_eq!(bench.command(guest_key(), Command::Unlock), UNLOCKED);
    assert_eq!(bench.door.bolt(), Bolt::Unlocked);
    assert_eq!(bench.command(guest_key(), Command::Start), Action::EnableStart);
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
    let other = KeyToken { phone_key: PublicKeyId(41), ..guest_key() };
    for token in [guest_key(), other, guest_key(), other] {
        assert_eq!(bench.command(token, Command::Unlock), UNLOCKED);
    }
}

#[test]
fn a_key_the_vendor_did_not_sign_is_forged() {
    assert_eq!(bench().guess(guest_key()), Action::Refuse(Refusal::Forged));
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
fn a_key_for_another_car_is_refused() {
    assert_refused(&mut bench(), KeyToken { car: CarId(8), ..guest_key() }, Refusal::WrongCar);
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
    for (late, expected) in [(5_000, UNLOCKED), (5_001, Action::Refuse(Refusal::Replayed))] {
        let mut bench = bench();
        let challenge = bench.challenge();
        bench.now = Milliseconds(late);
        assert_eq!(bench.respond(answer(guest_key(), challenge, Command::Unlock)), expected);
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
        assert_eq!(bench.respond(response), Action::Refuse(Refusal::CounterReuse), "{counter}");
    }
}

#[test]
fn raising_the_epoch_revokes_and_nothing_lowers_it() {
    let mut bench = bench();
    assert_eq!(bench.update(NOON, 5), Action::Nothing);
    assert_refused(&mut bench, KeyToken { epoch: 4, ..guest_key() }, Refusal::Revoked);
    assert_eq!(bench.update(NOON, 2), Action::Nothing);
    assert_refused(&mut bench, KeyToken { epoch: 4, ..guest_key() }, Refusal::Revoked);
    let renewed = KeyToken { epoch: 5, ..guest_key() };
    assert_eq!(bench.command(renewed, Command::Unlock), UNLOCKED);
}

#[test]
fn a_key_does_what_it_allows_and_no_more() {
    let commands = [Command::Unlock, Command::Lock, Command::Start];
    for allowed in commands {
        for asked in commands {
            let token = KeyToken { rights: allowed.right(), ..guest_key() };
            let refused = bench().command(token, asked) == Action::Refuse(Refusal::WrongRights);
            assert_eq!(refused, allowed != asked, "{allowed:?} allowed, {asked:?} asked");
        }
    }
}

#[test]
fn a_service_role_without_the_service_right_is_refused() {
    let token = KeyToken { rights: Rights::RENTER, ..service_key() };
    assert_refused(&mut bench(), token, Refusal::WrongRights);
}

#[test]
fn as_on_the_day_no_server_means_no_door() {
    let config = DoorConfig { offline_keys: false, ..DoorConfig::default() };
    let mut bench = Bench::new(config);
    assert_refused(&mut bench, guest_key(), Refusal::Unconfirmed);
    let challenge = bench.challenge();
    let response = answer(guest_key(), challenge, Command::Unlock);
    let confirmed = Input::Response { response, server_confirmed: true };
    assert_eq!(bench.step(&confirmed), UNLOCKED);
}

#[test]
fn the_servers_word_replaces_no_key() {
    let mut bench = bench();
    let challenge = bench.challenge();
    let mut response = answer(guest_key(), challenge, Command::Unlock);
    response.issued_by = sign(Signer::Nobody, &response.token);
    let confirmed = Input::Response { response, server_confirmed: true };
    assert_eq!(bench.step(&confirmed), Action::Refuse(Refusal::Forged));
}

#[test]
fn walking_away_locks_if_it_should() {
    for (walk_away_lock, expected) in [(true, LOCKED), (false, Action::Nothing)] {
        let mut bench = Bench::new(DoorConfig { walk_away_lock, ..DoorConfig::default() });
        assert_eq!(bench.step(&Input::PhoneLeft), Action::Nothing, "it is locked already");
        assert_eq!(bench.command(guest_key(), Command::Unlock), UNLOCKED);
        assert_eq!(bench.step(&Input::PhoneLeft), expected);
    }
}

#[test]
fn a_challenge_leaves_with_its_phone() {
    let mut bench = bench();
    let challenge = bench.challenge();
    let _ = bench.step(&Input::PhoneLeft);
    assert_eq!(bench.respond(answer(guest_key(), challenge, Command::Unlock)), Action::Refuse(Refusal::Replayed));
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
    let input = Input::Response { response, server_confirmed: false };
    assert_eq!(copy.step(&bench.config, bench.now, &input, &Notes), UNLOCKED);
    assert_eq!(bench.door.bolt(), Bolt::Locked);
}
