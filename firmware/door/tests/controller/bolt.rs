//! The bolt: arrival, jam, time-out, a hand.

use crate::bench::Bench;
use proptest::prelude::*;
use stranded_door::{
    Bolt, BoltConfig, BoltDrive, BoltOutcome, BoltSense, BoltStep, ControllerConfig, Effect, Event, Milliseconds, Motor,
};
use stranded_wire::{BoltFault, Command, LogEvent, Reply};

const NOTHING: BoltStep = BoltStep { motor: None, outcome: None };

fn at(milliseconds: u64) -> Milliseconds {
    Milliseconds(milliseconds)
}

fn locked() -> BoltDrive {
    let mut drive = BoltDrive::new(BoltConfig::default());
    assert_eq!(drive.sense(at(0), BoltSense::At(Bolt::Locked)), NOTHING, "the first word is no movement by hand");
    drive
}

#[test]
fn it_stops_where_it_was_sent() {
    let mut drive = locked();
    let go = BoltStep { motor: Some(Motor::Drive(Bolt::Unlocked)), outcome: None };
    assert_eq!(drive.command(at(0), Bolt::Unlocked), go);
    assert_eq!(drive.sense(at(100), BoltSense::Between), NOTHING);
    let there = BoltStep { motor: Some(Motor::Stop), outcome: Some(BoltOutcome::Arrived(Bolt::Unlocked)) };
    assert_eq!(drive.sense(at(400), BoltSense::At(Bolt::Unlocked)), there);
    assert_eq!(drive.tick(at(10_000)), NOTHING);
}

#[test]
fn it_does_not_move_to_where_it_is() {
    let arrived = BoltStep { motor: None, outcome: Some(BoltOutcome::Arrived(Bolt::Locked)) };
    assert_eq!(locked().command(at(0), Bolt::Locked), arrived);
}

#[test]
fn a_jam_is_tried_again_and_then_told() {
    let mut drive = locked();
    let _ = drive.command(at(0), Bolt::Unlocked);
    let stop = BoltStep { motor: Some(Motor::Stop), outcome: None };
    let again = BoltStep { motor: Some(Motor::Drive(Bolt::Unlocked)), outcome: None };
    assert_eq!(drive.sense(at(200), BoltSense::Blocked), stop);
    assert_eq!(drive.tick(at(699)), NOTHING);
    assert_eq!(drive.tick(at(700)), again);
    assert_eq!(drive.sense(at(900), BoltSense::Blocked), stop);
    assert_eq!(drive.tick(at(1_400)), again);
    let given_up = BoltStep { motor: Some(Motor::Stop), outcome: Some(BoltOutcome::Failed(BoltFault::Jammed)) };
    assert_eq!(drive.sense(at(1_600), BoltSense::Blocked), given_up);
    assert!(!drive.is_busy());
    assert_eq!(drive.command(at(2_000), Bolt::Unlocked), again, "the next command tries anew");
}

#[test]
fn silence_of_the_sensor_is_a_time_out() {
    let mut drive = locked();
    let _ = drive.command(at(0), Bolt::Unlocked);
    let mut outcomes = Vec::new();
    for now in (0..10_000).step_by(100) {
        outcomes.extend(drive.tick(at(now)).outcome);
    }
    assert_eq!(outcomes, [BoltOutcome::Failed(BoltFault::TimedOut)]);
}

#[test]
fn a_new_command_turns_it_round() {
    let mut drive = locked();
    let _ = drive.command(at(0), Bolt::Unlocked);
    let _ = drive.sense(at(100), BoltSense::Between);
    let back = BoltStep { motor: Some(Motor::Drive(Bolt::Locked)), outcome: None };
    assert_eq!(drive.command(at(200), Bolt::Locked), back);
    let there = drive.sense(at(400), BoltSense::At(Bolt::Locked));
    assert_eq!(there.outcome, Some(BoltOutcome::Arrived(Bolt::Locked)));
}

#[test]
fn a_hand_is_noticed() {
    let mut drive = locked();
    let by_hand = BoltStep { motor: None, outcome: Some(BoltOutcome::MovedByHand(Bolt::Unlocked)) };
    assert_eq!(drive.sense(at(5), BoltSense::At(Bolt::Unlocked)), by_hand);
}

#[test]
fn the_phone_hears_that_the_bolt_is_jammed() {
    let mut bench = Bench::new(ControllerConfig::default());
    let key = bench.key();
    let _ = bench.command(&key, Command::Unlock);
    let mut effects = Vec::new();
    for _ in 0..3 {
        effects.extend(bench.step(Event::Bolt(BoltSense::Blocked)));
        effects.extend(bench.wait(600));
    }
    let fault = BoltFault::Jammed;
    assert!(effects.contains(&Effect::Send(Reply::BoltFailed { fault })), "{effects:?}");
    assert!(effects.contains(&Effect::Record(LogEvent::BoltFailed { fault })), "{effects:?}");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Send(Reply::Done { .. }))), "{effects:?}");
    // The next try works.
    let effects = bench.command_and_move(&key, Command::Unlock);
    assert!(effects.contains(&Effect::Send(Reply::Done { command: Command::Unlock, counter: 2 })), "{effects:?}");
}

#[derive(Clone, Debug)]
enum Happening {
    Command(Bolt),
    Sense(BoltSense),
    Tick,
}

fn happenings() -> impl Strategy<Value = Vec<(u64, Happening)>> {
    let bolt = || prop::sample::select(vec![Bolt::Locked, Bolt::Unlocked]);
    let happening = prop_oneof![
        1 => bolt().prop_map(Happening::Command),
        1 => bolt().prop_map(|bolt| Happening::Sense(BoltSense::At(bolt))),
        1 => Just(Happening::Sense(BoltSense::Between)),
        1 => Just(Happening::Sense(BoltSense::Blocked)),
        6 => Just(Happening::Tick),
    ];
    prop::collection::vec((0..150_u64, happening), 0..200)
}

/// An independent book of the motor and of the command that is not answered yet.
#[derive(Default)]
struct Book {
    running_since: Option<u64>,
    pending: Option<Bolt>,
}

impl Book {
    fn enter(&mut self, now: u64, step: BoltStep) -> Result<(), TestCaseError> {
        match step.motor {
            Some(Motor::Drive(bolt)) => {
                prop_assert_eq!(Some(bolt), self.pending);
                self.running_since = Some(now);
            }
            Some(Motor::Stop) => self.running_since = None,
            None => {}
        }
        match step.outcome {
            Some(BoltOutcome::Arrived(bolt)) => prop_assert_eq!(self.pending.take(), Some(bolt)),
            Some(BoltOutcome::Failed(_)) => prop_assert!(self.pending.take().is_some()),
            Some(BoltOutcome::MovedByHand(_)) => prop_assert!(self.pending.is_none()),
            None => {}
        }
        Ok(())
    }
}

proptest! {
    /// Whatever happens: the motor runs towards the commanded end or not at all, never longer than allowed at a
    /// stretch, and every command that is not replaced ends in exactly one outcome.
    #[test]
    fn the_motor_is_never_forgotten(happenings in happenings()) {
        let config = BoltConfig::default();
        let mut drive = BoltDrive::new(config);
        let mut book = Book::default();
        let mut now = 0;
        // In the end, time passes in peace.
        let peace = std::iter::repeat_n((100, Happening::Tick), 100);
        for (gap, happening) in happenings.into_iter().chain(peace) {
            now += gap;
            // A caller ticks at least every tenth of the travel time.
            book.enter(now, drive.tick(at(now)))?;
            match happening {
                Happening::Command(bolt) => {
                    book.pending = Some(bolt);
                    book.enter(now, drive.command(at(now), bolt))?;
                }
                Happening::Sense(sense) => book.enter(now, drive.sense(at(now), sense))?,
                Happening::Tick => {}
            }
            if let Some(since) = book.running_since {
                prop_assert!(now - since < u64::from(config.travel_milliseconds_max));
            }
            prop_assert_eq!(drive.is_busy(), book.pending.is_some());
        }
        prop_assert!(book.running_since.is_none() && book.pending.is_none());
    }
}
