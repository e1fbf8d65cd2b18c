//! What the door asks of a board, apart from link and flash.

use stranded_door::{BoltSense, Motor};

/// What a board has, apart from link and flash.
pub trait Hardware {
    /// 64 bits that nobody can predict.
    fn random(&mut self) -> u64;
    /// Gives the bolt's motor an order.
    fn drive(&mut self, motor: Motor);
    /// What the bolt's sensor says.
    fn sense_bolt(&mut self) -> BoltSense;
    /// The battery's voltage.
    fn battery_millivolts(&mut self) -> u16;
    /// Lets the engine start.
    fn enable_start(&mut self);
    /// Feeds the hardware's watchdog.
    fn feed_watchdog(&mut self);
}
