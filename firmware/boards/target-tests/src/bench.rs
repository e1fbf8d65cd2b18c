//! A door on the bench.

use stranded_door::{
    Bolt, BoltSense, Controller, ControllerConfig, Curve, DoorConfig, Effect, Event, Issuers, Memory, Milliseconds,
    Motor, PaceConfig, PowerConfig,
};
use stranded_wire::{
    CarId, Challenge, DecodeError, FRAME_BYTES_MAX, FrameReader, IssuerId, PublicKey, Refusal, Reply, Request,
};

use crate::frames::{Asked, ISSUER};

/// A door that has just started for the first time, without all that slows an attacker down, so that every frame gets as far as
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
        let issuers = Issuers::new(&[(IssuerId(1), PublicKey(ISSUER))], IssuerId(0));
        let memory = Memory { boot_epoch: 1, ..Memory::BLANK };
        Self { controller: Controller::new(CarId(7), issuers, memory, config), now: Milliseconds(0) }
    }

    /// The same, locked, and told the time.
    ///
    /// # Panics
    ///
    /// The door does not accept the time: the test has failed.
    pub fn ready() -> Self {
        let mut bench = Self::new();
        bench.sense(Bolt::Locked);
        assert_eq!(bench.ask(crate::update()), Answer::Updated);
        bench
    }

    /// Greets the door so that it makes the challenge with this nonce, and answers with the frame.
    ///
    /// # Panics
    ///
    /// The door makes another challenge or none: the test has failed.
    pub fn ask(&mut self, asked: Asked) -> Answer {
        let challenge = self.challenge(asked.nonce);
        assert_eq!(challenge.map(|challenge| challenge.nonce), Some(asked.nonce));
        self.send(asked.frame)
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
