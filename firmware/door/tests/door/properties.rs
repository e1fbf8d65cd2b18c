//! Whatever comes in, in whatever order: the doors open for who may open them, and for nobody else.

use crate::bench::{BOOT_EPOCH, CAR, Notes, PHONE, Signer, an_update, answer, guest_key, sign};
use crate::book::{Answer, Book, Event};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use stranded_door::{Action, Bolt, Door, DoorConfig, Input, Milliseconds};
use stranded_wire::{CarId, CarSeconds, Challenge, Command, KeyToken, PublicKeyId, Rights, Role, VendorUpdate};

/// Mostly the right thing, so that sequences get far enough to be interesting.
fn mostly<T: Clone + std::fmt::Debug + 'static>(right: T, wrong: Vec<T>) -> impl Strategy<Value = T> {
    prop_oneof![20 => Just(right), 1 => prop::sample::select(wrong)]
}

fn answers() -> impl Strategy<Value = Answer> {
    let signers = |right, wrong| mostly(right, vec![wrong, Signer::Nobody, Signer::Phone(PublicKeyId(66))]);
    let key = (
        mostly(CAR, vec![CarId(8)]),
        mostly(Rights::RENTER | Rights::SERVICE, vec![Rights::NONE, Rights::UNLOCK, Rights::LOCK]),
        mostly(-600, vec![-1, 0, 1, 2, 600]),
        mostly(600, vec![-600, -2, -1, 0, 1]),
        mostly(2, vec![0, 1, 3]),
        prop::sample::select(vec![Role::Guest, Role::Service]),
    );
    let proof = (
        mostly(Command::Unlock, vec![Command::Lock, Command::Start, Command::ReadLog]),
        signers(Signer::Vendor, Signer::Phone(PHONE)),
        signers(Signer::Phone(PHONE), Signer::Vendor),
        mostly(0, vec![1, 2]),
        mostly(1, vec![0, 2, u32::MAX]),
        any::<bool>(),
        mostly(false, vec![true]),
    );
    (key, proof).prop_map(|(key, proof)| Answer {
        car: key.0,
        rights: key.1,
        starts_in_seconds: key.2,
        ends_in_seconds: key.3,
        epoch: key.4,
        role: key.5,
        command: proof.0,
        token_signer: proof.1,
        proof_signer: proof.2,
        challenge_age: proof.3,
        counter_offset: proof.4,
        server_confirmed: proof.5,
        tampered: proof.6,
    })
}

fn events() -> impl Strategy<Value = Vec<(u64, Event)>> {
    let update = (
        mostly(Signer::Vendor, vec![Signer::Nobody, Signer::Phone(PHONE)]),
        mostly(BOOT_EPOCH, vec![0]),
        mostly(0, vec![-600, -3, 3, 600]),
        0..3_u32,
    );
    let event = prop_oneof![
        8 => Just(Event::Challenge),
        8 => answers().prop_map(Event::Answer),
        1 => Just(Event::PhoneLeft),
        2 => update.prop_map(|(signer, boot_epoch, offset_seconds, epoch_min)| Event::Update {
            signer, boot_epoch, offset_seconds, epoch_min,
        }),
    ];
    let gap = prop_oneof![8 => 0..1_500_u64, 1 => 0..40_000_u64, 1 => 0..9_000_000_u64];
    prop::collection::vec((gap, event), 0..120)
}

fn configs() -> impl Strategy<Value = DoorConfig> {
    (any::<bool>(), any::<bool>(), 0..4_u8, 0..3_000_u32, 0..4_u32).prop_map(
        |(offline_keys, walk_away_lock, guesses_max, clock_drift_ppm, uncertainty)| DoorConfig {
            offline_keys,
            walk_away_lock,
            guesses_max,
            clock_drift_ppm,
            clock_uncertainty_seconds_max: uncertainty,
            accept_unasked_updates: true,
            ..DoorConfig::default()
        },
    )
}

/// Gives the door an answer and compares its action with the book; `true` when the command was carried out.
fn give_answer(config: &DoorConfig, door: &mut Door, book: &mut Book, answer: &Answer) -> Result<bool, TestCaseError> {
    let bolt_before = door.bolt();

    let Some((token, input)) = book.input(answer) else {
        return Ok(false);
    };
    let action = door.step(config, book.now, &input, &Notes);
    let may = book.may(config, answer, &token);
    if let Action::Refuse(refusal) = action {
        let locked_out = refusal == stranded_wire::Refusal::LockedOut;
        prop_assert!(!may || locked_out, "refused as {:?}: {:?}", refusal, answer);
        prop_assert!(!locked_out || config.guesses_max > 0);
        prop_assert!(!(may && answer.role == Role::Service), "staff was locked out");
        prop_assert_eq!(door.bolt(), bolt_before);
        // A guest's answer does not reach the challenge during a lock-out; any other that names it uses it up.
        if answer.challenge_age == 0 && !(locked_out && answer.role == Role::Guest) {
            book.open = None;
        }
    } else {
        prop_assert!(may, "{:?} for {:?}", action, answer);
        let expected = match answer.command {
            Command::Unlock => Action::MoveBolt(Bolt::Unlocked),
            Command::Lock => Action::MoveBolt(Bolt::Locked),
            Command::Start => Action::EnableStart,
            Command::ReadLog => Action::SendLog,
        };
        prop_assert_eq!(action, expected);
        book.counter += 1;
        book.open = None;
        return Ok(true);
    }
    Ok(false)
}

/// Runs the events past the door and the book; returns how many commands were carried out.
fn run(config: &DoorConfig, events: Vec<(u64, Event)>) -> Result<u32, TestCaseError> {
    let mut door = Door::new(CAR, BOOT_EPOCH, 0);
    let mut book =
        Book { now: Milliseconds(0), challenges: Vec::new(), open: None, counter: 0, epoch_min: 0, updated: None };
    let mut carried_out = 0;
    for (gap, event) in events {
        book.now.0 += gap;
        let bolt_before = door.bolt();
        match event {
            Event::Challenge => {
                let nonce = book.challenges.len() as u64 + 1;
                let input = Input::ChallengeRequest { nonce };
                let challenge = Challenge { nonce, boot_epoch: BOOT_EPOCH, counter: book.counter };
                let action = door.step(config, book.now, &input, &Notes);
                prop_assert_eq!(action, Action::SendChallenge(challenge));
                book.challenges.push(challenge);
                book.open = Some(book.now);
            }
            Event::Answer(answer) => {
                carried_out += u32::from(give_answer(config, &mut door, &mut book, &answer)?);
            }
            Event::PhoneLeft => {
                let action = door.step(config, book.now, &Input::PhoneLeft, &Notes);
                let locks = config.walk_away_lock && bolt_before == Bolt::Unlocked;
                let expected = if locks { Action::MoveBolt(Bolt::Locked) } else { Action::Nothing };
                prop_assert_eq!(action, expected);
                book.open = None;
            }
            Event::Update { signer, boot_epoch, offset_seconds, epoch_min } => {
                let time = CarSeconds(book.seconds_now().saturating_add_signed(offset_seconds));
                let update = VendorUpdate { boot_epoch, time, epoch_min, ..an_update() };
                let input = Input::VendorUpdate { update, signature: sign(signer, &update) };
                let action = door.step(config, book.now, &input, &Notes);
                let forward = book.clock(config).is_none_or(|(earliest, _, _)| time.0 >= earliest);
                let genuine = signer == Signer::Vendor && boot_epoch == BOOT_EPOCH;
                prop_assert_eq!(action == Action::Nothing, genuine && forward);
                if genuine && forward {
                    book.updated = Some((time.0, book.now));
                    book.epoch_min = book.epoch_min.max(epoch_min);
                }
                prop_assert_eq!(door.bolt(), bolt_before);
            }
        }
        prop_assert_eq!(door.epoch_min(), book.epoch_min);
    }
    Ok(carried_out)
}

proptest! {
    #[test]
    fn nothing_opens_without_every_condition_and_everything_with_them(
        config in configs(), events in events(),
    ) {
        run(&config, events)?;
    }

    /// Whatever the numbers, nothing overflows (the test profile checks) and a door without a genuine key stays shut.
    #[test]
    fn numbers_at_their_limits_do_no_harm(
        times in prop::collection::vec(prop_oneof![Just(0), Just(u64::MAX), any::<u64>()], 4),
        numbers in prop::collection::vec(prop_oneof![Just(0), Just(u32::MAX), any::<u32>()], 5),
    ) {
        let config = DoorConfig {
            challenge_lifetime_milliseconds: numbers[0],
            clock_drift_ppm: numbers[1],
            clock_uncertainty_seconds_max: numbers[2],
            lock_out_milliseconds: numbers[3],
            accept_unasked_updates: true,
            ..DoorConfig::default()
        };
        let mut door = Door::new(CAR, BOOT_EPOCH, numbers[4]);
        let update = VendorUpdate { time: CarSeconds(times[0]), ..an_update() };
        let input = Input::VendorUpdate { update, signature: sign(Signer::Vendor, &update) };
        prop_assert_eq!(door.step(&config, Milliseconds(times[1]), &input, &Notes), Action::Nothing);
        let request = Input::ChallengeRequest { nonce: times[2] };
        let Action::SendChallenge(challenge) = door.step(&config, Milliseconds(times[2]), &request, &Notes) else {
            return Err(TestCaseError::fail("a request must give a challenge"));
        };
        let token = KeyToken { expires: CarSeconds(times[3]), epoch: u32::MAX, ..guest_key() };
        let mut response = answer(token, challenge, Command::Unlock);
        let guest = Input::Response { response, server_confirmed: false };
        let in_time = door.step(&config, Milliseconds(times[3]), &guest, &Notes) == Action::MoveBolt(Bolt::Unlocked);
        prop_assert!(!in_time || times[3] > 0);
        response.issued_by = sign(Signer::Nobody, &token);
        let forged = Input::Response { response, server_confirmed: true };
        let bolt = door.bolt();
        prop_assert!(matches!(door.step(&config, Milliseconds(times[0]), &forged, &Notes), Action::Refuse(_)));
        prop_assert_eq!(door.bolt(), bolt);
    }
}

/// The property above would hold of a door that never opens, if no sequence ever deserved it: many do.
#[test]
fn the_random_sequences_do_open_doors() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = (configs(), events());
    let mut carried_out = 0;
    for _ in 0..2_000 {
        let (config, events) = strategy.new_tree(&mut runner).expect("the strategy rejects nothing").current();
        carried_out += run(&config, events).expect("the property holds");
    }
    assert!(carried_out > 1_000, "{carried_out}");
}
