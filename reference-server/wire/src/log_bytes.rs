//! The bytes of a log entry: in the door's flash and on the wire.

use crate::cbor::{Reader, Writer, write};
use crate::{BoltFault, BufferTooSmall, CarSeconds, DecodeError, LogEntry, LogEvent, Refusal};

/// The longest entry, bytes.
pub const LOG_ENTRY_BYTES_MAX: usize = 48;

impl LogEvent {
    /// The kind of event, and its one number.
    const fn parts(self) -> (u8, u64) {
        match self {
            Self::Started => (0, 0),
            Self::Unlocked { key_id } => (1, key_id),
            Self::Locked { key_id } => (2, key_id),
            Self::EngineEnabled { key_id } => (3, key_id),
            Self::LogRead { key_id } => (4, key_id),
            Self::LockedBehindPhone => (5, 0),
            Self::Refused { refusal } => (6, refusal.code() as u64),
            Self::Updated { epoch_min } => (7, epoch_min as u64),
            Self::BoltFailed { fault } => (8, fault.code() as u64),
            Self::MovedByHand => (9, 0),
            Self::BatteryLow { millivolts } => (10, millivolts as u64),
            Self::BatteryGood { millivolts } => (11, millivolts as u64),
            Self::Hung => (12, 0),
        }
    }

    fn from_parts(kind: u8, number: u64) -> Option<Self> {
        let nothing_else = |event| (number == 0).then_some(event);
        match kind {
            0 => nothing_else(Self::Started),
            1 => Some(Self::Unlocked { key_id: number }),
            2 => Some(Self::Locked { key_id: number }),
            3 => Some(Self::EngineEnabled { key_id: number }),
            4 => Some(Self::LogRead { key_id: number }),
            5 => nothing_else(Self::LockedBehindPhone),
            6 => Some(Self::Refused { refusal: Refusal::from_code(u8::try_from(number).ok()?)? }),
            7 => Some(Self::Updated { epoch_min: u32::try_from(number).ok()? }),
            8 => Some(Self::BoltFailed { fault: BoltFault::from_code(u8::try_from(number).ok()?)? }),
            9 => nothing_else(Self::MovedByHand),
            10 => Some(Self::BatteryLow { millivolts: u16::try_from(number).ok()? }),
            11 => Some(Self::BatteryGood { millivolts: u16::try_from(number).ok()? }),
            12 => nothing_else(Self::Hung),
            _ => None,
        }
    }
}

impl LogEntry {
    /// Writes the entry's bytes.
    ///
    /// # Errors
    ///
    /// The buffer is too small; [`LOG_ENTRY_BYTES_MAX`] always suffice.
    pub fn encode<'buffer>(&self, buffer: &'buffer mut [u8]) -> Result<&'buffer [u8], BufferTooSmall> {
        write(buffer, |writer| write_log_entry(writer, self))
    }

    /// Reads an entry's bytes.
    ///
    /// # Errors
    ///
    /// They are no entry.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let entry = read_log_entry(&mut reader)?;
        reader.finish()?;
        Ok(entry)
    }
}

pub(crate) fn write_log_entry(writer: &mut Writer<'_>, entry: &LogEntry) -> Result<(), BufferTooSmall> {
    writer.array(6)?.u32(entry.sequence)?.u32(entry.boot_epoch)?.u64(entry.uptime_milliseconds)?;
    match entry.time {
        Some(time) => writer.u64(time.0)?,
        None => writer.null()?,
    };
    let (kind, number) = entry.event.parts();
    writer.u8(kind)?.u64(number)?;
    Ok(())
}

pub(crate) fn read_log_entry(reader: &mut Reader<'_>) -> Result<LogEntry, DecodeError> {
    reader.array_of(6)?;
    let sequence = reader.u32()?;
    let boot_epoch = reader.u32()?;
    let uptime_milliseconds = reader.u64()?;
    let time = reader.optional_u64()?.map(CarSeconds);
    let event = LogEvent::from_parts(reader.u8()?, reader.u64()?).ok_or(DecodeError::Malformed)?;
    Ok(LogEntry { sequence, boot_epoch, uptime_milliseconds, time, event })
}
