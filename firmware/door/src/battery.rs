//! The car's starter battery, which the door must not empty.

use crate::Milliseconds;

/// When the battery counts as low. Voltages in millivolts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatteryConfig {
    /// Below this for [`Self::cut_out_milliseconds`] it is low.
    pub cut_out_millivolts: u16,
    /// A cold start pulls the voltage down for seconds; that is no reason.
    pub cut_out_milliseconds: u32,
    /// At or above this for [`Self::recovery_milliseconds`] it is good again. Above the cut-out, so that it does not
    /// flutter.
    pub recovery_millivolts: u16,
    /// How long it must stay there.
    pub recovery_milliseconds: u32,
    /// Below this the motor may stop half-way: the bolt is not moved. At once, without waiting.
    pub bolt_millivolts_min: u16,
}

impl Default for BatteryConfig {
    /// Cut-out at 12.2 V for 240 s, the default of a common telematics unit (documentation of `AutoPi`, "power").
    /// Recovery at 12.5 V for 60 s, and 9 V for the bolt, the usual lower limit of a 12 V actuator, are our choices.
    fn default() -> Self {
        Self {
            cut_out_millivolts: 12_200,
            cut_out_milliseconds: 240_000,
            recovery_millivolts: 12_500,
            recovery_milliseconds: 60_000,
            bolt_millivolts_min: 9_000,
        }
    }
}

/// The battery has changed sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BatteryChange {
    /// It is low now.
    Low,
    /// It is good again.
    Good,
}

/// Watches the battery's voltage. Good until samples say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Battery {
    config: BatteryConfig,
    low: bool,
    millivolts: Option<u16>,
    /// Since when samples have been on the other side.
    crossed_at: Option<Milliseconds>,
}

impl Battery {
    /// A battery that was never measured.
    pub const fn new(config: BatteryConfig) -> Self {
        Self { config, low: false, millivolts: None, crossed_at: None }
    }

    /// Whether to save power.
    pub const fn is_low(&self) -> bool {
        self.low
    }

    /// Whether it can move the bolt all the way. A door that never measured tries.
    pub fn can_move_bolt(&self) -> bool {
        self.millivolts.is_none_or(|millivolts| millivolts >= self.config.bolt_millivolts_min)
    }

    /// Takes a sample.
    pub fn sample(&mut self, now: Milliseconds, millivolts: u16) -> Option<BatteryChange> {
        self.millivolts = Some(millivolts);
        let (crossed, patience, change) = if self.low {
            let crossed = millivolts >= self.config.recovery_millivolts;
            (crossed, self.config.recovery_milliseconds, BatteryChange::Good)
        } else {
            let crossed = millivolts < self.config.cut_out_millivolts;
            (crossed, self.config.cut_out_milliseconds, BatteryChange::Low)
        };
        if !crossed {
            self.crossed_at = None;
            return None;
        }
        let since = *self.crossed_at.get_or_insert(now);
        if now.since(since).0 < u64::from(patience) {
            return None;
        }
        self.low = !self.low;
        self.crossed_at = None;
        Some(change)
    }
}
