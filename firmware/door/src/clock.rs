//! The car's own idea of the time.

use crate::{DoorConfig, Milliseconds};
use stranded_wire::{CarSeconds, Refusal};

/// The second lost to counting in whole seconds: the update's own and ours.
const ROUNDING_SECONDS: u64 = 1;

/// The date at the last signed update, carried on by a counter that drifts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    time_at_update: CarSeconds,
    updated_at: Milliseconds,
}

/// The earliest and the latest second it can be now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) earliest: CarSeconds,
    latest: CarSeconds,
    /// Half the span, except where it is cut off at the epoch.
    uncertainty_seconds: u64,
}

impl Clock {
    /// The likeliest second.
    pub(crate) const fn likely(self, now: Milliseconds) -> CarSeconds {
        CarSeconds(self.time_at_update.0.saturating_add(now.since(self.updated_at).0 / 1_000))
    }

    pub(crate) const fn new() -> Self {
        Self { time_at_update: CarSeconds(0), updated_at: Milliseconds(0) }
    }

    pub(crate) fn set(&mut self, now: Milliseconds, time: CarSeconds) {
        self.time_at_update = time;
        self.updated_at = now;
    }

    pub(crate) fn span(self, config: &DoorConfig, now: Milliseconds) -> Span {
        let elapsed = now.since(self.updated_at).0;
        let drift = elapsed.saturating_mul(u64::from(config.clock_drift_ppm)).div_ceil(1_000_000_000);
        let uncertainty = drift.saturating_add(ROUNDING_SECONDS);
        let CarSeconds(likely) = self.likely(now);
        Span {
            earliest: CarSeconds(likely.saturating_sub(uncertainty)),
            latest: CarSeconds(likely.saturating_add(uncertainty)),
            uncertainty_seconds: uncertainty,
        }
    }
}

impl Span {
    /// Whether something valid from `not_before` until just before `expires` is valid now, for certain.
    pub(crate) fn check(self, config: &DoorConfig, not_before: CarSeconds, expires: CarSeconds) -> Result<(), Refusal> {
        if self.uncertainty_seconds > u64::from(config.clock_uncertainty_seconds_max) {
            return Err(Refusal::ClockUnsure);
        }
        if self.earliest >= expires {
            return Err(Refusal::Expired);
        }
        if self.latest < not_before {
            return Err(Refusal::NotYetValid);
        }
        if self.earliest < not_before || self.latest >= expires {
            return Err(Refusal::ClockUnsure);
        }
        Ok(())
    }
}
