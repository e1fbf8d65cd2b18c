//! The result of one replication of one point, as it is kept on the disk.

use crate::replication::Replication;
use crc::{CRC_32_ISO_HDLC, Crc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Finds lines that were cut off by a crash, and bits that have flipped.
const CHECKSUM: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// Characters of a line in front of its content: eight digits and a space.
const PREFIX: usize = 9;

/// The result of one replication of one point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    /// Number of the point, from 0.
    pub(crate) point: u32,
    /// Replication, from 0.
    pub(crate) replication: u32,
    /// Events simulated.
    pub(crate) events: u64,
    /// Digest over all events, hexadecimal.
    pub(crate) digest: String,
    /// Metrics by name; those without a value are absent.
    pub(crate) metrics: BTreeMap<String, f64>,
}

impl Row {
    /// What is kept of a replication.
    pub(crate) fn new(point: u32, replication: u32, outcome: &Replication) -> Self {
        Self {
            point,
            replication,
            events: outcome.events,
            digest: format!("{:016x}", outcome.digest),
            metrics: outcome.metrics.iter().map(|(name, value)| (name.to_string(), *value)).collect(),
        }
    }

    /// A line with its checksum in front, the end of line included.
    pub(crate) fn to_line(&self) -> String {
        let content = serde_json::to_string(self).expect("numbers and texts have a form in JSON");
        format!("{:08x} {content}\n", CHECKSUM.checksum(content.as_bytes()))
    }

    /// The row of a line; `None` when the line is not whole.
    pub(crate) fn from_line(line: &[u8]) -> Option<Self> {
        let line = std::str::from_utf8(line.strip_suffix(b"\n")?).ok()?;
        let (prefix, content) = line.split_at_checked(PREFIX)?;
        let checksum = u32::from_str_radix(prefix.trim_end(), 16).ok()?;
        (checksum == CHECKSUM.checksum(content.as_bytes())).then(|| serde_json::from_str(content).ok())?
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A row with one metric.
    pub(crate) fn row(point: u32, replication: u32, value: f64) -> Row {
        let metrics = BTreeMap::from([("stranded_hours".to_owned(), value)]);
        Row { point, replication, events: 7, digest: "00000000000000ff".to_owned(), metrics }
    }

    #[test]
    fn a_line_gives_back_the_same_row_to_the_last_bit() {
        let row = row(3, 1, 0.1 + 0.2);
        assert_eq!(Row::from_line(row.to_line().as_bytes()), Some(row));
    }

    #[test]
    fn a_line_that_is_cut_off_or_changed_is_no_row() {
        let line = row(3, 1, 41_000.25).to_line().into_bytes();
        for end in 0..line.len() {
            assert_eq!(Row::from_line(&line[..end]), None, "cut at {end}");
        }
        for at in 0..line.len() {
            let mut damaged = line.clone();
            damaged[at] ^= 0x04;
            assert_eq!(Row::from_line(&damaged), None, "changed at {at}");
        }
    }
}
