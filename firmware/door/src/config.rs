//! How a fleet's doors behave.

/// How a fleet's doors behave. One for the fleet, handed to every step: a door stays small and a fleet can be changed
/// over the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoorConfig {
    /// A valid key suffices. When false, every command needs the server's confirmation as well, as on 10 April 2022.
    pub offline_keys: bool,
    /// Lock when the phone's radio leaves an unlocked car.
    pub walk_away_lock: bool,
    /// How long a challenge may be answered, milliseconds.
    pub challenge_lifetime_milliseconds: u32,
    /// Take updates that do not answer the open challenge. Only where they come over a live channel of the car's own:
    /// whoever carries an update can hold it back, and a clock set by it is late by as long.
    pub accept_unasked_updates: bool,
    /// How far the car's clock may run off, parts per million.
    pub clock_drift_ppm: u32,
    /// With a clock less certain than this, seconds, the door accepts no key.
    pub clock_uncertainty_seconds_max: u32,
    /// So many guesses bring the lock-out about; 0 turns it off.
    pub guesses_max: u8,
    /// How long a lock-out lasts, and how long after the last guess all are forgotten, milliseconds.
    pub lock_out_milliseconds: u32,
}

impl Default for DoorConfig {
    /// Keys work offline, no walk-away lock; a challenge lives 5 s, and an update
    /// must answer one; a plain 50 ppm crystal, uncertain by at most five
    /// minutes (about ten weeks without an update); five guesses lock out for 30 s. Our choices, not measurements.
    fn default() -> Self {
        Self {
            offline_keys: true,
            walk_away_lock: false,
            challenge_lifetime_milliseconds: 5_000,
            accept_unasked_updates: false,
            clock_drift_ppm: 50,
            clock_uncertainty_seconds_max: 300,
            guesses_max: 5,
            lock_out_milliseconds: 30_000,
        }
    }
}

impl DoorConfig {
    /// The offline grace: for so long after the last update a door accepts keys, milliseconds. It ends when the clock
    /// has become less certain than allowed; a clock that does not drift never gets there.
    pub const fn offline_grace_milliseconds(&self) -> u64 {
        if self.clock_drift_ppm == 0 {
            return u64::MAX;
        }
        // One second goes to rounding.
        let drift_seconds_max = self.clock_uncertainty_seconds_max.saturating_sub(1) as u64;
        drift_seconds_max * 1_000_000_000 / self.clock_drift_ppm as u64
    }
}
