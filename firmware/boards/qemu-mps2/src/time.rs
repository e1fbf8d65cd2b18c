//! Embassy's time from the core's own timer, which interrupts a thousand times a second whatever Embassy's tick is: more
//! often would cost QEMU more than it is worth.

use core::cell::{Cell, RefCell};
use core::task::Waker;

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use critical_section::{CriticalSection, Mutex};
use embassy_time_driver::{Driver, TICK_HZ};
use embassy_time_queue_utils::Queue;

/// The core's clock on this board.
const CORE_HERTZ: u32 = 25_000_000;

/// How often the timer interrupts.
const INTERRUPT_HERTZ: u32 = 1_000;

struct SysTickDriver {
    /// Interrupts since the start.
    interrupts: Mutex<Cell<u64>>,
    /// When the next timer ends, in Embassy's ticks.
    next: Mutex<Cell<u64>>,
    timers: Mutex<RefCell<Queue>>,
}

embassy_time_driver::time_driver_impl!(static DRIVER: SysTickDriver = SysTickDriver {
    interrupts: Mutex::new(Cell::new(0)),
    next: Mutex::new(Cell::new(u64::MAX)),
    timers: Mutex::new(RefCell::new(Queue::new())),
});

impl SysTickDriver {
    /// Embassy's ticks since the start.
    fn ticks(&self, section: CriticalSection<'_>) -> u64 {
        self.interrupts.borrow(section).get() * TICK_HZ / u64::from(INTERRUPT_HERTZ)
    }

    /// Wakes whose timer has ended, and remembers when the next one does.
    fn advance(&self, section: CriticalSection<'_>) {
        let now = self.ticks(section);
        let next = self.timers.borrow_ref_mut(section).next_expiration(now);
        self.next.borrow(section).set(next);
    }

    fn tick(&self) {
        critical_section::with(|section| {
            let interrupts = self.interrupts.borrow(section);
            interrupts.set(interrupts.get() + 1);
            if self.next.borrow(section).get() <= self.ticks(section) {
                self.advance(section);
            }
        });
    }
}

impl Driver for SysTickDriver {
    fn now(&self) -> u64 {
        critical_section::with(|section| self.ticks(section))
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        critical_section::with(|section| {
            if self.timers.borrow_ref_mut(section).schedule_wake(at, waker) {
                self.advance(section);
            }
        });
    }
}

#[cortex_m_rt::exception]
fn SysTick() {
    DRIVER.tick();
}

/// Starts the clock.
pub(crate) fn start(mut timer: SYST) {
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(CORE_HERTZ / INTERRUPT_HERTZ - 1);
    timer.clear_current();
    timer.enable_counter();
    timer.enable_interrupt();
}
