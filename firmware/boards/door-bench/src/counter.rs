//! What the cost is counted in.

use core::sync::atomic::{AtomicBool, Ordering};

use cortex_m::Peripherals;
use cortex_m::peripheral::DWT;

/// The first CMSDK timer of QEMU's `mps2-an386`: it counts down at 25 MHz.
const TIMER: *mut u32 = 0x4000_0000 as *mut u32;
const TIMER_VALUE: usize = 1;
const TIMER_RELOAD: usize = 2;
const TIMER_ENABLE: u32 = 1;

static COUNTS_CYCLES: AtomicBool = AtomicBool::new(false);

/// What a count stands for; its number is what the host reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Unit {
    /// Ticks of a timer that QEMU drives by counting instructions.
    TimerTicks = b't',
    /// Cycles of the core.
    Cycles = b'c',
}

/// Starts the core's cycle counter, or QEMU's timer where there is no such counter: QEMU has none.
#[allow(unsafe_code, reason = "the timer's registers are at fixed addresses, and nobody else uses them")]
pub(crate) fn start(peripherals: &mut Peripherals) -> Unit {
    peripherals.DCB.enable_trace();
    peripherals.DWT.enable_cycle_counter();
    let before = DWT::cycle_count();
    cortex_m::asm::delay(1_000);
    if DWT::cycle_count() != before {
        COUNTS_CYCLES.store(true, Ordering::Relaxed);
        return Unit::Cycles;
    }
    unsafe {
        TIMER.add(TIMER_RELOAD).write_volatile(u32::MAX);
        TIMER.add(TIMER_VALUE).write_volatile(u32::MAX);
        TIMER.write_volatile(TIMER_ENABLE);
    }
    Unit::TimerTicks
}

/// The count now. It starts again from zero after 2^32.
#[allow(unsafe_code, reason = "the timer's registers are at fixed addresses")]
pub(crate) fn now() -> u32 {
    if COUNTS_CYCLES.load(Ordering::Relaxed) {
        DWT::cycle_count()
    } else {
        // It counts down.
        unsafe { !TIMER.add(TIMER_VALUE).read_volatile() }
    }
}
