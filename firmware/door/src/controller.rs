//! Everything a board runs, but for the waiting.

use crate::pace::Pace;
use crate::{
    Action, Battery, BatteryChange, BatteryConfig, Bolt, BoltConfig, BoltDrive, BoltOutcome, BoltStep, CoseVerifier,
    Curve, Door, DoorConfig, Effect, Effects, Event, Input, Issuers, Memory, Milliseconds, PaceConfig, Power,
    PowerConfig, Watchdog,
};
use core::marker::PhantomData;
use stranded_wire::{
    CarId, Command, DecodeError, Evidence, LogEvent, PublicKey, Refusal, Reply, Request, Response, Signed, VendorUpdate,
};

/// How a board's controller behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ControllerConfig {
    /// The decision who may open.
    pub door: DoorConfig,
    /// The motor.
    pub bolt: BoltConfig,
    /// The battery.
    pub battery: BatteryConfig,
    /// Sleep.
    pub power: PowerConfig,
    /// How often signatures are verified. Accepted commands start it anew.
    pub verifications: PaceConfig,
    /// How often refusals are written to the log, so that nobody can wear out the flash.
    pub refusals_logged: PaceConfig,
    /// How long a part may be silent before the controller lets itself be restarted, milliseconds.
    pub watchdog_patience_milliseconds: u32,
}

impl Default for ControllerConfig {
    /// 20 verifications at once and two a second; 10 logged refusals at once and one every ten minutes; ten seconds of
    /// patience. Our choices.
    fn default() -> Self {
        Self {
            door: DoorConfig::default(),
            bolt: BoltConfig::default(),
            battery: BatteryConfig::default(),
            power: PowerConfig::default(),
            verifications: PaceConfig { burst: 20, interval_milliseconds: 500 },
            refusals_logged: PaceConfig { burst: 10, interval_milliseconds: 600_000 },
            watchdog_patience_milliseconds: 10_000,
        }
    }
}

/// A command that waits for the bolt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Waiting {
    command: Command,
    counter: u32,
    key_id: u64,
}

/// A door with its bolt, battery, sleep and watchdog: events in, effects out. Reads no clock, waits for nothing.
///
/// `C` verifies signatures.
#[derive(Clone, Debug)]
pub struct Controller<C> {
    config: ControllerConfig,
    door: Door,
    issuers: Issuers,
    bolt: BoltDrive,
    battery: Battery,
    power: Power,
    watchdog: Watchdog,
    verifications: Pace,
    refusals_logged: Pace,
    waiting: Option<Waiting>,
    curve: PhantomData<C>,
}

impl<C: Curve> Controller<C> {
    /// A controller that has just started, with what [`Journal::open`](crate::Journal::open) remembered and the issuers
    /// it was given at the factory.
    pub fn new(car: CarId, mut issuers: Issuers, memory: Memory, config: ControllerConfig) -> Self {
        issuers.retire_below(memory.issuer_min);
        Self {
            config,
            door: Door::new(car, memory.boot_epoch, memory.epoch_min),
            issuers,
            bolt: BoltDrive::new(config.bolt),
            battery: Battery::new(config.battery),
            power: Power::new(config.power),
            watchdog: Watchdog::new(config.watchdog_patience_milliseconds),
            verifications: Pace::new(config.verifications),
            refusals_logged: Pace::new(config.refusals_logged),
            waiting: None,
            curve: PhantomData,
        }
    }

    /// The door.
    pub const fn door(&self) -> &Door {
        &self.door
    }

    /// The bolt.
    pub const fn bolt(&self) -> &BoltDrive {
        &self.bolt
    }

    /// Whether it is awake.
    pub const fn is_awake(&self) -> bool {
        self.power.is_awake()
    }

    /// What must survive a loss of power.
    pub const fn memory(&self) -> Memory {
        Memory {
            boot_epoch: self.door.boot_epoch(),
            epoch_min: self.door.epoch_min(),
            issuer_min: self.issuers.id_min(),
        }
    }

    /// Takes one event at `now` and says what to do. Never panics, whatever comes in.
    pub fn step(&mut self, now: Milliseconds, event: Event<'_>) -> Effects {
        let mut effects = Effects::new();
        let out = &mut effects;
        match event {
            Event::Frame { body, nonce, server_confirmed } => {
                if self.power.message(now, self.battery.is_low()) {
                    self.frame(now, body, nonce, server_confirmed, out);
                }
            }
            Event::PhoneLeft => self.phone_left(now, out),
            Event::Bolt(sense) => {
                let step = self.bolt.sense(now, sense);
                self.carry_on(step, out);
            }
            Event::Battery { millivolts } => self.battery(now, millivolts, out),
            Event::Tick => self.tick(now, out),
            Event::Wake(cause) => {
                self.watchdog.forget(now);
                self.power.wake(now, cause, self.battery.is_low());
            }
            Event::Alive(part) => self.watchdog.check_in(now, part),
        }
        effects
    }

    fn frame(
        &mut self,
        now: Milliseconds,
        body: Result<&[u8], DecodeError>,
        nonce: u64,
        server_confirmed: bool,
        out: &mut Effects,
    ) {
        let outcome = match body.and_then(Request::decode) {
            Ok(Request::Hello) => {
                self.hello(now, nonce, out);
                Ok(())
            }
            Ok(Request::Response { token, proof }) => Response::<Evidence<'_>, PublicKey>::decode(token, proof)
                .map_err(Refusal::from)
                .and_then(|response| self.respond(now, &response, server_confirmed, out)),
            Ok(Request::Update { update }) => Signed::<VendorUpdate>::decode(update)
                .map_err(Refusal::from)
                .and_then(|update| self.update(now, &update, out)),
            Err(error) => Err(error.into()),
        };
        if let Err(refusal) = outcome {
            self.refuse(now, refusal, out);
        }
    }

    fn hello(&mut self, now: Milliseconds, nonce: u64, out: &mut Effects) {
        let input = Input::<Evidence<'_>, PublicKey>::ChallengeRequest { nonce };
        let action = self.door.step(&self.config.door, now, &input, &CoseVerifier::<C>::new(&self.issuers));
        if let Action::SendChallenge(challenge) = action {
            put(out, Effect::Send(Reply::Challenge { car: self.door.car(), challenge }));
        }
    }

    fn respond(
        &mut self,
        now: Milliseconds,
        response: &Response<Evidence<'_>, PublicKey>,
        server_confirmed: bool,
        out: &mut Effects,
    ) -> Result<(), Refusal> {
        self.before_verifying(now, &response.issued_by)?;
        let command = response.proof.command;
        if matches!(command, Command::Unlock | Command::Lock) && !self.battery.can_move_bolt() {
            return Err(Refusal::LowBattery);
        }
        let input = Input::Response { response: *response, server_confirmed };
        let action = self.door.step(&self.config.door, now, &input, &CoseVerifier::<C>::new(&self.issuers));
        let key_id = response.token.key_id;
        let counter = response.proof.counter;
        if let Action::Refuse(refusal) = action {
            return Err(refusal);
        }
        self.verifications.forgive(now);
        self.power.accepted(now, self.battery.is_low());
        let done = Effect::Send(Reply::Done { command, counter });
        match action {
            Action::MoveBolt(bolt) => {
                self.waiting = Some(Waiting { command, counter, key_id });
                let step = self.bolt.command(now, bolt);
                self.carry_on(step, out);
            }
            Action::EnableStart => {
                put(out, Effect::EnableStart);
                put(out, done);
                put(out, Effect::Record(LogEvent::EngineEnabled { key_id }));
            }
            Action::SendLog => {
                put(out, Effect::SendLog);
                put(out, done);
                put(out, Effect::Record(LogEvent::LogRead { key_id }));
            }
            Action::Nothing | Action::SendChallenge(_) | Action::Refuse(_) => {}
        }
        Ok(())
    }

    fn update(
        &mut self,
        now: Milliseconds,
        update: &Signed<'_, VendorUpdate>,
        out: &mut Effects,
    ) -> Result<(), Refusal> {
        let Signed { content, evidence } = update;
        self.before_verifying(now, evidence)?;
        if evidence.issuer().is_none_or(|signer| content.issuer_min > signer) {
            // Nobody retires itself or its successor.
            return Err(Refusal::WrongRights);
        }
        let before = self.memory();
        let input = Input::<Evidence<'_>, PublicKey>::VendorUpdate { update: *content, signature: *evidence };
        let action = self.door.step(&self.config.door, now, &input, &CoseVerifier::<C>::new(&self.issuers));
        if let Action::Refuse(refusal) = action {
            return Err(refusal);
        }
        self.issuers.retire_below(content.issuer_min);
        let memory = self.memory();
        if memory != before {
            put(out, Effect::Remember(memory));
            put(out, Effect::Record(LogEvent::Updated { epoch_min: memory.epoch_min }));
        }
        put(out, Effect::Send(Reply::Updated));
        Ok(())
    }

    /// What can be said without curve arithmetic, and whether there is power left for it.
    fn before_verifying(&mut self, now: Milliseconds, evidence: &Evidence<'_>) -> Result<(), Refusal> {
        if evidence.issuer().is_some_and(|id| self.issuers.is_retired(id)) {
            return Err(Refusal::Revoked);
        }
        if self.verifications.take(now) { Ok(()) } else { Err(Refusal::TooFast) }
    }

    fn refuse(&mut self, now: Milliseconds, refusal: Refusal, out: &mut Effects) {
        put(out, Effect::Send(Reply::Refused { refusal }));
        if tells_of_a_key(refusal) && self.refusals_logged.take(now) {
            put(out, Effect::Record(LogEvent::Refused { refusal }));
        }
    }

    fn phone_left(&mut self, now: Milliseconds, out: &mut Effects) {
        let input = Input::<Evidence<'_>, PublicKey>::PhoneLeft;
        let action = self.door.step(&self.config.door, now, &input, &CoseVerifier::<C>::new(&self.issuers));
        if let Action::MoveBolt(bolt) = action {
            // Nobody is there to be told.
            self.waiting = None;
            put(out, Effect::Record(LogEvent::LockedBehindPhone));
            if self.battery.can_move_bolt() {
                let step = self.bolt.command(now, bolt);
                self.carry_on(step, out);
            }
        }
    }

    fn battery(&mut self, now: Milliseconds, millivolts: u16, out: &mut Effects) {
        match self.battery.sample(now, millivolts) {
            Some(BatteryChange::Low) => put(out, Effect::Record(LogEvent::BatteryLow { millivolts })),
            Some(BatteryChange::Good) => put(out, Effect::Record(LogEvent::BatteryGood { millivolts })),
            None => {}
        }
    }

    fn tick(&mut self, now: Milliseconds, out: &mut Effects) {
        let step = self.bolt.tick(now);
        self.carry_on(step, out);
        if self.watchdog.barks(now) {
            put(out, Effect::Record(LogEvent::Hung));
        }
        if self.watchdog.may_feed(now) {
            put(out, Effect::FeedWatchdog);
        }
        if let Some(sleep) = self.power.tick(now, self.battery.is_low(), self.bolt.is_busy()) {
            put(out, Effect::Sleep(sleep));
        }
    }

    /// Passes the bolt's step on, and answers who waits for it.
    fn carry_on(&mut self, step: BoltStep, out: &mut Effects) {
        if let Some(motor) = step.motor {
            put(out, Effect::Drive(motor));
        }
        match step.outcome {
            Some(BoltOutcome::Arrived(bolt)) => {
                if let Some(Waiting { command, counter, key_id }) = self.waiting.take() {
                    put(out, Effect::Send(Reply::Done { command, counter }));
                    let event = match bolt {
                        Bolt::Unlocked => LogEvent::Unlocked { key_id },
                        Bolt::Locked => LogEvent::Locked { key_id },
                    };
                    put(out, Effect::Record(event));
                }
            }
            Some(BoltOutcome::Failed(fault)) => {
                if self.waiting.take().is_some() {
                    put(out, Effect::Send(Reply::BoltFailed { fault }));
                }
                put(out, Effect::Record(LogEvent::BoltFailed { fault }));
            }
            Some(BoltOutcome::MovedByHand(_)) => put(out, Effect::Record(LogEvent::MovedByHand)),
            None => {}
        }
    }
}

/// Noise on the radio, a weak battery and an uncertain clock say nothing about anybody's key.
const fn tells_of_a_key(refusal: Refusal) -> bool {
    !matches!(
        refusal,
        Refusal::Oversized
            | Refusal::Truncated
            | Refusal::Corrupted
            | Refusal::Malformed
            | Refusal::WrongVersion
            | Refusal::TooFast
            | Refusal::LowBattery
            | Refusal::ClockUnsure
    )
}

fn put(out: &mut Effects, effect: Effect) {
    let fits = out.push(effect).is_ok();
    debug_assert!(fits, "an event has at most EFFECTS_MAX effects");
}
