//! The link through the machine's first UART, a CMSDK APB UART (Arm DDI 0479, chapter 4.3).
//!
//! It has room for one byte and no more. Its interrupt takes that byte to a larger buffer and wakes the reader, so that a door
//! without visitors sleeps; looking for bytes by a timer would let through one byte a look.
#![allow(unsafe_code, reason = "the UART's registers are at fixed addresses")]

use core::convert::Infallible;

use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::NVIC;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::pipe::Pipe;
use embassy_time::{Duration, Timer};
use embedded_io_async::{ErrorType, Write};

/// What the host writes.
pub(crate) type UartReader = &'static Pipe<CriticalSectionRawMutex, RECEIVED_BYTES>;

/// As large as RTT's: several of the longest frames.
const RECEIVED_BYTES: usize = 1024;

static RECEIVED: Pipe<CriticalSectionRawMutex, RECEIVED_BYTES> = Pipe::new();

/// The registers, from 0x4000 4000.
const DATA: *mut u32 = 0x4000_4000 as *mut u32;
const STATE: *mut u32 = 0x4000_4004 as *mut u32;
const CONTROL: *mut u32 = 0x4000_4008 as *mut u32;
const INTERRUPT_CLEAR: *mut u32 = 0x4000_400C as *mut u32;
const BAUD_DIVIDER: *mut u32 = 0x4000_4010 as *mut u32;

const STATE_TRANSMIT_FULL: u32 = 1 << 0;
const STATE_RECEIVE_FULL: u32 = 1 << 1;
const CONTROL_TRANSMIT: u32 = 1 << 0;
const CONTROL_RECEIVE: u32 = 1 << 1;
const CONTROL_RECEIVE_INTERRUPT: u32 = 1 << 3;
const INTERRUPT_RECEIVE: u32 = 1 << 1;

/// 115,200 baud from the peripherals' 25 MHz. QEMU sends as fast as it can, but wants 16 at least.
const BAUD_DIVIDER_115200: u32 = 217;

/// How long to wait before looking again whether there is room for a byte to send.
const FULL_PAUSE: Duration = Duration::from_millis(1);

/// UART 0 has received a byte.
#[derive(Clone, Copy)]
struct ReceiveInterrupt;

// SAFETY: it is this machine's interrupt 0.
unsafe impl InterruptNumber for ReceiveInterrupt {
    fn number(self) -> u16 {
        0
    }
}

/// Switches the UART on and returns the two halves of the link. To be called once.
///
/// The peripherals stand for the right to it: they are given once.
pub(crate) fn start(_: &cortex_m::Peripherals) -> (UartReader, UartWriter) {
    // SAFETY: nobody else touches these registers before the interrupt is on, and then nobody writes these two any more. The
    // interrupt breaks no critical section: none masks single interrupts.
    unsafe {
        BAUD_DIVIDER.write_volatile(BAUD_DIVIDER_115200);
        CONTROL.write_volatile(CONTROL_TRANSMIT | CONTROL_RECEIVE | CONTROL_RECEIVE_INTERRUPT);
        NVIC::unmask(ReceiveInterrupt);
    }
    (&RECEIVED, UartWriter)
}

/// The handler of all interrupts but the core's own: there is no table of this machine's interrupts, and we switch one on.
#[cortex_m_rt::exception]
unsafe fn DefaultHandler(number: i16) {
    assert!(number == ReceiveInterrupt.number().cast_signed(), "interrupt {number} is none that we switched on");
    // SAFETY: the handler does not interrupt itself, and nobody else reads the data.
    unsafe {
        // Before the byte is taken: the next one, which comes only then, must interrupt again.
        INTERRUPT_CLEAR.write_volatile(INTERRUPT_RECEIVE);
        while STATE.read_volatile() & STATE_RECEIVE_FULL != 0 {
            let byte = DATA.read_volatile() as u8;
            // What finds no room is lost, as on any UART without flow control: the frame's check sum says so.
            let _ = RECEIVED.try_write(&[byte]);
        }
    }
}

/// What the host reads.
#[derive(Debug)]
pub(crate) struct UartWriter;

impl ErrorType for UartWriter {
    type Error = Infallible;
}

impl Write for UartWriter {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        let Some(byte) = bytes.first() else { return Ok(0) };
        // SAFETY: reading the state has no effect.
        while unsafe { STATE.read_volatile() } & STATE_TRANSMIT_FULL != 0 {
            Timer::after(FULL_PAUSE).await;
        }
        // SAFETY: there is one writer.
        unsafe { DATA.write_volatile(u32::from(*byte)) };
        Ok(1)
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        // What the UART has taken is as good as sent.
        Ok(())
    }
}
