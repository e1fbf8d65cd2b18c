//! A bolt for boards that have none.

use stranded_door::{Bolt, BoltSense, Motor};

/// A bolt without friction: it is where it was sent when the sensor is asked next.
#[derive(Clone, Copy, Debug)]
pub struct SimulatedBolt(Bolt);

impl SimulatedBolt {
    /// A locked bolt.
    pub const fn new() -> Self {
        Self(Bolt::Locked)
    }

    /// Takes an order.
    pub const fn drive(&mut self, motor: Motor) {
        if let Motor::Drive(bolt) = motor {
            self.0 = bolt;
        }
    }

    /// Says where it is.
    pub const fn sense(&self) -> BoltSense {
        BoltSense::At(self.0)
    }
}

impl Default for SimulatedBolt {
    fn default() -> Self {
        Self::new()
    }
}
