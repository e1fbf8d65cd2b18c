//! The socket server, with the driver that the probe-rs program has for it: the Glasgow driver of the library.

use std::thread;

use probe_rs::probe::list::Lister;
use probe_rs::probe::{DebugProbeSelector, WireProtocol};
use probe_rs::{CoreStatus, HaltReason, MemoryInterface as _, Permissions, Session};
use stranded_virtual_probe::{Server, TargetError};

use crate::bench::{Firmware, LIMIT, MACHINE, eventually, flash, halted, kill, probe, reply, request, rtt};

/// Runs a client against a server with a QEMU of its own, and returns how the server's session ended.
fn with_client(client: impl FnOnce(Session, u32)) -> Result<(), TargetError> {
    stranded_virtual_probe::register();
    let probe = probe();
    let process_id = probe.qemu().process_id();
    let mut server = Server::new(probe).expect("a server");
    let selector: DebugProbeSelector = server.selector().expect("an address").parse().expect("a selector");
    thread::scope(|scope| {
        let ended = scope.spawn(move || server.serve_one());
        let mut probe = Lister::new().open(selector).expect("the driver connects");
        probe.select_protocol(WireProtocol::Swd).expect("SWD");
        let session = probe.attach(MACHINE.name, Permissions::default()).expect("it attaches");
        client(session, process_id);
        ended.join().expect("the server does not panic")
    })
}

#[test]
fn an_unmodified_driver_flashes_debugs_and_talks() {
    let ended = with_client(|mut session, _| {
        let firmware = Firmware::load();
        flash(&mut session, &firmware);
        let mut core = session.core(0).expect("a core");
        let mut rtt = rtt(&mut core, &firmware);
        request(&mut core, &mut rtt, b'x');
        assert_eq!(reply(&mut core, &mut rtt), b'x');

        core.set_hw_breakpoint(firmware.address("called_on_request")).expect("a breakpoint");
        request(&mut core, &mut rtt, b'c');
        assert!(matches!(halted(&mut core), CoreStatus::Halted(HaltReason::Breakpoint(_))));
        core.step().expect("it steps");
        core.read_word_32(0x5000_0000).expect_err("there is nothing");
        core.clear_hw_breakpoint(firmware.address("called_on_request")).expect("no breakpoint");
        core.run().expect("it runs");
        assert_eq!(reply(&mut core, &mut rtt), b'c');
    });
    assert!(ended.is_ok(), "{ended:?}");
}

#[test]
fn a_dead_qemu_is_an_error_and_not_a_wait_without_end() {
    let ended = with_client(|mut session, process_id| {
        let mut core = session.core(0).expect("a core");
        kill(process_id);
        eventually("an error", || core.read_word_32(0x2000_0000).err());
        core.halt(LIMIT).expect_err("nobody is there");
    });
    assert!(matches!(ended, Err(TargetError::Lost(_))), "{ended:?}");
}
