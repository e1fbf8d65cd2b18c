//! What a service has done so far.

use super::room::Refusal;

/// Counts since the start of the process.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Requests that came in.
    pub(crate) entered: u64,
    /// Requests that were worked on to the end.
    pub(crate) served: u64,
    /// Of those, requests whose client had gone: wasted work.
    pub(crate) abandoned_served: u64,
    /// Worker time, nanoseconds.
    pub(crate) busy: u64,
    refused: [u64; REASONS.len()],
}

/// Every reason for a refusal, in the order of the counts.
pub(crate) const REASONS: [Refusal; 6] =
    [Refusal::Full, Refusal::Displaced, Refusal::Dropped, Refusal::Abandoned, Refusal::Purged, Refusal::Limited];

impl Counts {
    pub(crate) fn refuse(&mut self, reason: Refusal) {
        self.refused[reason as usize] += 1;
    }

    /// Requests that were refused for each reason.
    pub(crate) fn refused(&self) -> impl Iterator<Item = (Refusal, u64)> {
        REASONS.into_iter().zip(self.refused)
    }

    /// Requests that were refused for any reason.
    pub(crate) fn refused_total(&self) -> u64 {
        self.refused.iter().sum()
    }
}
