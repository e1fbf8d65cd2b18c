//! Finding, opening, attaching, flashing.

use probe_rs::probe::list::Lister;
use probe_rs::{MemoryInterface as _, Permissions};
use stranded_virtual_probe::{PRODUCT_ID, Qemu, VENDOR_ID, register, selector};

use crate::bench::{Firmware, LIMIT, MACHINE, attach, eventually, flash, probe, running};

#[test]
fn a_registered_probe_is_found_and_opens_by_its_selector() {
    assert!(Qemu::is_installed(), "install qemu-system-arm");
    register();
    register();
    let lister = Lister::new();
    let ours = |info: &probe_rs::probe::DebugProbeInfo| (info.vendor_id, info.product_id) == (VENDOR_ID, PRODUCT_ID);
    let found: Vec<_> = lister.list_all().into_iter().filter(ours).collect();
    assert_eq!(found.len(), 1, "registering twice lists once");
    assert_eq!(found[0].serial_number.as_deref(), Some(MACHINE.name));

    let probe = lister.open(selector(MACHINE)).expect("it opens");
    let mut session = probe.attach(MACHINE.name, Permissions::default()).expect("it attaches");
    assert_eq!(session.target().name, MACHINE.name);
    let mut core = session.core(0).expect("a core");
    // CPUID: Arm, Cortex-M4.
    assert_eq!(core.read_word_32(0xE000_ED00).expect("CPUID") & 0xFF00_FFF0, 0x4100_C240);
}

#[test]
fn a_blank_chip_can_be_attached_to_and_halted() {
    let mut session = attach(probe().into_probe_rs());
    let mut core = session.core(0).expect("a core");
    core.halt(LIMIT).expect("it halts");
    assert!(core.status().expect("a status").is_halted());
}

#[test]
fn attaching_under_reset_catches_the_core_before_it_has_run() {
    let (session, _) = running();
    drop(session);
    stranded_virtual_probe::register();
    let mut session =
        probe().into_probe_rs().attach_under_reset(MACHINE.name, Permissions::default()).expect("it attaches");
    assert!(session.core(0).expect("a core").status().expect("a status").is_halted());
}

#[test]
fn flashed_firmware_runs_and_goes_on_after_every_reset() {
    let (mut session, firmware) = running();
    let rounds = firmware.address("ROUNDS");
    for _ in 0..3 {
        let mut core = session.core(0).expect("a core");
        let start = core.reset_and_halt(LIMIT).expect("it halts");
        let mut vectors = [0; 2];
        core.read_32(0, &mut vectors).expect("the vector table");
        assert_eq!(start.pc, u64::from(vectors[1] & !1), "halted at the first instruction");
        core.run().expect("it runs");
        let before = core.read_word_32(rounds).expect("memory of a running core");
        eventually("growth", || (core.read_word_32(rounds).expect("memory") != before).then_some(()));
    }
}

#[test]
fn flash_is_erased_before_it_is_written_again() {
    let (mut session, firmware) = running();
    {
        let mut core = session.core(0).expect("a core");
        core.halt(LIMIT).expect("it halts");
        // All bits of the first sector's end cleared: without erasing they would stay so.
        core.write_8(0xF00, &[0; 256]).expect("memory");
    }
    flash(&mut session, &Firmware::load());
    let mut core = session.core(0).expect("a core");
    let mut program = [0; 256];
    core.read_8(0xF00, &mut program).expect("memory");
    assert_ne!(program, [0; 256]);
    let rounds = firmware.address("ROUNDS");
    eventually("growth", || (core.read_word_32(rounds).expect("memory") > 0).then_some(()));
}
