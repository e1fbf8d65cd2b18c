//! A whole lock on a mock board: frames in, frames out, a motor, and the power that goes.

use crate::flash::Flash;
use crate::regions;
use embassy_futures::block_on;
use stranded_door::{
    Board, Bolt, BoltSense, Controller, ControllerConfig, Dalek, Event, Issuers, JournalRegions, Lock, Milliseconds,
    Motor, Sleep,
};
use stranded_wire::issuer::{Issuer, Next, Outcome, Phone, Session, hello};
use stranded_wire::{
    CarId, CarSeconds, Challenge, Command, FrameReader, IssuerId, KeyToken, LogEntry, LogEvent, PublicKey, Refusal,
    Reply, Rights, Role, VendorUpdate,
};

const CAR: CarId = CarId(7);
const NOON: u64 = 1_649_559_600;

#[derive(Default)]
struct MockBoard {
    sent: Vec<Vec<u8>>,
    motor: Option<Motor>,
    engine_enabled: bool,
    fed: u32,
    sleep: Option<Sleep>,
}

impl Board for MockBoard {
    async fn send(&mut self, frame: &[u8]) {
        self.sent.push(frame.to_vec());
    }

    fn drive(&mut self, motor: Motor) {
        self.motor = Some(motor);
    }

    fn enable_start(&mut self) {
        self.engine_enabled = true;
    }

    fn feed_watchdog(&mut self) {
        self.fed += 1;
    }

    fn sleep(&mut self, sleep: Sleep) {
        self.sleep = Some(sleep);
    }
}

struct Car<'flash> {
    lock: Lock<&'flash mut Flash, Dalek>,
    board: MockBoard,
    now: Milliseconds,
    nonce: u64,
}

fn issuer() -> Issuer {
    Issuer::from_seed(IssuerId(1), &[1; 32])
}

fn phone() -> Phone {
    Phone::from_seed(&[3; 32])
}

fn key(role: Role) -> KeyToken<PublicKey> {
    let rights = if role == Role::Service { Rights::RENTER | Rights::SERVICE } else { Rights::RENTER };
    KeyToken {
        key_id: 1,
        car: CAR,
        reservation: 11,
        rights,
        not_before: CarSeconds(NOON - 3_600),
        expires: CarSeconds(NOON + 86_400),
        phone_key: phone().public_key(),
        epoch: 1,
        role,
    }
}

impl<'flash> Car<'flash> {
    fn start(flash: &'flash mut Flash) -> Self {
        let issuers = Issuers::new(&[(IssuerId(1), issuer().public_key())], IssuerId(0));
        let controller = |memory| Controller::new(CAR, issuers, memory, ControllerConfig::default());
        let lock = block_on(Lock::start(flash, regions(), controller)).expect("the lock starts");
        Self { lock, board: MockBoard::default(), now: Milliseconds(0), nonce: 0 }
    }

    fn handle(&mut self, event: Event<'_>) {
        block_on(self.lock.handle(self.now, event, &mut self.board));
        // A bolt without friction.
        if let Some(Motor::Drive(bolt)) = self.board.motor.take() {
            self.now.0 += 300;
            block_on(self.lock.handle(self.now, Event::Bolt(BoltSense::At(bolt)), &mut self.board));
            assert_eq!(self.board.motor.take(), Some(Motor::Stop));
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        let mut reader = FrameReader::new();
        for &byte in bytes {
            if let Some(body) = reader.push(byte) {
                self.nonce += 1;
                let event = Event::Frame { body, nonce: self.nonce, server_confirmed: false };
                self.handle(event);
            }
        }
    }

    /// One conversation: its outcome and the lines of the log.
    fn talk(&mut self, answer: impl FnOnce(CarId, Challenge) -> Vec<u8>) -> (Outcome, Vec<LogEntry>) {
        let mut session = Session::new(answer);
        let mut lines = Vec::new();
        self.send(&hello());
        loop {
            let mut frame = self.board.sent.remove(0);
            assert_eq!(frame.pop(), Some(0));
            let body = stranded_wire::decode_frame(&mut frame).expect("the door sends whole frames");
            match session.take(Reply::decode(body).expect("the door sends replies")) {
                Next::Send(bytes) => self.send(&bytes),
                Next::Log(entry) => lines.push(entry),
                Next::Wait => {}
                Next::End(outcome) => return (outcome, lines),
            }
        }
    }

    fn command(&mut self, role: Role, command: Command) -> (Outcome, Vec<LogEntry>) {
        let token = issuer().issue(&key(role));
        self.talk(|car, challenge| {
            assert_eq!(car, CAR);
            phone().answer(challenge, &token, command)
        })
    }

    fn update(&mut self, epoch_min: u32) -> Outcome {
        let time = CarSeconds(NOON + self.now.0 / 1_000);
        self.talk(|car, Challenge { nonce, boot_epoch, .. }| {
            issuer().update_frame(&VendorUpdate { car, boot_epoch, nonce, time, epoch_min, issuer_min: IssuerId(0) })
        })
        .0
    }
}

#[test]
fn the_whole_story() {
    let mut flash = Flash::new();
    let mut car = Car::start(&mut flash);
    assert_eq!(car.update(1), Outcome::Updated);
    for (command, counter) in [(Command::Unlock, 1), (Command::Start, 2), (Command::Lock, 3)] {
        assert_eq!(car.command(Role::Guest, command).0, Outcome::Done { command, counter });
    }
    assert!(car.board.engine_enabled);
    assert_eq!(car.command(Role::Guest, Command::ReadLog).0, Outcome::Refused(Refusal::WrongRights));
    let (outcome, lines) = car.command(Role::Service, Command::ReadLog);
    assert_eq!(outcome, Outcome::Done { command: Command::ReadLog, counter: 4 });
    let events: Vec<_> = lines.iter().map(|entry| entry.event).collect();
    let expected = [
        LogEvent::Started,
        LogEvent::Updated { epoch_min: 1 },
        LogEvent::Unlocked { key_id: 1 },
        LogEvent::EngineEnabled { key_id: 1 },
        LogEvent::Locked { key_id: 1 },
        LogEvent::Refused { refusal: Refusal::WrongRights },
    ];
    assert_eq!(events, expected);
    assert_eq!(lines[0].time, None, "it did not know the time yet");
    assert_eq!(lines[2].time, Some(CarSeconds(NOON)));
    car.now.0 += 25_000;
    car.handle(Event::Tick);
    assert_eq!(car.board.sleep, Some(Sleep { radio: true, until: None }));
    assert_eq!(car.board.fed, 0, "the link has been silent for too long");
}

#[test]
fn a_restart_forgets_the_challenge_and_keeps_the_revocations() {
    let mut flash = Flash::new();
    let token = issuer().issue(&key(Role::Guest));
    let mut recorded = Vec::new();
    {
        let mut car = Car::start(&mut flash);
        assert_eq!(car.update(2), Outcome::Updated);
        car.talk(|_, challenge| {
            recorded = phone().answer(challenge, &token, Command::Unlock);
            recorded.clone()
        });
    }
    let mut car = Car::start(&mut flash);
    assert_eq!(car.lock.controller().memory().epoch_min, 2);
    assert_eq!(car.talk(|_, _| recorded.clone()).0, Outcome::Refused(Refusal::Replayed));
    assert_eq!(car.update(1), Outcome::Updated);
    assert_eq!(car.command(Role::Guest, Command::Unlock).0, Outcome::Refused(Refusal::Revoked));
}

#[test]
fn a_worn_out_flash_still_opens() {
    let mut flash = Flash::new();
    let mut car = Car::start(&mut flash);
    assert_eq!(car.update(1), Outcome::Updated);
    // No word is written from here on.
    car.lock.journal().flash_mut().words_left = Some(0);
    let command = Command::Unlock;
    assert_eq!(car.command(Role::Guest, command).0, Outcome::Done { command, counter: 1 });
    assert_eq!(car.lock.controller().bolt().position(), Some(Bolt::Unlocked));
}

#[test]
fn a_log_longer_than_any_frame_is_told_to_its_end() {
    let mut flash = Flash::new();
    let mut car = Car::start(&mut flash);
    assert_eq!(car.update(1), Outcome::Updated);
    for _ in 0..100 {
        let _ = car.command(Role::Guest, Command::Unlock);
        let _ = car.command(Role::Guest, Command::Lock);
    }
    let (outcome, lines) = car.command(Role::Service, Command::ReadLog);
    assert_eq!(outcome, Outcome::Done { command: Command::ReadLog, counter: 201 });
    assert!(lines.len() > 40, "{}", lines.len());
    assert!(lines.is_sorted_by_key(|entry| entry.sequence));
    assert_eq!(lines.last().map(|entry| entry.event), Some(LogEvent::Locked { key_id: 1 }));
}

#[test]
fn a_lock_without_room_does_not_start() {
    let mut flash = Flash::new();
    let issuers = Issuers::new(&[], IssuerId(0));
    let controller = |memory| Controller::<Dalek>::new(CAR, issuers, memory, ControllerConfig::default());
    let nowhere = JournalRegions { memory: 0..0, log: 0..0 };
    assert!(block_on(Lock::start(&mut flash, nowhere, controller)).is_err());
}
