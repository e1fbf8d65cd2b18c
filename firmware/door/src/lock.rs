//! Controller and journal together, with the board's hands: what a board's `main` runs.

use crate::{
    Controller, Curve, Effect, Event, Journal, JournalError, JournalRegions, Memory, Milliseconds, Motor, Sleep,
};
use core::future::Future;
use embedded_storage_async::nor_flash::NorFlash;
use stranded_wire::{LogEvent, REPLY_FRAME_BYTES_MAX, Reply};

/// What a board can do. Orders that fail are the board's to notice: a motor that does not turn shows in the bolt's
/// sensor, a frame that is not sent in the phone's silence.
pub trait Board {
    /// Sends a frame to the phone.
    fn send(&mut self, frame: &[u8]) -> impl Future<Output = ()>;
    /// Gives the motor an order.
    fn drive(&mut self, motor: Motor);
    /// Lets the engine start.
    fn enable_start(&mut self);
    /// Feeds the hardware's watchdog.
    fn feed_watchdog(&mut self);
    /// Prepares for sleep; the next event is a [`Event::Wake`].
    fn sleep(&mut self, sleep: Sleep);
}

/// A whole lock.
#[derive(Debug)]
pub struct Lock<Flash, C> {
    controller: Controller<C>,
    journal: Journal<Flash>,
}

impl<Flash: NorFlash, C: Curve> Lock<Flash, C> {
    /// Starts a lock: opens the journal, or begins a new one where it is past repair, makes a controller from what it
    /// remembers, and logs the start.
    ///
    /// # Errors
    ///
    /// The regions are wrong, or the flash failed. A log that takes no line is no reason not to start.
    pub async fn start(
        flash: Flash,
        regions: JournalRegions,
        controller: impl FnOnce(Memory) -> Controller<C>,
    ) -> Result<Self, JournalError<Flash::Error>> {
        let (journal, memory) = Journal::open_or_erase(flash, regions).await?;
        let mut lock = Self { controller: controller(memory), journal };
        lock.record(Milliseconds(0), LogEvent::Started).await;
        Ok(lock)
    }

    /// The controller.
    pub const fn controller(&self) -> &Controller<C> {
        &self.controller
    }

    /// The journal.
    pub const fn journal(&mut self) -> &mut Journal<Flash> {
        &mut self.journal
    }

    /// Takes one event at `now` and carries out what follows from it.
    pub async fn handle(&mut self, now: Milliseconds, event: Event<'_>, board: &mut impl Board) {
        for effect in self.controller.step(now, event) {
            match effect {
                Effect::Drive(motor) => board.drive(motor),
                Effect::EnableStart => board.enable_start(),
                Effect::Remember(memory) => {
                    // Even if the flash fails, the door goes by the new memory until it restarts.
                    let _ = self.journal.remember(memory).await;
                }
                Effect::Send(reply) => send(board, &reply).await,
                Effect::SendLog => {
                    // What cannot be read is missing in the numbers of the lines.
                    let _ = self.journal.read(async |entry| send(board, &Reply::Log { entry }).await).await;
                }
                Effect::Record(event) => self.record(now, event).await,
                Effect::FeedWatchdog => board.feed_watchdog(),
                Effect::Sleep(sleep) => board.sleep(sleep),
            }
        }
    }

    async fn record(&mut self, now: Milliseconds, event: LogEvent) {
        let time = self.controller.door().time(now);
        // A door whose flash is worn out still opens. What is missing shows in the numbers of the lines.
        let _ = self.journal.append(now, time, event).await;
    }
}

async fn send(board: &mut impl Board, reply: &Reply) {
    let mut buffer = [0; REPLY_FRAME_BYTES_MAX];
    // Every reply fits; the tests send the longest.
    if let Ok(frame) = reply.frame(&mut buffer) {
        board.send(frame).await;
    }
}
