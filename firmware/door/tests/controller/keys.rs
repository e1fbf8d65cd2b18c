//! Who gets in, who does not, and why.

use crate::bench::{Bench, CAR, EPOCH, gave_way, refusal};
use stranded_door::{Bolt, BoltSense, ControllerConfig, Effect, Event, Motor, PaceConfig};
use stranded_wire::issuer::{BadKey, Issuer, Phone};
use stranded_wire::{
    CarSeconds, Command, IssuerId, KeyToken, LogEvent, Proof, Refusal, Reply, Request, Rights, Role, VendorUpdate,
};

fn bench() -> Bench {
    Bench::new(ControllerConfig::default())
}

#[test]
fn a_key_unlocks_starts_and_locks_with_no_server() {
    let mut bench = bench();
    let key = bench.key();
    let done = |command, counter| Effect::Send(Reply::Done { command, counter });
    let unlocked = bench.command_and_move(&key, Command::Unlock);
    assert_eq!(
        unlocked,
        [
            Effect::Drive(Motor::Drive(Bolt::Unlocked)),
            Effect::Drive(Motor::Stop),
            done(Command::Unlock, 1),
            Effect::Record(LogEvent::Unlocked { key_id: 1 }),
        ]
    );
    let started = bench.command(&key, Command::Start);
    let enabled = Effect::Record(LogEvent::EngineEnabled { key_id: 1 });
    assert_eq!(started, [Effect::EnableStart, done(Command::Start, 2), enabled]);
    let locked = bench.command_and_move(&key, Command::Lock);
    assert!(locked.contains(&done(Command::Lock, 3)), "{locked:?}");
    assert_eq!(bench.controller.bolt().position(), Some(Bolt::Locked));
}

#[test]
fn each_of_twelve_bad_keys_is_refused_for_its_own_reason() {
    let mut reasons = Vec::new();
    for bad_key in BadKey::ALL {
        let mut bench = bench();
        let challenge = bench.challenge();
        let recorded = bench.scene().good_frame(challenge);
        assert!(gave_way(&bench.send(&recorded)));
        let _ = bench.step(Event::Bolt(BoltSense::At(Bolt::Unlocked)));
        let key = bench.key();
        let _ = bench.command_and_move(&key, Command::Lock);

        let challenge = bench.challenge();
        let frame = bad_key.frame(&bench.scene(), challenge, &recorded);
        let effects = bench.send(&frame);
        assert!(!gave_way(&effects), "{bad_key:?}: {effects:?}");
        assert_eq!(refusal(&effects), Some(bad_key.refusal()), "{bad_key:?}");
        assert_eq!(bench.controller.bolt().position(), Some(Bolt::Locked));
        assert!(gave_way(&bench.command(&key, Command::Unlock)), "after {bad_key:?} the good key works");
        reasons.push(bad_key.refusal());
    }
    reasons.sort_by_key(|reason| reason.code());
    reasons.dedup();
    assert_eq!(reasons.len(), 12);
}

#[test]
fn a_proof_for_one_key_serves_no_other_of_the_same_phone() {
    let mut bench = bench();
    let modest = bench.issuer.issue(&KeyToken { rights: Rights::LOCK, ..bench.key() });
    let mighty = bench.issuer.issue(&bench.key());
    let challenge = bench.challenge();
    let proof = Proof { challenge, command: Command::Unlock, counter: challenge.counter + 1 };
    let proof = bench.phone.prove(&proof, &modest);
    let mut buffer = [0; stranded_wire::FRAME_BYTES_MAX];
    let frame = Request::Response { token: &mighty, proof: &proof }.frame(&mut buffer).expect("it fits");
    assert_eq!(refusal(&bench.send(frame)), Some(Refusal::WrongPhone));
}

#[test]
fn a_key_without_its_phone_opens_nothing() {
    let mut bench = bench();
    let token = bench.issuer.issue(&bench.key());
    let thief = Phone::from_seed(&[66; 32]);
    let challenge = bench.challenge();
    let effects = bench.send(&thief.answer(challenge, &token, Command::Unlock));
    assert_eq!(refusal(&effects), Some(Refusal::WrongPhone));
}

#[test]
fn only_staff_reads_the_log() {
    let mut bench = bench();
    let guest = bench.key();
    assert_eq!(refusal(&bench.command(&guest, Command::ReadLog)), Some(Refusal::WrongRights));
    // A renter's key that was issued with too much.
    let broad = KeyToken { rights: Rights::RENTER | Rights::SERVICE, ..guest };
    assert_eq!(refusal(&bench.command(&broad, Command::ReadLog)), Some(Refusal::WrongRights));
    let staff = bench.service_key();
    let effects = bench.command(&staff, Command::ReadLog);
    assert_eq!(effects[0], Effect::SendLog);
    assert!(effects.contains(&Effect::Record(LogEvent::LogRead { key_id: 1 })), "{effects:?}");
}

#[test]
fn a_service_key_ends_like_any_other_and_is_written_down() {
    let mut bench = bench();
    let over = KeyToken { expires: CarSeconds(bench.key().not_before.0 + 60), ..bench.service_key() };
    assert_eq!(refusal(&bench.command(&over, Command::Unlock)), Some(Refusal::Expired));
    let without_right = KeyToken { rights: Rights::RENTER, role: Role::Service, ..bench.key() };
    assert_eq!(refusal(&bench.command(&without_right, Command::Unlock)), Some(Refusal::WrongRights));
    let staff = KeyToken { key_id: 99, ..bench.service_key() };
    let effects = bench.command_and_move(&staff, Command::Unlock);
    assert!(effects.contains(&Effect::Record(LogEvent::Unlocked { key_id: 99 })), "{effects:?}");
}

#[test]
fn a_cancelled_bookings_key_dies_with_its_epoch() {
    let mut bench = bench();
    let key = bench.key();
    let update = bench.an_update();
    let effects = bench.send(&bench.issuer.update_frame(&VendorUpdate { epoch_min: EPOCH + 1, ..update }));
    let memory = bench.controller.memory();
    assert_eq!(memory.epoch_min, EPOCH + 1);
    // Written to flash before the vendor hears that it is done.
    let remembered = effects.iter().position(|effect| *effect == Effect::Remember(memory)).expect("it is remembered");
    let told = effects.iter().position(|effect| *effect == Effect::Send(Reply::Updated)).expect("it is told");
    assert!(remembered < told);
    assert_eq!(refusal(&bench.command(&key, Command::Unlock)), Some(Refusal::Revoked));
    let renewed = KeyToken { epoch: EPOCH + 1, ..key };
    assert!(gave_way(&bench.command(&renewed, Command::Unlock)));
}

#[test]
fn a_leaked_issuer_is_retired_by_its_successor() {
    let mut bench = bench();
    let update = bench.an_update();
    let effects = bench.send(&bench.next_issuer.update_frame(&VendorUpdate { issuer_min: IssuerId(2), ..update }));
    assert_eq!(effects[0], Effect::Remember(bench.controller.memory()));
    assert_eq!(bench.controller.memory().issuer_min, IssuerId(2));
    // The thief of the old key signs what he likes.
    let key = bench.key();
    assert_eq!(refusal(&bench.command(&key, Command::Unlock)), Some(Refusal::Revoked));
    let update = bench.an_update();
    assert_eq!(refusal(&bench.send(&bench.issuer.update_frame(&update))), Some(Refusal::Revoked));
    // The successor's keys open.
    bench.issuer = Issuer::from_seed(IssuerId(2), &[2; 32]);
    assert!(gave_way(&bench.command(&key, Command::Unlock)));
}

#[test]
fn a_leaked_issuer_cannot_retire_its_successor() {
    let mut bench = bench();
    let update = bench.an_update();
    let effects = bench.send(&bench.issuer.update_frame(&VendorUpdate { issuer_min: IssuerId(3), ..update }));
    assert_eq!(refusal(&effects), Some(Refusal::WrongRights));
    assert_eq!(bench.controller.memory().issuer_min, IssuerId(1));
}

#[test]
fn an_issuer_nobody_knows_is_a_forger() {
    let mut bench = bench();
    bench.issuer = Issuer::from_seed(IssuerId(9), &[1; 32]);
    let key = bench.key();
    assert_eq!(refusal(&bench.command(&key, Command::Unlock)), Some(Refusal::Forged));
}

#[test]
fn guessing_locks_out_guests_and_not_staff() {
    let mut bench = bench();
    let forger = Issuer::from_seed(IssuerId(1), &[66; 32]);
    for _ in 0..5 {
        let challenge = bench.challenge();
        let frame = bench.phone.answer(challenge, &forger.issue(&bench.key()), Command::Unlock);
        assert_eq!(refusal(&bench.send(&frame)), Some(Refusal::Forged));
    }
    let (guest, staff) = (bench.key(), bench.service_key());
    assert_eq!(refusal(&bench.command(&guest, Command::Unlock)), Some(Refusal::LockedOut));
    assert!(gave_way(&bench.command(&staff, Command::Unlock)));
    assert!(gave_way(&bench.command(&guest, Command::Unlock)));
}

#[test]
fn damaged_frames_are_no_guesses_and_no_news() {
    let mut bench = bench();
    for _ in 0..50 {
        for bad_key in [BadKey::Truncated, BadKey::BitFlipped, BadKey::Oversized] {
            let challenge = bench.challenge();
            let frame = bad_key.frame(&bench.scene(), challenge, &[]);
            let effects = bench.send(&frame);
            assert_eq!(effects, [Effect::Send(Reply::Refused { refusal: bad_key.refusal() })]);
        }
    }
    let key = bench.key();
    assert!(gave_way(&bench.command(&key, Command::Unlock)));
}

#[test]
fn verifying_is_rationed() {
    let verifications = PaceConfig { burst: 3, interval_milliseconds: 500 };
    let mut bench = Bench::new(ControllerConfig { verifications, ..ControllerConfig::default() });
    let expired = KeyToken { expires: CarSeconds(0), not_before: CarSeconds(0), ..bench.key() };
    // The update that told the time took one.
    for expected in [Refusal::Expired, Refusal::Expired, Refusal::TooFast, Refusal::TooFast] {
        assert_eq!(refusal(&bench.command(&expired, Command::Unlock)), Some(expected));
    }
    bench.now.0 += 500;
    assert_eq!(refusal(&bench.command(&expired, Command::Unlock)), Some(Refusal::Expired));
    assert_eq!(refusal(&bench.command(&expired, Command::Unlock)), Some(Refusal::TooFast));
    bench.now.0 += 500;
    let key = bench.key();
    assert!(gave_way(&bench.command(&key, Command::Unlock)));
    for _ in 0..3 {
        assert_eq!(refusal(&bench.command(&expired, Command::Unlock)), Some(Refusal::Expired), "a renter starts anew");
    }
}

#[test]
fn an_attacker_cannot_write_the_flash_to_death() {
    let mut bench = bench();
    let expired = KeyToken { expires: CarSeconds(0), not_before: CarSeconds(0), ..bench.key() };
    let mut lines = 0;
    for _ in 0..100 {
        // A second apart: as fast as verifications come for good.
        bench.now.0 += 1_000;
        let effects = bench.command(&expired, Command::Unlock);
        lines += effects.iter().filter(|effect| matches!(effect, Effect::Record(_))).count();
    }
    assert_eq!(lines, 10);
}

#[test]
fn a_clock_that_was_held_back_by_whoever_carries_the_update_is_refused() {
    let mut bench = bench();
    let update = bench.an_update();
    bench.now.0 += 5_001;
    assert_eq!(refusal(&bench.send(&bench.issuer.update_frame(&update))), Some(Refusal::Replayed));
}

#[test]
fn a_door_without_the_time_accepts_nobody() {
    let mut bench = Bench::without_time(ControllerConfig::default());
    let key = bench.key();
    // It does not know its epoch either.
    assert_eq!(refusal(&bench.command(&key, Command::Unlock)), Some(Refusal::ClockUnsure));
    bench.tell_time();
    assert!(gave_way(&bench.command(&key, Command::Unlock)));
}

#[test]
fn walking_away_locks_and_tells_nobody() {
    let mut config = ControllerConfig::default();
    config.door.walk_away_lock = true;
    let mut bench = Bench::new(config);
    let key = bench.key();
    let _ = bench.command_and_move(&key, Command::Unlock);
    let effects = bench.step(Event::PhoneLeft);
    assert_eq!(effects[..], [Effect::Record(LogEvent::LockedBehindPhone), Effect::Drive(Motor::Drive(Bolt::Locked))]);
    let effects = bench.step(Event::Bolt(BoltSense::At(Bolt::Locked)));
    assert_eq!(effects[..], [Effect::Drive(Motor::Stop)]);
    assert_eq!(bench.controller.door().car(), CAR);
}
