//! The bolt's motor and its sensor: arrival, jam, time-out, another try.

use crate::{Bolt, Milliseconds};
use stranded_wire::BoltFault;

/// How a bolt is driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoltConfig {
    /// The motor never runs longer than this at a stretch, milliseconds.
    pub travel_milliseconds_max: u32,
    /// So many tries; 0 counts as 1.
    pub tries_max: u8,
    /// Between two tries, milliseconds: the motor cools and whatever is in the way may go.
    pub pause_milliseconds: u32,
}

impl Default for BoltConfig {
    /// 1.5 s of travel, three tries, 0.5 s between them: our choices for a common door actuator.
    fn default() -> Self {
        Self { travel_milliseconds_max: 1_500, tries_max: 3, pause_milliseconds: 500 }
    }
}

/// What the bolt's sensor says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoltSense {
    /// It is there.
    At(Bolt),
    /// It is on the way.
    Between,
    /// The motor draws the current of one that cannot turn.
    Blocked,
}

/// What the motor must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Motor {
    /// Turn towards this end.
    Drive(Bolt),
    /// Stand still.
    Stop,
}

/// What became of the bolt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoltOutcome {
    /// It is where it was sent.
    Arrived(Bolt),
    /// It is not, and no further try will be made.
    Failed(BoltFault),
    /// Somebody moved it by hand.
    MovedByHand(Bolt),
}

/// What to do after a step of the drive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct BoltStep {
    /// A new order for the motor.
    pub motor: Option<Motor>,
    /// Something was decided.
    pub outcome: Option<BoltOutcome>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Resting,
    Driving { target: Bolt, since: Milliseconds, tries: u8 },
    Pausing { target: Bolt, since: Milliseconds, tries: u8 },
}

/// Drives one bolt. A controller that was reset in the middle of a movement starts resting, with the motor off and the
/// position unknown, until the sensor speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoltDrive {
    config: BoltConfig,
    state: State,
    position: Option<Bolt>,
}

impl BoltDrive {
    /// A bolt at rest of which nothing is known.
    pub const fn new(config: BoltConfig) -> Self {
        Self { config, state: State::Resting, position: None }
    }

    /// Where the sensor last saw it, if at an end.
    pub const fn position(&self) -> Option<Bolt> {
        self.position
    }

    /// Whether it is being moved, or will be after a pause.
    pub const fn is_busy(&self) -> bool {
        !matches!(self.state, State::Resting)
    }

    /// Sends the bolt to an end, whatever it is doing.
    pub fn command(&mut self, now: Milliseconds, target: Bolt) -> BoltStep {
        let was_driving = matches!(self.state, State::Driving { .. });
        if self.position == Some(target) {
            self.state = State::Resting;
            return BoltStep { motor: was_driving.then_some(Motor::Stop), outcome: Some(BoltOutcome::Arrived(target)) };
        }
        self.drive(now, target, 1)
    }

    /// Takes the sensor's word.
    pub fn sense(&mut self, now: Milliseconds, sense: BoltSense) -> BoltStep {
        let before = self.position;
        self.position = match sense {
            BoltSense::At(bolt) => Some(bolt),
            BoltSense::Between => None,
            BoltSense::Blocked => before,
        };
        match (self.state, sense) {
            (State::Driving { target, .. }, BoltSense::At(bolt)) if bolt == target => {
                self.state = State::Resting;
                BoltStep { motor: Some(Motor::Stop), outcome: Some(BoltOutcome::Arrived(target)) }
            }
            // Between two tries it got there by itself, or by hand.
            (State::Pausing { target, .. }, BoltSense::At(bolt)) if bolt == target => {
                self.state = State::Resting;
                BoltStep { motor: None, outcome: Some(BoltOutcome::Arrived(target)) }
            }
            (State::Driving { target, tries, .. }, BoltSense::Blocked) => {
                self.try_again_later(now, target, tries, BoltFault::Jammed)
            }
            (State::Resting, BoltSense::At(bolt)) if before.is_some_and(|before| before != bolt) => {
                BoltStep { motor: None, outcome: Some(BoltOutcome::MovedByHand(bolt)) }
            }
            _ => BoltStep::default(),
        }
    }

    /// Lets time pass. Call it at least every tenth of [`BoltConfig::travel_milliseconds_max`] while the bolt is busy.
    pub fn tick(&mut self, now: Milliseconds) -> BoltStep {
        match self.state {
            State::Driving { target, since, tries }
                if now.since(since).0 >= u64::from(self.config.travel_milliseconds_max) =>
            {
                self.try_again_later(now, target, tries, BoltFault::TimedOut)
            }
            State::Pausing { target, since, tries }
                if now.since(since).0 >= u64::from(self.config.pause_milliseconds) =>
            {
                self.drive(now, target, tries.saturating_add(1))
            }
            _ => BoltStep::default(),
        }
    }

    fn drive(&mut self, now: Milliseconds, target: Bolt, tries: u8) -> BoltStep {
        self.state = State::Driving { target, since: now, tries };
        BoltStep { motor: Some(Motor::Drive(target)), outcome: None }
    }

    fn try_again_later(&mut self, now: Milliseconds, target: Bolt, tries: u8, fault: BoltFault) -> BoltStep {
        let motor = Some(Motor::Stop);
        if tries < self.config.tries_max {
            self.state = State::Pausing { target, since: now, tries };
            return BoltStep { motor, outcome: None };
        }
        self.state = State::Resting;
        BoltStep { motor, outcome: Some(BoltOutcome::Failed(fault)) }
    }
}
