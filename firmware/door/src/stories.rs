//! The golden stories of `stranded-wire`, told to a controller. The same code checks host and target.

use crate::{
    Bolt, BoltSense, Controller, ControllerConfig, Curve, Effect, Effects, Event, Issuers, Memory, Milliseconds, Motor,
};
use stranded_wire::vectors::{BOOT_EPOCH, CAR, ISSUER, PRELUDE, Story, nonce};
use stranded_wire::{DecodeError, FrameReader, IssuerId, Refusal, Reply};

/// What a controller made of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It unlocked.
    Unlocked,
    /// It refused.
    Refused(Refusal),
    /// Neither; or the prelude went wrong before the story began.
    Lost,
}

/// What a controller must make of it.
pub const fn expected_end(story: &Story) -> End {
    match story.refusal {
        Some(refusal) => End::Refused(refusal),
        None => End::Unlocked,
    }
}

/// Tells a story to a new controller that verifies with `C`.
pub fn tell<C: Curve>(story: &Story) -> End {
    let memory = Memory { boot_epoch: BOOT_EPOCH, ..Memory::BLANK };
    let issuers = Issuers::new(&[ISSUER], IssuerId(0));
    let mut listener = Listener {
        controller: Controller::<C>::new(CAR, issuers, memory, ControllerConfig::default()),
        reader: FrameReader::new(),
        frames: 0,
    };
    listener.sense(Bolt::Locked);
    let mut unlocked = 0;
    for frame in PRELUDE {
        match listener.hear(frame) {
            End::Unlocked => unlocked += 1,
            End::Refused(_) => return End::Lost,
            End::Lost => {}
        }
    }
    if unlocked != 1 {
        return End::Lost;
    }
    // Somebody locks by hand, so that the story can unlock again.
    listener.sense(Bolt::Unlocked);
    listener.sense(Bolt::Locked);
    listener.hear(story.frame)
}

struct Listener<C> {
    controller: Controller<C>,
    reader: FrameReader,
    frames: usize,
}

impl<C: Curve> Listener<C> {
    fn hear(&mut self, bytes: &[u8]) -> End {
        let mut end = End::Lost;
        for &byte in bytes {
            if let Some(body) = self.reader.push(byte) {
                end = step(&mut self.controller, body, nonce(self.frames));
                self.frames += 1;
            }
        }
        end
    }

    fn sense(&mut self, bolt: Bolt) {
        let _: Effects = self.controller.step(Milliseconds(0), Event::Bolt(BoltSense::At(bolt)));
    }
}

fn step<C: Curve>(controller: &mut Controller<C>, body: Result<&[u8], DecodeError>, nonce: u64) -> End {
    let effects = controller.step(Milliseconds(0), Event::Frame { body, nonce, server_confirmed: false });
    for effect in effects {
        match effect {
            Effect::Drive(Motor::Drive(Bolt::Unlocked)) => return End::Unlocked,
            Effect::Send(Reply::Refused { refusal }) => return End::Refused(refusal),
            _ => {}
        }
    }
    End::Lost
}
