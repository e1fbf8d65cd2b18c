//! The door on QEMU's `mps2-an386`: wiring only.
#![no_std]
#![no_main]

mod executor;
mod flash;
mod hardware;
mod panic;
mod time;
mod uart;

use door_application::{JournalRegions, LastHeard, RttReader, RttWriter};

use crate::flash::Flash;
use crate::hardware::Bench;
use crate::uart::{UartReader, UartWriter};

#[embassy_executor::task]
async fn door(rtt: (RttReader, RttWriter), uart: (UartReader, UartWriter), flash: Flash) {
    let heard = LastHeard::new();
    let (reader, writer) = heard.join(rtt, uart);
    let regions = JournalRegions { memory: 0..0x4000, log: 0x4000..0x1_0000 };
    door_application::run(reader, writer, flash, regions, Bench::new()).await;
}

#[cortex_m_rt::entry]
fn main() -> ! {
    let rtt = door_application::start_rtt();
    // `take` gives the peripherals once, and this runs once.
    let Some(peripherals) = cortex_m::Peripherals::take() else { panic!("the peripherals are taken already") };
    let flash = Flash::new(&peripherals);
    let uart = uart::start(&peripherals);
    time::start(peripherals.SYST);
    executor::run(|spawner| {
        // A task has one place, and this is its one start.
        let Ok(door) = door(rtt, uart, flash) else { panic!("the door's task runs already") };
        spawner.spawn(door);
    })
}
