//! A whole controller on the table: real keys, real bytes, no board.

use stranded_door::{
    Bolt, BoltSense, Controller, ControllerConfig, Dalek, Effect, Effects, Event, Issuers, Memory, Milliseconds, Motor,
};
use stranded_wire::issuer::{Issuer, Phone, Scene, hello};
use stranded_wire::{
    CarId, CarSeconds, Challenge, Command, DecodeError, FrameReader, IssuerId, KeyToken, PublicKey, Refusal, Reply,
    Rights, Role, VendorUpdate,
};

pub(crate) const CAR: CarId = CarId(7);
/// Sunday 10 April 2022, 12:00 in Korea.
pub(crate) const NOON: u64 = 1_649_559_600;
pub(crate) const EPOCH: u32 = 4;

pub(crate) struct Bench {
    pub(crate) controller: Controller<Dalek>,
    pub(crate) now: Milliseconds,
    pub(crate) issuer: Issuer,
    /// The issuer's successor, in a safe.
    pub(crate) next_issuer: Issuer,
    pub(crate) phone: Phone,
    nonce: u64,
}

impl Bench {
    /// A controller that knows the time and its revocation epoch, and whose bolt is locked.
    pub(crate) fn new(config: ControllerConfig) -> Self {
        let mut bench = Self::without_time(config);
        let _ = bench.step(Event::Bolt(BoltSense::At(Bolt::Locked)));
        bench.tell_time();
        bench
    }

    pub(crate) fn without_time(config: ControllerConfig) -> Self {
        let issuer = Issuer::from_seed(IssuerId(1), &[1; 32]);
        let next_issuer = Issuer::from_seed(IssuerId(2), &[2; 32]);
        let issuers = Issuers::new(
            &[(issuer.id(), issuer.public_key()), (next_issuer.id(), next_issuer.public_key())],
            IssuerId(0),
        );
        let memory = Memory { boot_epoch: 3, ..Memory::BLANK };
        Self {
            controller: Controller::new(CAR, issuers, memory, config),
            now: Milliseconds(0),
            issuer,
            next_issuer,
            phone: Phone::from_seed(&[3; 32]),
            nonce: 100,
        }
    }

    pub(crate) fn step(&mut self, event: Event<'_>) -> Effects {
        self.controller.step(self.now, event)
    }

    /// Lets time pass, in ticks of a tenth of a second, and gathers what happens.
    pub(crate) fn wait(&mut self, milliseconds: u64) -> Vec<Effect> {
        let end = self.now.0 + milliseconds;
        let mut effects = Vec::new();
        while self.now.0 < end {
            self.now.0 = (self.now.0 + 100).min(end);
            effects.extend(self.step(Event::Tick));
        }
        effects
    }

    /// Sends bytes as the radio would, and gathers what they lead to.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> Vec<Effect> {
        let mut reader = FrameReader::new();
        let mut effects = Vec::new();
        for &byte in bytes {
            if let Some(body) = reader.push(byte) {
                effects.extend(self.frame(body));
            }
        }
        effects
    }

    fn frame(&mut self, body: Result<&[u8], DecodeError>) -> Effects {
        self.nonce += 1;
        self.controller.step(self.now, Event::Frame { body, nonce: self.nonce, server_confirmed: false })
    }

    pub(crate) fn challenge(&mut self) -> Challenge {
        match self.send(&hello())[..] {
            [Effect::Send(Reply::Challenge { car: CAR, challenge })] => challenge,
            ref other => panic!("a greeting must give a challenge, not {other:?}"),
        }
    }

    pub(crate) fn key(&self) -> KeyToken<PublicKey> {
        KeyToken {
            key_id: 1,
            car: CAR,
            reservation: 11,
            rights: Rights::RENTER,
            not_before: CarSeconds(NOON - 3_600),
            expires: CarSeconds(NOON + 86_400),
            phone_key: self.phone.public_key(),
            epoch: EPOCH,
            role: Role::Guest,
        }
    }

    pub(crate) fn service_key(&self) -> KeyToken<PublicKey> {
        KeyToken { rights: Rights::RENTER | Rights::SERVICE, role: Role::Service, reservation: 0, ..self.key() }
    }

    pub(crate) fn scene(&self) -> Scene<'_> {
        Scene { issuer: &self.issuer, phone: &self.phone, key: self.key() }
    }

    /// An update to noon and the time since.
    pub(crate) fn an_update(&mut self) -> VendorUpdate {
        let Challenge { nonce, boot_epoch, .. } = self.challenge();
        let time = CarSeconds(NOON + self.now.0 / 1_000);
        VendorUpdate { car: CAR, boot_epoch, nonce, time, epoch_min: EPOCH, issuer_min: IssuerId(1) }
    }

    pub(crate) fn tell_time(&mut self) {
        let update = self.an_update();
        let effects = self.send(&self.issuer.update_frame(&update));
        assert!(effects.contains(&Effect::Send(Reply::Updated)), "{effects:?}");
    }

    /// Asks for a challenge and answers it properly.
    pub(crate) fn command(&mut self, key: &KeyToken<PublicKey>, command: Command) -> Vec<Effect> {
        let challenge = self.challenge();
        let token = self.issuer.issue(key);
        let frame = self.phone.answer(challenge, &token, command);
        self.send(&frame)
    }

    /// The same, with a bolt that moves; gathers everything that happens.
    pub(crate) fn command_and_move(&mut self, key: &KeyToken<PublicKey>, command: Command) -> Vec<Effect> {
        let mut effects = self.command(key, command);
        if let Some(Effect::Drive(Motor::Drive(bolt))) = effects.first().copied() {
            effects.extend(self.step(Event::Bolt(BoltSense::Between)));
            self.now.0 += 300;
            effects.extend(self.step(Event::Bolt(BoltSense::At(bolt))));
        }
        effects
    }
}

/// Whether anything was opened, started or told.
pub(crate) fn gave_way(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| {
        matches!(effect, Effect::Drive(Motor::Drive(Bolt::Unlocked)) | Effect::EnableStart | Effect::SendLog)
    })
}

/// The refusal among the effects.
pub(crate) fn refusal(effects: &[Effect]) -> Option<Refusal> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send(Reply::Refused { refusal }) => Some(*refusal),
        _ => None,
    })
}
