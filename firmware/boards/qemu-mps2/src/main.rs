//! The door on QEMU's `mps2-an386`: wiring only.
#![no_std]
#![no_main]

mod executor;
mod flash;
mod hardware;
mod panic;
mod time;

use door_application::{JournalRegions, RttReader, RttWriter};

use crate::flash::Flash;
use crate::hardware::Bench;

#[embassy_executor::task]
async fn door(reader: RttReader, writer: RttWriter, flash: Flash) {
    let regions = JournalRegions { memory: 0..0x4000, log: 0x4000..0x1_0000 };
    door_application::run(reader, writer, flash, regions, Bench::new()).await;
}

#[cortex_m_rt::entry]
fn main() -> ! {
    let (reader, writer) = door_application::start_rtt();
    // `take` gives the peripherals once, and this runs once.
    let Some(peripherals) = cortex_m::Peripherals::take() else { panic!("the peripherals are taken already") };
    let flash = Flash::new(&peripherals);
    time::start(peripherals.SYST);
    executor::run(|spawner| {
        // A task has one place, and this is its one start.
        let Ok(door) = door(reader, writer, flash) else { panic!("the door's task runs already") };
        spawner.spawn(door);
    })
}
