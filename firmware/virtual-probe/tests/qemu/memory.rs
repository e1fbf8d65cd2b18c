//! Memory of a running and of a halted core, and RTT.

use probe_rs::MemoryInterface as _;
use stranded_virtual_probe::is_target_lost;

use crate::bench::{LIMIT, eventually, reply, request, rtt, running};

/// In RAM, far from what the firmware uses.
const SCRATCH: u64 = 0x2003_0000;

#[test]
fn memory_is_read_and_written_in_all_widths_running_and_halted() {
    let (mut session, _) = running();
    let mut core = session.core(0).expect("a core");
    for halted in [false, true] {
        if halted {
            core.halt(LIMIT).expect("it halts");
        }
        let pattern: Vec<u8> = (0..=255).cycle().take(3000).collect();
        core.write_8(SCRATCH + 1, &pattern).expect("bytes");
        let mut bytes = vec![0; pattern.len()];
        core.read_8(SCRATCH + 1, &mut bytes).expect("bytes");
        assert_eq!(bytes, pattern);

        core.write_32(SCRATCH, &[0xCAFE_F00D, 0x0123_4567]).expect("words");
        core.write_word_8(SCRATCH + 2, 0xAA).expect("a byte");
        let mut words = [0; 2];
        core.read_32(SCRATCH, &mut words).expect("words");
        assert_eq!(words, [0xCAAA_F00D, 0x0123_4567]);
        assert_eq!(core.read_word_16(SCRATCH + 6).expect("a halfword"), 0x0123);
        core.write_word_16(SCRATCH + 4, 0xBEEF).expect("a halfword");
        assert_eq!(core.read_word_32(SCRATCH + 4).expect("a word"), 0x0123_BEEF);
        assert_eq!(core.status().expect("a status").is_halted(), halted);
    }
}

#[test]
fn where_there_is_no_memory_an_error_says_so_and_the_session_goes_on() {
    let (mut session, _) = running();
    let mut core = session.core(0).expect("a core");
    core.halt(LIMIT).expect("it halts");
    let error = core.read_word_32(0x5000_0000).expect_err("there is nothing");
    assert!(!is_target_lost(&error), "{error}");
    core.write_word_32(SCRATCH, 7).expect("the session goes on");
    assert_eq!(core.read_word_32(SCRATCH).expect("memory"), 7);
}

#[test]
fn registers_of_peripherals_are_written_running_and_halted() {
    /// The first priority register of the interrupt controller.
    const NVIC_IPR0: u64 = 0xE000_E400;
    let (mut session, _) = running();
    let mut core = session.core(0).expect("a core");
    core.write_word_32(NVIC_IPR0, 0x4020).expect("a register");
    assert_eq!(core.read_word_32(NVIC_IPR0).expect("a register"), 0x4020);
    core.halt(LIMIT).expect("it halts");
    core.write_word_32(NVIC_IPR0, 0x8060).expect("a register");
    assert_eq!(core.read_word_32(NVIC_IPR0).expect("a register"), 0x8060);
}

#[test]
fn rtt_carries_bytes_both_ways_while_the_core_runs() {
    let (mut session, firmware) = running();
    let mut core = session.core(0).expect("a core");
    let mut rtt = rtt(&mut core, &firmware);
    let names: Vec<_> = rtt.up_channels().iter().map(|channel| channel.name().map(str::to_owned)).collect();
    assert_eq!(names, [Some("replies".to_owned())]);
    for byte in 1..=99 {
        request(&mut core, &mut rtt, byte.min(b'a'));
        assert_eq!(reply(&mut core, &mut rtt), byte.min(b'a'));
    }
    assert!(!core.status().expect("a status").is_halted());
    let rounds = firmware.address("ROUNDS");
    let before = core.read_word_32(rounds).expect("memory");
    eventually("growth", || (core.read_word_32(rounds).expect("memory") != before).then_some(()));
}
