//! The door on Nordic's nRF52840 development kit: wiring only.
#![no_std]
#![no_main]

mod hardware;

use door_application::{JournalRegions, RttReader, RttWriter};
use embassy_embedded_hal::adapter::BlockingAsync;
use embassy_executor::Spawner;
use embassy_nrf::nvmc::Nvmc;

use crate::hardware::Kit;

#[embassy_executor::task]
async fn door(reader: RttReader, writer: RttWriter, flash: BlockingAsync<Nvmc<'static>>, kit: Kit) {
    // The last 64 KiB of the flash, which the linker leaves alone.
    let regions = JournalRegions { memory: 0xF_0000..0xF_4000, log: 0xF_4000..0x10_0000 };
    door_application::run(reader, writer, flash, regions, kit).await;
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    let (reader, writer) = door_application::start_rtt();
    let peripherals = embassy_nrf::init(embassy_nrf::config::Config::default());
    let flash = BlockingAsync::new(Nvmc::new(peripherals.NVMC));
    let kit = Kit::new(peripherals.RNG, peripherals.P0_13, peripherals.P0_14, peripherals.WDT);
    // A task has one place, and this is its one start.
    let Ok(door) = door(reader, writer, flash, kit) else { panic!("the door's task runs already") };
    spawner.spawn(door);
}

/// The log says it, and the core stops until the watchdog resets it, or a debugger looks.
#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    defmt::error!("{}", defmt::Display2Format(info));
    cortex_m::interrupt::disable();
    loop {
        cortex_m::asm::nop();
    }
}
