//! Mutated frames against a whole door.
//!
//! Everything that slows an attacker down - lock-out, rationed verification, sleep - is switched off, so that every
//! frame gets as far as it can. The attacker knows everything but the secret keys: the vendor's public key, a genuine
//! key and its proof for the challenge that is open, and everything that was ever sent.

use fastrand::Rng;
use stranded_door::{
    Bolt, BoltSense, Controller, ControllerConfig, Curve, DoorConfig, Effect, Event, Issuers, Memory, Milliseconds,
    Motor, PaceConfig, PowerConfig,
};
use stranded_wire::issuer::{Issuer, Phone, hello};
use stranded_wire::{
    BODY_BYTES_MAX, CarId, CarSeconds, Challenge, Command, FRAME_BYTES_MAX, FrameReader, IssuerId, KeyToken, Reply,
    Request, Rights, Role, VendorUpdate, decode_frame, encode_frame,
};

const CAR: CarId = CarId(7);
const NOON: u64 = 1_649_559_600;

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Frames sent that were not the good one.
    pub(crate) frames: u64,
    /// Accepted although the signed bytes were not the good ones: must be 0.
    pub(crate) false_unlocks: u64,
    /// The good answer, signed bytes untouched, in another envelope: no harm.
    pub(crate) same_answers: u64,
    /// Got as far as the signatures: forged, another phone, replayed and so on.
    pub(crate) refused_by_the_door: u64,
    /// Refused before that.
    pub(crate) refused_by_the_decoders: u64,
    /// Not answered: no zero at the end, say.
    pub(crate) unanswered: u64,
    /// Good answers sent in between, all of which opened the door.
    pub(crate) good: u64,
}

struct Attack<C> {
    random: Rng,
    controller: Controller<C>,
    now: Milliseconds,
    issuer: Issuer,
    phone: Phone,
    token: Vec<u8>,
    /// Everything that was ever sent.
    recorded: Vec<Vec<u8>>,
    tally: Tally,
}

/// Sends so many mutated frames to a door that verifies with `C`.
pub(crate) fn run<C: Curve>(frames: u64, seed: u64) -> Tally {
    let mut attack = Attack::<C>::new(seed);
    while attack.tally.frames < frames {
        let challenge = attack.challenge();
        let good = attack.phone.answer(challenge, &attack.token, Command::Unlock);
        if attack.tally.frames.is_multiple_of(1_000) {
            attack.good(&good);
            attack.tally.frames += 1;
            continue;
        }
        let bad = attack.mutate(&good);
        attack.bad(&good, &bad);
    }
    attack.tally
}

impl<C: Curve> Attack<C> {
    fn new(seed: u64) -> Self {
        let issuer = Issuer::from_seed(IssuerId(1), &[1; 32]);
        let phone = Phone::from_seed(&[3; 32]);
        let unlimited = PaceConfig { burst: u16::MAX, interval_milliseconds: 1 };
        let config = ControllerConfig {
            door: DoorConfig { guesses_max: 0, ..DoorConfig::default() },
            verifications: unlimited,
            power: PowerConfig {
                awake_milliseconds: u32::MAX,
                awake_milliseconds_max: u32::MAX,
                ..PowerConfig::default()
            },
            ..ControllerConfig::default()
        };
        let issuers = Issuers::new(&[(issuer.id(), issuer.public_key())], IssuerId(0));
        let memory = Memory { boot_epoch: 3, ..Memory::BLANK };
        let token = issuer.issue(&KeyToken {
            key_id: 1,
            car: CAR,
            reservation: 11,
            rights: Rights::RENTER,
            not_before: CarSeconds(NOON - 3_600),
            expires: CarSeconds(NOON + 864_000),
            phone_key: phone.public_key(),
            epoch: 4,
            role: Role::Guest,
        });
        let mut attack = Self {
            random: Rng::with_seed(seed),
            controller: Controller::new(CAR, issuers, memory, config),
            now: Milliseconds(0),
            issuer,
            phone,
            token,
            recorded: Vec::new(),
            tally: Tally::default(),
        };
        let _ = attack.controller.step(attack.now, Event::Bolt(BoltSense::At(Bolt::Locked)));
        let Challenge { nonce, boot_epoch, .. } = attack.challenge();
        let time = CarSeconds(NOON);
        let update = VendorUpdate { car: CAR, boot_epoch, nonce, time, epoch_min: 4, issuer_min: IssuerId(0) };
        let frame = attack.issuer.update_frame(&update);
        assert!(attack.send(&frame).contains(&Effect::Send(Reply::Updated)), "the door must know the time");
        attack.recorded.push(frame);
        attack
    }

    fn send(&mut self, bytes: &[u8]) -> Vec<Effect> {
        let mut reader = FrameReader::new();
        let mut effects = Vec::new();
        for &byte in bytes {
            if let Some(body) = reader.push(byte) {
                let event = Event::Frame { body, nonce: self.random.u64(..), server_confirmed: false };
                effects.extend(self.controller.step(self.now, event));
            }
        }
        effects
    }

    fn challenge(&mut self) -> Challenge {
        self.now.0 += 1;
        match self.send(&hello())[..] {
            [Effect::Send(Reply::Challenge { challenge, .. })] => challenge,
            ref other => panic!("a greeting must give a challenge, not {other:?}"),
        }
    }

    fn good(&mut self, good: &[u8]) {
        let effects = self.send(good);
        assert!(gave_way(&effects), "the good key must open: {effects:?}");
        self.lock_again();
        self.recorded.push(good.to_vec());
        self.tally.good += 1;
    }

    fn bad(&mut self, good: &[u8], bad: &[u8]) {
        self.tally.frames += 1;
        let effects = self.send(bad);
        if gave_way(&effects) {
            // One of several frames in there may have opened.
            let same =
                bad.split(|&byte| byte == 0).any(|frame| signed_parts(frame) == signed_parts(&good[..good.len() - 1]));
            if same {
                self.tally.same_answers += 1;
            } else {
                self.tally.false_unlocks += 1;
            }
            self.lock_again();
        }
        match effects.iter().find_map(|effect| match effect {
            Effect::Send(Reply::Refused { refusal }) => Some(*refusal),
            _ => None,
        }) {
            // Reasons in this order: the first twelve are the door's.
            Some(refusal) if refusal.code() < 12 => self.tally.refused_by_the_door += 1,
            Some(_) => self.tally.refused_by_the_decoders += 1,
            None if effects.is_empty() => self.tally.unanswered += 1,
            None => {}
        }
    }

    /// Brings the bolt back, as if a renter had locked.
    fn lock_again(&mut self) {
        for bolt in [Bolt::Unlocked, Bolt::Locked] {
            let _ = self.controller.step(self.now, Event::Bolt(BoltSense::At(bolt)));
        }
    }

    /// A frame that is not `good`.
    fn mutate(&mut self, good: &[u8]) -> Vec<u8> {
        loop {
            let bad = match self.random.u8(0..8) {
                0 => self.scramble(good),
                1 => self.replay(good),
                2 => self.cut_and_paste(good),
                // With a check sum that fits, which takes it to the parsers and to the signatures.
                _ => self.reframe(good),
            };
            if bad != good {
                return bad;
            }
        }
    }

    /// Damages bytes.
    fn scramble(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.random.usize(0..3) {
            let at = self.random.usize(0..bytes.len().max(1));
            match self.random.u8(0..6) {
                0..=2 if at < bytes.len() => bytes[at] ^= 1 << self.random.u8(0..8),
                3 if at < bytes.len() => bytes[at] = self.random.u8(..),
                4 if at < bytes.len() => drop(bytes.remove(at)),
                5 => bytes.insert(at, self.random.u8(..)),
                _ => bytes.truncate(at),
            }
        }
        bytes
    }

    /// Something that was sent before, whole or damaged.
    fn replay(&mut self, good: &[u8]) -> Vec<u8> {
        let index = self.random.usize(0..self.recorded.len());
        let old = self.recorded[index].clone();
        match self.random.u8(0..3) {
            0 => old,
            1 => self.scramble(&old),
            _ => [&old[..], &self.scramble(good)].concat(),
        }
    }

    /// A part of this and a part of that.
    fn cut_and_paste(&mut self, good: &[u8]) -> Vec<u8> {
        let index = self.random.usize(0..self.recorded.len());
        let old = self.recorded[index].clone();
        let at = self.random.usize(0..good.len());
        let from = self.random.usize(0..old.len());
        [&good[..at], &old[from..]].concat()
    }

    fn reframe(&mut self, good: &[u8]) -> Vec<u8> {
        let mut plain = good[..good.len() - 1].to_vec();
        let body = decode_frame(&mut plain).expect("the good frame is one").to_vec();
        let Ok(Request::Response { token, proof }) = Request::decode(&body) else {
            unreachable!("the good frame is a response");
        };
        let mut buffer = [0; BODY_BYTES_MAX];
        let body = match self.random.u8(0..6) {
            0 => self.scramble(&body),
            1 => encoded(Request::Response { token: &self.scramble(token), proof }, &mut buffer),
            2 => encoded(Request::Response { token, proof: &self.scramble(proof) }, &mut buffer),
            3 => encoded(Request::Update { update: &self.scramble(token) }, &mut buffer),
            4 => {
                // A genuine key and its phone, with an old proof: of another challenge.
                let challenge =
                    Challenge { nonce: self.random.u64(..), boot_epoch: 3, counter: self.random.u32(0..10) };
                let proof = self.phone.prove(
                    &stranded_wire::Proof { challenge, command: Command::Unlock, counter: challenge.counter + 1 },
                    token,
                );
                encoded(Request::Response { token, proof: &proof }, &mut buffer)
            }
            _ => {
                // The attacker's own phone and issuer, signing whatever they like.
                let issuer = Issuer::from_seed(IssuerId(self.random.u32(0..3)), &[self.random.u8(100..); 32]);
                let phone = Phone::from_seed(&[self.random.u8(100..); 32]);
                let forged = issuer.issue(&KeyToken {
                    key_id: 1,
                    car: CAR,
                    reservation: 11,
                    rights: Rights::RENTER | Rights::SERVICE,
                    not_before: CarSeconds(0),
                    expires: CarSeconds(u64::MAX),
                    phone_key: phone.public_key(),
                    epoch: u32::MAX,
                    role: Role::Service,
                });
                encoded(Request::Response { token: &forged, proof }, &mut buffer)
            }
        };
        let mut buffer = [0; FRAME_BYTES_MAX];
        encode_frame(&body, &mut buffer).map_or(body.clone(), <[u8]>::to_vec)
    }
}

fn encoded(request: Request<'_>, buffer: &mut [u8]) -> Vec<u8> {
    request.encode(buffer).map_or_else(|_| vec![0x80], <[u8]>::to_vec)
}

/// What the signatures cover, and the signatures.
fn signed_parts(frame: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    use stranded_wire::{Evidence, PublicKey, Response};
    let mut plain = frame.to_vec();
    let body = decode_frame(&mut plain).ok()?;
    let Ok(Request::Response { token, proof }) = Request::decode(body) else {
        return None;
    };
    let response = Response::<Evidence<'_>, PublicKey>::decode(token, proof).ok()?;
    let bytes = |evidence: &Evidence<'_>| {
        let mut buffer = [0; stranded_wire::TO_BE_SIGNED_BYTES_MAX];
        let covered = evidence.to_be_signed(&mut buffer).expect("what was decoded fits").to_vec();
        [&covered[..], evidence.signature()].concat()
    };
    Some((bytes(&response.issued_by), bytes(&response.signed_by)))
}

fn gave_way(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| {
        matches!(effect, Effect::Drive(Motor::Drive(Bolt::Unlocked)) | Effect::EnableStart | Effect::SendLog)
    })
}
