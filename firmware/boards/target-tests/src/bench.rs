//! A door on the bench.

use stranded_door::{
    Bolt, BoltSense, Controller, ControllerConfig, Curve, DoorConfig, Effect, Event, Issuers, Memory, Milliseconds,
    Motor, PaceConfig, PowerConfig,
};
use stranded_wire::vectors::{BOOT_EPOCH, CAR, ISSUER, PRELUDE, nonce};
use stranded_wire::{Challenge, DecodeError, FRAME_BYTES_MAX, FrameReader, IssuerId, Refusal, Reply, Request};

/// The door of the golden stories: it has just started, without all that slows an attacker down, so that every frame gets as far as
/// it can.
pub struct Bench<C> {
    /// The door's controller.
    pub controller: Controller<C>,
    /// What its clock says. Set it forth and back as you like.
    pub now: Milliseconds,
}

impl<C: Curve> Bench<C> {
    /// A door that knows neither time nor bolt.
    pub fn new() -> Self {
        let config = ControllerConfig {
            door: DoorConfig { guesses_max: 0, ..DoorConfig::default() },
            verifications: PaceConfig { burst: u16::MAX, interval_milliseconds: 1 },
            power: PowerConfig {
                awake_milliseconds: u32::MAX,
                awake_milliseconds_max: u32::MAX,
                ..PowerConfig::default()
            },
            ..ControllerConfig::default()
        };
        let issuers = Issuers::new(&[ISSUER], IssuerId(0));
        let memory = Memory { boot_epoch: BOOT_EPOCH, ..Memory::BLANK };
        Self { controller: Controller::new(CAR, issuers, memory, config), now: Milliseconds(0) }
    }

    /// The same after the whole prelude, with the doors locked again: the next frame is a story's.
    ///
    /// # Panics
    ///
    /// The door does not follow the prelude: the test has failed.
    pub fn ready() -> Self {
        let mut bench = Self::new();
        for number in 0..PRELUDE.len() {
            let answer = bench.prelude(number);
            match number {
                1 => assert_eq!(answer, Answer::Updated),
                3 => assert_eq!(answer, Answer::GaveWay(Some(Bolt::Unlocked))),
                _ => assert!(matches!(answer, Answer::Challenge(_))),
            }
        }
        bench.sense(Bolt::Unlocked);
        bench.sense(Bolt::Locked);
        bench
    }

    /// Sends a frame of the prelude.
    pub fn prelude(&mut self, number: usize) -> Answer {
        self.send_with(PRELUDE[number], nonce(number))
    }

    /// Greets the door.
    pub fn challenge(&mut self, nonce: u64) -> Option<Challenge> {
        let mut buffer = [0; FRAME_BYTES_MAX];
        let hello = Request::Hello.frame(&mut buffer).ok()?;
        match self.send_with(hello, nonce) {
            Answer::Challenge(challenge) => Some(challenge),
            _ => None,
        }
    }

    /// Sends bytes, and returns the last thing that mattered.
    pub fn send(&mut self, bytes: &[u8]) -> Answer {
        self.send_with(bytes, 0)
    }

    /// Says where the bolt is.
    pub fn sense(&mut self, bolt: Bolt) {
        // The bench has no motor to stop and no log.
        let _ = self.controller.step(self.now, Event::Bolt(BoltSense::At(bolt)));
    }

    fn send_with(&mut self, bytes: &[u8], nonce: u64) -> Answer {
        let mut reader = FrameReader::new();
        let mut answer = Answer::Silence;
        for &byte in bytes {
            if let Some(body) = reader.push(byte) {
                answer = self.frame(body, nonce, answer);
            }
        }
        answer
    }

    fn frame(&mut self, body: Result<&[u8], DecodeError>, nonce: u64, before: Answer) -> Answer {
        let mut answer = before;
        for effect in self.controller.step(self.now, Event::Frame { body, nonce, server_confirmed: false }) {
            answer = match (effect, answer) {
                // Nothing that follows makes this undone.
                (_, Answer::GaveWay(bolt)) => Answer::GaveWay(bolt),
                (Effect::Drive(Motor::Drive(bolt)), _) => Answer::GaveWay(Some(bolt)),
                (Effect::EnableStart | Effect::SendLog, _) => Answer::GaveWay(None),
                (Effect::Send(Reply::Challenge { challenge, .. }), _) => Answer::Challenge(challenge),
                (Effect::Send(Reply::Updated), _) => Answer::Updated,
                (Effect::Send(Reply::Refused { refusal }), _) => Answer::Refused(refusal),
                (_, answer) => answer,
            };
        }
        answer
    }
}

impl<C: Curve> Default for Bench<C> {
    fn default() -> Self {
        Self::new()
    }
}

/// What came of bytes that were sent to the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing.
    Silence,
    /// A challenge.
    Challenge(Challenge),
    /// The update was accepted.
    Updated,
    /// No.
    Refused(Refusal),
    /// The bolt moved there, the engine may start, or the log was told.
    GaveWay(Option<Bolt>),
}
