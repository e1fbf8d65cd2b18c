//! When the controller sleeps, and who may wake it how often.
//!
//! Asleep, a door costs the battery next to nothing; awake, it does. Anybody within radio range can wake it. So
//! wake-ups by radio are rationed: when the ration is used up, the radio is off but for a short window now and then, in
//! which a renter still gets through - later, but he gets through. Accepted commands give the ration back.

use crate::Milliseconds;
use crate::pace::{Pace, PaceConfig};

/// How a door sleeps. All times in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PowerConfig {
    /// Stay awake so long after the last message.
    pub awake_milliseconds: u32,
    /// The same while the battery is low.
    pub awake_low_battery_milliseconds: u32,
    /// However many messages come, stay awake no longer than this without an accepted command.
    pub awake_milliseconds_max: u32,
    /// Wake-ups by radio.
    pub wake_ups: PaceConfig,
    /// With no wake-ups left, or a low battery: listen once in this time.
    pub window_interval_milliseconds: u32,
    /// Listen for so long.
    pub window_milliseconds: u32,
    /// If somebody speaks in a window: for so long. Long enough for one whole unlock.
    pub window_milliseconds_max: u32,
}

impl PowerConfig {
    /// Awake at most so long in `span_milliseconds`, whatever anybody without a key does. Milliseconds.
    pub fn awake_milliseconds_bound(&self, span_milliseconds: u64) -> u64 {
        let wake_ups =
            u64::from(self.wake_ups.burst) + span_milliseconds / u64::from(self.wake_ups.interval_milliseconds.max(1));
        let windows = span_milliseconds / u64::from(self.window_interval_milliseconds.max(1));
        // The first time awake, after the start, costs no ration.
        (1 + wake_ups) * u64::from(self.awake_milliseconds_max)
            + (1 + windows) * u64::from(self.window_milliseconds_max)
    }
}

impl Default for PowerConfig {
    /// 20 s awake after the last message (5 s on a low battery), at most 30 s; 20 wake-ups at once and one more every
    /// five minutes; then a window of 0.5 s every 30 s, or 2 s if somebody speaks. Our choices: they bound a day under
    /// attack to 4 h 15 min awake.
    fn default() -> Self {
        Self {
            awake_milliseconds: 20_000,
            awake_low_battery_milliseconds: 5_000,
            awake_milliseconds_max: 30_000,
            wake_ups: PaceConfig { burst: 20, interval_milliseconds: 300_000 },
            window_interval_milliseconds: 30_000,
            window_milliseconds: 500,
            window_milliseconds_max: 2_000,
        }
    }
}

/// What woke the controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wake {
    /// A phone.
    Radio,
    /// The time that [`Sleep`] named.
    Timer,
    /// The bolt's sensor: somebody is at the door. Costs no ration.
    Door,
}

/// How to sleep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sleep {
    /// Whether the radio may wake the controller. If not, switch it off.
    pub radio: bool,
    /// Wake up then.
    pub until: Option<Milliseconds>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Messages prolong it to `until_max`, no further.
    Awake {
        until: Milliseconds,
        until_max: Milliseconds,
    },
    Asleep {
        radio: bool,
    },
}

/// Decides when the controller sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Power {
    config: PowerConfig,
    state: State,
    wake_ups: Pace,
}

impl Power {
    /// A controller that has just started, and is awake.
    pub const fn new(config: PowerConfig) -> Self {
        let state = State::Awake {
            until: Milliseconds(0).after(config.awake_milliseconds),
            until_max: Milliseconds(0).after(config.awake_milliseconds_max),
        };
        Self { config, state, wake_ups: Pace::new(config.wake_ups) }
    }

    /// Whether the controller is awake.
    pub const fn is_awake(&self) -> bool {
        matches!(self.state, State::Awake { .. })
    }

    /// The controller was woken.
    pub fn wake(&mut self, now: Milliseconds, cause: Wake, battery_low: bool) {
        let State::Asleep { radio } = self.state else {
            return;
        };
        match cause {
            Wake::Door => self.stay_awake(now, battery_low),
            Wake::Radio if radio && self.wake_ups.take(now) => self.stay_awake(now, battery_low),
            // A radio that was to be off wakes nobody.
            Wake::Radio => {}
            Wake::Timer => {
                self.state = State::Awake {
                    until: now.after(self.config.window_milliseconds),
                    until_max: now.after(self.config.window_milliseconds_max),
                };
            }
        }
    }

    /// A message came, and wakes the controller where that is still to be done. False: the radio is off, nobody heard
    /// it.
    pub fn message(&mut self, now: Milliseconds, battery_low: bool) -> bool {
        self.wake(now, Wake::Radio, battery_low);
        let awake_milliseconds = self.awake_milliseconds(battery_low);
        let State::Awake { until, until_max } = &mut self.state else {
            return false;
        };
        *until = (*until).max(now.after(awake_milliseconds)).min(*until_max);
        true
    }

    /// A command was accepted: whoever is here may be here.
    pub fn accepted(&mut self, now: Milliseconds, battery_low: bool) {
        self.wake_ups.forgive(now);
        self.stay_awake(now, battery_low);
    }

    /// Says when to sleep, once. `busy`: the bolt is moving, so not now.
    pub fn tick(&mut self, now: Milliseconds, battery_low: bool, busy: bool) -> Option<Sleep> {
        let State::Awake { until, .. } = self.state else {
            return None;
        };
        if busy || now < until {
            return None;
        }
        let radio = !battery_low && self.wake_ups.has_one(now);
        self.state = State::Asleep { radio };
        let until = if radio { None } else { Some(now.after(self.config.window_interval_milliseconds)) };
        Some(Sleep { radio, until })
    }

    fn stay_awake(&mut self, now: Milliseconds, battery_low: bool) {
        self.state = State::Awake {
            until: now.after(self.awake_milliseconds(battery_low)),
            until_max: now.after(self.config.awake_milliseconds_max),
        };
    }

    const fn awake_milliseconds(&self, battery_low: bool) -> u32 {
        if battery_low { self.config.awake_low_battery_milliseconds } else { self.config.awake_milliseconds }
    }
}
