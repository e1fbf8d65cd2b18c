//! Halting, stepping, breakpoints, registers, and what the program itself stops for.

use probe_rs::semihosting::SemihostingCommand;
use probe_rs::{BreakpointCause, CoreStatus, HaltReason, MemoryInterface as _, RegisterId, VectorCatchCondition};

use crate::bench::{LIMIT, eventually, halted, reply, request, rtt, running};

/// The debug registers of this architecture do not tell a breakpoint of the unit from one in the program.
const BREAKPOINT: CoreStatus = CoreStatus::Halted(HaltReason::Breakpoint(BreakpointCause::Unknown));

#[test]
fn a_halted_core_stands_still_and_goes_on_when_let() {
    let (mut session, firmware) = running();
    let mut core = session.core(0).expect("a core");
    let rounds = firmware.address("ROUNDS");
    eventually("growth", || (core.read_word_32(rounds).expect("memory") > 0).then_some(()));
    core.halt(LIMIT).expect("it halts");
    assert_eq!(core.status().expect("a status"), CoreStatus::Halted(HaltReason::Request));
    let before = core.read_word_32(rounds).expect("memory");
    assert_eq!(core.read_word_32(rounds).expect("memory"), before);
    core.run().expect("it runs");
    assert_eq!(core.status().expect("a status"), CoreStatus::Running);
    eventually("growth", || (core.read_word_32(rounds).expect("memory") != before).then_some(()));
}

#[test]
fn steps_move_the_program_counter_by_an_instruction() {
    let (mut session, _) = running();
    let mut core = session.core(0).expect("a core");
    // The reset handler has no branch in its first instructions that a step could follow elsewhere.
    let start = core.reset_and_halt(LIMIT).expect("it halts").pc;
    let first = core.step().expect("it steps").pc;
    let second = core.step().expect("it steps").pc;
    assert_ne!(first, start);
    assert_ne!(second, first);
    assert_eq!(core.status().expect("a status"), CoreStatus::Halted(HaltReason::Step));
}

#[test]
fn breakpoints_halt_where_they_stand_until_they_are_cleared() {
    let (mut session, firmware) = running();
    let mut core = session.core(0).expect("a core");
    let (function, calls) = (firmware.address("called_on_request"), firmware.address("CALLS"));
    let mut rtt = rtt(&mut core, &firmware);
    assert!(core.available_breakpoint_units().expect("a count") >= 4);

    // Set while the core runs.
    core.set_hw_breakpoint(function).expect("a breakpoint");
    for call in 0..3 {
        request(&mut core, &mut rtt, b'c');
        assert_eq!(halted(&mut core), BREAKPOINT);
        let program_counter: u64 = core.read_core_reg(core.program_counter()).expect("the program counter");
        assert_eq!(program_counter, function);
        assert_eq!(core.read_word_32(calls).expect("memory"), call, "halted before the function");
        core.run().expect("it goes on");
        assert_eq!(reply(&mut core, &mut rtt), b'c');
    }
    core.clear_hw_breakpoint(function).expect("no breakpoint");
    request(&mut core, &mut rtt, b'c');
    assert_eq!(reply(&mut core, &mut rtt), b'c');
    assert_eq!(core.read_word_32(calls).expect("memory"), 4);
}

#[test]
fn registers_of_core_and_floating_point_unit_are_read_and_written() {
    let (mut session, _) = running();
    let mut core = session.core(0).expect("a core");
    core.halt(LIMIT).expect("it halts");
    assert!(core.fpu_support().expect("an answer"));
    // r0 to r12, then S0, S1 and S31: DCRSR numbers them from 0x40.
    for number in (0..=12).chain([0x40, 0x41, 0x5F]) {
        let register = RegisterId(number);
        let value = 0x1000_0000 + u32::from(number);
        core.write_core_reg(register, value).expect("it is written");
        assert_eq!(core.read_core_reg::<u32>(register).expect("it is read"), value, "{number:#x}");
    }
    let (stack, link) = (core.stack_pointer(), core.return_address());
    assert_eq!(core.read_core_reg::<u32>(stack).expect("the stack") >> 20, 0x200, "the stack is in RAM");
    core.write_core_reg(link, 0x1235_u32).expect("it is written");
    assert_eq!(core.read_core_reg::<u32>(link).expect("it is read"), 0x1235);
    // The Thumb bit.
    assert_ne!(core.read_core_reg::<u32>(RegisterId(16)).expect("xPSR") & 1 << 24, 0);
}

#[test]
fn a_breakpoint_instruction_in_the_program_halts() {
    let (mut session, firmware) = running();
    let mut core = session.core(0).expect("a core");
    let mut rtt = rtt(&mut core, &firmware);
    for _ in 0..2 {
        request(&mut core, &mut rtt, b'b');
        assert_eq!(halted(&mut core), BREAKPOINT);
        core.run().expect("it goes on behind the instruction");
        assert_eq!(reply(&mut core, &mut rtt), b'b');
    }
}

#[test]
fn a_program_that_asks_the_debugger_for_its_end_gets_it() {
    let (mut session, firmware) = running();
    let mut core = session.core(0).expect("a core");
    let mut rtt = rtt(&mut core, &firmware);
    request(&mut core, &mut rtt, b's');
    let status = halted(&mut core);
    let expected = BreakpointCause::Semihosting(SemihostingCommand::ExitSuccess);
    assert_eq!(status, CoreStatus::Halted(HaltReason::Breakpoint(expected)));
}

#[test]
fn a_hard_fault_is_caught() {
    let (mut session, firmware) = running();
    let mut core = session.core(0).expect("a core");
    let mut rtt = rtt(&mut core, &firmware);
    core.halt(LIMIT).expect("it halts");
    core.enable_vector_catch(VectorCatchCondition::HardFault).expect("the catch is set");
    core.run().expect("it runs");
    request(&mut core, &mut rtt, b'f');
    assert_eq!(halted(&mut core), CoreStatus::Halted(HaltReason::Exception));
}
