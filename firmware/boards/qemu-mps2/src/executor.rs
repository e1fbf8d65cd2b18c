//! The executor's loop. Embassy's own waits with `wfe`, which QEMU takes for a pause of no length, so that a waiting door
//! would keep a core of the host busy; with `wfi` QEMU really sleeps until the next interrupt.

use core::sync::atomic::{AtomicBool, Ordering};

use embassy_executor::{Spawner, raw};
use static_cell::StaticCell;

/// A task has something to do.
static PENDING: AtomicBool = AtomicBool::new(false);

/// Embassy calls this, from an interrupt or a task, when a task has something to do.
#[allow(unsafe_code, reason = "the executor finds this function by its symbol")]
#[unsafe(export_name = "__pender")]
fn pender(_context: *mut ()) {
    PENDING.store(true, Ordering::Release);
}

/// Runs tasks for ever. `start` spawns the first ones.
pub(crate) fn run(start: impl FnOnce(Spawner)) -> ! {
    static EXECUTOR: StaticCell<raw::Executor> = StaticCell::new();
    let executor: &'static raw::Executor = EXECUTOR.init(raw::Executor::new(core::ptr::null_mut()));
    start(executor.spawner());
    loop {
        #[allow(unsafe_code, reason = "poll must not be called from within itself; nobody else calls it")]
        unsafe {
            executor.poll();
        }
        // Without interrupts, so that none can come between the look and the sleep; `wfi` wakes up for a pending one.
        cortex_m::interrupt::disable();
        if !PENDING.swap(false, Ordering::Acquire) {
            cortex_m::asm::wfi();
        }
        #[allow(unsafe_code, reason = "we are in no critical section: it is the loop at the bottom of the stack")]
        unsafe {
            cortex_m::interrupt::enable();
        }
    }
}
