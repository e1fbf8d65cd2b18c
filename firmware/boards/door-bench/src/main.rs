//! What an unlock costs on the target, step by step.
//!
//! The door's controller hears frames from the host, as the real door does, but without flash, sleep and executor, and counts
//! around each step. Runs on QEMU's `mps2-an386` and on the nRF52840 alike: nothing but the core is used, and on QEMU a timer.
//!
//! Channels: upwards 0 the counts, 1 the door's replies; downwards 0 the frames. The first byte downwards chooses the signature
//! library, `d` for dalek and `s` for salty. The first byte of the counts is their unit (`c` cycles, `t` ticks of QEMU's timer);
//! then every unlock brings [`STEPS`] numbers of four bytes, little-endian.
#![no_std]
#![no_main]

mod counter;
mod metered;

use rtt_target::{ChannelMode, DownChannel, UpChannel, rtt_init};
use stranded_door::{
    Bolt, BoltSense, Controller, ControllerConfig, Curve, Dalek, Effect, Effects, Event, Issuers, Memory, Milliseconds,
    Motor, PaceConfig, PowerConfig, Salty,
};
use stranded_wire::{CarId, DecodeError, FrameReader, IssuerId, PublicKey, REPLY_FRAME_BYTES_MAX, Reply};

use crate::metered::{Metered, take_marks};

/// Challenge, decode, verify the key, verify the proof, rights, all of them.
const STEPS: usize = 6;

/// The lab's one car and its vendor: see `door-application`, of which this program needs nothing else.
const CAR: CarId = CarId(7);
const ISSUER: (IssuerId, PublicKey) =
    (IssuerId(1), PublicKey(*include_bytes!("../../application/src/lab-issuer.public-key")));

/// The clock stands: nothing here depends on the time.
const NOW: Milliseconds = Milliseconds(0);

#[cortex_m_rt::entry]
fn main() -> ! {
    let channels = rtt_init! {
        up: {
            0: { size: 256, mode: ChannelMode::BlockIfFull, name: "counts" }
            1: { size: 1024, mode: ChannelMode::BlockIfFull, name: "link" }
        }
        down: {
            0: { size: 1024, name: "link" }
        }
    };
    // `take` gives the peripherals once, and this runs once.
    let Some(mut peripherals) = cortex_m::Peripherals::take() else { panic!("the peripherals are taken already") };
    let mut counts = channels.up.0;
    let mut frames = channels.down.0;
    let unit = counter::start(&mut peripherals);
    counts.write(&[unit as u8]);
    let mut choice = [0];
    while frames.read(&mut choice) == 0 {}
    match choice[0] {
        b'd' => Bench::<Dalek>::new(channels.up.1, counts).run(&mut frames),
        b's' => Bench::<Salty>::new(channels.up.1, counts).run(&mut frames),
        _ => panic!("no such library"),
    }
}

/// A door, and where its words go.
struct Bench<C> {
    controller: Controller<Metered<C>>,
    replies: UpChannel,
    counts: UpChannel,
    /// What the last challenge cost.
    challenge: u32,
}

impl<C: Curve> Bench<C> {
    fn new(replies: UpChannel, counts: UpChannel) -> Self {
        let config = ControllerConfig {
            // The bench asks faster than any phone.
            verifications: PaceConfig { burst: u16::MAX, interval_milliseconds: 1 },
            power: PowerConfig {
                awake_milliseconds: u32::MAX,
                awake_milliseconds_max: u32::MAX,
                ..PowerConfig::default()
            },
            ..ControllerConfig::default()
        };
        let issuers = Issuers::new(&[ISSUER], IssuerId(0));
        let mut bench =
            Self { controller: Controller::new(CAR, issuers, Memory::BLANK, config), replies, counts, challenge: 0 };
        bench.sense(Bolt::Locked);
        bench
    }

    fn run(&mut self, frames: &mut DownChannel) -> ! {
        let mut reader = FrameReader::new();
        let mut nonce = 0;
        let mut bytes = [0; 64];
        loop {
            let length = frames.read(&mut bytes);
            for &byte in &bytes[..length] {
                let begin = counter::now();
                if let Some(body) = reader.push(byte) {
                    nonce += 1;
                    self.frame(begin, body, nonce);
                }
            }
        }
    }

    fn frame(&mut self, begin: u32, body: Result<&[u8], DecodeError>, nonce: u64) {
        let effects = self.controller.step(NOW, Event::Frame { body, nonce, server_confirmed: false });
        let end = counter::now();
        let unlocks = effects.iter().any(|effect| matches!(effect, Effect::Drive(Motor::Drive(Bolt::Unlocked))));
        if let (Some([key_begin, key_end, _, proof_end]), true) = (take_marks(), unlocks) {
            let (decode, rights) = (key_begin.wrapping_sub(begin), end.wrapping_sub(proof_end));
            // Between the two signatures the second message is put together.
            let (key, proof) = (key_end.wrapping_sub(key_begin), proof_end.wrapping_sub(key_end));
            let total = self.challenge + end.wrapping_sub(begin);
            let steps: [u32; STEPS] = [self.challenge, decode, key, proof, rights, total];
            for step in steps {
                self.counts.write(&step.to_le_bytes());
            }
        } else if matches!(effects.first(), Some(Effect::Send(Reply::Challenge { .. }))) {
            self.challenge = end.wrapping_sub(begin);
        }
        self.carry_out(effects);
        if unlocks {
            // The bolt arrives, and somebody locks by hand, so that the next key can unlock again.
            self.sense(Bolt::Unlocked);
            self.sense(Bolt::Locked);
        }
    }

    fn sense(&mut self, bolt: Bolt) {
        let effects = self.controller.step(NOW, Event::Bolt(BoltSense::At(bolt)));
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Effects) {
        for effect in effects {
            if let Effect::Send(reply) = effect {
                let mut buffer = [0; REPLY_FRAME_BYTES_MAX];
                if let Ok(frame) = reply.frame(&mut buffer) {
                    self.replies.write(frame);
                }
            }
        }
    }
}

/// The host sees a core that has stopped.
#[panic_handler]
fn panic(_info: &core::panic::PanicInfo) -> ! {
    loop {
        cortex_m::asm::bkpt();
    }
}
