//! The door on QEMU's `mps2-an386`: wiring only.
#![no_std]
#![no_main]

mod executor;
mod panic;
mod time;

use defmt as _;
use door_application::{RttChannels, RttLink};

#[embassy_executor::task]
async fn door(link: RttLink) {
    door_application::run(link).await
}

#[cortex_m_rt::entry]
fn main() -> ! {
    let link = RttChannels::start();
    // `take` gives the peripherals once, and this runs once.
    let Some(peripherals) = cortex_m::Peripherals::take() else { panic!("the peripherals are taken already") };
    time::start(peripherals.SYST);
    executor::run(|spawner| match door(link) {
        Ok(token) => spawner.spawn(token),
        Err(_) => panic!("the door's task runs already"),
    })
}
