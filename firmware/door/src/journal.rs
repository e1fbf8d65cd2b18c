//! The door's memory and its log, in flash.
//!
//! Two regions, both kept by `sequential-storage`: a map for the few numbers of [`Memory`], a ring for the log. It
//! spreads wear over all pages, guards every item by a check sum, and is made to lose the power at any point of any
//! write: what was written before stays, what was being written is there whole or not at all.

use crate::Milliseconds;
use crate::memory::{MEMORY_BYTES, Memory};
use core::fmt;
use core::ops::Range;
use embedded_storage_async::nor_flash::NorFlash;
use sequential_storage::cache::{Cache, Uncached};
use sequential_storage::map::{MapConfig, MapConfigError, MapStorage};
use sequential_storage::queue::{QueueConfig, QueueConfigError, QueueStorage};
use stranded_wire::{CarSeconds, LOG_ENTRY_BYTES_MAX, LogEntry, LogEvent};

/// The map's one key.
const MEMORY_KEY: u8 = 0;
/// An item and its padding to the flash's words, of at most 32 bytes.
const BUFFER_BYTES: usize = 96;
const _: () = assert!(BUFFER_BYTES >= LOG_ENTRY_BYTES_MAX + 32 && BUFFER_BYTES >= 1 + MEMORY_BYTES + 32);

/// Where in the flash the journal lies: addresses in bytes, both on page boundaries, at least two pages each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalRegions {
    /// For [`Memory`].
    pub memory: Range<u32>,
    /// For the log: the ring holds all pages but one for sure.
    pub log: Range<u32>,
}

/// Why the journal cannot do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JournalError<Error> {
    /// A region does not fit the flash's pages.
    BadRegion,
    /// The flash failed; after a loss of power, nothing else can be told from it.
    Flash(Error),
    /// The flash holds something that this program did not write: see [`Journal::open_or_erase`].
    Corrupted,
    /// The door has started so often that its epochs are used up.
    WornOut,
}

impl<Error: fmt::Debug> fmt::Display for JournalError<Error> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadRegion => formatter.write_str("a region of the journal does not lie on at least two whole pages"),
            Self::Flash(error) => write!(formatter, "the flash failed: {error:?}"),
            Self::Corrupted => formatter.write_str("the flash holds something else than a journal: erase it"),
            Self::WornOut => formatter.write_str("the door has used up its boot epochs: replace it"),
        }
    }
}

impl<Error: fmt::Debug> core::error::Error for JournalError<Error> {}

impl<Error> From<sequential_storage::Error<Error>> for JournalError<Error> {
    fn from(error: sequential_storage::Error<Error>) -> Self {
        match error {
            sequential_storage::Error::Storage { value, .. } => Self::Flash(value),
            _ => Self::Corrupted,
        }
    }
}

/// The door's memory and its log. Holds no state of its own but counters: everything is in flash.
#[derive(Debug)]
pub struct Journal<Flash> {
    flash: Flash,
    regions: JournalRegions,
    boot_epoch: u32,
    next_sequence: u32,
}

impl<Flash: NorFlash> Journal<Flash> {
    /// Opens the journal at the start of the controller, and remembers that there was one: the boot epoch that comes
    /// back is new, and is written before anybody can rely on it.
    ///
    /// # Errors
    ///
    /// The regions are wrong, or the flash failed or holds something else.
    pub async fn open(flash: Flash, regions: JournalRegions) -> Result<(Self, Memory), JournalError<Flash::Error>> {
        let mut journal = Self::at(flash, regions)?;
        let memory = journal.start().await?;
        Ok((journal, memory))
    }

    /// The same; but a journal that is [`Corrupted`](JournalError::Corrupted) is erased and begun anew, because a door
    /// that does not start strands somebody. The log is lost, and so is what was revoked. That is safe: a door that has
    /// just started accepts nobody before the vendor's next update, which tells it again.
    ///
    /// # Errors
    ///
    /// The regions are wrong, or the flash failed.
    pub async fn open_or_erase(
        flash: Flash,
        regions: JournalRegions,
    ) -> Result<(Self, Memory), JournalError<Flash::Error>> {
        let mut journal = Self::at(flash, regions)?;
        let memory = match journal.start().await {
            Err(JournalError::Corrupted) => {
                journal.erase().await?;
                journal.start().await?
            }
            memory => memory?,
        };
        Ok((journal, memory))
    }

    fn at(flash: Flash, regions: JournalRegions) -> Result<Self, JournalError<Flash::Error>> {
        let JournalRegions { memory, log } = &regions;
        let capacity = flash.capacity();
        let fits = |region: &Range<u32>| usize::try_from(region.end).is_ok_and(|end| end <= capacity);
        // One page would be erased before its content is safe elsewhere.
        let pages = |region: &Range<u32>| region.len() / Flash::ERASE_SIZE;
        let apart = memory.end <= log.start || log.end <= memory.start;
        if !apart || ![memory, log].into_iter().all(|region| fits(region) && pages(region) >= 2) {
            return Err(JournalError::BadRegion);
        }
        let mut journal = Self { flash, regions, boot_epoch: 0, next_sequence: 0 };
        // The libraries' own rules for a region: on page boundaries.
        journal.map()?;
        journal.ring()?;
        Ok(journal)
    }

    async fn start(&mut self) -> Result<Memory, JournalError<Flash::Error>> {
        let mut memory = Memory::BLANK;
        if let Some(recalled) = self.recall().await? {
            memory = recalled;
        } else {
            // A flash that we have never written to. What looks empty in it may not be (found by the fuzzer), so it is
            // made so.
            self.erase().await?;
        }
        let mut next_sequence = 0;
        self.read(async |entry| next_sequence = entry.sequence.wrapping_add(1)).await?;
        memory.boot_epoch = memory.boot_epoch.checked_add(1).ok_or(JournalError::WornOut)?;
        self.remember(memory).await?;
        self.boot_epoch = memory.boot_epoch;
        self.next_sequence = next_sequence;
        Ok(memory)
    }

    async fn erase(&mut self) -> Result<(), JournalError<Flash::Error>> {
        for region in [self.regions.memory.clone(), self.regions.log.clone()] {
            self.flash.erase(region.start, region.end).await.map_err(JournalError::Flash)?;
        }
        Ok(())
    }

    /// The memory as last written; none in an empty flash.
    async fn recall(&mut self) -> Result<Option<Memory>, JournalError<Flash::Error>> {
        let mut buffer = [0; BUFFER_BYTES];
        let bytes = self.map()?.fetch_item::<[u8; MEMORY_BYTES]>(&mut buffer, &MEMORY_KEY).await?;
        Ok(bytes.map(Memory::from_bytes))
    }

    /// Writes the memory and reads it back. When it returns, the memory is safe.
    ///
    /// # Errors
    ///
    /// The flash failed, and the memory is as it was before, or as it should be; or the flash was not empty where it
    /// should have been.
    pub async fn remember(&mut self, memory: Memory) -> Result<(), JournalError<Flash::Error>> {
        let mut buffer = [0; BUFFER_BYTES];
        self.map()?.store_item(&mut buffer, &MEMORY_KEY, &memory.to_bytes()).await?;
        // In a flash that only looked empty, or is worn out, a write that succeeds may not be there.
        if self.recall().await? == Some(memory) { Ok(()) } else { Err(JournalError::Corrupted) }
    }

    /// Appends a line to the log, over the oldest ones if it is full.
    ///
    /// # Errors
    ///
    /// The flash failed; the line may then be missing, all others are there.
    pub async fn append(
        &mut self,
        now: Milliseconds,
        time: Option<CarSeconds>,
        event: LogEvent,
    ) -> Result<(), JournalError<Flash::Error>> {
        let entry = LogEntry {
            sequence: self.next_sequence,
            boot_epoch: self.boot_epoch,
            uptime_milliseconds: now.0,
            time,
            event,
        };
        let mut bytes = [0; LOG_ENTRY_BYTES_MAX];
        let encoded = entry.encode(&mut bytes).map_err(|_| JournalError::Corrupted)?;
        // A line that failed to be written leaves a gap in the numbers, which is the truth.
        self.next_sequence = self.next_sequence.wrapping_add(1);
        Ok(self.ring()?.push(encoded, true).await?)
    }

    /// Reads the log, oldest line first. Passes over what is no line: one of another version of this program, say.
    ///
    /// # Errors
    ///
    /// The flash failed.
    pub async fn read(&mut self, mut line: impl AsyncFnMut(LogEntry)) -> Result<(), JournalError<Flash::Error>> {
        let mut buffer = [0; BUFFER_BYTES];
        let mut ring = self.ring()?;
        let mut items = ring.iter().await?;
        while let Some(item) = items.next(&mut buffer).await? {
            if let Ok(entry) = LogEntry::decode(&item) {
                line(entry).await;
            }
        }
        Ok(())
    }

    /// The flash, for whoever else writes to it. Keep to your own regions.
    pub const fn flash_mut(&mut self) -> &mut Flash {
        &mut self.flash
    }

    /// The flash.
    pub fn into_flash(self) -> Flash {
        self.flash
    }

    fn map(&mut self) -> Result<Map<'_, Flash>, JournalError<Flash::Error>> {
        let config =
            MapConfig::try_new(self.regions.memory.clone()).map_err(|_: MapConfigError| JournalError::BadRegion)?;
        Ok(MapStorage::new(&mut self.flash, config, Cache::new_uncached()))
    }

    fn ring(&mut self) -> Result<Ring<'_, Flash>, JournalError<Flash::Error>> {
        let config =
            QueueConfig::try_new(self.regions.log.clone()).map_err(|_: QueueConfigError| JournalError::BadRegion)?;
        Ok(QueueStorage::new(&mut self.flash, config, Cache::new_uncached()))
    }
}

type NoCache<Key> = Cache<Uncached, Uncached, Uncached, Key>;
type Map<'flash, Flash> = MapStorage<u8, &'flash mut Flash, NoCache<u8>>;
type Ring<'flash, Flash> = QueueStorage<&'flash mut Flash, NoCache<()>>;
