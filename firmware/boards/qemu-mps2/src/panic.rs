//! What happens after a panic: the log says it, and the core stops where a debugger sees it.

/// Everything stands still. A board would let its watchdog reset it.
#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    defmt::error!("{}", defmt::Display2Format(info));
    loop {
        cortex_m::asm::bkpt();
    }
}
