//! A program to be debugged: it counts, and does on request what a debugger must be able to see.
//!
//! Requests are bytes on the RTT down channel; every byte is sent back.
#![no_std]
#![no_main]
#![allow(unsafe_code, reason = "the test finds these by their symbols, and a fault on purpose needs it")]

use core::sync::atomic::{AtomicU32, Ordering};

use rtt_target::{ChannelMode, rtt_init};

/// Grows as long as the core runs.
#[unsafe(no_mangle)]
static ROUNDS: AtomicU32 = AtomicU32::new(0);

/// How often [`called_on_request`] was called since the start.
#[unsafe(no_mangle)]
static CALLS: AtomicU32 = AtomicU32::new(0);

/// A place for a breakpoint.
#[unsafe(no_mangle)]
#[inline(never)]
extern "C" fn called_on_request(step: u32) {
    CALLS.fetch_add(step, Ordering::Relaxed);
}

#[cortex_m_rt::entry]
fn main() -> ! {
    let channels = rtt_init! {
        up: { 0: { size: 256, mode: ChannelMode::NoBlockTrim, name: "replies" } }
        down: { 0: { size: 64, name: "requests" } }
    };
    let (mut replies, mut requests) = (channels.up.0, channels.down.0);
    let mut request = [0];
    loop {
        ROUNDS.fetch_add(1, Ordering::Relaxed);
        if requests.read(&mut request) == 0 {
            continue;
        }
        match request[0] {
            b'c' => called_on_request(1),
            b'b' => cortex_m::asm::bkpt(),
            b's' => semihosting::process::exit(0),
            b'f' => cortex_m::asm::udf(),
            _ => {}
        }
        replies.write(&request);
    }
}

#[panic_handler]
fn panic(_info: &core::panic::PanicInfo) -> ! {
    cortex_m::asm::udf()
}
