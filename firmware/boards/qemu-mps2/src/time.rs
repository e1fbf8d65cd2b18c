//! Embassy's time from the core's own timer, at a thousand ticks a second.

use core::cell::{Cell, RefCell};
use core::task::Waker;

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use critical_section::{CriticalSection, Mutex};
use embassy_time_driver::{Driver, TICK_HZ};
use embassy_time_queue_utils::Queue;

/// The core's clock on this board.
const CORE_HERTZ: u32 = 25_000_000;

struct SysTickDriver {
    /// Since the start.
    ticks: Mutex<Cell<u64>>,
    /// When the next timer ends.
    next: Mutex<Cell<u64>>,
    timers: Mutex<RefCell<Queue>>,
}

embassy_time_driver::time_driver_impl!(static DRIVER: SysTickDriver = SysTickDriver {
    ticks: Mutex::new(Cell::new(0)),
    next: Mutex::new(Cell::new(u64::MAX)),
    timers: Mutex::new(RefCell::new(Queue::new())),
});

impl SysTickDriver {
    /// Wakes whose timer has ended, and remembers when the next one does.
    fn advance(&self, section: CriticalSection<'_>) {
        let now = self.ticks.borrow(section).get();
        let next = self.timers.borrow_ref_mut(section).next_expiration(now);
        self.next.borrow(section).set(next);
    }

    fn tick(&self) {
        critical_section::with(|section| {
            let ticks = self.ticks.borrow(section).get() + 1;
            self.ticks.borrow(section).set(ticks);
            if self.next.borrow(section).get() <= ticks {
                self.advance(section);
            }
        });
    }
}

impl Driver for SysTickDriver {
    fn now(&self) -> u64 {
        critical_section::with(|section| self.ticks.borrow(section).get())
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
    timer.set_reload(CORE_HERTZ / TICK_HZ as u32 - 1);
    timer.clear_current();
    timer.enable_counter();
    timer.enable_interrupt();
}
