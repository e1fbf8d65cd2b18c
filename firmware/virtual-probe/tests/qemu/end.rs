//! How sessions end, by intention and otherwise.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use probe_rs::MemoryInterface as _;
use stranded_virtual_probe::{Options, VirtualProbe, is_target_lost};

use crate::bench::{LIMIT, MACHINE, attach, eventually, flash, kill, lives, probe, running};

const RETAINED: u64 = 0x2100_0000;

#[test]
fn a_dead_qemu_is_a_lost_target_for_every_request() {
    for halted in [false, true] {
        let probe = probe();
        let process_id = probe.qemu().process_id();
        let mut session = attach(probe.into_probe_rs());
        flash(&mut session, &crate::bench::Firmware::load());
        let mut core = session.core(0).expect("a core");
        if halted {
            core.halt(LIMIT).expect("it halts");
        }
        kill(process_id);
        let error = core.read_word_32(0x2000_0000).expect_err("nobody is there");
        assert!(is_target_lost(&error), "{error:?}");
        let text = chain(&error);
        assert!(text.contains("signal: 9"), "the error says how QEMU ended: {text}");
        let error = core.halt(LIMIT).expect_err("nobody is there");
        assert!(is_target_lost(&error), "{error:?}");
        let error = core.status().expect_err("nobody is there");
        assert!(is_target_lost(&error), "{error:?}");
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text = format!("{text}: {error}");
        next = error.source();
    }
    text
}

#[test]
fn the_watchdog_ends_a_session_that_lasts_too_long() {
    let options = Options { session_limit: Duration::from_millis(300), ..Options::default() };
    // On a loaded machine the time may be over before we have attached: an error either way.
    let error = VirtualProbe::start(MACHINE, &options).map_err(|error| error.to_string()).and_then(|probe| {
        stranded_virtual_probe::register();
        let mut session = probe
            .into_probe_rs()
            .attach(MACHINE.name, probe_rs::Permissions::default())
            .map_err(|error| chain(&error))?;
        let mut core = session.core(0).map_err(|error| chain(&error))?;
        Ok::<_, String>(eventually("end", || core.read_word_32(0x2000_0000).err()))
    });
    let text = error.map_or_else(|text| text, |error| chain(&error));
    assert!(text.contains("the watchdog ended QEMU"), "{text}");
}

#[test]
fn dropping_the_session_ends_qemu() {
    let probe = probe();
    let process_id = probe.qemu().process_id();
    let session = attach(probe.into_probe_rs());
    assert!(lives(process_id));
    drop(session);
    assert!(!lives(process_id));
}

#[test]
fn qemu_does_not_outlive_a_process_that_was_killed() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_virtual-probe"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("our own program starts");
    let mut line = String::new();
    let mut output = BufReader::new(program.stdout.take().expect("its output"));
    // "QEMU mps2-an386 runs as process N".
    output.read_line(&mut line).expect("a line");
    let process_id = line.trim().rsplit(' ').next().and_then(|word| word.parse().ok());
    let process_id = process_id.unwrap_or_else(|| panic!("no process in {line:?}"));
    assert!(lives(process_id));
    program.kill().expect("it is killed");
    program.wait().expect("it has ended");
    eventually("the end of QEMU", || (!lives(process_id)).then_some(()));
}

#[test]
fn retained_memory_survives_the_end_of_qemu() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { retained_memory: Some(folder.path().join("flash")), ..Options::default() };
    for round in 0..3 {
        let probe = VirtualProbe::start(MACHINE, &options).expect("QEMU starts");
        let process_id = probe.qemu().process_id();
        let mut session = attach(probe.into_probe_rs());
        let mut core = session.core(0).expect("a core");
        core.halt(LIMIT).expect("it halts");
        assert_eq!(core.read_word_32(RETAINED).expect("memory"), round);
        core.write_word_32(RETAINED, round + 1).expect("memory");
        // As sudden as a cut of the power.
        kill(process_id);
    }
}

#[test]
fn sessions_can_be_had_side_by_side() {
    let (mut first, firmware) = running();
    let (mut second, _) = running();
    let rounds = firmware.address("ROUNDS");
    first.core(0).expect("a core").halt(LIMIT).expect("it halts");
    let mut core = second.core(0).expect("a core");
    let before = core.read_word_32(rounds).expect("memory");
    eventually("growth", || (core.read_word_32(rounds).expect("memory") != before).then_some(()));
}
