//! Anything may happen to a controller, in any order, by somebody who owns a phone and knows a genuine key of another:
//! no panic, never more effects than fit, and the door never gives way.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use stranded_door::{
    Bolt, BoltSense, Controller, ControllerConfig, Dalek, Effect, Event, Issuers, Memory, Milliseconds, Motor, Part,
    Wake,
};
use stranded_wire::vectors::{BOOT_EPOCH, CAR, ISSUER, KEY, PRELUDE, PROOF, UPDATE, nonce};
use stranded_wire::{BODY_BYTES_MAX, DecodeError, FrameReader, IssuerId, Request};

#[derive(Arbitrary, Debug)]
enum Happening<'bytes> {
    /// Any bytes on the line.
    Line(&'bytes [u8]),
    /// A body whose check sum fits.
    Body(&'bytes [u8]),
    /// A response of parts, some of them genuine.
    Response {
        token: Signed<'bytes>,
        proof: Signed<'bytes>,
    },
    Update(Signed<'bytes>),
    Hello,
    PhoneLeft,
    Sense(u8),
    Battery(u16),
    Tick,
    Wake(u8),
    Alive(bool),
    Noise(u8),
}

#[derive(Arbitrary, Debug)]
enum Signed<'bytes> {
    Key,
    Proof,
    Update,
    Bytes(&'bytes [u8]),
    /// A genuine key with a byte changed.
    Changed(u8, u8),
}

impl Signed<'_> {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Key => KEY.to_vec(),
            Self::Proof => PROOF.to_vec(),
            Self::Update => UPDATE.to_vec(),
            Self::Bytes(bytes) => bytes.to_vec(),
            Self::Changed(place, by) => {
                let mut bytes = KEY.to_vec();
                let index = usize::from(*place) % bytes.len();
                bytes[index] ^= by;
                bytes
            }
        }
    }
}

fn frame(now: Milliseconds, body: Result<&[u8], DecodeError>) -> Event<'_> {
    Event::Frame { body, nonce: 0x1000 + now.0, server_confirmed: true }
}

fuzz_target!(|happenings: Vec<(u16, Happening<'_>)>| {
    let memory = Memory { boot_epoch: BOOT_EPOCH, ..Memory::BLANK };
    let issuers = Issuers::new(&[ISSUER], IssuerId(0));
    let mut controller = Controller::<Dalek>::new(CAR, issuers, memory, ControllerConfig::default());
    let mut reader = FrameReader::new();
    let mut now = Milliseconds(0);
    // It knows the time: the first two frames of the prelude are a greeting and an update. No proof for a nonce above 1
    // exists here.
    let mut frames = 0;
    for frame in &PRELUDE[..2] {
        for &byte in *frame {
            if let Some(body) = reader.push(byte) {
                let _ = controller.step(now, Event::Frame { body, nonce: nonce(frames), server_confirmed: false });
                frames += 1;
            }
        }
    }
    let mut buffer = [0; BODY_BYTES_MAX];
    for (gap, happening) in happenings {
        now.0 += u64::from(gap);
        let mut step = |event: Event<'_>| {
            for effect in controller.step(now, event) {
                let gave_way = matches!(
                    effect,
                    Effect::Drive(Motor::Drive(Bolt::Unlocked)) | Effect::EnableStart | Effect::SendLog
                );
                assert!(!gave_way, "{effect:?}");
            }
        };
        match happening {
            Happening::Line(bytes) => {
                for &byte in bytes {
                    if let Some(body) = reader.push(byte) {
                        step(frame(now, body));
                    }
                }
            }
            Happening::Body(body) => step(frame(now, Ok(body))),
            Happening::Response { token, proof } => {
                let (token, proof) = (token.bytes(), proof.bytes());
                if let Ok(body) = (Request::Response { token: &token, proof: &proof }).encode(&mut buffer) {
                    step(frame(now, Ok(body)));
                }
            }
            Happening::Update(update) => {
                if let Ok(body) = (Request::Update { update: &update.bytes() }).encode(&mut buffer) {
                    step(frame(now, Ok(body)));
                }
            }
            Happening::Hello => step(frame(now, Ok(&[0x81, 0]))),
            Happening::PhoneLeft => step(Event::PhoneLeft),
            Happening::Sense(sense) => step(Event::Bolt(match sense % 4 {
                0 => BoltSense::At(Bolt::Locked),
                1 => BoltSense::At(Bolt::Unlocked),
                2 => BoltSense::Between,
                _ => BoltSense::Blocked,
            })),
            Happening::Battery(millivolts) => step(Event::Battery { millivolts }),
            Happening::Tick => step(Event::Tick),
            Happening::Wake(cause) => step(Event::Wake(match cause % 3 {
                0 => Wake::Radio,
                1 => Wake::Timer,
                _ => Wake::Door,
            })),
            Happening::Alive(link) => step(Event::Alive(if link { Part::Link } else { Part::Bolt })),
            Happening::Noise(error) => step(frame(
                now,
                Err(match error % 4 {
                    0 => DecodeError::Oversized,
                    1 => DecodeError::Truncated,
                    2 => DecodeError::Corrupted,
                    _ => DecodeError::WrongVersion,
                }),
            )),
        }
    }
});
