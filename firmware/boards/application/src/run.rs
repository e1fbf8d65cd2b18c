//! The door's loop: waits for frames and for time to pass, and carries out what the lock says.

use embassy_futures::select::{Either, select};
use embassy_time::{Duration, Instant, Timer};
use embedded_io_async::{Read, Write};
use embedded_storage_async::nor_flash::NorFlash;
use stranded_door::{
    Board, Controller, ControllerConfig, Dalek, Event, JournalRegions, Lock, Milliseconds, Motor, Part, Sleep, Wake,
};
use stranded_wire::link::Link;

use crate::hardware::Hardware;
use crate::identity;

/// How often time passes for the controller while it is awake.
const TICK: Duration = Duration::from_millis(100);

/// The same while the bolt moves: the phone waits for its arrival.
const TICK_WHILE_BUSY: Duration = Duration::from_millis(10);

/// A reply that the link does not take in this time is dropped: the phone is gone, and the door has other things to do.
const SEND_LIMIT: Duration = Duration::from_secs(2);

/// How long to pause after the link failed.
const LINK_PAUSE: Duration = Duration::from_millis(100);

/// Runs the door for ever: frames come in by `reader` and go out by `writer`, memory and log are in `flash`.
///
/// # Panics
///
/// The flash cannot be used as a journal: there is no door without memory.
pub async fn run(
    reader: impl Read,
    writer: impl Write,
    flash: impl NorFlash,
    regions: JournalRegions,
    hardware: impl Hardware,
) -> ! {
    let controller =
        |memory| Controller::<Dalek>::new(identity::CAR, identity::issuers(), memory, ControllerConfig::default());
    let mut lock = match Lock::start(flash, regions, controller).await {
        Ok(lock) => lock,
        Err(error) => defmt::panic!("no journal: {}", defmt::Debug2Format(&error)),
    };
    defmt::info!("door of car {} up, start number {}", identity::CAR.0, lock.controller().memory().boot_epoch);

    let mut link = Link::new(reader);
    let mut hands = Hands { writer, hardware, sleep: None };
    let mut next_tick = Instant::now();
    loop {
        match select(link.receive(), Timer::at(next_tick)).await {
            Either::First(Ok(body)) => {
                if let Err(error) = body {
                    defmt::debug!("no frame: {}", defmt::Debug2Format(&error));
                }
                let nonce = hands.hardware.random();
                let event = Event::Frame { body, nonce, server_confirmed: false };
                // A frame wakes the controller, if anything does.
                hands.sleep = None;
                lock.handle(now(), event, &mut hands).await;
                if lock.controller().bolt().is_busy() {
                    next_tick = next_tick.min(Instant::now() + TICK_WHILE_BUSY);
                } else if hands.sleep.is_none() {
                    next_tick = next_tick.min(Instant::now() + TICK);
                }
            }
            Either::First(Err(_)) => {
                defmt::warn!("the link failed");
                Timer::after(LINK_PAUSE).await;
            }
            Either::Second(()) => {
                if hands.sleep.take().is_some() {
                    lock.handle(now(), Event::Wake(Wake::Timer), &mut hands).await;
                }
                let millivolts = hands.hardware.battery_millivolts();
                let sense = hands.hardware.sense_bolt();
                for event in [
                    Event::Alive(Part::Link),
                    Event::Alive(Part::Bolt),
                    Event::Battery { millivolts },
                    Event::Bolt(sense),
                    Event::Tick,
                ] {
                    lock.handle(now(), event, &mut hands).await;
                }
                let busy = lock.controller().bolt().is_busy();
                next_tick = match hands.sleep {
                    Some(Sleep { until: Some(until), .. }) => Instant::from_millis(until.0),
                    // Only a frame, or somebody at the door, wakes it.
                    Some(Sleep { until: None, .. }) => Instant::MAX,
                    None if busy => Instant::now() + TICK_WHILE_BUSY,
                    None => Instant::now() + TICK,
                };
            }
        }
    }
}

fn now() -> Milliseconds {
    Milliseconds(Instant::now().as_millis())
}

/// The board as the lock sees it.
struct Hands<W, H> {
    writer: W,
    hardware: H,
    /// Set while the controller sleeps.
    sleep: Option<Sleep>,
}

impl<W: Write, H: Hardware> Board for Hands<W, H> {
    async fn send(&mut self, frame: &[u8]) {
        let sent = select(self.writer.write_all(frame), Timer::after(SEND_LIMIT)).await;
        if !matches!(sent, Either::First(Ok(()))) {
            defmt::warn!("a reply was not taken");
        }
    }

    fn drive(&mut self, motor: Motor) {
        match motor {
            Motor::Drive(bolt) => defmt::info!("bolt: to {}", defmt::Debug2Format(&bolt)),
            Motor::Stop => defmt::info!("bolt: stop"),
        }
        self.hardware.drive(motor);
    }

    fn enable_start(&mut self) {
        defmt::info!("the engine may start");
        self.hardware.enable_start();
    }

    fn feed_watchdog(&mut self) {
        self.hardware.feed_watchdog();
    }

    fn sleep(&mut self, sleep: Sleep) {
        defmt::info!("sleep");
        self.sleep = Some(sleep);
    }
}
