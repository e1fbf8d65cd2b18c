//! What the development kit has of a door: two lights, a random generator and a watchdog.

use door_application::{Bolt, BoltSense, Hardware, Motor, SimulatedBolt};
use embassy_nrf::Peri;
use embassy_nrf::gpio::{Level, Output, OutputDrive};
use embassy_nrf::mode::Blocking;
use embassy_nrf::peripherals::{P0_13, P0_14, RNG, WDT};
use embassy_nrf::rng::Rng;
use embassy_nrf::wdt::{Config, HaltConfig, SleepConfig, Watchdog, WatchdogHandle};

/// There is no starter battery to measure; a healthy one.
const BATTERY_MILLIVOLTS: u16 = 12_600;

/// Three seconds of the watchdog's 32,768 Hz clock: shorter than the controller's own patience.
const WATCHDOG_TICKS: u32 = 3 * 32_768;

/// The kit. LED 1 is on while the doors are unlocked, LED 2 once the engine may start.
pub(crate) struct Kit {
    bolt: SimulatedBolt,
    random: Rng<'static, Blocking>,
    unlocked: Output<'static>,
    engine: Output<'static>,
    watchdog: WatchdogHandle,
}

impl Kit {
    /// A locked door.
    pub(crate) fn new(
        random: Peri<'static, RNG>,
        unlocked: Peri<'static, P0_13>,
        engine: Peri<'static, P0_14>,
        watchdog: Peri<'static, WDT>,
    ) -> Self {
        let mut config = Config::default();
        config.timeout_ticks = WATCHDOG_TICKS;
        // A controller that sleeps has nobody to feed it, and one that a debugger holds has no fault.
        config.action_during_sleep = SleepConfig::Pause;
        config.action_during_debug_halt = HaltConfig::Pause;
        let Ok((_, [watchdog])) = Watchdog::try_new(watchdog, config) else {
            panic!("the watchdog runs already, and otherwise than we want it")
        };
        Self {
            bolt: SimulatedBolt::new(),
            random: Rng::new_blocking(random),
            // The kit's lights are on when their pin is low.
            unlocked: Output::new(unlocked, Level::High, OutputDrive::Standard),
            engine: Output::new(engine, Level::High, OutputDrive::Standard),
            watchdog,
        }
    }
}

impl Hardware for Kit {
    fn random(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.random.blocking_fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn drive(&mut self, motor: Motor) {
        self.bolt.drive(motor);
        let unlocked = self.bolt.sense() == BoltSense::At(Bolt::Unlocked);
        self.unlocked.set_level(if unlocked { Level::Low } else { Level::High });
    }

    fn sense_bolt(&mut self) -> BoltSense {
        self.bolt.sense()
    }

    fn battery_millivolts(&mut self) -> u16 {
        BATTERY_MILLIVOLTS
    }

    fn enable_start(&mut self) {
        self.engine.set_low();
    }

    fn feed_watchdog(&mut self) {
        self.watchdog.pet();
    }
}
