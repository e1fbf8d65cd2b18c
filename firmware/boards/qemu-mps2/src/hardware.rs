//! What stands for the door's parts on a machine that has none of them.

use cortex_m::peripheral::SYST;
use door_application::{BoltSense, Hardware, Motor, SimulatedBolt};

/// A healthy starter battery.
const BATTERY_MILLIVOLTS: u16 = 12_600;

/// A door without metal.
#[derive(Debug)]
pub(crate) struct Bench {
    bolt: SimulatedBolt,
    random: u64,
}

impl Bench {
    /// A locked door.
    pub(crate) const fn new() -> Self {
        Self { bolt: SimulatedBolt::new(), random: 0 }
    }
}

impl Hardware for Bench {
    /// **Predictable**: this machine has no source of randomness. The moment at which a frame comes is all there is. Boards
    /// have a generator in hardware; this one is for tests only.
    fn random(&mut self) -> u64 {
        // SplitMix64, stirred by the timer.
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15 ^ u64::from(SYST::get_current()));
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn drive(&mut self, motor: Motor) {
        self.bolt.drive(motor);
    }

    fn sense_bolt(&mut self) -> BoltSense {
        self.bolt.sense()
    }

    fn battery_millivolts(&mut self) -> u16 {
        BATTERY_MILLIVOLTS
    }

    fn enable_start(&mut self) {}

    fn feed_watchdog(&mut self) {}
}
